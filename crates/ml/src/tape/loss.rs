//! Losses.

use super::Tape;
use super::node::{Kept, Op, Pull, Var};
use crate::kernels::cross_entropy;
use crate::kernels::length;
use crate::{Error, Shape};

impl Tape {
    /// Softmax cross-entropy in nats: the mean of `−ln softmax(logits)_target` over the rows that `mask` lets count,
    /// or over all.
    ///
    /// # Shapes
    /// `logits`: `[rows, V]`; `targets`, `mask`: `[rows]`; result: `[1, 1]`. The target of a row that does not count
    /// must be a class too.
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Length`], [`Error::Index`] for a target that is no class, [`Error::Empty`] if no
    /// row counts.
    pub fn cross_entropy(&mut self, logits: Var, targets: &[u32], mask: Option<&[bool]>) -> Result<Var, Error> {
        const OP: &str = "cross_entropy";
        let Shape { rows, cols } = self.checked(OP, logits)?;
        length(OP, "targets", rows, targets.len())?;
        let counting = match mask {
            None => rows,
            Some(mask) => {
                length(OP, "mask", rows, mask.len())?;
                mask.iter().filter(|&&counts| counts).count()
            }
        };
        if counting == 0 || cols == 0 {
            return Err(Error::Empty { op: OP, expected: 1 });
        }
        if let Some(&found) = targets.iter().find(|&&target| target as usize >= cols) {
            return Err(Error::Index { op: OP, expected: cols, found: found as usize });
        }
        let kept = self.keep(targets.iter().copied());
        let tracked = self.tracked(&[logits]);
        let (var, work) = self.place(Op::CrossEntropy(logits, kept), Shape::SCALAR, tracked, rows * cols + rows);
        let (probabilities, weights) = work.saved.split_at_mut(rows * cols);
        let (_, losses) = work.memory.zeros(rows);
        cross_entropy::forward(cols, work.before.value(logits), targets, losses, probabilities)?;
        let weight = 1.0 / counting as f32;
        for (row, of_row) in weights.iter_mut().enumerate() {
            *of_row = if mask.is_none_or(|mask| mask[row]) { weight } else { 0.0 };
        }
        // A row that does not count adds nothing, even if its loss is infinite.
        let counted = losses.iter().zip(&*weights).filter(|(_, weight)| **weight > 0.0);
        work.out.fill(counted.map(|(loss, weight)| loss * weight).sum());
        Ok(var)
    }

    /// The mean of `(prediction − target)²` over all elements, `[1, 1]`.
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Shape`] if the shapes differ, [`Error::Empty`] if there is no element.
    pub fn mean_squared_error(&mut self, prediction: Var, target: Var) -> Result<Var, Error> {
        const OP: &str = "mean_squared_error";
        let (expected, found) = (self.checked(OP, prediction)?, self.checked(OP, target)?);
        if expected != found {
            return Err(Error::Shape { op: OP, expected, found });
        }
        if expected.is_empty() {
            return Err(Error::Empty { op: OP, expected: 1 });
        }
        let error = self.sub(prediction, target)?;
        let squared = self.square(error)?;
        self.mean(squared)
    }
}

pub(super) fn pull_cross_entropy(logits: Var, kept: Kept, mut pull: Pull<'_>) -> Result<(), Error> {
    let (shape, targets) = (pull.before.shape(logits), pull.before.kept(kept));
    let (probabilities, weights) = pull.saved.split_at(shape.len());
    let &[d_loss] = pull.d_out else { return Ok(()) };
    let mut memory = std::mem::take(pull.memory);
    let (_, d_losses) = memory.zeros(shape.rows);
    d_losses.iter_mut().zip(weights).for_each(|(d, weight)| *d = d_loss * weight);
    if let Some(d_logits) = pull.d(logits) {
        cross_entropy::backward(shape.cols, probabilities, targets, d_losses, d_logits)?;
    }
    *pull.memory = memory;
    Ok(())
}
