//! Formulas that are none: amounts of money.

/// Whether what the parser took for the formula `tex`, followed by `after`, is money.
///
/// Two rules. A closing `$` is not followed by a digit (`$5–$10`), as in Pandoc's
/// `tex_math_dollars`. And what begins with a digit, has a word of two letters after a space and no
/// sign that formulas have is a sentence (`$5, or US$`).
pub(super) fn is_money(tex: &str, after: &str) -> bool {
    after.starts_with(|c: char| c.is_ascii_digit()) || is_sentence(tex)
}

fn is_sentence(tex: &str) -> bool {
    let starts = tex.starts_with(|c: char| c.is_ascii_digit());
    let formula = tex.contains(['\\', '^', '_', '=', '+', '<', '>', '{', '|']);
    let word = tex.split_ascii_whitespace().skip(1).any(|word| {
        let letters = word.trim_matches(|c: char| !c.is_alphabetic());
        letters.len() >= 2 && letters.chars().all(char::is_alphabetic)
    });
    starts && !formula && word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_not_formulas() {
        for (tex, after) in [("5-", "10"), ("5, or US", " 7"), ("10 a month and US", "."), ("3 per token; EU", "")] {
            assert!(is_money(tex, after), "{tex}");
        }
    }

    #[test]
    fn formulas_are_not_amounts() {
        for tex in
            ["5", "6ND", "5x + 2 = 17", "2 n d", r"3\ \text{kg per}", "n log n", "10^{21}", "2 \\cdot 12", "1 - a b"]
        {
            assert!(!is_money(tex, " and"), "{tex}");
        }
    }
}
