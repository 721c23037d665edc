//! By `libm`.

use crate::Error;
use crate::error::length;
use std::f32::consts::FRAC_1_SQRT_2;

/// `√(2/π)`.
pub(super) const SQRT_2_OVER_PI: f32 = 0.797_884_6;
/// `1/√(2π)`.
pub(super) const INV_SQRT_2_PI: f32 = 0.398_942_3;
/// The coefficient of the cube in the tanh form.
pub(super) const CUBE: f32 = 0.044_715;

/// `Φ(x)`, by the complementary function, which keeps its digits where `Φ` is small.
fn normal_cdf(x: f32) -> f32 {
    0.5 * libm::erfcf(-x * FRAC_1_SQRT_2)
}

/// The same as [`erf_forward`](super::erf_forward).
///
/// # Errors
/// As there.
pub fn erf_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu", "y", x.len(), y.len())?;
    for (x, y) in x.iter().zip(y) {
        *y = x * normal_cdf(*x);
    }
    Ok(())
}

/// The slope `Φ(x) + x · φ(x)`.
fn slope(x: f32) -> f32 {
    normal_cdf(x) + x * INV_SQRT_2_PI * libm::expf(-0.5 * x * x)
}

/// The same as [`erf_forward_and_slope`](super::erf_forward_and_slope).
///
/// # Errors
/// As there.
pub fn erf_forward_and_slope(x: &mut [f32], y: &mut [f32]) -> Result<(), Error> {
    erf_forward(x, y)?;
    x.iter_mut().for_each(|x| *x = slope(*x));
    Ok(())
}

/// The same as [`times_slope`](super::times_slope).
///
/// # Errors
/// As there.
pub fn times_slope(slope: &[f32], d: &mut [f32]) -> Result<(), Error> {
    length("gelu backward", "d", slope.len(), d.len())?;
    d.iter_mut().zip(slope).for_each(|(d, slope)| *d *= slope);
    Ok(())
}

/// The same as [`erf_backward`](super::erf_backward).
///
/// # Errors
/// As there.
pub fn erf_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu backward", "d_y", x.len(), d_y.len())?;
    length("gelu backward", "d_x", x.len(), d_x.len())?;
    for ((x, d_y), d_x) in x.iter().zip(d_y).zip(d_x) {
        *d_x += d_y * slope(*x);
    }
    Ok(())
}

/// The same as [`tanh_forward`](super::tanh_forward).
///
/// # Errors
/// As there.
pub fn tanh_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh)", "y", x.len(), y.len())?;
    for (x, y) in x.iter().zip(y) {
        let tanh = libm::tanhf(SQRT_2_OVER_PI * (x + CUBE * x * x * x));
        *y = 0.5 * x * (1.0 + tanh);
    }
    Ok(())
}

/// The same as [`tanh_backward`](super::tanh_backward).
///
/// # Errors
/// As there.
pub fn tanh_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh) backward", "d_y", x.len(), d_y.len())?;
    length("gelu (tanh) backward", "d_x", x.len(), d_x.len())?;
    for ((x, d_y), d_x) in x.iter().zip(d_y).zip(d_x) {
        let tanh = libm::tanhf(SQRT_2_OVER_PI * (x + CUBE * x * x * x));
        let slope = SQRT_2_OVER_PI * (1.0 + 3.0 * CUBE * x * x);
        *d_x += d_y * (0.5 * (1.0 + tanh) + 0.5 * x * (1.0 - tanh * tanh) * slope);
    }
    Ok(())
}
