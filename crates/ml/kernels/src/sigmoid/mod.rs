//! The logistic function.

pub mod naive;

use crate::Error;
use crate::error::length;
use crate::lanes::{self, Kernel, Lanes, dispatch};

/// `y = 1 / (1 + exp(−x))`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("sigmoid", "y", x.len(), y.len())?;
    dispatch(Forward { x, y });
    Ok(())
}

/// `d_x += d_y · y · (1 − y)`, where `y = sigmoid(x)`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn backward(y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("sigmoid backward", "d_y", y.len(), d_y.len())?;
    length("sigmoid backward", "d_x", y.len(), d_x.len())?;
    dispatch(Backward { y, d_y, d_x });
    Ok(())
}

struct Forward<'a> {
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::map(self.x, self.y, lanes::sigmoid::<L>);
    }
}

struct Backward<'a> {
    y: &'a [f32],
    d_y: &'a [f32],
    d_x: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::update_2(self.d_x, self.d_y, self.y, |d_x: L, d_y, y| d_y.mul_add(y.mul(L::splat(1.0).sub(y)), d_x));
    }
}
