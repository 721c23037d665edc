//! One step of Adam with decoupled weight decay, as PyTorch's `AdamW` takes it.
//!
//! With step number `t` from 1: `w ← w · (1 − η λ)`; `m ← β₁ m + (1 − β₁) g`; `v ← β₂ v + (1 − β₂) g²`;
//! `w ← w − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)`. Without decay it is Adam.
//!
//! Source: Loshchilov and Hutter 2019, algorithm 2; Kingma and Ba 2015, algorithm 1.

pub mod naive;
mod simd;

use crate::Error;
use crate::error::length;
use crate::lanes::dispatch;
use simd::Factors;

/// A step that was taken elsewhere, to be made up for where it was not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Past {
    constants: Constants,
    factors: Factors,
}

impl Past {
    /// Step `t`, from 1.
    pub fn new(constants: Constants, t: u32) -> Self {
        Self { constants, factors: Factors::new(constants, t) }
    }
}

/// The constants of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// `η`.
    pub learning_rate: f32,
    /// `β₁`.
    pub beta_1: f32,
    /// `β₂`.
    pub beta_2: f32,
    /// `ε`, added outside the root.
    pub epsilon: f32,
    /// `λ`; a step shrinks each weight by the factor `1 − η λ`.
    pub weight_decay: f32,
}

impl Factors {
    /// In f64, since `β₂ᵗ` is near 1 at first.
    fn new(constants: Constants, t: u32) -> Self {
        let correction = |beta: f32| 1.0 - power(beta.into(), t);
        let Constants { learning_rate, beta_1, beta_2, weight_decay, .. } = constants;
        Self {
            rate: (f64::from(learning_rate) / correction(beta_1)) as f32,
            root: correction(beta_2).sqrt() as f32,
            keep: 1.0 - learning_rate * weight_decay,
        }
    }
}

/// `baseⁿ` by squaring: the same on every target, and a fraction of the general function's code.
fn power(mut base: f64, mut n: u32) -> f64 {
    let mut product = 1.0;
    while n > 0 {
        if n & 1 == 1 {
            product *= base;
        }
        (base, n) = (base * base, n >> 1);
    }
    product
}

/// Takes step `t` (from 1) in place.
///
/// # Shapes
/// `weights`, `gradients`, `first`, `second`: all of one length; `first` and `second` are `m` and `v`, 0 before
/// step 1
///
/// # Errors
/// [`Error::Length`] if they are not equally long.
pub fn step(
    constants: Constants,
    t: u32,
    weights: &mut [f32],
    gradients: &[f32],
    [first, second]: [&mut [f32]; 2],
) -> Result<(), Error> {
    scaled_step(Past::new(constants, t), 1.0, weights, gradients, [first, second])
}

/// The same, with gradients that are `scale` times those given.
///
/// # Errors
/// As [`step`].
pub fn scaled_step(
    step: Past,
    scale: f32,
    weights: &mut [f32],
    gradients: &[f32],
    [first, second]: [&mut [f32]; 2],
) -> Result<(), Error> {
    check(weights, gradients, first, second)?;
    dispatch(simd::Step { step, scale, weights, gradients, first, second });
    Ok(())
}

/// Makes up for steps in which the gradients of these weights were 0: to the bit what [`scaled_step`] does with such
/// gradients, step by step.
///
/// # Shapes
/// `weights`, `first`, `second`: all of one length
///
/// # Errors
/// [`Error::Length`] if they are not equally long.
pub fn catch_up(steps: &[Past], weights: &mut [f32], [first, second]: [&mut [f32]; 2]) -> Result<(), Error> {
    check(weights, weights, first, second)?;
    dispatch(simd::CatchUp { steps, weights, first, second });
    Ok(())
}

fn check(weights: &[f32], gradients: &[f32], first: &[f32], second: &[f32]) -> Result<(), Error> {
    length("adamw", "gradients", weights.len(), gradients.len())?;
    length("adamw", "first", weights.len(), first.len())?;
    length("adamw", "second", weights.len(), second.len())
}

impl Default for Constants {
    /// PyTorch's.
    fn default() -> Self {
        Self { learning_rate: 1e-3, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8, weight_decay: 0.01 }
    }
}
