//! What does not fit.

use crate::Shape;
use thiserror::Error;

/// Why an operation could not be done. Nothing was written when one is returned, unless the operation says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Error {
    /// A slice is longer or shorter than the shape that it belongs to.
    #[error("{op}: `{operand}` should hold {expected} values and holds {found}")]
    Length {
        /// The operation.
        op: &'static str,
        /// Which of its operands.
        operand: &'static str,
        /// The number of values that the shapes ask for.
        expected: usize,
        /// The number of values that there are.
        found: usize,
    },
    /// Two shapes that should agree do not.
    #[error("{op}: expected a shape that fits {expected}, found {found}")]
    Shape {
        /// The operation.
        op: &'static str,
        /// The shape that it should agree with.
        expected: Shape,
        /// The shape that it has.
        found: Shape,
    },
    /// An index past the end.
    #[error("{op}: index {found} is outside 0..{expected}")]
    Index {
        /// The operation.
        op: &'static str,
        /// One more than the largest allowed index.
        expected: usize,
        /// The index.
        found: usize,
    },
    /// An average or a normalization over nothing.
    #[error("{op}: there is nothing to compute over; at least {expected} value is needed")]
    Empty {
        /// The operation.
        op: &'static str,
        /// The least number of values.
        expected: usize,
    },
    /// A variable from before the last a tape’s reset, or of another tape.
    #[error("{op}: the variable is of run {found} of its tape, which is now in run {expected}")]
    Stale {
        /// The operation.
        op: &'static str,
        /// The run of the tape.
        expected: u32,
        /// The run of the variable.
        found: u32,
    },
    /// A gradient was asked for before a tape’s backward pass.
    #[error("{op}: no backward pass was made since the variable was computed")]
    NoGradient {
        /// The operation.
        op: &'static str,
    },
}

/// That `found` is `expected`.
///
/// # Errors
/// [`Error::Length`] if it is not.
pub fn length(op: &'static str, operand: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found { Ok(()) } else { Err(Error::Length { op, operand, expected, found }) }
}
