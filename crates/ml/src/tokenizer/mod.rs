//! Byte-level BPE: text to token ids and back, by a Hugging Face `tokenizer.json` or by a vocabulary trained here.
//!
//! A text is cut at the added tokens, brought into form C ([`unicode`]), cut into words by the pattern of GPT-2, each
//! word spelled as the tokens of its bytes, and neighbouring tokens merged in the order of the vocabulary's list.
//! Every text has an encoding, and decoding gives its form C back.
//!
//! What `tokenizer.json` may hold beside that (truncation and padding) is not done here: they are matters of whoever
//! makes batches.
//!
//! Source: Sennrich, Haddow and Birch 2016, §3.2; Radford et al. 2019, §2.2.

mod added;
mod alphabet;
mod decode;
mod encode;
mod error;
mod merge;
mod read;
mod split;
mod train;
pub mod unicode;
mod write;

pub use decode::Decoder;
use decode::lossy;
pub use encode::Token;
pub use error::TokenizerError;
pub use train::{Training, train};

use added::{Added, Finder};
use merge::Merges;
use std::borrow::Cow;
use unicode::{Classes, Normalize};

/// A vocabulary, and what turns text into it.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    /// Present where the tokenizer brings text into form C.
    normalize: Option<Normalize>,
    classes: Classes,
    /// The token of each byte. Bytes that no text holds may have none: then there is any number here.
    byte_ids: [u32; 256],
    merges: Merges,
    /// The bytes of all tokens one after the other, and where those of each id end.
    bytes: Vec<u8>,
    ends: Vec<u32>,
    added: Vec<Added>,
    /// Finds the added tokens that are looked for before form C, and those that are after it.
    before_nfc: Finder,
    after_nfc: Finder,
}

impl Tokenizer {
    /// Puts a tokenizer together. `tokens` are the bytes of each id, empty where there is no such id.
    fn assemble(
        tokens: &[Vec<u8>],
        byte_ids: [u32; 256],
        merges: Merges,
        added: Vec<Added>,
        normalize: Option<Normalize>,
    ) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::with_capacity(tokens.len()));
        for token in tokens {
            bytes.extend_from_slice(token);
            ends.push(bytes.len() as u32);
        }
        let finder = |normalized: bool| {
            let some = added.iter().filter(|token| (token.normalized && normalize.is_some()) == normalized);
            let content = |token: &Added| match normalize {
                Some(normalize) if normalized => normalize(&token.content).text.into_owned(),
                _ => token.content.clone(),
            };
            Finder::new(some.map(|token| (content(token), token.id)).collect())
        };
        let (before_nfc, after_nfc) = (finder(false), finder(true));
        Self { normalize, classes: Classes::new(), byte_ids, merges, bytes, ends, added, before_nfc, after_nfc }
    }

    /// One more than the highest id: the least number of rows that an embedding of this vocabulary has.
    pub fn vocab_size(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a token; none for an id that has no token, as a padded embedding's last rows have none.
    ///
    /// A token may begin or end inside a character.
    pub fn bytes(&self, id: u32) -> &[u8] {
        let Some(end) = self.ends.get(id as usize) else { return &[] };
        let begin = (id as usize).checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[begin as usize..*end as usize]
    }

    /// A token as text to show: a part of a character is U+FFFD.
    pub fn text(&self, id: u32) -> Cow<'_, str> {
        lossy(self.bytes(id))
    }

    /// The bytes of all tokens of `ids`.
    pub fn decode_bytes(&self, ids: &[u32]) -> Vec<u8> {
        ids.iter().flat_map(|id| self.bytes(*id)).copied().collect()
    }

    /// The text of `ids`; bytes that are part of no character are U+FFFD. For text as it grows see [`Decoder`].
    pub fn decode(&self, ids: &[u32]) -> String {
        lossy(&self.decode_bytes(ids)).into_owned()
    }

    /// The token whose bytes are those of `text`: the added one, where a merged one has the same.
    pub fn id(&self, text: &str) -> Option<u32> {
        let added = self.added.iter().find(|token| token.content == text).map(|token| token.id);
        let all = 0..self.ends.len() as u32;
        added.or_else(|| all.into_iter().find(|id| !text.is_empty() && self.bytes(*id) == text.as_bytes()))
    }

    /// The tokens that mark structure and are no text, such as `<|endoftext|>`.
    pub fn special_ids(&self) -> impl Iterator<Item = u32> {
        self.added.iter().filter(|token| token.special).map(|token| token.id)
    }

    /// Whether `id` marks structure.
    pub fn is_special(&self, id: u32) -> bool {
        self.special_ids().any(|special| special == id)
    }
}

#[cfg(test)]
mod tests;
