//! Slugs that need no encoding in an address.

use crate::slug::slugify;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Letters that Unicode does not decompose although they have a plain form.
const PLAIN: [(char, &str); 12] = [
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('þ', "th"),
    ('ł', "l"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŧ', "t"),
    ('&', " and "),
];

/// As [`slugify`], of ASCII alone: a letter with a plain form takes it, any other ends the word.
///
/// Empty if nothing is left: `"模型"` has no letter with a plain form.
/// Source of the plain forms: Unicode Standard Annex 15, decomposition by compatibility (NFKD).
pub fn ascii_slug(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c)) {
        match PLAIN.iter().find(|(letter, _)| *letter == c) {
            Some((_, form)) => plain.push_str(form),
            None if c.is_ascii() || matches!(c, '’') => plain.push(c),
            None => plain.push(' '),
        }
    }
    slugify(&plain)
}

#[cfg(test)]
mod tests {
    use super::ascii_slug;

    #[test]
    fn a_letter_takes_its_plain_form() {
        for (title, slug) in [
            ("Does the score fade?", "does-the-score-fade"),
            ("Größe, Été & Ångström", "grosse-ete-and-angstrom"),
            ("Łódź · Þórr · smørrebrød · İzmir", "lodz-thorr-smorrebrod-izmir"),
            ("x² and ﬁne", "x2-and-fine"),
            ("Δθ in 模型 v2", "in-v2"),
            ("It’s what it's", "its-what-its"),
            ("模型", ""),
            ("", ""),
        ] {
            assert_eq!(ascii_slug(title), slug, "{title}");
            assert_eq!(ascii_slug(slug), slug);
        }
    }
}
