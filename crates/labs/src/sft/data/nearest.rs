//! The key that was probably meant.

/// Other names under which data sets have the two sides of a pair.
const SYNONYMS: [(&str, &[&str]); 2] = [
    ("instruction", &["prompt", "question", "query", "input", "user"]),
    ("completion", &["response", "output", "answer", "target", "assistant"]),
];

/// The one of `keys` that stands for `wanted`: another name of it, or one that differs in two letters at most.
pub(super) fn nearest<'a>(wanted: &str, keys: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let lower = |key: &str| key.trim().to_ascii_lowercase();
    let synonyms = SYNONYMS.iter().find(|(name, _)| *name == wanted).map_or(&[][..], |(_, others)| others);
    let near = keys
        .clone()
        .map(|key| (strsim::damerau_levenshtein(&lower(key), wanted), key))
        .filter(|(distance, _)| *distance <= 2);
    let near = near.min_by_key(|(distance, _)| *distance).map(|(_, key)| key);
    near.or_else(|| {
        let mut keys = keys;
        keys.find(|key| synonyms.contains(&lower(key).as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_other_names_are_understood() {
        let of = |wanted, keys: &[&'static str]| nearest(wanted, keys.iter().copied());
        assert_eq!(of("instruction", &["id", "Instructions"]), Some("Instructions"));
        assert_eq!(of("completion", &["prompt", "compleiton"]), Some("compleiton"));
        assert_eq!(of("completion", &["prompt", "Response"]), Some("Response"));
        assert_eq!(of("instruction", &["prompt", "Response"]), Some("prompt"));
        assert_eq!(of("instruction", &["text"]), None);
    }
}
