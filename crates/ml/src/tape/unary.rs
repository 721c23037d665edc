//! Functions of each element by itself.

use super::Tape;
use super::node::{Op, Pull, Unary, Var};
use crate::Error;
use crate::kernels::{exp, gelu, sigmoid, tanh};

impl Tape {
    /// `factor · x`.
    ///
    /// # Errors
    /// [`Error::Stale`], as every function of one variable.
    pub fn scale(&mut self, x: Var, factor: f32) -> Result<Var, Error> {
        self.unary("scale", Unary::Scale(factor), x, |x, y| map(x, y, |x| factor * x))
    }

    /// `x + offset`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn shift(&mut self, x: Var, offset: f32) -> Result<Var, Error> {
        self.unary("shift", Unary::Shift, x, |x, y| map(x, y, |x| x + offset))
    }

    /// `max(x, 0)`; its derivative at 0 is 0, as in PyTorch. A number that is not one stays so.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn relu(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("relu", Unary::Relu, x, |x, y| map(x, y, |x| if x <= 0.0 { 0.0 } else { x }))
    }

    /// The hyperbolic tangent.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn tanh(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("tanh", Unary::Tanh, x, tanh::forward)
    }

    /// GELU in its exact form; see [`gelu`].
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn gelu(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("gelu", Unary::Gelu, x, gelu::erf_forward)
    }

    /// GELU in its tanh form; see [`gelu`].
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn gelu_tanh(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("gelu_tanh", Unary::GeluTanh, x, gelu::tanh_forward)
    }

    /// `1 / (1 + exp(−x))`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn sigmoid(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("sigmoid", Unary::Sigmoid, x, sigmoid::forward)
    }

    /// `exp(x)`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn exp(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("exp", Unary::Exp, x, exp::forward)
    }

    /// The natural logarithm.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn ln(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("ln", Unary::Ln, x, |x, y| map(x, y, libm::logf))
    }

    /// `x²`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn square(&mut self, x: Var) -> Result<Var, Error> {
        self.unary("square", Unary::Square, x, |x, y| map(x, y, |x| x * x))
    }

    fn unary(
        &mut self,
        op: &'static str,
        kind: Unary,
        x: Var,
        forward: impl FnOnce(&[f32], &mut [f32]) -> Result<(), Error>,
    ) -> Result<Var, Error> {
        let shape = self.checked(op, x)?;
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::Unary(kind, x), shape, tracked, 0);
        forward(work.before.value(x), work.out)?;
        Ok(var)
    }
}

/// `y = f(x)`. Always succeeds; the type is that of a kernel.
fn map(x: &[f32], y: &mut [f32], f: impl Fn(f32) -> f32) -> Result<(), Error> {
    x.iter().zip(y).for_each(|(x, y)| *y = f(*x));
    Ok(())
}

pub(super) fn pull(kind: Unary, x: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let (x_value, y, d_y) = (pull.before.value(x), pull.out, pull.d_out);
    let Some(d_x) = pull.d(x) else { return Ok(()) };
    let mut by_slope = |of: &[f32], slope: fn(f32) -> f32| {
        d_x.iter_mut().zip(d_y).zip(of).for_each(|((d_x, d_y), of)| *d_x += d_y * slope(*of));
        Ok(())
    };
    match kind {
        Unary::Scale(factor) => {
            d_x.iter_mut().zip(d_y).for_each(|(d_x, d_y)| *d_x += factor * d_y);
            Ok(())
        }
        Unary::Shift => by_slope(y, |_| 1.0),
        Unary::Relu => by_slope(y, |y| if y > 0.0 { 1.0 } else { 0.0 }),
        Unary::Square => by_slope(x_value, |x| 2.0 * x),
        Unary::Ln => by_slope(x_value, |x| 1.0 / x),
        Unary::Tanh => tanh::backward(y, d_y, d_x),
        Unary::Sigmoid => sigmoid::backward(y, d_y, d_x),
        Unary::Exp => exp::backward(y, d_y, d_x),
        Unary::Gelu => gelu::erf_backward(x_value, d_y, d_x),
        Unary::GeluTanh => gelu::tanh_backward(x_value, d_y, d_x),
    }
}
