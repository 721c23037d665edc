//! Layer norms of the model.

use super::super::Error;
use super::super::layout::Pair;
use super::super::model::Model;
use super::super::trained::Gradients;
use crate::kernels::layer_norm::{self, Output};

/// What a layer norm keeps for its backward pass. Two layer norms of the same input keep the same.
#[derive(Debug, Default)]
pub(in crate::neox) struct Normalized {
    /// `[rows, C]`.
    values: Vec<f32>,
    /// `[rows]`.
    reciprocal_std: Vec<f32>,
}

impl Normalized {
    /// `y = norm(x)`.
    ///
    /// # Shapes
    /// `x`, `y`: `[rows, C]`
    pub(in crate::neox) fn forward(
        &mut self,
        model: &Model,
        pair: &Pair,
        x: &[f32],
        y: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let (gain, bias) = (model.part(pair.weight.clone()), model.part(pair.bias.clone()));
        y.resize(x.len(), 0.0);
        self.values.resize(x.len(), 0.0);
        self.reciprocal_std.resize(x.len() / gain.len(), 0.0);
        let out = Output { y, normalized: &mut self.values, reciprocal_std: &mut self.reciprocal_std };
        Ok(layer_norm::forward(x, gain, bias, model.config().epsilon, out)?)
    }

    /// `y = norm(x)` of the `x` that [`forward`](Self::forward) was given, with a layer norm of that one or of another.
    ///
    /// # Shapes
    /// `y`: `[rows, C]`
    pub(super) fn again(&self, model: &Model, pair: &Pair, y: &mut Vec<f32>) -> Result<(), Error> {
        let (gain, bias) = (model.part(pair.weight.clone()), model.part(pair.bias.clone()));
        y.resize(self.values.len(), 0.0);
        Ok(layer_norm::scale_and_shift(&self.values, gain, bias, y)?)
    }

    /// Adds to `d_x`, and to the gradients if they are wanted.
    ///
    /// # Shapes
    /// `d_y`, `d_x`: `[rows, C]`
    pub(super) fn backward(
        &self,
        model: &Model,
        pair: &Pair,
        d_y: &[f32],
        d_x: &mut [f32],
        gradients: &mut Gradients<'_>,
    ) -> Result<(), Error> {
        let gain = model.part(pair.weight.clone());
        let mut unwanted = Vec::new();
        let both = match gradients.weights(&(pair.weight.start..pair.bias.end)) {
            Some(both) => both,
            None => {
                unwanted.resize(2 * gain.len(), 0.0);
                &mut unwanted
            }
        };
        let (d_gain, d_bias) = both.split_at_mut(gain.len());
        let out = layer_norm::Gradients { d_x, d_gain, d_bias };
        Ok(layer_norm::backward(&self.values, &self.reciprocal_std, gain, d_y, out)?)
    }
}
