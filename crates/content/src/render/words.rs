//! How long an article is to read.

use super::{
    body,
    dialect::Dialect,
    reading::{Node, read},
};
use pulldown_cmark::TagEnd;

/// Prose words that are read in a minute.
const WORDS_PER_MINUTE: u32 = 230;

/// The length of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// Words of prose: headings, captions, tables and notes count, code and formulas do not.
    pub prose: u32,
    /// Words of code, in blocks and in lines.
    pub code: u32,
    /// Formulas.
    pub formulas: u32,
}

impl Words {
    /// Minutes to read it, rounded up, at least 1: a word of code counts as half a word, a formula
    /// as four.
    pub fn minutes(self) -> u32 {
        let halves = 2 * self.prose + self.code + 8 * self.formulas;
        halves.div_ceil(2 * WORDS_PER_MINUTE).max(1)
    }
}

/// Counts the words of a post's file; front matter does not count.
pub fn words(markdown: &str) -> Words {
    let (body, base) = body(markdown);
    let mut counter = Counter::default();
    read(body, base, Dialect::BLOG.options, &mut |node, _| counter.node(&node));
    counter.words
}

/// Counts while somebody reads.
#[derive(Default)]
pub(super) struct Counter {
    pub(super) words: Words,
    in_word: bool,
}

impl Counter {
    pub(super) fn node(&mut self, node: &Node<'_>) {
        match node {
            // A word may come in pieces, since the parser makes quotation marks texts of their own.
            // Most are ASCII, which needs no tables.
            Node::Text(text) if text.is_ascii() => {
                for byte in text.bytes() {
                    self.sign(matches!(byte, b' ' | b'\t'..=b'\r'), || byte.is_ascii_alphanumeric());
                }
            }
            Node::Text(text) => {
                text.chars().for_each(|c| self.sign(c.is_whitespace() || c == '—', || c.is_alphanumeric()));
            }
            Node::CodeSpan(code) | Node::Code { text: code, .. } => self.words.code += count(code),
            Node::Math { .. } => self.words.formulas += 1,
            // Emphasis may begin and end inside a word.
            Node::Open(tag) if is_inline(tag.to_end()) => {}
            Node::Close(end) if is_inline(*end) => {}
            _ => self.in_word = false,
        }
    }

    fn sign(&mut self, ends_word: bool, begins_word: impl FnOnce() -> bool) {
        if ends_word {
            self.in_word = false;
        } else if !self.in_word && begins_word() {
            self.in_word = true;
            self.words.prose += 1;
        }
    }
}

fn count(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn is_inline(end: TagEnd) -> bool {
    use TagEnd::{Emphasis, Link, Strikethrough, Strong, Subscript, Superscript};
    matches!(end, Emphasis | Link | Strikethrough | Strong | Subscript | Superscript)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prose_is_prose() {
        let post = "---\ntitle: not me\n---\n\n# One *tw*o\n\nIt's “three”—four: `f(x) + 1`, $x + y$ five.\n\n```python\na = 1\n```\n\n- six\n- seven[^n]\n\n[^n]: Eight.\n";
        assert_eq!(words(post), Words { prose: 9, code: 6, formulas: 1 });
    }

    #[test]
    fn minutes_are_rounded_up() {
        let minutes = |prose, code, formulas| Words { prose, code, formulas }.minutes();
        assert_eq!([minutes(0, 0, 0), minutes(230, 0, 0), minutes(231, 0, 0)], [1, 1, 2]);
        assert_eq!([minutes(0, 460, 0), minutes(0, 461, 0), minutes(230, 0, 1), minutes(226, 0, 1)], [1, 2, 2, 1]);
    }
}
