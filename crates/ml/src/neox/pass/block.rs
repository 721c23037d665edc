//! One block, forwards and backwards.
//!
//! `x ← x + attention(norm₁(x)) + mlp(norm₂(x))`: both parts read the same input. The last block leaves rows of the
//! positions that count alone: see [`counted`].
//!
//! Source: Black et al. 2022, "GPT-NeoX-20B", §2.1 (parallel attention and feed-forward layers).

use super::super::layout::Pair;
use super::super::linear::{Linear, Work};
use super::super::lora::{Adapter, Target};
use super::super::model::Model;
use super::super::trained::Gradients;
use super::super::{Batch, Error};
use super::memory::{Kept, Memory};
use super::{attention, counted};
use crate::kernels::gelu;
use crate::kernels::matmul::Write;

/// A block at work.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) model: &'a Model,
    pub(super) adapter: Option<&'a Adapter>,
    pub(super) layer: usize,
    pub(super) batch: &'a Batch,
}

impl At<'_> {
    fn linear<'b>(&'b self, pair: &'b Pair, target: Target) -> Linear<'b> {
        Linear::new(self.model, pair, self.adapter.and_then(|adapter| adapter.at(self.layer, target)))
    }

    fn is_last(&self) -> bool {
        self.layer + 1 == self.model.config().n_layers
    }

    /// Moves the residual stream, `memory.x`, on by one block.
    pub(super) fn forward(&self, kept: &mut Kept, memory: &mut Memory) -> Result<(), Error> {
        let Self { model, layer, batch, .. } = *self;
        let (config, block) = (model.config(), model.layout().block(layer));
        let Memory { x, scratch, d_low, rotary, normed, hidden, .. } = memory;
        kept.resize(config, batch);
        let Kept { norm, mixed, query_key_value, probabilities, hidden_in, low } = kept;
        let [low_query, low_dense, low_expand, low_contract] = low;
        norm.forward(model, &block.attention_norm, x, normed)?; // [rows, C]

        let work = Work { scratch, low: low_query, d_low };
        let linear = self.linear(&block.query_key_value, Target::QueryKeyValue);
        linear.forward(normed, query_key_value, Write::Assign, work)?; // [rows, 3C]
        attention::forward(config, batch, rotary, (query_key_value, probabilities, mixed), scratch)?; // [rows, C]
        if self.is_last() {
            counted::gather(batch, config.width, mixed);
            counted::gather(batch, config.width, x);
        }
        // From here on, all have as many rows as the residual stream.
        let work = Work { scratch, low: low_dense, d_low };
        self.linear(&block.dense, Target::Dense).forward(mixed, x, Write::Add, work)?;

        norm.again(model, &block.mlp_norm, normed)?; // [rows, C]
        if self.is_last() {
            counted::gather(batch, config.width, normed);
        }
        hidden_in.resize(x.len() / config.width * config.hidden, 0.0);
        let work = Work { scratch, low: low_expand, d_low };
        self.linear(&block.expand, Target::Expand).forward(normed, hidden_in, Write::Assign, work)?; // [rows, F]
        hidden.resize(hidden_in.len(), 0.0);
        gelu::erf_forward(hidden_in, hidden)?;
        let work = Work { scratch, low: low_contract, d_low };
        self.linear(&block.contract, Target::Contract).forward(hidden, x, Write::Add, work)
    }

    /// Moves the gradient of the residual stream, `memory.d_x`, back by one block.
    pub(super) fn backward(
        &self,
        kept: &mut Kept,
        memory: &mut Memory,
        gradients: &mut Gradients<'_>,
    ) -> Result<(), Error> {
        let Self { model, layer, batch, .. } = *self;
        let (config, block) = (model.config(), model.layout().block(layer));
        memory.resize(config, batch.n_positions());
        let Memory { d_x, scratch, d_low, rotary, normed, hidden, d_in, d_mixed, d_wide, .. } = memory;
        let [low_query, low_dense, low_expand, low_contract] = &mut kept.low;

        let d_hidden = &mut d_wide[..kept.hidden_in.len()];
        // Both parts read the gradient of the block's output before it is added to.
        let work = Work { scratch, low: low_dense, d_low };
        let linear = self.linear(&block.dense, Target::Dense);
        linear.backward(&kept.mixed, d_x, (d_mixed, Write::Assign), gradients, work)?;
        hidden.resize(kept.hidden_in.len(), 0.0);
        // What came before GELU is not needed any more: its place takes the slope.
        let slope = &mut kept.hidden_in;
        gelu::erf_forward_and_slope(slope, hidden)?;
        let work = Work { scratch, low: low_contract, d_low };
        let linear = self.linear(&block.contract, Target::Contract);
        linear.backward(hidden, d_x, (d_hidden, Write::Assign), gradients, work)?;

        gelu::times_slope(slope, d_hidden)?;
        let d_hidden_in = d_hidden;
        kept.norm.again(model, &block.mlp_norm, normed)?;
        if self.is_last() {
            counted::gather(batch, config.width, normed);
        }
        let work = Work { scratch, low: low_expand, d_low };
        let linear = self.linear(&block.expand, Target::Expand);
        linear.backward(normed, d_hidden_in, (d_in, Write::Assign), gradients, work)?;
        if self.is_last() {
            for rows in [&mut *d_in, &mut *d_x, &mut *d_mixed] {
                counted::scatter(batch, config.width, rows);
            }
        }
        // From here on, all have rows of all positions.
        kept.norm.backward(model, &block.mlp_norm, d_in, d_x, gradients)?;

        let parts = (kept.query_key_value.as_slice(), kept.probabilities.as_slice(), d_mixed.as_slice());
        let d_query_key_value = &mut d_wide[..kept.query_key_value.len()];
        attention::backward(config, batch, rotary, parts, (d_query_key_value, &mut memory.d_scores), scratch)?;
        kept.norm.again(model, &block.attention_norm, normed)?;
        let work = Work { scratch, low: low_query, d_low };
        let linear = self.linear(&block.query_key_value, Target::QueryKeyValue);
        linear.backward(normed, d_query_key_value, (d_in, Write::Assign), gradients, work)?;
        kept.norm.backward(model, &block.attention_norm, d_in, d_x, gradients)
    }
}
