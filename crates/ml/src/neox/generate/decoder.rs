//! The forward pass of new tokens after those already read, whose keys and values are kept.

use super::super::layout::Pair;
use super::super::linear::{Linear, Work};
use super::super::lora::{Adapter, Target};
use super::super::pass::Normalized;
use super::super::rotary::{Rotary, Turn};
use super::super::{Config, Error, Model};
use crate::kernels::matmul::{Form, Product, Scratch, Steps, Write, matmul, strided};
use crate::kernels::{causal_softmax, gelu};

/// What was read, and the memory for reading on.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    /// `[n_read, H, 3, D]` of each block: queries too, so that rows are as in training.
    cache: Vec<Vec<f32>>,
    n_read: usize,
    rotary: Rotary,
    scratch: Scratch,
    norm: Normalized,
    /// `[rows, C]`: the residual stream, a layer norm of it, what attention mixes.
    x: Vec<f32>,
    normed: Vec<f32>,
    mixed: Vec<f32>,
    /// `[rows, F]`, before and after GELU.
    hidden_in: Vec<f32>,
    hidden: Vec<f32>,
    /// `[rows, n_read]`.
    scores: Vec<f32>,
    low: Vec<f32>,
    d_low: Vec<f32>,
    logits: Vec<f32>,
}

impl Decoder {
    /// How many tokens were read.
    pub(super) fn n_read(&self) -> usize {
        self.n_read
    }

    /// Forgets what was read, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.n_read = 0;
        self.cache.iter_mut().for_each(Vec::clear);
    }

    /// Reads tokens; afterwards [`logits`](Self::logits) tells what may follow the last.
    ///
    /// # Errors
    /// [`Error::Token`], or [`Error::TooLong`] if they do not fit the context.
    pub(super) fn read(&mut self, model: &Model, adapter: Option<&Adapter>, tokens: &[u32]) -> Result<(), Error> {
        let config = model.config();
        model.check_tokens(tokens)?;
        let found = self.n_read + tokens.len();
        if found > config.context {
            return Err(Error::TooLong { found, context: config.context });
        }
        self.rotary.extend_to(config, found);
        self.cache.resize_with(config.n_layers, Vec::new);
        self.x.clear();
        tokens.iter().for_each(|&token| self.x.extend_from_slice(model.embedding(token)));
        for layer in 0..config.n_layers {
            self.block(model, adapter, layer)?;
        }
        self.n_read = found;
        Ok(())
    }

    fn block(&mut self, model: &Model, adapter: Option<&Adapter>, layer: usize) -> Result<(), Error> {
        let (config, block) = (model.config(), model.layout().block(layer));
        let Config { width: c, hidden: f, .. } = *config;
        let rows = self.x.len() / c;
        let linear = |pair, target| linear(model, adapter, layer, pair, target);
        let Self { x, normed, mixed, hidden_in, hidden, low, d_low, scratch, norm, .. } = self;
        mixed.resize(rows * c, 0.0);
        hidden_in.resize(rows * f, 0.0);
        hidden.resize(rows * f, 0.0);

        norm.forward(model, &block.attention_norm, x, normed)?;
        let cache = &mut self.cache[layer];
        cache.resize((self.n_read + rows) * 3 * c, 0.0);
        let new = &mut cache[self.n_read * 3 * c..];
        let work = Work { scratch, low, d_low };
        linear(&block.query_key_value, Target::QueryKeyValue).forward(normed, new, Write::Assign, work)?;
        for (row, new) in new.chunks_exact_mut(3 * c).enumerate() {
            self.rotary.turn(config, self.n_read + row, Turn::Forward, new);
        }
        attend(config, cache, self.n_read, mixed, &mut self.scores, scratch)?;

        // Both parts read the block's input, so the second norm comes before anything is added.
        norm.forward(model, &block.mlp_norm, x, normed)?;
        let work = Work { scratch, low, d_low };
        linear(&block.dense, Target::Dense).forward(mixed, x, Write::Add, work)?;
        let work = Work { scratch, low, d_low };
        linear(&block.expand, Target::Expand).forward(normed, hidden_in, Write::Assign, work)?;
        gelu::erf_forward(hidden_in, hidden)?;
        let work = Work { scratch, low, d_low };
        linear(&block.contract, Target::Contract).forward(hidden, x, Write::Add, work)
    }

    /// The logits of the token after the last, `[V]`.
    pub(super) fn logits(&mut self, model: &Model) -> Result<&[f32], Error> {
        let Config { width, vocabulary, .. } = *model.config();
        let Some(last) = self.x.len().checked_sub(width) else { return Err(Error::Nothing("to go on from")) };
        self.norm.forward(model, &model.layout().last_norm(), &self.x[last..], &mut self.normed)?;
        self.logits.resize(vocabulary, 0.0);
        let product = Product { form: Form::Abt, m: 1, k: width, n: vocabulary, write: Write::Assign };
        let head = model.part(model.layout().head());
        matmul(product, &self.normed, head, &mut self.logits, &mut self.scratch)?;
        Ok(&self.logits)
    }
}

fn linear<'a>(
    model: &'a Model,
    adapter: Option<&'a Adapter>,
    layer: usize,
    pair: &'a Pair,
    target: Target,
) -> Linear<'a> {
    Linear::new(model, pair, adapter.and_then(|adapter| adapter.at(layer, target)))
}

/// What the rows from `first` on see of all.
///
/// # Shapes
/// `cache`: `[time, H, 3, D]`; `mixed`: `[time − first, C]`
fn attend(
    config: &Config,
    cache: &[f32],
    first: usize,
    mixed: &mut [f32],
    scores: &mut Vec<f32>,
    scratch: &mut Scratch,
) -> Result<(), Error> {
    let (c, d) = (config.width, config.head_width());
    let time = cache.len() / (3 * c);
    let rows = time - first;
    scores.resize(rows * time, 0.0);
    for head in 0..config.n_heads {
        let at = head * 3 * d;
        let (q, k, v) = (&cache[first * 3 * c + at..], &cache[at + d..], &cache[at + 2 * d..]);
        let product = Product { form: Form::Abt, m: rows, k: d, n: time, write: Write::Assign };
        strided(product, Steps { a: 3 * c, b: 3 * c, c: time }, [q, k], scores, scratch)?;
        causal_softmax::forward(time, 1.0 / (d as f32).sqrt(), scores)?;
        let product = Product { form: Form::Ab, m: rows, k: time, n: d, write: Write::Assign };
        strided(product, Steps { a: time, b: 3 * c, c }, [scores, v], &mut mixed[head * d..], scratch)?;
    }
    Ok(())
}
