//! From the naive softmax.

use super::check;
use crate::Error;
use crate::error::length;
use crate::softmax;

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(
    classes: usize,
    logits: &[f32],
    targets: &[u32],
    losses: &mut [f32],
    probabilities: &mut [f32],
) -> Result<(), Error> {
    check(classes, logits, targets)?;
    length("cross_entropy", "losses", targets.len(), losses.len())?;
    softmax::naive::forward(classes, logits, probabilities)?;
    let mut log_probabilities = vec![0.0; logits.len()];
    softmax::naive::log_forward(classes, logits, &mut log_probabilities)?;
    for ((row, &target), loss) in log_probabilities.chunks_exact(classes).zip(targets).zip(losses) {
        *loss = -row[target as usize];
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(
    classes: usize,
    probabilities: &[f32],
    targets: &[u32],
    d_losses: &[f32],
    d_logits: &mut [f32],
) -> Result<(), Error> {
    check(classes, probabilities, targets)?;
    length("cross_entropy backward", "d_losses", targets.len(), d_losses.len())?;
    length("cross_entropy backward", "d_logits", probabilities.len(), d_logits.len())?;
    let rows = probabilities.chunks_exact(classes).zip(d_logits.chunks_exact_mut(classes));
    for ((row, d_row), (&target, d_loss)) in rows.zip(targets.iter().zip(d_losses)) {
        for (probability, d_logit) in row.iter().zip(&mut *d_row) {
            *d_logit += d_loss * probability;
        }
        d_row[target as usize] -= d_loss;
    }
    Ok(())
}
