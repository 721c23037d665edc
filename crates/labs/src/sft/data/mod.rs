//! What a model is fine-tuned on: pairs of an instruction and its completion, from text to labelled tokens.
//!
//! Order of reading: [`Pair`], [`jsonl`] (pairs from and to files), [`Template`] (an instruction in its prompt),
//! [`Recipe`] and [`Example`] (tokens and the mask of the loss), [`order`] (which example stands in which batch).

mod example;
pub mod jsonl;
mod nearest;
pub mod order;
mod template;

pub use example::{Example, Labelled, Lengths, Part, Recipe, Truncation, truncation};
pub use template::{Template, TemplateError};

use serde::{Deserialize, Serialize};

/// An instruction and what shall follow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// What is asked.
    pub instruction: String,
    /// The answer, with the space at its beginning that belongs to its first token.
    pub completion: String,
}

/// The most pairs that are held, and lines of a file that are read.
pub const MOST_PAIRS: usize = 100_000;

/// The longest instruction or completion, in bytes: more than any model's context here.
pub const MOST_TEXT_BYTES: usize = 1 << 16;

/// Which pairs are never trained on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldOut {
    /// These, beside the others.
    Given(Vec<Pair>),
    /// So many in a hundred of all, drawn with this seed.
    Drawn {
        /// From 0 to 90.
        percent: u8,
        /// Of the draw.
        seed: u64,
    },
}

/// All of it, as the page sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataSet {
    /// To train on, and to draw held-out pairs from.
    pub pairs: Vec<Pair>,
    /// To test with.
    pub held_out: HeldOut,
    /// As [`Template::text`] gives it.
    pub template: String,
}

/// Why a data set cannot be used, in words for the reader.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// Nothing to train on.
    #[error("there is no pair to train on")]
    Empty,
    /// More than are held.
    #[error("there are {found} pairs; {MOST_PAIRS} is the most")]
    TooMany {
        /// How many.
        found: usize,
    },
    /// One side of a pair is too long.
    #[error("the {what} of pair {pair} has {found} bytes; {MOST_TEXT_BYTES} is the most")]
    TooLong {
        /// Which side.
        what: &'static str,
        /// Which pair, from 1.
        pair: usize,
        /// Its length.
        found: usize,
    },
    /// Nearly all pairs would be held out.
    #[error("{percent} % of the pairs cannot be held out; from 0 to 90 % can")]
    Percent {
        /// What was asked for.
        percent: u8,
    },
    /// The template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

impl DataSet {
    /// The template, and all pairs with whether each is held out; those to train on first.
    ///
    /// # Errors
    /// [`DataError`] with the first thing that is wrong.
    pub fn checked(self) -> Result<(Template, Vec<Pair>, usize), DataError> {
        let template = Template::new(&self.template)?;
        let given = if let HeldOut::Given(pairs) = &self.held_out { pairs.len() } else { 0 };
        let found = self.pairs.len() + given;
        if found > MOST_PAIRS {
            return Err(DataError::TooMany { found });
        }
        let (mut all, n_trained) = match self.held_out {
            HeldOut::Given(held_out) => {
                let n = self.pairs.len();
                (self.pairs.into_iter().chain(held_out).collect::<Vec<_>>(), n)
            }
            HeldOut::Drawn { percent: percent @ 91.., .. } => return Err(DataError::Percent { percent }),
            HeldOut::Drawn { percent, seed } => {
                let split = order::split(self.pairs.len(), percent, seed);
                let mut all: Vec<Option<Pair>> = self.pairs.into_iter().map(Some).collect();
                let order = split.train.iter().chain(&split.held_out);
                (order.filter_map(|&at| all.get_mut(at as usize)?.take()).collect(), split.train.len())
            }
        };
        if n_trained == 0 {
            return Err(DataError::Empty);
        }
        for (at, pair) in all.iter_mut().enumerate() {
            for (what, text) in [("instruction", &pair.instruction), ("completion", &pair.completion)] {
                if text.len() > MOST_TEXT_BYTES {
                    return Err(DataError::TooLong { what, pair: at + 1, found: text.len() });
                }
            }
        }
        Ok((template, all, n_trained))
    }
}

#[cfg(test)]
mod tests;
