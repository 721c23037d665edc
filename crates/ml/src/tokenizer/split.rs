//! The pre-tokenizer: cuts a text into words, across whose borders nothing merges.
//!
//! The pattern of GPT-2, which GPT-NeoX took over:
//! `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
//! Every character falls into some alternative, so the words are the whole text.
//!
//! Source: Radford et al. 2019, `encoder.py`; Black et al. 2022 (GPT-NeoX-20B), §3.3.

use super::unicode::{Class, Classes};
use crate::part::part;

const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// The words of a text, in order.
pub(super) struct Words<'a> {
    pub classes: &'a Classes,
    pub rest: &'a str,
}

impl Words<'_> {
    /// The length in bytes of the characters of `class` with which `text` begins.
    fn run(&self, text: &str, class: Class) -> usize {
        text.char_indices().find(|(_, c)| self.classes.of(*c) != class).map_or(text.len(), |(at, _)| at)
    }

    /// The length of the first word of a text that is not empty.
    fn first(&self) -> usize {
        let text = self.rest;
        if let Some(contraction) = CONTRACTIONS.iter().find(|contraction| text.starts_with(**contraction)) {
            return contraction.len();
        }
        // A single space belongs to the letters, numbers or signs that follow it.
        let space = usize::from(text.starts_with(' '));
        let after = part(text, space..text.len());
        match after.chars().next().map(|c| self.classes.of(c)) {
            Some(class) if class != Class::Space => return space + self.run(after, class),
            _ => {}
        }
        // White space leaves its last character to what follows it, unless that is all there is of it.
        let run = self.run(text, Class::Space);
        match part(text, 0..run).char_indices().next_back() {
            Some((last, _)) if run < text.len() && last > 0 => last,
            _ => run,
        }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let (text, end) = (self.rest, self.first());
        self.rest = part(text, end..text.len());
        Some(part(text, 0..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each expected cut follows from the pattern by hand.
    #[test]
    fn words_are_cut_as_the_pattern_says() {
        let classes = Classes::new();
        let words = |rest| Words { classes: &classes, rest }.collect::<Vec<_>>();
        for (text, expected) in [
            ("", &[][..]),
            ("don't we've he'll", &["don", "'t", " we", "'ve", " he", "'ll"]),
            ("'sup 'sup", &["'s", "up", " '", "sup"]),
            ("DON'T", &["DON", "'", "T"]),
            ("a  b", &["a", " ", " b"]),
            ("a \n b  ", &["a", " \n", " b", "  "]),
            ("a\n\nb\n", &["a", "\n", "\n", "b", "\n"]),
            ("a\tb", &["a", "\t", "b"]),
            ("x = 12.5%", &["x", " =", " 12", ".", "5", "%"]),
            ("\u{a0}é½Ⅳ e\u{301}", &["\u{a0}", "é", "½Ⅳ", " e", "\u{301}"]),
            ("  ", &["  "]),
            (" ", &[" "]),
        ] {
            assert_eq!(words(text), expected, "{text:?}");
        }
    }
}
