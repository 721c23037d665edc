//! Row by row.

use super::check;
use crate::Error;
use crate::matmul::Write;

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(bias: &[f32], y: &mut [f32], write: Write) -> Result<(), Error> {
    check("bias", "y", bias, y)?;
    for (i, y) in y.iter_mut().enumerate() {
        let bias = bias[i % bias.len()];
        *y = if write == Write::Add { *y + bias } else { bias };
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(d_y: &[f32], d_bias: &mut [f32]) -> Result<(), Error> {
    check("bias backward", "d_y", d_bias, d_y)?;
    let n = d_bias.len();
    d_y.iter().enumerate().for_each(|(i, d)| d_bias[i % n] += d);
    Ok(())
}
