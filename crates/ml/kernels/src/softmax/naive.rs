//! By `libm`, row by row.

use super::check;
use crate::Error;
use crate::error::length;

fn largest(row: &[f32]) -> f32 {
    row.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// `ln Σ exp(row)`.
fn logsumexp(row: &[f32]) -> f32 {
    let max = largest(row);
    max + libm::logf(row.iter().map(|x| libm::expf(x - max)).sum())
}

/// The same as [`forward`](super::forward).
///
/// # Errors
/// As there.
pub fn forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("softmax", cols, x.len(), &[("y", y.len())])?;
    for (x, y) in x.chunks_exact(cols).zip(y.chunks_exact_mut(cols)) {
        let max = largest(x);
        let sum: f32 = x.iter().map(|x| libm::expf(x - max)).sum();
        for (x, y) in x.iter().zip(y) {
            *y = libm::expf(x - max) / sum;
        }
    }
    Ok(())
}

/// The same as [`backward`](super::backward).
///
/// # Errors
/// As there.
pub fn backward(cols: usize, y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("softmax backward", cols, y.len(), &[("d_y", d_y.len()), ("d_x", d_x.len())])?;
    for ((y, d_y), d_x) in y.chunks_exact(cols).zip(d_y.chunks_exact(cols)).zip(d_x.chunks_exact_mut(cols)) {
        let inner: f32 = y.iter().zip(d_y).map(|(y, d_y)| y * d_y).sum();
        for ((y, d_y), d_x) in y.iter().zip(d_y).zip(d_x) {
            *d_x += y * (d_y - inner);
        }
    }
    Ok(())
}

/// The same as [`log_forward`](super::log_forward).
///
/// # Errors
/// As there.
pub fn log_forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("log_softmax", cols, x.len(), &[("y", y.len())])?;
    for (x, y) in x.chunks_exact(cols).zip(y.chunks_exact_mut(cols)) {
        let max = largest(x);
        let log = libm::logf(x.iter().map(|x| libm::expf(x - max)).sum());
        for (x, y) in x.iter().zip(y) {
            *y = x - max - log;
        }
    }
    Ok(())
}

/// The same as [`log_backward`](super::log_backward).
///
/// # Errors
/// As there.
pub fn log_backward(cols: usize, y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("log_softmax backward", cols, y.len(), &[("d_y", d_y.len()), ("d_x", d_x.len())])?;
    for ((y, d_y), d_x) in y.chunks_exact(cols).zip(d_y.chunks_exact(cols)).zip(d_x.chunks_exact_mut(cols)) {
        let sum: f32 = d_y.iter().sum();
        for ((y, d_y), d_x) in y.iter().zip(d_y).zip(d_x) {
            *d_x += d_y - libm::expf(*y) * sum;
        }
    }
    Ok(())
}

/// The same as [`logsumexp_forward`](super::logsumexp_forward).
///
/// # Errors
/// As there.
pub fn logsumexp_forward(cols: usize, x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    check("logsumexp", cols, x.len(), &[])?;
    length("logsumexp", "y", x.len() / cols, y.len())?;
    for (x, y) in x.chunks_exact(cols).zip(y) {
        *y = logsumexp(x);
    }
    Ok(())
}

/// The same as [`logsumexp_backward`](super::logsumexp_backward).
///
/// # Errors
/// As there.
pub fn logsumexp_backward(cols: usize, x: &[f32], y: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    check("logsumexp backward", cols, x.len(), &[("d_x", d_x.len())])?;
    length("logsumexp backward", "y", x.len() / cols, y.len())?;
    length("logsumexp backward", "d_y", x.len() / cols, d_y.len())?;
    let rows = x.chunks_exact(cols).zip(d_x.chunks_exact_mut(cols));
    for ((x, d_x), (y, d_y)) in rows.zip(y.iter().zip(d_y)) {
        for (x, d_x) in x.iter().zip(d_x) {
            *d_x += d_y * libm::expf(x - y);
        }
    }
    Ok(())
}
