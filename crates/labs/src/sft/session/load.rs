//! A model from its three files.

use super::engine::Engine;
use super::failure::{Failure, Reason};
use crate::protocol::decode;
use crate::sft::protocol::Event;
use crate::sft::settings::Train;
use ml::checkpoint::Crc32;
use ml::hub::ModelConfig;
use ml::neox::{Adapter, Config, Entry, Layout, Model, Trained};
use ml::safetensors::Safetensors;
use ml::tokenizer::{Tokenizer, unicode::Normalize};

/// A model that was loaded.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) engine: Engine,
    pub(super) tokenizer: Tokenizer,
    pub(super) facts: ModelConfig,
    /// The token that ends a text.
    pub(super) end: u32,
    /// Of its weights' file, and of an adapter's that was merged into them.
    pub(super) fingerprint: u32,
}

/// Names of buffers that checkpoints of this kind carry beside weights: masks and constants that follow from the
/// configuration.
const BUFFERS: [&str; 3] = [".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq"];

/// What tells a file of weights from others.
pub fn fingerprint_of(weights: &[u8]) -> u32 {
    let mut crc = Crc32::new();
    crc.update(weights);
    crc.sum()
}

impl Loaded {
    /// Reads `config.json`, `tokenizer.json` and `model.safetensors`, and what an adapter adds to the weights.
    pub(super) fn read(files: Vec<Vec<u8>>, normalize: Normalize) -> Result<Self, Failure> {
        let (config, tokenizer_json, weights, adapter) = match files.as_slice() {
            [config, tokenizer, weights] => (config, tokenizer, weights, None),
            [config, tokenizer, weights, shape, adapter] => (config, tokenizer, weights, Some((shape, adapter))),
            files => return Err(Reason::Files(files.len()).into()),
        };
        let facts = ModelConfig::from_json(config)?;
        let tokenizer = Tokenizer::from_json_normalizing(tokenizer_json, normalize)?;
        let (tokens, rows) = (tokenizer.vocab_size(), facts.vocab_size);
        if tokens > rows {
            return Err(Reason::Vocabulary { tokens, rows }.into());
        }
        let end = facts.eos_id.or_else(|| tokenizer.id("<|endoftext|>")).ok_or(Reason::NoEnd)?;
        if end as usize >= rows {
            return Err(Reason::End { found: end, rows }.into());
        }
        let layout = Layout::new(shape(&facts))?;
        let weights_of_model = read_weights(layout.entries(), layout.len(), weights)?;
        let mut model = Model::new(shape(&facts), weights_of_model)?;
        let mut fingerprint = fingerprint_of(weights);
        if let Some((shape, file)) = adapter {
            merge(shape, file, &mut model)?;
            // Other weights are another model.
            fingerprint ^= fingerprint_of(file).rotate_left(1);
        }
        Ok(Self { engine: Engine::Resting(model), tokenizer, facts, end, fingerprint })
    }

    pub(super) fn event(&self) -> Event {
        let config = shape(&self.facts);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Event::Loaded {
            n_weights: config.n_weights() as u64,
            n_body_weights: config.n_body_weights() as u64,
            context: count(config.context),
            shape: [config.n_layers, config.width, config.n_heads, config.vocabulary].map(count),
            fingerprint: self.fingerprint,
        }
    }

    pub(super) fn config(&self) -> Config {
        shape(&self.facts)
    }
}

/// The facts in the engine's terms.
fn shape(facts: &ModelConfig) -> Config {
    Config {
        n_layers: facts.n_layers,
        width: facts.hidden_size,
        n_heads: facts.n_heads,
        hidden: facts.intermediate_size,
        vocabulary: facts.vocab_size,
        context: facts.max_positions,
        // The half makes up for rounding: the engine rounds the product down.
        rotary_fraction: (facts.rotary_dims as f32 + 0.5) / (facts.hidden_size / facts.n_heads) as f32,
        rotary_base: facts.rope_base as f32,
        epsilon: facts.layer_norm_eps as f32,
    }
}

/// Reads these tensors of a file, and lets there be no others in it.
fn read_weights(entries: &[Entry], n_weights: usize, file: &[u8]) -> Result<Vec<f32>, Failure> {
    let file = Safetensors::read(file)?;
    let is_known = |name: &str| name == "lm_head.weight" || entries.iter().any(|entry| entry.name() == name);
    let is_buffer = |name: &str| BUFFERS.iter().any(|buffer| name.ends_with(buffer));
    file.header().check_names(&is_known, &is_buffer)?;
    let mut weights = vec![0.0; n_weights];
    for entry in entries {
        // Release 5 of transformers has another name for the output embeddings.
        let view = match file.get(entry.name()) {
            Err(_) if entry.name() == "embed_out.weight" => file.get("lm_head.weight").or(file.get(entry.name()))?,
            view => view?,
        };
        let dims: Vec<u64> = entry.dims().iter().map(|&n| n as u64).collect();
        let values = &mut weights[entry.range()];
        view.expect_shape(&dims)?.to_f32(values)?;
        if !values.iter().all(|value| value.is_finite()) {
            return Err(Reason::Weight(entry.name().to_owned()).into());
        }
    }
    Ok(weights)
}

/// Merges an adapter of this shape into the weights that it was trained beside.
fn merge(shape: &[u8], file: &[u8], model: &mut Model) -> Result<(), Failure> {
    let Ok(Trained::Lora(lora, seed)) = decode::<Train>(shape).map(|train| train.trained(0)) else {
        return Err(Reason::NoAdapter.into());
    };
    let mut adapter = Adapter::new(model.config(), lora, seed)?;
    let weights = read_weights(adapter.entries(), adapter.weights().len(), file)?;
    adapter.weights_mut().copy_from_slice(&weights);
    Ok(adapter.merge_into(model)?)
}
