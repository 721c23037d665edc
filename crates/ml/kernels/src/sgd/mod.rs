//! One step of gradient descent with momentum, as PyTorch's `SGD` takes it.
//!
//! `g ← g + λ w`; `b ← μ b + g`; `w ← w − η b`, or with Nesterov's momentum `w ← w − η (g + μ b)`. With `b = 0` before
//! the first step this is PyTorch's rule with dampening 0. The decay is coupled: it goes through the momentum.
//!
//! Source: Sutskever, Martens, Dahl and Hinton 2013, §2, in the form that keeps `η` out of the velocity.

pub mod naive;

use crate::Error;
use crate::error::length;
use crate::lanes::{self, Kernel, Lanes, dispatch};

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
    dispatch(Step { constants, weights, gradients, velocity });
    Ok(())
}

fn check(weights: &[f32], gradients: &[f32], velocity: &[f32]) -> Result<(), Error> {
    length("sgd", "gradients", weights.len(), gradients.len())?;
    length("sgd", "velocity", weights.len(), velocity.len())
}

struct Step<'a> {
    constants: Constants,
    weights: &'a mut [f32],
    gradients: &'a [f32],
    velocity: &'a mut [f32],
}

impl Kernel for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { constants, weights, gradients, velocity } = self;
        let [rate, momentum, decay] =
            [-constants.learning_rate, constants.momentum, constants.weight_decay].map(|factor| L::splat(factor));
        lanes::update_2(velocity, gradients, weights, |b: L, g, w| b.mul_add(momentum, w.mul_add(decay, g)));
        if constants.nesterov {
            lanes::update_2(weights, gradients, velocity, |w: L, g, b| {
                b.mul_add(momentum, w.mul_add(decay, g)).mul_add(rate, w)
            });
        } else {
            lanes::update(weights, velocity, |w: L, b| b.mul_add(rate, w));
        }
    }
}
