//! A linear layer without bias and softmax cross-entropy after it, fused, for one chunk of the vocabulary. Formulas and
//! the way from chunk to chunk stand at `LinearCrossEntropy` in `ml`.
//!
//! The rows of `X` are the lanes: they lie in panels as wide as two registers, [`panel`] numbers. `U` is a multiple of
//! that here; what is added to fill it up is zero.
//!
//! # Shapes
//! - `weights`: `[tokens, C]` with `C = width`, at most [`CHUNK`] tokens
//! - `kept`: `[tokens, U]`, in panels of rows of `X`: `[U / panel][tokens][panel]`
//! - `turned`: at least as long as the weights; it is written over

pub mod naive;
mod simd;

use crate::lanes::dispatch;
use crate::matmul::Write;
use crate::{Error, length};

/// Tokens of the vocabulary that are computed at once. Not a round number: else panels that are read together would
/// fall into the same places of a cache.
pub const CHUNK: usize = 196;

/// What errors name.
pub const OP: &str = "linear_cross_entropy";

/// Numbers in two registers: the width of a panel.
pub fn panel() -> usize {
    dispatch(simd::Panel)
}

/// What [`forward`] writes.
#[derive(Debug)]
pub struct Exponentials<'a> {
    /// `exp(W·Xᵀ − shifts)`.
    pub kept: &'a mut [f32],
    /// Their sums over the chunk, `[U]`.
    pub sums: &'a mut [f32],
    /// The largest exponent of each row, `[U]`.
    pub most: &'a mut [f32],
}

/// The exponentials of a chunk's logits.
///
/// # Shapes
/// `panels`: `X` as `[U / panel][C][panel]`; `shifts`: `[U]`; the rest as above
///
/// # Errors
/// [`Error::Length`] if the lengths do not agree, [`Error::Empty`] if `C` is 0.
pub fn forward(
    width: usize,
    weights: &[f32],
    panels: &[f32],
    shifts: &[f32],
    turned: &mut [f32],
    out: Exponentials<'_>,
) -> Result<(), Error> {
    let tokens = tokens(width, weights, turned)?;
    let Exponentials { kept, sums, most } = out;
    length(OP, "shifts", shifts.len().next_multiple_of(panel()), shifts.len())?;
    length(OP, "panels", shifts.len() * width, panels.len())?;
    length(OP, "kept", tokens * shifts.len(), kept.len())?;
    length(OP, "sums", shifts.len(), sums.len())?;
    length(OP, "most", shifts.len(), most.len())?;
    dispatch(simd::Forward { width, weights, panels, shifts, turned, kept, sums, most });
    Ok(())
}

/// `d_x += Wᵀ·kept`.
///
/// # Shapes
/// `d_x`: `[U / panel][C][panel]`; the rest as above
///
/// # Errors
/// As [`forward`].
pub fn backward_x(
    width: usize,
    weights: &[f32],
    kept: &[f32],
    turned: &mut [f32],
    d_x: &mut [f32],
) -> Result<(), Error> {
    let tokens = tokens(width, weights, turned)?;
    let rows = (d_x.len() / width).next_multiple_of(panel());
    length(OP, "d_x", rows * width, d_x.len())?;
    length(OP, "kept", tokens * rows, kept.len())?;
    dispatch(simd::BackwardX { width, weights, kept, turned, d_x });
    Ok(())
}

/// `d_weights (+)= kept·X`.
///
/// # Shapes
/// `panels`: `X` times the factors as `[⌈C / panel⌉][U][panel]`; `d_weights`: `[tokens, C]`; `kept` as above
///
/// # Errors
/// As [`forward`].
pub fn backward_weights(
    width: usize,
    kept: &[f32],
    panels: &[f32],
    d_weights: &mut [f32],
    write: Write,
) -> Result<(), Error> {
    let tokens = d_weights.len().checked_div(width).ok_or(Error::Empty { op: OP, expected: 1 })?;
    length(OP, "d_weights", tokens * width, d_weights.len())?;
    let rows = kept.len().checked_div(tokens).unwrap_or(0).next_multiple_of(panel());
    length(OP, "kept", tokens * rows, kept.len())?;
    length(OP, "panels", rows * width.next_multiple_of(panel()), panels.len())?;
    dispatch(simd::BackwardWeights { width, kept, panels, rows, write, d_weights });
    Ok(())
}

/// How many tokens the weights are of.
fn tokens(width: usize, weights: &[f32], turned: &[f32]) -> Result<usize, Error> {
    let tokens = weights.len().checked_div(width).ok_or(Error::Empty { op: OP, expected: 1 })?;
    length(OP, "weights", tokens * width, weights.len())?;
    length(OP, "turned", turned.len().max(weights.len()), turned.len())?;
    Ok(tokens)
}

/// That a layer and the targets of its rows fit together.
///
/// # Errors
/// [`Error::Empty`] if `C` is 0 or there is no row, [`Error::Length`] if the lengths do not agree, [`Error::Index`] for a
/// target that is no token.
pub fn check(width: usize, x: &[f32], weights: &[f32], targets: &[u32]) -> Result<(), Error> {
    if width == 0 || targets.is_empty() {
        return Err(Error::Empty { op: OP, expected: 1 });
    }
    length(OP, "x", targets.len().saturating_mul(width), x.len())?;
    let vocabulary = weights.len() / width;
    length(OP, "weights", vocabulary * width, weights.len())?;
    match targets.iter().find(|&&target| target as usize >= vocabulary) {
        Some(&target) => Err(Error::Index { op: OP, expected: vocabulary, found: target as usize }),
        None => Ok(()),
    }
}
