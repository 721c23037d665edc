//! Losses without training: the probability of each token of a text, and its perplexity.

use super::super::trained::{Gradients, HeadGradients, RowGradients};
use super::super::{Adapter, Batch, Error, Model};
use super::{Pass, Progress};

/// A forward pass, a slice at a time. Kept between uses, it allocates nothing.
#[derive(Debug, Default)]
pub struct Evaluation(Pass);

impl Evaluation {
    /// Begins with a batch. What was under way is given up.
    ///
    /// # Errors
    /// [`Error::Nothing`] if no position counts, [`Error::Token`] or [`Error::TooLong`] for a batch that the model
    /// cannot read.
    pub fn begin(&mut self, model: &Model, batch: &Batch) -> Result<(), Error> {
        self.0.begin(model, batch, None)
    }

    /// Does a slice, with the model that it began with and an adapter if there is one.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if a loss is not finite.
    pub fn advance(&mut self, model: &Model, adapter: Option<&Adapter>) -> Result<Progress, Error> {
        let mut rows = RowGradients::default();
        let nowhere = &mut Gradients { values: &mut [], rows: &mut rows, of: 0..0, head: &mut HeadGradients::new() };
        self.0.advance(model, adapter, nowhere)
    }

    /// `−ln p` of each token that counts, in order, after the last slice.
    pub fn losses(&self) -> &[f32] {
        self.0.losses()
    }
}

/// `exp` of the mean loss: among how many equally likely tokens the model seems to choose.
///
/// Source: Jelinek, Mercer, Bahl and Baker 1977.
pub fn perplexity(losses: &[f32]) -> f64 {
    let sum: f64 = losses.iter().map(|&loss| f64::from(loss)).sum();
    libm::exp(sum / losses.len() as f64)
}
