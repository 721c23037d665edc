//! The exponential function.

pub mod naive;

use crate::Error;
use crate::error::length;

/// `y = exp(x)`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("exp", "y", x.len(), y.len())?;
    naive::forward(x, y)
}

/// `d_x += d_y · y`, where `y = exp(x)`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn backward(y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("exp backward", "d_y", y.len(), d_y.len())?;
    length("exp backward", "d_x", y.len(), d_x.len())?;
    naive::backward(y, d_y, d_x)
}
