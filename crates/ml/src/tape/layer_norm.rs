//! Layer normalization.

use super::Tape;
use super::node::{Op, Pull, Var};
use crate::kernels::layer_norm::{self, EPSILON, Gradients, Output};
use crate::{Error, Shape};

impl Tape {
    /// Each row of `x` to mean 0 and variance 1 with ε = 1e-5, then scaled by `gain` and shifted by `bias`.
    ///
    /// # Shapes
    /// `x` and result: `[rows, C]`; `gain`, `bias`: `[1, C]`
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Shape`] if gain or bias is not `[1, C]`, [`Error::Empty`] if `C` is 0.
    pub fn layer_norm(&mut self, x: Var, gain: Var, bias: Var) -> Result<Var, Error> {
        const OP: &str = "layer_norm";
        let shape = self.checked(OP, x)?;
        let expected = Shape::new(1, shape.cols);
        for other in [gain, bias] {
            let found = self.checked(OP, other)?;
            if found != expected {
                return Err(Error::Shape { op: OP, expected, found });
            }
        }
        if shape.cols == 0 {
            return Err(Error::Empty { op: OP, expected: 1 });
        }
        let tracked = self.tracked(&[x, gain, bias]);
        let (var, work) = self.place(Op::LayerNorm { x, gain, bias }, shape, tracked, shape.len() + shape.rows);
        let (normalized, reciprocal_std) = work.saved.split_at_mut(shape.len());
        let [x, gain, bias] = [x, gain, bias].map(|var| work.before.value(var));
        layer_norm::forward(x, gain, bias, EPSILON, Output { y: work.out, normalized, reciprocal_std })?;
        Ok(var)
    }
}

pub(super) fn pull([x, gain, bias]: [Var; 3], pull: Pull<'_>) -> Result<(), Error> {
    let Pull { before, shape, d_out, saved, memory, grads, .. } = pull;
    let (normalized, reciprocal_std) = saved.split_at(shape.len());
    // Summed aside, since two operands may be the same variable.
    let (_, sums) = memory.zeros(shape.len() + 2 * shape.cols);
    let (d_x, rest) = sums.split_at_mut(shape.len());
    let (d_gain, d_bias) = rest.split_at_mut(shape.cols);
    let out = Gradients { d_x: &mut *d_x, d_gain: &mut *d_gain, d_bias: &mut *d_bias };
    layer_norm::backward(normalized, reciprocal_std, before.value(gain), d_out, out)?;
    for (var, gradient) in [(x, d_x), (gain, d_gain), (bias, d_bias)] {
        Pull::add(grads, before, var, gradient);
    }
    Ok(())
}
