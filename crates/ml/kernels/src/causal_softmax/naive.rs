//! By `libm`, row by row.

use super::check;
use crate::Error;

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(time: usize, scale: f32, scores: &mut [f32]) -> Result<(), Error> {
    let first = check("causal_softmax", time, scores.len(), &[])?;
    for t in first..time {
        let row = &mut scores[(t - first) * time..][..time];
        let max = row[..=t].iter().map(|x| scale * x).fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = row[..=t].iter().map(|x| libm::expf(scale * x - max)).sum();
        for (j, x) in row.iter_mut().enumerate() {
            *x = if j <= t { libm::expf(scale * *x - max) / sum } else { 0.0 };
        }
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(time: usize, scale: f32, probabilities: &[f32], d: &mut [f32]) -> Result<(), Error> {
    check("causal_softmax backward", time, probabilities.len(), &[("d", d.len())])?;
    for row in 0..probabilities.len() / time.max(1) {
        let (p, d) = (&probabilities[row * time..][..time], &mut d[row * time..][..time]);
        let inner: f32 = p.iter().zip(&*d).map(|(p, d)| p * d).sum();
        for (p, d) in p.iter().zip(d) {
            *d = scale * p * (*d - inner);
        }
    }
    Ok(())
}
