//! Softmax over the last axis, its logarithm, and the logarithm of its denominator.
//!
//! `softmax(x)_j = exp(x_j) / Σ_i exp(x_i)`. The largest element of a row is subtracted first, so no logits that are
//! finite overflow. `logsumexp(x) = ln Σ_i exp(x_i)`.

pub mod naive;
mod simd;

use crate::Error;
use crate::error::length;
use crate::lanes::dispatch;
use simd::{Backward, Forward, Of};

/// That both are rows of `cols` and that a row is not empty.
fn check(op: &'static str, cols: usize, x: usize, others: &[(&'static str, usize)]) -> Result<(), Error> {
    if cols == 0 {
        return Err(Error::Empty { op, expected: 1 });
    }
    length(op, "x", x / cols * cols, x)?;
    others.iter().try_for_each(|&(operand, found)| length(op, operand, x, found))
}

/// `y = softmax(x)`, row by row.
///
/// # Shapes
/// `x`, `y`: `[rows, cols]`
///
/// # Errors
/// [`Error::Empty`] if `cols` is 0, [`Error::Length`] if the lengths are not equal multiples of it.
pub fn forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("softmax", cols, x.len(), &[("y", y.len())])?;
    dispatch(Forward { of: Of::Softmax, cols, x, y });
    Ok(())
}

/// `d_x += y · (d_y − Σ_j y_j d_y_j)`, row by row, where `y = softmax(x)`.
///
/// # Shapes
/// `y`, `d_y`, `d_x`: `[rows, cols]`
///
/// # Errors
/// As [`forward`].
pub fn backward(cols: usize, y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("softmax backward", cols, y.len(), &[("d_y", d_y.len()), ("d_x", d_x.len())])?;
    dispatch(Backward { of: Of::Softmax, cols, x: &[], y, d_y, d_x });
    Ok(())
}

/// `y = x − logsumexp(x)`, row by row.
///
/// # Shapes
/// `x`, `y`: `[rows, cols]`
///
/// # Errors
/// As [`forward`].
pub fn log_forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("log_softmax", cols, x.len(), &[("y", y.len())])?;
    dispatch(Forward { of: Of::LogSoftmax, cols, x, y });
    Ok(())
}

/// `d_x += d_y − exp(y) · Σ_j d_y_j`, row by row, where `y = log_softmax(x)`.
///
/// # Shapes
/// `y`, `d_y`, `d_x`: `[rows, cols]`
///
/// # Errors
/// As [`forward`].
pub fn log_backward(cols: usize, y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("log_softmax backward", cols, y.len(), &[("d_y", d_y.len()), ("d_x", d_x.len())])?;
    dispatch(Backward { of: Of::LogSoftmax, cols, x: &[], y, d_y, d_x });
    Ok(())
}

/// `y = logsumexp(x)`, one number a row.
///
/// # Shapes
/// `x`: `[rows, cols]`, `y`: `[rows, 1]`
///
/// # Errors
/// As [`forward`].
pub fn logsumexp_forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("logsumexp", cols, x.len(), &[])?;
    length("logsumexp", "y", x.len() / cols, y.len())?;
    dispatch(Forward { of: Of::LogSumExp, cols, x, y });
    Ok(())
}

/// `d_x += d_y · exp(x − y)`, row by row, where `y = logsumexp(x)`.
///
/// # Shapes
/// `x`, `d_x`: `[rows, cols]`; `y`, `d_y`: `[rows, 1]`
///
/// # Errors
/// As [`forward`].
pub fn logsumexp_backward(cols: usize, x: &[f32], y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("logsumexp backward", cols, x.len(), &[("d_x", d_x.len())])?;
    length("logsumexp backward", "y", x.len() / cols, y.len())?;
    length("logsumexp backward", "d_y", x.len() / cols, d_y.len())?;
    dispatch(Backward { of: Of::LogSumExp, cols, x, y, d_y, d_x });
    Ok(())
}
