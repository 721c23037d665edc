//! Row by row, in two passes.

use super::{Gradients, Output, check_backward, check_forward, check_scaling};
use crate::Error;

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(x: &[f32], gain: &[f32], bias: &[f32], epsilon: f32, out: Output<'_>) -> Result<(), Error> {
    check_forward(x, gain, bias, &out)?;
    let channels = gain.len();
    for (row, x) in x.chunks_exact(channels).enumerate() {
        let mean = x.iter().sum::<f32>() / channels as f32;
        let variance = x.iter().map(|x| (x - mean) * (x - mean)).sum::<f32>() / channels as f32;
        let reciprocal = 1.0 / libm::sqrtf(variance + epsilon);
        out.reciprocal_std[row] = reciprocal;
        for (i, x) in x.iter().enumerate() {
            let normalized = (x - mean) * reciprocal;
            out.normalized[row * channels + i] = normalized;
            out.y[row * channels + i] = normalized * gain[i] + bias[i];
        }
    }
    Ok(())
}

/// The same as [`scale_and_shift`](super::scale_and_shift).
///
/// # Errors
/// As there.
pub fn scale_and_shift(normalized: &[f32], gain: &[f32], bias: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check_scaling(normalized, gain, bias, y)?;
    for (i, (y, normalized)) in y.iter_mut().zip(normalized).enumerate() {
        *y = normalized * gain[i % gain.len()] + bias[i % gain.len()];
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(
    normalized: &[f32],
    reciprocal_std: &[f32],
    gain: &[f32],
    d_y: &[f32],
    out: Gradients<'_>,
) -> Result<(), Error> {
    check_backward(normalized, reciprocal_std, gain, d_y, &out)?;
    let channels = gain.len();
    for (row, reciprocal) in reciprocal_std.iter().enumerate() {
        let here = row * channels..(row + 1) * channels;
        let (x, d_y) = (&normalized[here.clone()], &d_y[here.clone()]);
        let mean = (0..channels).map(|i| d_y[i] * gain[i]).sum::<f32>() / channels as f32;
        let tilt = (0..channels).map(|i| d_y[i] * gain[i] * x[i]).sum::<f32>() / channels as f32;
        for (i, d_x) in out.d_x[here].iter_mut().enumerate() {
            *d_x += reciprocal * (d_y[i] * gain[i] - mean - x[i] * tilt);
            out.d_gain[i] += d_y[i] * x[i];
            out.d_bias[i] += d_y[i];
        }
    }
    Ok(())
}
