//! Where a term of the glossary stands in a text.

/// The first of `forms` in `text`, and its first byte; of two that begin there, the longer.
///
/// A form stands between letters and digits of no other word. Its first letter may be a capital
/// where it begins a sentence.
pub(super) fn first<'f>(text: &str, forms: impl Iterator<Item = &'f str>) -> Option<(usize, &'f str)> {
    let found = forms.filter_map(|form| position(text, form).map(|at| (at, form)));
    found.min_by_key(|(at, form)| (*at, usize::MAX - form.len()))
}

fn position(text: &str, form: &str) -> Option<usize> {
    let initial = form.chars().next()?;
    let rest = &form[initial.len_utf8()..];
    let mut before = ' ';
    for (start, letter) in text.char_indices() {
        let is_first = letter == initial || (letter.is_ascii_uppercase() && letter.eq_ignore_ascii_case(&initial));
        if is_first && !before.is_alphanumeric() {
            let after = text[start + letter.len_utf8()..].strip_prefix(rest);
            if after.is_some_and(|after| !after.starts_with(char::is_alphanumeric)) {
                return Some(start);
            }
        }
        before = letter;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_and_the_longer_wins() {
        let forms = ["expert", "expert choice", "softmax", "MoE", "z-loss"];
        let find = |text| first(text, forms.into_iter());
        assert_eq!(find("An expert, a softmax"), Some((3, "expert")));
        assert_eq!(find("An expert choice"), Some((3, "expert choice")));
        assert_eq!(find("Softmax first"), Some((0, "softmax")));
        assert_eq!(find("the z-loss."), Some((4, "z-loss")));
        assert_eq!(find("experts, moe, MoEs, expertise, é"), None);
        assert_eq!(find("moe MoE"), Some((4, "MoE")));
        assert_eq!(find(""), None);
    }
}
