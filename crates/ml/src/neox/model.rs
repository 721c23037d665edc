//! A model: a layout and its weights.

use super::error::length;
use super::pass::Pass;
use super::{Adapter, Config, Error, Layout};
use crate::random::Random;
use std::ops::Range;

/// A GPT-NeoX model.
#[derive(Debug, Clone)]
pub struct Model {
    layout: Layout,
    weights: Vec<f32>,
}

impl Model {
    /// A model of given weights, in the order of [`Layout::entries`].
    ///
    /// # Errors
    /// [`Error::Config`] for a shape that no model can have, [`Error::Length`] if there are not as many weights as it
    /// asks for.
    pub fn new(config: Config, weights: Vec<f32>) -> Result<Self, Error> {
        let layout = Layout::new(config)?;
        length("the model's weights", layout.len(), weights.len())?;
        Ok(Self { layout, weights })
    }

    /// A model before pre-training: weights normal with standard deviation 0.02, those of the two linear layers that
    /// write to the residual stream divided by `√(2L)`; gains 1, biases 0.
    ///
    /// Each tensor has its own stream of random numbers, so it does not depend on the sizes of the others.
    ///
    /// Source: Radford et al. 2019, "Language models are unsupervised multitask learners", §2.3; the constant is that
    /// of GPT-2's code.
    ///
    /// # Errors
    /// [`Error::Config`] for a shape that no model can have.
    pub fn initial(config: Config, seed: u64) -> Result<Self, Error> {
        const STD: f32 = 0.02;
        let layout = Layout::new(config)?;
        let residual = STD / (2.0 * config.n_layers as f32).sqrt();
        let mut weights = vec![0.0; layout.len()];
        for (index, entry) in layout.entries().iter().enumerate() {
            let part = &mut weights[entry.range()];
            if let [_, _] = entry.dims() {
                let writes = entry.name().ends_with("attention.dense.weight") || entry.name().contains("4h_to_h");
                let std = if writes { residual } else { STD };
                let mut random = Random::new(seed, index as u32);
                part.iter_mut().for_each(|w| *w = std * random.normal());
            } else if entry.name().ends_with("weight") {
                part.fill(1.0);
            }
        }
        Ok(Self { layout, weights })
    }

    /// Its shape.
    pub fn config(&self) -> &Config {
        self.layout.config()
    }

    /// Where each tensor stands.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All weights, in the order of [`Layout::entries`].
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// All weights, to be changed.
    pub fn weights_mut(&mut self) -> &mut [f32] {
        &mut self.weights
    }

    /// The weights, without the model.
    pub fn into_weights(self) -> Vec<f32> {
        self.weights
    }

    /// The logits at all positions of a sequence, with an adapter if there is one.
    ///
    /// # Shapes
    /// `tokens`: `[T]`; result: `[T, V]`
    ///
    /// # Errors
    /// [`Error::Token`] or [`Error::TooLong`] for tokens that the model cannot read, [`Error::Nothing`] without any.
    pub fn logits(&self, adapter: Option<&Adapter>, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        Pass::default().logits(self, adapter, tokens)
    }

    pub(super) fn part(&self, range: Range<usize>) -> &[f32] {
        &self.weights[range]
    }

    /// The input embedding of a token, `[C]`.
    pub(super) fn embedding(&self, token: u32) -> &[f32] {
        let c = self.config().width;
        &self.weights[token as usize * c..][..c]
    }

    /// That the model has embeddings for all `tokens`.
    pub(super) fn check_tokens(&self, tokens: &[u32]) -> Result<(), Error> {
        let vocabulary = self.config().vocabulary;
        match tokens.iter().find(|&&token| token as usize >= vocabulary) {
            Some(&found) => Err(Error::Token { found, vocabulary }),
            None => Ok(()),
        }
    }
}
