//! Softmax and its kin, over the last axis.

use super::Tape;
use super::node::{Op, Pull, RowWise, Var};
use crate::kernels::softmax;
use crate::{Error, Shape};

impl Tape {
    /// Each row to probabilities.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Empty`] if `x` has no columns.
    pub fn softmax(&mut self, x: Var) -> Result<Var, Error> {
        self.row_wise("softmax", RowWise::Softmax, x, softmax::forward)
    }

    /// The logarithm of [`softmax`](Self::softmax), without its loss of digits.
    ///
    /// # Errors
    /// As [`softmax`](Self::softmax).
    pub fn log_softmax(&mut self, x: Var) -> Result<Var, Error> {
        self.row_wise("log_softmax", RowWise::LogSoftmax, x, softmax::log_forward)
    }

    /// `ln Σ exp` over each row.
    ///
    /// # Shapes
    /// `[rows, cols]` → `[rows, 1]`
    ///
    /// # Errors
    /// As [`softmax`](Self::softmax).
    pub fn logsumexp(&mut self, x: Var) -> Result<Var, Error> {
        self.row_wise("logsumexp", RowWise::LogSumExp, x, softmax::logsumexp_forward)
    }

    fn row_wise(
        &mut self,
        op: &'static str,
        kind: RowWise,
        x: Var,
        forward: impl FnOnce(usize, &[f32], &mut [f32]) -> Result<(), Error>,
    ) -> Result<Var, Error> {
        let shape = self.checked(op, x)?;
        if shape.cols == 0 {
            return Err(Error::Empty { op, expected: 1 });
        }
        let result = match kind {
            RowWise::Softmax | RowWise::LogSoftmax => shape,
            RowWise::LogSumExp => Shape::new(shape.rows, 1),
        };
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::RowWise(kind, x), result, tracked, 0);
        forward(shape.cols, work.before.value(x), work.out)?;
        Ok(var)
    }
}

pub(super) fn pull(kind: RowWise, x: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let (x_value, y, d_y, cols) = (pull.before.value(x), pull.out, pull.d_out, pull.before.shape(x).cols);
    let Some(d_x) = pull.d(x) else { return Ok(()) };
    match kind {
        RowWise::Softmax => softmax::backward(cols, y, d_y, d_x),
        RowWise::LogSoftmax => softmax::log_backward(cols, y, d_y, d_x),
        RowWise::LogSumExp => softmax::logsumexp_backward(cols, x_value, y, d_y, d_x),
    }
}
