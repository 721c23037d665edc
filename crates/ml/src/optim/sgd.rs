//! Gradient descent with momentum.

use super::SgdConstants;
use crate::Error;
use crate::kernels::sgd;
use crate::params::Params;

/// Gradient descent over all parameters of one store.
#[derive(Debug, Clone)]
pub struct Sgd {
    /// The constants of the next step: a schedule changes the learning rate here.
    pub constants: SgdConstants,
    velocity: Vec<f32>,
}

impl Sgd {
    /// Before its first step over `params`.
    pub fn new(params: &Params, constants: SgdConstants) -> Self {
        Self { constants, velocity: vec![0.0; params.len()] }
    }

    /// Moves all parameters against their gradients.
    ///
    /// # Errors
    /// [`Error::Length`] if parameters were added since.
    pub fn step(&mut self, params: &mut Params) -> Result<(), Error> {
        let (weights, gradients) = params.split_mut();
        sgd::step(self.constants, weights, gradients, &mut self.velocity)
    }
}
