//! AdamW.

use super::AdamWConstants;
use crate::Error;
use crate::kernels::adamw;
use crate::params::Params;

/// AdamW, or Adam where the decay is 0, over all parameters of one store.
#[derive(Debug, Clone)]
pub struct AdamW {
    /// The constants of the next step: a schedule changes the learning rate here.
    pub constants: AdamWConstants,
    steps: u32,
    first: Vec<f32>,
    second: Vec<f32>,
}

impl AdamW {
    /// Before its first step over `params`.
    pub fn new(params: &Params, constants: AdamWConstants) -> Self {
        Self { constants, steps: 0, first: vec![0.0; params.len()], second: vec![0.0; params.len()] }
    }

    /// How many steps were taken.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// Moves all parameters against their gradients.
    ///
    /// # Errors
    /// [`Error::Length`] if parameters were added since.
    pub fn step(&mut self, params: &mut Params) -> Result<(), Error> {
        let (weights, gradients) = params.split_mut();
        let t = self.steps.saturating_add(1);
        adamw::step(self.constants, t, weights, gradients, [&mut self.first, &mut self.second])?;
        self.steps = t;
        Ok(())
    }
}
