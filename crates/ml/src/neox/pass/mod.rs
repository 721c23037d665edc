//! Forward and backward pass of one batch, a slice at a time.
//!
//! | phase | a slice is |
//! |---|---|
//! | forward | one block |
//! | head | a few chunks of the vocabulary, first forwards, then backwards, for up to [`GROUP`] positions |
//! | backward | one block |
//!
//! Logits are computed where they count in the loss and nowhere else, and so is most of the last block.

mod attention;
mod block;
mod counted;
mod evaluation;
mod memory;
mod norm;

use super::lora::Adapter;
use super::trained::{Gradients, HeadGradients, RowGradients};
use super::{Batch, Config, Error, Model};
use crate::kernels::linear_cross_entropy::{CHUNK, LinearCrossEntropy};
use crate::kernels::matmul::{Form, Product, Write, matmul};
use block::At;
pub use evaluation::{Evaluation, perplexity};
use memory::{Kept, Memory};
pub(super) use norm::Normalized;
use std::ops::Range;

/// Positions whose logits are held at once.
const GROUP: usize = 256;

/// Multiplications and additions of a slice of the head.
const SLICE_OPERATIONS: usize = 150_000_000;

/// Whether there is more to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Call again.
    Working,
    /// All is done.
    Finished,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Idle,
    /// Which block.
    Forward(usize),
    LastNorm,
    /// The first position of a group, by its place among those that count.
    Group(usize),
    /// The group and the next chunk.
    Head(usize, usize),
    HeadBackward(usize, usize),
    LastNormBackward,
    /// How many blocks are left.
    Backward(usize),
    Embeddings,
}

/// One pass, and the memory of all that are made with it.
#[derive(Debug, Default)]
pub(super) struct Pass {
    phase: Phase,
    batch: Batch,
    /// The derivative of the whole loss with respect to that of each position; none without a backward pass.
    d_loss: Option<f32>,
    kept: Vec<Kept>,
    memory: Memory,
    last_norm: Normalized,
    /// What the output embeddings are multiplied with, `[U, C]` for the positions that count, and its gradient.
    out: Vec<f32>,
    d_out: Vec<f32>,
    head: LinearCrossEntropy,
    /// The sum of the squares of its gradients, of the chunks so far.
    head_squares: f64,
    losses: Vec<f32>,
}

impl Pass {
    /// Begins. `d_loss` is what each counted position's loss weighs in the gradient; without it there is none.
    pub(super) fn begin(&mut self, model: &Model, batch: &Batch, d_loss: Option<f32>) -> Result<(), Error> {
        if batch.n_counted() == 0 {
            return Err(Error::Nothing("that counts in the loss"));
        }
        model.check_tokens(batch.tokens())?;
        if let Some(&(_, target)) = batch.targets().iter().max_by_key(|(_, target)| target) {
            model.check_tokens(&[target])?;
        }
        let context = model.config().context;
        if let Some(found) = batch.sequences().map(|sequence| sequence.len()).find(|&found| found > context) {
            return Err(Error::TooLong { found, context });
        }
        self.batch.clone_from(batch);
        self.d_loss = d_loss;
        self.losses.clear();
        self.phase = Phase::Forward(0);
        // What is not read again is written over by the next block.
        self.kept.resize_with(if d_loss.is_some() { model.config().n_layers } else { 1 }, Kept::default);
        self.memory.x.clear();
        for &token in batch.tokens() {
            self.memory.x.extend_from_slice(model.embedding(token));
        }
        Ok(())
    }

    /// Whether a pass is under way.
    pub(super) fn is_working(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// Gives a pass up.
    pub(super) fn stop(&mut self) {
        self.phase = Phase::Idle;
    }

    /// The loss of each position that counts, in order.
    pub(super) fn losses(&self) -> &[f32] {
        &self.losses
    }

    /// Does a slice.
    pub(super) fn advance(
        &mut self,
        model: &Model,
        adapter: Option<&Adapter>,
        gradients: &mut Gradients<'_>,
    ) -> Result<Progress, Error> {
        let next = self.slice(model, adapter, gradients);
        self.phase = *next.as_ref().unwrap_or(&Phase::Idle);
        next.map(|phase| if phase == Phase::Idle { Progress::Finished } else { Progress::Working })
    }

    /// The logits at all positions of one sequence, `[T, V]`.
    pub(super) fn logits(
        &mut self,
        model: &Model,
        adapter: Option<&Adapter>,
        tokens: &[u32],
    ) -> Result<Vec<f32>, Error> {
        // The loss is that of any token after the last: it is not computed.
        let sequence: Vec<u32> = tokens.iter().copied().chain([0]).collect();
        let mut batch = Batch::new();
        batch.push(&sequence, &vec![true; sequence.len()])?;
        self.begin(model, &batch, None)?;
        let mut rows = RowGradients::default();
        let mut nowhere = Gradients { values: &mut [], rows: &mut rows, of: 0..0, head: &mut HeadGradients::new() };
        while !matches!(self.phase, Phase::Group(_)) {
            self.advance(model, adapter, &mut nowhere)?;
        }
        self.stop();
        let Config { width, vocabulary, .. } = *model.config();
        let mut logits = vec![0.0; tokens.len() * vocabulary];
        let product = Product { form: Form::Abt, m: tokens.len(), k: width, n: vocabulary, write: Write::Assign };
        matmul(product, &self.out, model.part(model.layout().head()), &mut logits, &mut self.memory.scratch)?;
        Ok(logits)
    }

    fn slice(
        &mut self,
        model: &Model,
        adapter: Option<&Adapter>,
        gradients: &mut Gradients<'_>,
    ) -> Result<Phase, Error> {
        let n_layers = model.config().n_layers;
        match self.phase {
            Phase::Idle => Ok(Phase::Idle),
            Phase::Forward(layer) => {
                let at = At { model, adapter, layer, batch: &self.batch };
                let kept = layer.min(self.kept.len() - 1);
                at.forward(&mut self.kept[kept], &mut self.memory)?;
                Ok(if layer + 1 < n_layers { Phase::Forward(layer + 1) } else { Phase::LastNorm })
            }
            Phase::LastNorm => {
                self.last_norm.forward(model, &model.layout().last_norm(), &self.memory.x, &mut self.out)?;
                self.d_out.resize(self.out.len(), 0.0);
                Ok(Phase::Group(0))
            }
            Phase::Group(first) => self.begin_group(model, first),
            Phase::Head(first, chunk) => self.head_forward(model, first, chunk),
            Phase::HeadBackward(first, chunk) => self.head_backward(model, first, chunk, gradients),
            Phase::LastNormBackward => {
                let Self { memory, last_norm, d_out, .. } = self;
                memory.d_x.clear();
                memory.d_x.resize(d_out.len(), 0.0);
                last_norm.backward(model, &model.layout().last_norm(), d_out, &mut memory.d_x, gradients)?;
                Ok(Phase::Backward(n_layers))
            }
            Phase::Backward(0) => Ok(Phase::Embeddings),
            Phase::Backward(left) => {
                let at = At { model, adapter, layer: left - 1, batch: &self.batch };
                at.backward(&mut self.kept[left - 1], &mut self.memory, gradients)?;
                Ok(Phase::Backward(left - 1))
            }
            Phase::Embeddings => {
                let c = model.config().width;
                for (&token, d_x) in self.batch.tokens().iter().zip(self.memory.d_x.chunks_exact(c)) {
                    if let Some(sum) = gradients.rows.get_mut(token) {
                        sum.iter_mut().zip(d_x).for_each(|(sum, d)| *sum += d);
                    }
                }
                Ok(Phase::Idle)
            }
        }
    }

    /// The positions of a group and the tokens that should follow.
    fn targets(&self, first: usize) -> &[(usize, u32)] {
        let targets = self.batch.targets();
        &targets[first..targets.len().min(first + GROUP)]
    }

    fn begin_group(&mut self, model: &Model, first: usize) -> Result<Phase, Error> {
        let c = model.config().width;
        let tokens: Vec<u32> = self.targets(first).iter().map(|&(_, token)| token).collect();
        let group = &self.out[first * c..][..tokens.len() * c];
        self.head.begin(c, group, model.part(model.layout().head()), &tokens, self.d_loss.is_some())?;
        Ok(Phase::Head(first, 0))
    }

    /// The chunks of a slice, each of which costs so many products of a chunk with the group.
    fn chunks(&self, model: &Model, first: usize, chunk: usize, n_products: usize) -> Range<usize> {
        let operations = n_products * 2 * CHUNK * model.config().width * self.targets(first).len();
        let end = chunk + (SLICE_OPERATIONS / operations.max(1)).max(1);
        chunk..end.min(self.head.n_chunks())
    }

    fn head_forward(&mut self, model: &Model, first: usize, chunk: usize) -> Result<Phase, Error> {
        let chunks = self.chunks(model, first, chunk, 1);
        let weights = model.part(model.layout().head());
        for chunk in chunks.clone() {
            self.head.forward(weights, chunk)?;
        }
        if chunks.end < self.head.n_chunks() {
            return Ok(Phase::Head(first, chunks.end));
        }
        for found in self.head.losses() {
            if !found.is_finite() {
                return Err(Error::NotFinite { what: "loss", found });
            }
            self.losses.push(found);
        }
        match self.d_loss {
            Some(d_loss) => {
                self.head.begin_backward(d_loss)?;
                self.head_squares = 0.0;
                Ok(Phase::HeadBackward(first, 0))
            }
            None if first + GROUP < self.batch.n_counted() => Ok(Phase::Group(first + GROUP)),
            None => Ok(Phase::Idle),
        }
    }

    fn head_backward(
        &mut self,
        model: &Model,
        first: usize,
        chunk: usize,
        gradients: &mut Gradients<'_>,
    ) -> Result<Phase, Error> {
        let chunks = self.chunks(model, first, chunk, 2);
        let weights = model.part(model.layout().head());
        for chunk in chunks.clone() {
            self.head_squares += self.head.backward(weights, chunk, gradients.head(model.layout()))?;
        }
        if chunks.end < self.head.n_chunks() {
            return Ok(Phase::HeadBackward(first, chunks.end));
        }
        // Each group goes through all chunks, so its sum is that of all groups and passes so far.
        *gradients.head = HeadGradients { is_new: false, squares: Some(self.head_squares) };
        let (c, n) = (model.config().width, self.targets(first).len());
        self.head.finish(&mut self.d_out[first * c..][..n * c])?;
        let next = first + GROUP;
        Ok(if next < self.batch.n_counted() { Phase::Group(next) } else { Phase::LastNormBackward })
    }
}
