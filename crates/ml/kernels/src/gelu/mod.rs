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
use crate::lanes::{self, Kernel, Lanes, dispatch};

/// `y = x · Φ(x)`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn erf_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu", "y", x.len(), y.len())?;
    dispatch(ErfForward { x, out: y });
    Ok(())
}

/// `y = x · Φ(x)` and, in the place of `x`, the slope `Φ(x) + x · φ(x)`: both at once take little more than one.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn erf_forward_and_slope(x: &mut [f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu", "y", x.len(), y.len())?;
    dispatch(ErfForwardAndSlope { x, y });
    Ok(())
}

/// The backward pass after [`erf_forward_and_slope`], in place: `d ← d · slope`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn times_slope(slope: &[f32], d: &mut [f32]) -> Result<(), Error> {
    length("gelu backward", "d", slope.len(), d.len())?;
    dispatch(TimesSlope { slope, d });
    Ok(())
}

/// `d_x += d_y · (Φ(x) + x · φ(x))`, where `φ` is the normal density.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn erf_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu backward", "d_y", x.len(), d_y.len())?;
    length("gelu backward", "d_x", x.len(), d_x.len())?;
    dispatch(ErfBackward { x, d_y, out: d_x });
    Ok(())
}

/// `y = x/2 · (1 + tanh(u))` with `u = √(2/π) · (x + 0.044715 x³)`, element by element.
///
/// # Errors
/// [`Error::Length`] if `y` is not as long as `x`.
pub fn tanh_forward(x: &[f32], y: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh)", "y", x.len(), y.len())?;
    dispatch(TanhForward { x, out: y });
    Ok(())
}

/// `d_x += d_y · ((1 + tanh u)/2 + x/2 · (1 − tanh² u) · √(2/π) · (1 + 3 · 0.044715 x²))`.
///
/// # Errors
/// [`Error::Length`] if the slices are not equally long.
pub fn tanh_backward(x: &[f32], d_y: &[f32], d_x: &mut [f32]) -> Result<(), Error> {
    length("gelu (tanh) backward", "d_y", x.len(), d_y.len())?;
    length("gelu (tanh) backward", "d_x", x.len(), d_x.len())?;
    dispatch(TanhBackward { x, d_y, out: d_x });
    Ok(())
}

// A kernel each, not one that is told which: a program that uses one form does not carry the other.

struct ErfForward<'a> {
    x: &'a [f32],
    out: &'a mut [f32],
}

struct ErfForwardAndSlope<'a> {
    x: &'a mut [f32],
    y: &'a mut [f32],
}

struct TimesSlope<'a> {
    slope: &'a [f32],
    d: &'a mut [f32],
}

struct ErfBackward<'a> {
    x: &'a [f32],
    d_y: &'a [f32],
    out: &'a mut [f32],
}

struct TanhForward<'a> {
    x: &'a [f32],
    out: &'a mut [f32],
}

struct TanhBackward<'a> {
    x: &'a [f32],
    d_y: &'a [f32],
    out: &'a mut [f32],
}

impl Kernel for ErfForward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::map(self.x, self.out, |x: L| x.mul(normal_cdf(x).0));
    }
}

impl Kernel for ErfForwardAndSlope<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::split(self.x, self.y, |x: L| {
            let (cdf, density) = normal_cdf(x);
            [x.mul_add(density, cdf), x.mul(cdf)]
        });
    }
}

impl Kernel for TimesSlope<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::update(self.d, self.slope, |d: L, slope| d.mul(slope));
    }
}

impl Kernel for ErfBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::update_2(self.out, self.d_y, self.x, |d_x, d_y: L, x| {
            let (cdf, density) = normal_cdf(x);
            d_y.mul_add(x.mul_add(density, cdf), d_x)
        });
    }
}

impl Kernel for TanhForward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::map(self.x, self.out, |x: L| x.mul(half_of_one_plus_tanh(x).0));
    }
}

impl Kernel for TanhBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        lanes::update_2(self.out, self.d_y, self.x, |d_x, d_y: L, x| {
            let (half, slope) = half_of_one_plus_tanh(x);
            d_y.mul_add(x.mul_add(slope, half), d_x)
        });
    }
}

/// `Φ(x)` and `φ(x)`.
#[inline(always)]
fn normal_cdf<L: Lanes>(x: L) -> (L, L) {
    let (above, bell) = lanes::half_erfc(x);
    let cdf = x.if_below(L::zero(), above, L::splat(1.0).sub(above));
    (cdf, bell.mul(L::splat(naive::INV_SQRT_2_PI)))
}

/// `(1 + tanh u)/2` and its derivative `(1 − tanh² u)/2 · u'` with respect to `x`.
#[inline(always)]
fn half_of_one_plus_tanh<L: Lanes>(x: L) -> (L, L) {
    let (one, half, square) = (L::splat(1.0), L::splat(0.5), x.mul(x));
    let factor = L::splat(naive::SQRT_2_OVER_PI);
    let tanh = lanes::tanh(square.mul_add(L::splat(naive::CUBE), one).mul(x).mul(factor));
    let slope = square.mul_add(L::splat(3.0 * naive::CUBE), one).mul(factor);
    (half.mul_add(tanh, half), one.sub(tanh.mul(tanh)).mul(half).mul(slope))
}
