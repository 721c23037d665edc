//! Row by row, with all logits of a row at once.

use super::check;
use crate::Error;

/// What [`forward_backward`] writes.
#[derive(Debug)]
pub struct Output<'a> {
    /// `[U]`.
    pub losses: &'a mut [f32],
    /// `[U, C]`.
    pub d_x: &'a mut [f32],
    /// `[V, C]`, added to.
    pub d_weights: &'a mut [f32],
}

/// The losses of all rows, and the gradients of `d_loss` times their sum.
///
/// # Shapes
/// `x`: `[U, C]` with `C = width`; `weights`: `[V, C]`; `targets`: `[U]`; the rest as in [`Output`]
///
/// # Errors
/// As [`check`].
pub fn forward_backward(
    width: usize,
    [x, weights]: [&[f32]; 2],
    targets: &[u32],
    d_loss: f32,
    out: Output<'_>,
) -> Result<(), Error> {
    check(width, x, weights, targets)?;
    out.d_x.fill(0.0);
    for (row, x) in x.chunks_exact(width).enumerate() {
        let tokens = weights.chunks_exact(width);
        let logits: Vec<f32> = tokens.map(|w| x.iter().zip(w).map(|(x, w)| x * w).sum()).collect();
        let target = targets[row] as usize;
        let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = logits.iter().map(|logit| libm::expf(logit - max)).sum();
        out.losses[row] = libm::logf(sum) + max - logits[target];
        for (token, logit) in logits.iter().enumerate() {
            let onehot = if token == target { 1.0 } else { 0.0 };
            let d_logit = d_loss * (libm::expf(logit - max) / sum - onehot);
            for i in 0..width {
                out.d_x[row * width + i] += d_logit * weights[token * width + i];
                out.d_weights[token * width + i] += d_logit * x[i];
            }
        }
    }
    Ok(())
}
