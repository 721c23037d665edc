//! The name of a lab, in its two spellings.

use anyhow::{Result, bail};

/// The longest that a share link should have to carry.
const LIMIT: usize = 32;

/// Rust's own words, which no module can be called. Source: The Rust Reference, "Keywords".
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// A name that fits an address, a module and a figure's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    kebab: String,
}

impl Name {
    /// Checks the name.
    ///
    /// # Errors
    /// One sentence, with the nearest name that would do where there is one.
    pub fn new(text: &str) -> Result<Self> {
        let nearest = words(text).join("-");
        if nearest != text || nearest.is_empty() {
            let help = if is_name(&nearest) { format!(": write `{nearest}`.") } else { ".".to_owned() };
            bail!(
                "`{text}` is no name for a lab, which is lower-case words with single hyphens, as in `kv-cache`{help}"
            );
        }
        if text.len() > LIMIT {
            bail!("`{text}` has {} letters, more than the {LIMIT} that the name of a lab may have.", text.len());
        }
        let snake = text.replace('-', "_");
        if !is_name(text) || KEYWORDS.contains(&snake.as_str()) {
            bail!("`{text}` cannot be the name of a Rust module: begin with a letter, and take no word of Rust's own.");
        }
        // The second figure of a lab in an article is called `name-2`.
        if text.rsplit('-').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit())) {
            bail!("`{text}` ends like the id of a further figure of one lab: the last word must not be a number.");
        }
        Ok(Self { kebab: text.to_owned() })
    }

    /// In Markdown, addresses and ids: `kv-cache`.
    pub fn kebab(&self) -> &str {
        &self.kebab
    }

    /// The folder and the module: `kv_cache`.
    pub fn snake(&self) -> String {
        self.kebab.replace('-', "_")
    }
}

fn is_name(kebab: &str) -> bool {
    kebab.starts_with(|c: char| c.is_ascii_lowercase())
}

/// The words of a name in any spelling: `KvCache`, `kv_cache`, `KV cache` → `kv`, `cache`.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in text.chars() {
        if (c.is_ascii_uppercase() && was_lower) || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_ascii_alphanumeric(), words.last_mut()) {
            word.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_two_spellings() {
        for (kebab, snake) in [("lsh", "lsh"), ("kv-cache", "kv_cache"), ("top-2-gating", "top_2_gating"), ("2d", "")] {
            match Name::new(kebab) {
                Ok(name) => assert_eq!((name.kebab(), name.snake().as_str()), (kebab, snake)),
                Err(error) => assert!(snake.is_empty(), "{error}"),
            }
        }
    }

    #[test]
    fn what_is_no_name_is_one_sentence_with_the_nearest() {
        let form = "is no name for a lab, which is lower-case words with single hyphens, as in `kv-cache`";
        let cases = [
            ("KvCache", format!("`KvCache` {form}: write `kv-cache`.")),
            ("kv_cache", format!("`kv_cache` {form}: write `kv-cache`.")),
            ("kv--cache", format!("`kv--cache` {form}: write `kv-cache`.")),
            ("../kv", format!("`../kv` {form}: write `kv`.")),
            ("é", format!("`é` {form}.")),
            ("", format!("`` {form}.")),
            (
                "2d",
                "`2d` cannot be the name of a Rust module: begin with a letter, and take no word of Rust's own."
                    .to_owned(),
            ),
            (
                "match",
                "`match` cannot be the name of a Rust module: begin with a letter, and take no word of Rust's own."
                    .to_owned(),
            ),
            (
                "sft-2",
                "`sft-2` ends like the id of a further figure of one lab: the last word must not be a number."
                    .to_owned(),
            ),
            (
                "a-name-that-nobody-wants-to-write",
                "`a-name-that-nobody-wants-to-write` has 33 letters, more than the 32 that the name of a lab may have."
                    .to_owned(),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Name::new(text).unwrap_err().to_string(), expected);
        }
    }
}
