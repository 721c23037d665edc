//! The bias of a linear layer: one number for each channel, added to all rows.

pub mod naive;

use crate::lanes::{self, Kernel, Lanes, dispatch};
use crate::matmul::Write;
use crate::{Error, length};

/// That `rows` is made of whole rows as wide as the bias.
fn check(op: &'static str, operand: &'static str, bias: &[f32], rows: &[f32]) -> Result<(), Error> {
    let n_rows = rows.len().checked_div(bias.len()).ok_or(Error::Empty { op, expected: 1 })?;
    length(op, operand, n_rows * bias.len(), rows.len())
}

/// Writes the bias to each row of `y`, or adds it.
///
/// # Shapes
/// `bias`: `[C]`; `y`: `[rows, C]`
///
/// # Errors
/// [`Error::Empty`] if `C` is 0, [`Error::Length`] if `y` is not made of whole rows.
pub fn forward(bias: &[f32], y: &mut [f32], write: Write) -> Result<(), Error> {
    check("bias", "y", bias, y)?;
    match write {
        Write::Assign => y.chunks_exact_mut(bias.len()).for_each(|y| y.copy_from_slice(bias)),
        Write::Add => dispatch(Forward { bias, y }),
    }
    Ok(())
}

/// `d_bias += Σ_rows d_y`.
///
/// # Shapes
/// `d_y`: `[rows, C]`; `d_bias`: `[C]`
///
/// # Errors
/// As [`forward`].
pub fn backward(d_y: &[f32], d_bias: &mut [f32]) -> Result<(), Error> {
    check("bias backward", "d_y", d_bias, d_y)?;
    dispatch(Backward { d_y, d_bias });
    Ok(())
}

struct Forward<'a> {
    bias: &'a [f32],
    y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        for y in self.y.chunks_exact_mut(self.bias.len()) {
            lanes::update(y, self.bias, |y: L, bias| y.add(bias));
        }
    }
}

struct Backward<'a> {
    d_y: &'a [f32],
    d_bias: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        for d_y in self.d_y.chunks_exact(self.d_bias.len()) {
            lanes::update(self.d_bias, d_y, |sum: L, d| sum.add(d));
        }
    }
}
