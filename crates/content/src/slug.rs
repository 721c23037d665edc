//! Names for URLs and anchors.

use unicase::UniCase;

/// Lower-case letters and digits of any script, joined by single hyphens; empty if there are none.
///
/// `"Does the score fade?"` → `"does-the-score-fade"`. Apostrophes vanish, so that `don't` stays
/// one word.
pub fn slugify(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut gap = false;
    for c in fold(text).chars() {
        if c.is_alphanumeric() {
            if gap && !slug.is_empty() {
                slug.push('-');
            }
            gap = false;
            slug.push(c);
        } else if !matches!(c, '\'' | '’') {
            gap = true;
        }
    }
    slug
}

/// `text` without the difference between capitals and small letters, in any script.
///
/// Source: Unicode Standard, §5.18, full case folding.
pub fn fold(text: &str) -> String {
    UniCase::new(text).to_folded_case()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_joined_by_single_hyphens() {
        for (text, slug) in [
            ("Does the score fade?", "does-the-score-fade"),
            ("  What’s a -- “KV‑cache”?  ", "whats-a-kv-cache"),
            ("don't (don’t)", "dont-dont"),
            ("O(n²): 6ND", "o-n²-6nd"),
            ("Größe ÉTÉ Δθ 模型", "grösse-été-δθ-模型"),
            ("?!", ""),
            ("", ""),
        ] {
            assert_eq!(slugify(text), slug, "{text}");
        }
    }

    #[test]
    fn a_slug_is_its_own_slug() {
        for text in ["Ab c", "Straße", "é-1", "İx"] {
            assert_eq!(slugify(&slugify(text)), slugify(text), "{text}");
        }
    }
}
