//! A linear layer, with an adapter of low rank beside it where there is one.

use super::Error;
use super::layout::Pair;
use super::lora::{Adapter, Part};
use super::model::Model;
use super::trained::Gradients;
use crate::kernels::bias;
use crate::kernels::matmul::{Form, Product, Scratch, Write, matmul};

/// `y = x·Wᵀ + b`, and with an adapter `+ s·(x·Aᵀ)·Bᵀ`.
#[derive(Clone, Copy)]
pub(super) struct Linear<'a> {
    weight: &'a [f32],
    bias: &'a [f32],
    inputs: usize,
    pair: &'a Pair,
    adapter: Option<(&'a Adapter, &'a Part)>,
}

/// What a linear layer's passes share.
pub(super) struct Work<'a> {
    pub(super) scratch: &'a mut Scratch,
    /// `s·x·Aᵀ`, `[rows, r]`: written forwards, read backwards. Empty without an adapter.
    pub(super) low: &'a mut Vec<f32>,
    /// Its gradient, in passing.
    pub(super) d_low: &'a mut Vec<f32>,
}

fn product(form: Form, m: usize, k: usize, n: usize, write: Write) -> Product {
    Product { form, m, k, n, write }
}

impl<'a> Linear<'a> {
    pub(super) fn new(model: &'a Model, pair: &'a Pair, adapter: Option<(&'a Adapter, &'a Part)>) -> Self {
        let (weight, bias) = (model.part(pair.weight.clone()), model.part(pair.bias.clone()));
        Self { weight, bias, inputs: weight.len() / bias.len(), pair, adapter }
    }

    /// `y` is overwritten or added to.
    ///
    /// # Shapes
    /// `x`: `[rows, in]`, `y`: `[rows, out]`
    pub(super) fn forward(&self, x: &[f32], y: &mut [f32], write: Write, work: Work<'_>) -> Result<(), Error> {
        let (inputs, outputs) = (self.inputs, self.bias.len());
        let rows = x.len() / inputs;
        bias::forward(self.bias, y, write)?;
        matmul(product(Form::Abt, rows, inputs, outputs, Write::Add), x, self.weight, y, work.scratch)?;
        if let Some((adapter, part)) = self.adapter {
            let rank = adapter.rank();
            work.low.resize(rows * rank, 0.0);
            let down = product(Form::Abt, rows, inputs, rank, Write::Assign);
            matmul(down, x, adapter.part(&part.a), work.low, work.scratch)?;
            work.low.iter_mut().for_each(|low| *low *= adapter.scale());
            let up = product(Form::Abt, rows, rank, outputs, Write::Add);
            matmul(up, work.low, adapter.part(&part.b), y, work.scratch)?;
        }
        Ok(())
    }

    /// Adds to the gradients that are wanted; writes or adds that of `x`.
    ///
    /// # Shapes
    /// `x`, `d_x`: `[rows, in]`; `d_y`: `[rows, out]`
    pub(super) fn backward(
        &self,
        x: &[f32],
        d_y: &[f32],
        (d_x, write): (&mut [f32], Write),
        gradients: &mut Gradients<'_>,
        work: Work<'_>,
    ) -> Result<(), Error> {
        let (inputs, outputs) = (self.inputs, self.bias.len());
        let rows = x.len() / inputs;
        if let Some(d_weight) = gradients.weights(&self.pair.weight) {
            matmul(product(Form::Atb, outputs, rows, inputs, Write::Add), d_y, x, d_weight, work.scratch)?;
        }
        if let Some(d_bias) = gradients.weights(&self.pair.bias) {
            bias::backward(d_y, d_bias)?;
        }
        matmul(product(Form::Ab, rows, outputs, inputs, write), d_y, self.weight, d_x, work.scratch)?;
        if let Some((adapter, part)) = self.adapter {
            let rank = adapter.rank();
            work.d_low.resize(rows * rank, 0.0);
            let up = product(Form::Ab, rows, outputs, rank, Write::Assign);
            matmul(up, d_y, adapter.part(&part.b), work.d_low, work.scratch)?;
            work.d_low.iter_mut().for_each(|d| *d *= adapter.scale());
            if let Some(d_b) = gradients.adapter(&part.b) {
                matmul(product(Form::Atb, outputs, rows, rank, Write::Add), d_y, work.low, d_b, work.scratch)?;
            }
            if let Some(d_a) = gradients.adapter(&part.a) {
                matmul(product(Form::Atb, rank, rows, inputs, Write::Add), work.d_low, x, d_a, work.scratch)?;
            }
            let down = product(Form::Ab, rows, rank, inputs, Write::Add);
            matmul(down, work.d_low, adapter.part(&part.a), d_x, work.scratch)?;
        }
        Ok(())
    }
}
