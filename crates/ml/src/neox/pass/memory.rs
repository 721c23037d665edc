//! What passes write down. All of it is kept from step to step, so that a step allocates nothing new.

use super::super::rotary::Rotary;
use super::super::{Batch, Config};
use super::norm::Normalized;
use crate::kernels::matmul::Scratch;

/// What one block's backward pass needs of its forward pass.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) norm: Normalized,
    /// What attention mixes of the values, `[rows, C]`; of the last block `[U, C]`, of the positions that count.
    pub(super) mixed: Vec<f32>,
    /// `[rows, H, 3, D]`, turned by their positions.
    pub(super) query_key_value: Vec<f32>,
    /// `[T, T]` for each head of each sequence.
    pub(super) probabilities: Vec<f32>,
    /// `[rows, F]`, before GELU, and from the middle of the backward pass its slope there; of the last block `[U, F]`.
    pub(super) hidden_in: Vec<f32>,
    /// `[rows, r]` of each adapted layer; of the last block's, but for the first, `[U, r]`.
    pub(super) low: [Vec<f32>; 4],
}

impl Kept {
    pub(super) fn resize(&mut self, config: &Config, batch: &Batch) {
        let rows = batch.n_positions();
        let squares: usize = batch.sequences().map(|sequence| sequence.len() * sequence.len()).sum();
        self.mixed.resize(rows * config.width, 0.0);
        self.query_key_value.resize(rows * 3 * config.width, 0.0);
        self.probabilities.resize(squares * config.n_heads, 0.0);
    }
}

/// What all blocks use by turns.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) scratch: Scratch,
    pub(super) rotary: Rotary,
    /// The residual stream and its gradient, `[rows, C]`; behind the last block `[U, C]`.
    pub(super) x: Vec<f32>,
    pub(super) d_x: Vec<f32>,
    /// What is computed again when a block goes back, since that takes a hundredth of what the block takes, and would be
    /// a third of what all blocks keep: `[rows, C]` after a layer norm, `[rows, F]` after GELU.
    pub(super) normed: Vec<f32>,
    pub(super) hidden: Vec<f32>,
    /// Gradients of a block's inner values: `[rows, C]`, `[rows, C]`, `[rows, F]` and then `[rows, 3C]`, `[T, T]`,
    /// `[rows, r]`.
    pub(super) d_in: Vec<f32>,
    pub(super) d_mixed: Vec<f32>,
    pub(super) d_wide: Vec<f32>,
    pub(super) d_scores: Vec<f32>,
    pub(super) d_low: Vec<f32>,
}

impl Memory {
    /// For a block's backward pass over so many positions, of which [`d_x`](Self::d_x) has all or those that count.
    pub(super) fn resize(&mut self, config: &Config, rows: usize) {
        self.d_in.resize(self.d_x.len(), 0.0);
        self.d_mixed.resize(self.d_x.len(), 0.0);
        self.d_wide.resize(rows * config.hidden.max(3 * config.width), 0.0);
    }
}
