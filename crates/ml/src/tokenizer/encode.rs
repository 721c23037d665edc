//! From text to tokens.

use super::Tokenizer;
use super::added::Stretch;
use super::merge::MergeScratch;
use super::split::Words;
use super::unicode::Normalized;
use crate::part::part;
use std::ops::Range;

/// A token and where in the source it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// The whole characters of the source of which the token holds at least a part, in bytes. Tokens that share a
    /// character, or one that form C made of several, have it both: ranges overlap there, and leave nothing out.
    pub source: Range<usize>,
}

impl Tokenizer {
    /// The ids of `text`.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.each_token(text, &mut |id, _, _| ids.push(id));
        ids
    }

    /// The tokens of `text`, each with its place in it.
    pub fn encode_with_places(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        self.each_token(text, &mut |id, stretch, place| tokens.push(Token { id, source: stretch.source(place) }));
        tokens
    }

    /// Gives each token of `text` with the stretch that it stands in and its bytes there.
    fn each_token(&self, text: &str, each: &mut dyn FnMut(u32, &Source<'_>, Range<usize>)) {
        let (mut scratch, mut ids) = (MergeScratch::default(), Vec::new());
        self.each_part(text, &mut |source, at, part| match part {
            Stretch::Token(id, length) => each(id, source, at..at + length),
            Stretch::Text(word) => {
                ids.clear();
                ids.extend(word.bytes().map(|byte| self.byte_ids[usize::from(byte)]));
                self.merges.apply(&mut ids, &mut scratch);
                let mut at = at;
                for id in &ids {
                    let length = self.bytes(*id).len();
                    each(*id, source, at..at + length);
                    at += length;
                }
            }
        });
    }

    /// Gives each word of `text` in form C, added tokens left out.
    pub(super) fn each_word(&self, text: &str, each: &mut dyn FnMut(&str)) {
        self.each_part(text, &mut |_, _, part| {
            if let Stretch::Text(word) = part {
                each(word);
            }
        });
    }

    /// Gives each added token and each word between them, with the stretch that it stands in and its place there.
    fn each_part(&self, text: &str, each: &mut dyn FnMut(&Source<'_>, usize, Stretch<'_>)) {
        let mut base = 0;
        self.before_nfc.cut(text, &mut |stretch| match stretch {
            Stretch::Token(id, length) => {
                let normalized = Normalized::unchanged(part(text, base..base + length));
                each(&Source { base, normalized }, 0, Stretch::Token(id, length));
                base += length;
            }
            Stretch::Text(part) => {
                let normalized =
                    self.normalize.map_or_else(|| Normalized::unchanged(part), |normalize| normalize(part));
                let source = Source { base, normalized };
                let mut at = 0;
                self.after_nfc.cut(&source.normalized.text, &mut |stretch| match stretch {
                    Stretch::Token(_, length) => {
                        each(&source, at, stretch);
                        at += length;
                    }
                    Stretch::Text(rest) => {
                        for word in (Words { classes: &self.classes, rest }) {
                            each(&source, at, Stretch::Text(word));
                            at += word.len();
                        }
                    }
                });
                base += part.len();
            }
        });
    }
}

/// A stretch of the source that begins at `base`, in form C.
struct Source<'a> {
    base: usize,
    normalized: Normalized<'a>,
}

impl Source<'_> {
    /// The whole characters of the source of which `place` in the normalized text holds a part.
    fn source(&self, place: Range<usize>) -> Range<usize> {
        let text = &self.normalized.text;
        let start = (0..=place.start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let end = (place.end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
        self.base + self.back(start, false)..self.base + self.back(end, true)
    }

    /// The place in the source of one in the normalized text. One inside a changed stretch goes to that stretch's
    /// end where `up` is set, and else to its beginning.
    fn back(&self, at: usize, up: bool) -> usize {
        let changes = &self.normalized.changes;
        let n_past = changes.partition_point(|(here, _)| here.end <= at);
        match changes.get(n_past) {
            Some((here, there)) if here.start < at => {
                return if up { there.end } else { there.start };
            }
            _ => {}
        }
        n_past.checked_sub(1).map_or(at, |last| changes[last].1.end + (at - changes[last].0.end))
    }
}
