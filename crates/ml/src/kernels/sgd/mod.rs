//! One step of gradient descent with momentum, as PyTorch's `SGD` takes it.
//!
//! `g ← g + λ w`; `b ← μ b + g`; `w ← w − η b`, or with Nesterov's momentum `w ← w − η (g + μ b)`. With `b = 0` before
//! the first step this is PyTorch's rule with dampening 0. The decay is coupled: it goes through the momentum.
//!
//! Source: Sutskever, Martens, Dahl and Hinton 2013, §2, in the form that keeps `η` out of the velocity.

pub mod naive;

use crate::Error;
use crate::error::length;

/// The constants of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Constants {
    /// `η`.
    pub learning_rate: f32,
    /// `μ`; 0 for plain gradient descent.
    pub momentum: f32,
    /// `λ`.
    pub weight_decay: f32,
    /// Whether the step looks ahead by the momentum.
    pub nesterov: bool,
}

/// Takes a step in place.
///
/// # Shapes
/// `weights`, `gradients`, `velocity`: all of one length; `velocity` is `b`
///
/// # Errors
/// [`Error::Length`] if they are not equally long.
pub fn step(constants: Constants, weights: &mut [f32], gradients: &[f32], velocity: &mut [f32]) -> Result<(), Error> {
    check(weights, gradients, velocity)?;
    naive::step(constants, weights, gradients, velocity)
}

fn check(weights: &[f32], gradients: &[f32], velocity: &[f32]) -> Result<(), Error> {
    length("sgd", "gradients", weights.len(), gradients.len())?;
    length("sgd", "velocity", weights.len(), velocity.len())
}
