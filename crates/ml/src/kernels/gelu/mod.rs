//! The Gaussian error linear unit, in the two forms that models use. They differ by up to 5e-4, so a model needs
//! the one that it was trained with.
//!
//! - [`erf_forward`]: `x · Φ(x)` with `Φ(x) = (1 + erf(x/√2)) / 2`. PyTorch's default; GPT-NeoX.
//! - [`tanh_forward`]: `x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`. PyTorch's `approximate="tanh"`; GPT-2.
//!
//! Source: Hendrycks and Gimpel 2016, §2.

pub mod naive;

use crate::Error;
use crate::error::length;

/// `y = x · Φ(x)`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn erf_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu", "y", x.len(), y.len())?;
    naive::erf_forward(x, y)
}

/// `d_x += d_y · (Φ(x) + x · φ(x))`, where `φ` is the normal density.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn erf_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu backward", "d_y", x.len(), d_y.len())?;
    length("gelu backward", "d_x", x.len(), d_x.len())?;
    naive::erf_backward(x, d_y, d_x)
}

/// `y = x/2 · (1 + tanh(u))` with `u = √(2/π) · (x + 0.044715 x³)`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn tanh_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh)", "y", x.len(), y.len())?;
    naive::tanh_forward(x, y)
}

/// `d_x += d_y · ((1 + tanh u)/2 + x/2 · (1 − tanh² u) · √(2/π) · (1 + 3 · 0.044715 x²))`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn tanh_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh) backward", "d_y", x.len(), d_y.len())?;
    length("gelu (tanh) backward", "d_x", x.len(), d_x.len())?;
    naive::tanh_backward(x, d_y, d_x)
}
