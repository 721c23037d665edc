//! Where each tensor stands in the one vector of weights.

use super::{Config, Error};
use std::ops::Range;

/// One tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    name: String,
    dims: [usize; 2],
    n_dims: usize,
    start: usize,
}

impl Entry {
    pub(super) fn new(name: String, dims: &[usize], start: usize) -> Self {
        let (dims, n_dims) = match *dims {
            [rows, cols] => ([rows, cols], 2),
            _ => ([1, dims.iter().product()], 1),
        };
        Self { name, dims, n_dims, start }
    }

    /// What Hugging Face transformers calls it. Its version 5 may write `lm_head.weight` for `embed_out.weight`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its shape: `[out, in]` of a linear layer's weight, `[V, C]` of a table of embeddings, `[C]` of the rest.
    pub fn dims(&self) -> &[usize] {
        &self.dims[2 - self.n_dims..]
    }

    /// Where its numbers stand, row-major.
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + self.dims[0] * self.dims[1]
    }
}

/// The order of the tensors: the input embeddings, the blocks, the last layer norm, the output embeddings. So what
/// is not an embedding is one range.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    config: Config,
    entries: Vec<Entry>,
}

/// A linear layer's weight `[out, in]` and bias `[out]`, or a layer norm's gain and bias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) weight: Range<usize>,
    pub(super) bias: Range<usize>,
}

/// The tensors of a block.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// The layer norm before attention.
    pub(super) attention_norm: Pair,
    /// The layer norm before the feed-forward network, of the same input.
    pub(super) mlp_norm: Pair,
    /// `[3C, C]`; its rows are query, key and value of the first head, then of the next.
    pub(super) query_key_value: Pair,
    /// `[C, C]`.
    pub(super) dense: Pair,
    /// `[F, C]`.
    pub(super) expand: Pair,
    /// `[C, F]`.
    pub(super) contract: Pair,
}

impl Layout {
    /// The layout of a model.
    ///
    /// # Errors
    /// [`Error::Config`] for a shape that no model can have.
    pub fn new(config: Config) -> Result<Self, Error> {
        let config = config.checked()?;
        let Config { n_layers, width: c, hidden: f, vocabulary: v, .. } = config;
        let mut layout = Self { config, entries: Vec::with_capacity(12 * n_layers + 4) };
        layout.add("gpt_neox.embed_in.weight".into(), &[v, c]);
        for layer in 0..n_layers {
            let parts: [(&str, &[usize]); 6] = [
                ("input_layernorm", &[c]),
                ("post_attention_layernorm", &[c]),
                ("attention.query_key_value", &[3 * c, c]),
                ("attention.dense", &[c, c]),
                ("mlp.dense_h_to_4h", &[f, c]),
                ("mlp.dense_4h_to_h", &[c, f]),
            ];
            for (part, dims) in parts {
                layout.add(format!("gpt_neox.layers.{layer}.{part}.weight"), dims);
                layout.add(format!("gpt_neox.layers.{layer}.{part}.bias"), &dims[..1]);
            }
        }
        layout.add("gpt_neox.final_layer_norm.weight".into(), &[c]);
        layout.add("gpt_neox.final_layer_norm.bias".into(), &[c]);
        layout.add("embed_out.weight".into(), &[v, c]);
        Ok(layout)
    }

    fn add(&mut self, name: String, dims: &[usize]) {
        let start = self.len();
        self.entries.push(Entry::new(name, dims, start));
    }

    /// The model's shape.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// All tensors, in order and without gaps.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of weights.
    pub fn len(&self) -> usize {
        self.entries.last().map_or(0, |entry| entry.range().end)
    }

    /// Whether there is no weight: never, of a layout that was checked.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The input embeddings, `[V, C]`.
    pub fn embeddings(&self) -> Range<usize> {
        0..self.config.vocabulary * self.config.width
    }

    /// All blocks and the last layer norm.
    pub fn body(&self) -> Range<usize> {
        let start = self.embeddings().end;
        start..start + self.config.n_body_weights()
    }

    /// The output embeddings, `[V, C]`.
    pub fn head(&self) -> Range<usize> {
        self.body().end..self.len()
    }

    pub(super) fn block(&self, layer: usize) -> Block {
        let Config { width: c, hidden: f, .. } = self.config;
        let mut start = self.body().start + layer * self.config.n_layer_weights();
        let mut pair = |weight: usize, bias: usize| {
            let middle = start + weight;
            let pair = Pair { weight: start..middle, bias: middle..middle + bias };
            start = middle + bias;
            pair
        };
        Block {
            attention_norm: pair(c, c),
            mlp_norm: pair(c, c),
            query_key_value: pair(3 * c * c, 3 * c),
            dense: pair(c * c, c),
            expand: pair(f * c, f),
            contract: pair(c * f, c),
        }
    }

    pub(super) fn last_norm(&self) -> Pair {
        let end = self.body().end;
        let c = self.config.width;
        Pair { weight: end - 2 * c..end - c, bias: end - c..end }
    }
}
