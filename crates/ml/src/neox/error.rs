//! What does not fit a language model.

use crate::decimal::Decimal;
use thiserror::Error;

/// Why a model, a batch or a step was refused. Weights are as before when one is returned.
#[derive(Debug, Clone, Copy, PartialEq, Error)]
pub enum Error {
    /// A number of the configuration that no model can have.
    #[error("the model's configuration does not hold together: {field} is {}, but {rule}", Decimal(*found))]
    Config {
        /// The field.
        field: &'static str,
        /// Its value.
        found: f64,
        /// What it breaks.
        rule: &'static str,
    },
    /// Not as many numbers as the configuration asks for.
    #[error("{what} should hold {expected} numbers and holds {found}")]
    Length {
        /// Which vector.
        what: &'static str,
        /// The number that the configuration asks for.
        expected: usize,
        /// The number that there is.
        found: usize,
    },
    /// A token that the model has no embedding for.
    #[error("token {found} is outside the model's vocabulary of {vocabulary}")]
    Token {
        /// The token.
        found: u32,
        /// Size of the vocabulary.
        vocabulary: usize,
    },
    /// A sequence longer than the model's context.
    #[error("a sequence of {found} tokens is longer than the model's context of {context}")]
    TooLong {
        /// Its length.
        found: usize,
        /// The most that the model was made for.
        context: usize,
    },
    /// Nothing to compute a loss over, or nothing to go on from.
    #[error("there is no token {0}")]
    Nothing(&'static str),
    /// Learning went astray: a number is infinite or none at all.
    #[error(
        "the {what} is {}, which is no finite number; the step was given up and the weights left as they were",
        Decimal((*found).into())
    )]
    NotFinite {
        /// Which number.
        what: &'static str,
        /// What it is.
        found: f32,
    },
    /// Something was asked for in the middle of something else, or before its time.
    #[error("{asked} does not go while {doing}")]
    Order {
        /// What was asked for.
        asked: &'static str,
        /// What is going on.
        doing: &'static str,
    },
    /// A kernel refused its operands.
    #[error(transparent)]
    Kernel(#[from] crate::Error),
}

/// That `found` is `expected`.
pub(super) fn length(what: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { what, expected, found }) }
}
