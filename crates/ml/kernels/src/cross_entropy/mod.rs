//! Softmax cross-entropy with integer targets: `−ln softmax(logits)_target`, in nats, one number a row.

pub mod naive;
mod simd;

use crate::Error;
use crate::error::length;
use crate::lanes::dispatch;

fn check(classes: usize, logits: &[f32], targets: &[u32]) -> Result<(), Error> {
    const OP: &str = "cross_entropy";
    if classes == 0 {
        return Err(Error::Empty { op: OP, expected: 1 });
    }
    length(OP, "logits", targets.len().saturating_mul(classes), logits.len())?;
    match targets.iter().find(|&&target| target as usize >= classes) {
        Some(&target) => Err(Error::Index { op: OP, expected: classes, found: target as usize }),
        None => Ok(()),
    }
}

/// The loss of each row, and the probabilities, which [`backward`] needs. Rows that do not count are computed too.
///
/// # Shapes
/// `logits`, `probabilities`: `[rows, V]` with `V = classes`; `targets`, `losses`: `[rows]`
///
/// # Errors
/// [`Error::Empty`] if `classes` is 0, [`Error::Index`] if a target is not below it, [`Error::Length`] if the
/// lengths do not agree.
pub fn forward(
    classes: usize,
    logits: &[f32],
    targets: &[u32],
    losses: &mut [f32],
    probabilities: &mut [f32],
) -> Result<(), Error> {
    check(classes, logits, targets)?;
    length("cross_entropy", "losses", targets.len(), losses.len())?;
    length("cross_entropy", "probabilities", logits.len(), probabilities.len())?;
    dispatch(simd::Forward { classes, logits, targets, losses, probabilities });
    Ok(())
}

/// `d_logits += d_loss · (probabilities − onehot(target))`, row by row.
///
/// # Shapes
/// `probabilities`, `d_logits`: `[rows, V]`; `targets`, `d_losses`: `[rows]`
///
/// # Errors
/// As [`forward`].
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
    dispatch(simd::Backward { classes, probabilities, targets, d_losses, d_logits });
    Ok(())
}
