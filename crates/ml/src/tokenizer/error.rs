//! Why a tokenizer cannot be used.

use crate::json::JsonError;
use thiserror::Error;

/// What is wrong with a `tokenizer.json`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenizerError {
    /// The file holds bytes that are no text.
    #[error("the tokenizer's file is not UTF-8 at byte {at}")]
    NotText {
        /// How many bytes before it are.
        at: usize,
    },
    /// The file is no JSON.
    #[error("the tokenizer's file is no valid JSON: {0}")]
    Json(#[from] JsonError),
    /// A member is absent, or of another type than it must be.
    #[error("the tokenizer's `{place}` should be {expected} and is {found}")]
    Member {
        /// The member, from the root.
        place: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The tokenizer is of a kind that this module does not compute.
    #[error("the tokenizer's `{place}` is {found}; this program reads {expected}")]
    Kind {
        /// The part, from the root.
        place: &'static str,
        /// What is read.
        expected: &'static str,
        /// What the file asks for.
        found: String,
    },
    /// An entry of a long list is wrong.
    #[error("the tokenizer's `{place}`, entry {entry} (`{text}`): {problem}")]
    Entry {
        /// The list, from the root.
        place: &'static str,
        /// Which of its entries, from 0.
        entry: usize,
        /// The entry's beginning.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A byte of UTF-8 has no token, so that some text could not be encoded.
    #[error("the tokenizer's vocabulary has no token for the byte {byte:#04x}")]
    MissingByte {
        /// The byte.
        byte: u8,
    },
    /// A vocabulary of so many entries cannot be made.
    #[error(
        "a vocabulary of {asked} entries cannot be trained: {needed} are needed for bytes and special tokens, and {most} is the most"
    )]
    VocabularySize {
        /// The number asked for.
        asked: usize,
        /// The least.
        needed: usize,
        /// The most.
        most: usize,
    },
}

/// The beginning of a text, for a message.
pub(super) fn beginning(text: &str) -> String {
    text.chars().take(40).collect()
}
