//! A pair as tokens, and which of them count in the loss.
//!
//! Prompt and completion are tokenized apart, so that a prompt has the same tokens in training as when it is asked.
//! The end token follows the completion and counts: a model that is never shown the end does not learn to stop.
//! Inputs are all tokens but the last, labels all but the first; label `i` is token `i + 1`. A label counts where it
//! lies in the completion or is the end token, so the first that counts is predicted at the prompt's last token.

use super::{Pair, Template};
use ml::tokenizer::Tokenizer;
use serde::{Deserialize, Serialize};

/// What a token belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The prompt.
    Prompt,
    /// The completion.
    Completion,
    /// The end of the text.
    End,
}

/// What makes tokens of pairs.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'a> {
    /// Of the model.
    pub tokenizer: &'a Tokenizer,
    /// Of the data.
    pub template: &'a Template,
    /// The token that ends a text.
    pub end: u32,
}

/// A pair as tokens: prompt, completion, end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// All of them.
    pub tokens: Vec<u32>,
    /// How many are the prompt's.
    pub n_prompt: usize,
}

/// A position of an example: what is read, and what is to be predicted there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The token that is read.
    pub input: u32,
    /// The token that comes next.
    pub label: u32,
    /// What the label belongs to.
    pub part: Part,
    /// Whether the label counts in the loss.
    pub counts: bool,
}

impl Recipe<'_> {
    /// The tokens of a prompt.
    pub fn prompt(&self, instruction: &str) -> Vec<u32> {
        self.tokenizer.encode(&self.template.prompt(instruction))
    }

    /// The tokens of a pair.
    pub fn example(&self, pair: &Pair) -> Example {
        let mut tokens = self.prompt(&pair.instruction);
        let n_prompt = tokens.len();
        tokens.extend(self.tokenizer.encode(&pair.completion));
        tokens.push(self.end);
        Example { tokens, n_prompt }
    }
}

impl Example {
    /// What token `i` belongs to.
    pub fn part(&self, i: usize) -> Part {
        if i < self.n_prompt {
            Part::Prompt
        } else if i + 1 < self.tokens.len() {
            Part::Completion
        } else {
            Part::End
        }
    }

    /// The tokens that a sequence of `sequence_len` positions takes, its last label included.
    pub fn cut(&self, sequence_len: usize) -> &[u32] {
        &self.tokens[..self.tokens.len().min(sequence_len.saturating_add(1))]
    }

    /// Which of these tokens count as labels; all but the first where the prompt is not masked.
    pub fn counts(&self, sequence_len: usize, masks_prompt: bool) -> Vec<bool> {
        let from = if masks_prompt { self.n_prompt } else { 0 };
        (0..self.cut(sequence_len).len()).map(|i| i > 0 && i >= from).collect()
    }

    /// All positions of the example, the label of each moved to it from the right.
    pub fn labelled(&self, sequence_len: usize, masks_prompt: bool) -> Vec<Labelled> {
        let (tokens, counts) = (self.cut(sequence_len), self.counts(sequence_len, masks_prompt));
        let pairs = tokens.windows(2).zip(&counts[1.min(counts.len())..]).enumerate();
        let labelled = |(i, (pair, &counts)): (usize, (&[u32], &bool))| Labelled {
            input: pair[0],
            label: pair[1],
            part: self.part(i + 1),
            counts,
        };
        pairs.map(labelled).collect()
    }

    /// How long it is.
    pub fn lengths(&self) -> Lengths {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Lengths { n_prompt: count(self.n_prompt), n_tokens: count(self.tokens.len()) }
    }
}

/// How long an example is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lengths {
    /// Tokens of the prompt.
    pub n_prompt: u32,
    /// All tokens, the end included.
    pub n_tokens: u32,
}

/// What a length of sequence leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncation {
    /// Examples that lose the end of their completion, and so the end token.
    pub n_cut: u32,
    /// Examples that lose all of it: nothing of them is trained.
    pub n_dropped: u32,
    /// Tokens that all of them lose.
    pub n_lost_tokens: u64,
}

/// What sequences of `sequence_len` positions leave out of examples of these lengths.
pub fn truncation(lengths: impl IntoIterator<Item = Lengths>, sequence_len: usize) -> Truncation {
    let most = u32::try_from(sequence_len).unwrap_or(u32::MAX).saturating_add(1);
    let mut found = Truncation::default();
    for Lengths { n_prompt, n_tokens } in lengths {
        found.n_lost_tokens += u64::from(n_tokens.saturating_sub(most));
        if n_prompt >= most {
            found.n_dropped += 1;
        } else if n_tokens > most {
            found.n_cut += 1;
        }
    }
    found
}
