//! Layer normalization: each row to mean 0 and variance 1, then scaled and shifted.
//!
//! `y = (x − μ) · r · gain + bias` with `r = 1/√(σ² + ε)`. The variance is that of the population: it divides by
//! `C`, as PyTorch's does here.
//!
//! Source: Ba, Kiros and Hinton 2016, §3.

pub mod naive;
mod simd;

use crate::Error;
use crate::error::length;
use crate::lanes::dispatch;

/// What PyTorch, GPT-2 and GPT-NeoX add to the variance.
pub const EPSILON: f32 = 1e-5;

/// Where the results of [`forward`] go.
#[derive(Debug)]
pub struct Output<'a> {
    /// `[rows, C]`: scaled and shifted.
    pub y: &'a mut [f32],
    /// `[rows, C]`: `(x − μ) · r`, which [`backward`] needs.
    pub normalized: &'a mut [f32],
    /// `[rows]`: `r`, which [`backward`] needs.
    pub reciprocal_std: &'a mut [f32],
}

/// Where the gradients of [`backward`] are added.
#[derive(Debug)]
pub struct Gradients<'a> {
    /// `[rows, C]`.
    pub d_x: &'a mut [f32],
    /// `[C]`.
    pub d_gain: &'a mut [f32],
    /// `[C]`.
    pub d_bias: &'a mut [f32],
}

fn check_forward(x: &[f32], gain: &[f32], bias: &[f32], out: &Output<'_>) -> Result<(), Error> {
    const OP: &str = "layer_norm";
    check_scaling(out.normalized, gain, bias, out.y)?;
    let channels = gain.len();
    length(OP, "x", out.normalized.len(), x.len())?;
    length(OP, "reciprocal_std", x.len() / channels, out.reciprocal_std.len())
}

fn check_scaling(normalized: &[f32], gain: &[f32], bias: &[f32], y: &[f32]) -> Result<(), Error> {
    const OP: &str = "layer_norm";
    let channels = gain.len();
    if channels == 0 {
        return Err(Error::Empty { op: OP, expected: 1 });
    }
    length(OP, "bias", channels, bias.len())?;
    length(OP, "normalized", normalized.len() / channels * channels, normalized.len())?;
    length(OP, "y", normalized.len(), y.len())
}

fn check_backward(
    normalized: &[f32],
    reciprocal_std: &[f32],
    gain: &[f32],
    d_y: &[f32],
    out: &Gradients<'_>,
) -> Result<(), Error> {
    const OP: &str = "layer_norm backward";
    let channels = gain.len();
    if channels == 0 {
        return Err(Error::Empty { op: OP, expected: 1 });
    }
    length(OP, "d_gain", channels, out.d_gain.len())?;
    length(OP, "d_bias", channels, out.d_bias.len())?;
    length(OP, "normalized", reciprocal_std.len().saturating_mul(channels), normalized.len())?;
    length(OP, "d_y", normalized.len(), d_y.len())?;
    length(OP, "d_x", normalized.len(), out.d_x.len())
}

/// Normalizes each row of `x`, then scales by `gain` and shifts by `bias`. `C` is the length of `gain`.
///
/// # Shapes
/// `x`: `[rows, C]`; `gain`, `bias`: `[C]`; the rest as in [`Output`]
///
/// # Errors
/// [`Error::Empty`] if `C` is 0, [`Error::Length`] if the lengths do not agree.
pub fn forward(x: &[f32], gain: &[f32], bias: &[f32], epsilon: f32, out: Output<'_>) -> Result<(), Error> {
    check_forward(x, gain, bias, &out)?;
    let Output { y, normalized, reciprocal_std } = out;
    dispatch(simd::Normalize { x, channels: gain.len(), epsilon, normalized, reciprocal_std });
    dispatch(simd::ScaleAndShift { normalized, gain, bias, y });
    Ok(())
}

/// `y = normalized · gain + bias`: what [`forward`] wrote, again, to the bit.
///
/// # Shapes
/// `normalized`, `y`: `[rows, C]`; `gain`, `bias`: `[C]`
///
/// # Errors
/// As [`forward`].
pub fn scale_and_shift(normalized: &[f32], gain: &[f32], bias: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check_scaling(normalized, gain, bias, y)?;
    dispatch(simd::ScaleAndShift { normalized, gain, bias, y });
    Ok(())
}

/// With `g = d_y · gain`: `d_x += r · (g − mean(g) − normalized · mean(g · normalized))`,
/// `d_gain += Σ_rows d_y · normalized`, `d_bias += Σ_rows d_y`.
///
/// # Shapes
/// `normalized`, `d_y`: `[rows, C]`; `reciprocal_std`: `[rows]`; `gain`: `[C]`; the rest as in [`Gradients`]
///
/// # Errors
/// As [`forward`].
pub fn backward(
    normalized: &[f32],
    reciprocal_std: &[f32],
    gain: &[f32],
    d_y: &[f32],
    out: Gradients<'_>,
) -> Result<(), Error> {
    check_backward(normalized, reciprocal_std, gain, d_y, &out)?;
    dispatch(simd::Backward { normalized, reciprocal_std, gain, d_y, out });
    Ok(())
}
