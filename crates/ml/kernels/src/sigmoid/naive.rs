//! By `libm`.

use crate::Error;
use crate::error::length;

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("sigmoid", "y", x.len(), y.len())?;
    for (x, y) in x.iter().zip(y) {
        *y = 1.0 / (1.0 + libm::expf(-x));
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("sigmoid backward", "d_y", y.len(), d_y.len())?;
    length("sigmoid backward", "d_x", y.len(), d_x.len())?;
    for ((y, d_y), d_x) in y.iter().zip(d_y).zip(d_x) {
        *d_x += d_y * y * (1.0 - y);
    }
    Ok(())
}
