//! Adapters of low rank: beside a linear layer `W`, which stays as it is, `s·B·A` is learnt, with `A: [r, in]`,
//! `B: [out, r]` and `s = α/r`.
//!
//! `B` begins at 0, so an adapter changes nothing at first; `A` is uniform in ±1/√in, as in the library peft.
//!
//! Source: Hu et al. 2021, "LoRA", §4.1.

use super::error::length;
use super::layout::{Block, Entry, Pair};
use super::{Config, Error, Model};
use crate::kernels::matmul::{Form, Product, Scratch, Write, matmul};
use crate::random::Random;
use std::ops::Range;

/// A linear layer of every block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// `attention.query_key_value`.
    QueryKeyValue,
    /// `attention.dense`.
    Dense,
    /// `mlp.dense_h_to_4h`.
    Expand,
    /// `mlp.dense_4h_to_h`.
    Contract,
}

impl Target {
    /// All, in the order in which they stand in a block.
    pub const ALL: [Self; 4] = [Self::QueryKeyValue, Self::Dense, Self::Expand, Self::Contract];

    /// What transformers and peft call it within a block.
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueryKeyValue => "attention.query_key_value",
            Self::Dense => "attention.dense",
            Self::Expand => "mlp.dense_h_to_4h",
            Self::Contract => "mlp.dense_4h_to_h",
        }
    }

    /// Outputs and inputs.
    const fn dims(self, config: &Config) -> [usize; 2] {
        let (c, f) = (config.width, config.hidden);
        match self {
            Self::QueryKeyValue => [3 * c, c],
            Self::Dense => [c, c],
            Self::Expand => [f, c],
            Self::Contract => [c, f],
        }
    }

    const fn index(self) -> usize {
        self as usize
    }

    fn of(self, block: &Block) -> &Pair {
        match self {
            Self::QueryKeyValue => &block.query_key_value,
            Self::Dense => &block.dense,
            Self::Expand => &block.expand,
            Self::Contract => &block.contract,
        }
    }
}

/// How large an adapter is, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Lora {
    /// `r`.
    pub rank: usize,
    /// `α`.
    pub alpha: f32,
    /// Which linear layers, of all blocks.
    pub targets: Vec<Target>,
}

/// Where `A` and `B` of one layer stand.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) a: Range<usize>,
    pub(super) b: Range<usize>,
}

/// The weights of an adapter, in one vector.
#[derive(Debug, Clone)]
pub struct Adapter {
    lora: Lora,
    entries: Vec<Entry>,
    /// By block and target.
    parts: Vec<[Option<Part>; 4]>,
    weights: Vec<f32>,
}

impl Adapter {
    /// An adapter that changes nothing yet.
    ///
    /// # Errors
    /// [`Error::Config`] for a rank or an `α` that none can have, or without targets.
    pub fn new(config: &Config, lora: Lora, seed: u64) -> Result<Self, Error> {
        let config = config.checked()?;
        let broken = |field, found, rule| Err(Error::Config { field, found, rule });
        if !(1..=config.width).contains(&lora.rank) {
            return broken("the rank of the adapter", lora.rank as f64, "it must be from 1 to the model's width");
        }
        if !(lora.alpha.is_finite() && lora.alpha > 0.0) {
            return broken("alpha of the adapter", lora.alpha.into(), "it must be above 0 and finite");
        }
        if lora.targets.is_empty() {
            return broken("the number of adapted layers", 0.0, "without one there is nothing to train");
        }
        let mut adapter = Self { lora, entries: Vec::new(), parts: Vec::new(), weights: Vec::new() };
        for layer in 0..config.n_layers {
            let mut parts = [const { None }; 4];
            for target in Target::ALL {
                if adapter.lora.targets.contains(&target) {
                    parts[target.index()] = Some(adapter.add(&config, layer, target, seed));
                }
            }
            adapter.parts.push(parts);
        }
        Ok(adapter)
    }

    fn add(&mut self, config: &Config, layer: usize, target: Target, seed: u64) -> Part {
        let ([outputs, inputs], rank) = (target.dims(config), self.lora.rank);
        let name = format!("base_model.model.gpt_neox.layers.{layer}.{}", target.name());
        let bound = 1.0 / (inputs as f32).sqrt();
        let mut random = Random::at(seed, LORA_STREAM, (4 * layer + target.index()) as u64);
        let mut tensor = |letter, dims: [usize; 2]| {
            let start = self.weights.len();
            self.entries.push(Entry::new(format!("{name}.lora_{letter}.weight"), &dims, start));
            self.weights.resize(start + dims[0] * dims[1], 0.0);
            start..self.weights.len()
        };
        let part = Part { a: tensor('A', [rank, inputs]), b: tensor('B', [outputs, rank]) };
        self.weights[part.a.clone()].iter_mut().for_each(|w| *w = bound * (2.0 * random.uniform() - 1.0));
        part
    }

    /// Its size.
    pub fn lora(&self) -> &Lora {
        &self.lora
    }

    /// `r`.
    pub fn rank(&self) -> usize {
        self.lora.rank
    }

    /// `s = α/r`.
    pub fn scale(&self) -> f32 {
        self.lora.alpha / self.lora.rank as f32
    }

    /// All tensors, by the names that peft gives them.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All weights, in the order of [`entries`](Self::entries).
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }

    /// All weights, to be changed.
    pub fn weights_mut(&mut self) -> &mut [f32] {
        &mut self.weights
    }

    pub(super) fn part(&self, range: &Range<usize>) -> &[f32] {
        &self.weights[range.clone()]
    }

    pub(super) fn at(&self, layer: usize, target: Target) -> Option<(&Self, &Part)> {
        Some((self, self.parts.get(layer)?[target.index()].as_ref()?))
    }

    /// Adds `s·B·A` to the layers of a model, which then computes without the adapter what it did with it.
    ///
    /// # Errors
    /// [`Error::Length`] for a model of another shape.
    pub fn merge_into(&self, model: &mut Model) -> Result<(), Error> {
        let config = *model.config();
        length("the adapted blocks", config.n_layers, self.parts.len())?;
        let mut scratch = Scratch::default();
        for (layer, parts) in self.parts.iter().enumerate() {
            let block = model.layout().block(layer);
            for target in Target::ALL {
                let Some(part) = &parts[target.index()] else { continue };
                let [outputs, inputs] = target.dims(&config);
                let scaled: Vec<f32> = self.part(&part.b).iter().map(|b| b * self.scale()).collect();
                let product = Product { form: Form::Ab, m: outputs, k: self.rank(), n: inputs, write: Write::Add };
                let weight = &mut model.weights_mut()[target.of(&block).weight.clone()];
                matmul(product, &scaled, self.part(&part.a), weight, &mut scratch)?;
            }
        }
        Ok(())
    }
}

/// The stream of random numbers that adapters begin with.
const LORA_STREAM: u32 = 0x4c6f_5241;
