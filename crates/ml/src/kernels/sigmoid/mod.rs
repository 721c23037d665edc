//! The logistic function.

pub mod naive;

use crate::Error;
use crate::error::length;

/// `y = 1 / (1 + exp(−x))`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("sigmoid", "y", x.len(), y.len())?;
    naive::forward(x, y)
}

/// `d_x += d_y · y · (1 − y)`, where `y = sigmoid(x)`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn backward(y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("sigmoid backward", "d_y", y.len(), d_y.len())?;
    length("sigmoid backward", "d_x", y.len(), d_x.len())?;
    naive::backward(y, d_y, d_x)
}
