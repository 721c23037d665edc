//! The model's folder: `model.safetensors`, `tokenizer.json`, `config.json` as Hugging Face transformers reads them,
//! and `pretraining.json`, the note of how they were made.

use crate::Error;
use crate::plan;
use ml::neox::{Config, Layout, Model};
use ml::safetensors::{Dtype, Safetensors, Tensor, Writer};
use ml::tokenizer::Tokenizer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The file of weights, in half precision.
pub const WEIGHTS: &str = "model.safetensors";
/// The file of the vocabulary.
pub const TOKENIZER: &str = "tokenizer.json";
/// The file of the shape.
pub const CONFIG: &str = "config.json";
/// The note.
pub const NOTE: &str = "pretraining.json";

/// What a run measured.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Steps that were made.
    pub steps: u32,
    /// The losses of the first steps, in nats.
    pub first_losses: Vec<f64>,
    /// Perplexity on held-out text.
    pub perplexity: f64,
    /// That of the trigram model on the same.
    pub trigram_perplexity: f64,
}

/// Writes all four files.
///
/// # Errors
///
/// A file that cannot be written.
pub fn write(folder: &Path, model: &Model, tokenizer: &Tokenizer, measured: &Measured) -> Result<(), Error> {
    let weights = safetensors(model)?;
    let tokenizer = tokenizer.to_json();
    let config = pretty(&config_json(model.config()));
    let note = json!({
        "command": "cargo xtask pretrain",
        "seed": plan::SEED,
        "workers": plan::WORKERS,
        "steps": measured.steps,
        "tokens": u64::from(measured.steps) * (plan::WORKERS * plan::ROWS * plan::LENGTH) as u64,
        "first_losses": measured.first_losses.iter().map(|l| rounded(*l, 1e6)).collect::<Vec<_>>(),
        "validation_perplexity": rounded(measured.perplexity, 1e4),
        "trigram_perplexity": rounded(measured.trigram_perplexity, 1e4),
        "trigram_smoothing": "Jelinek-Mercer interpolation with trigram, bigram, unigram and uniform, \
            weights by count of the history, fitted by expectation maximisation on a third part",
        "sha256": {
            WEIGHTS: sha256(&weights),
            TOKENIZER: sha256(tokenizer.as_bytes()),
            CONFIG: sha256(config.as_bytes()),
        },
    });
    std::fs::create_dir_all(folder).map_err(|error| file(folder, error))?;
    for (name, bytes) in [
        (WEIGHTS, weights.as_slice()),
        (TOKENIZER, tokenizer.as_bytes()),
        (CONFIG, config.as_bytes()),
        (NOTE, pretty(&note).as_bytes()),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| file(&path, error))?;
    }
    Ok(())
}

/// Reads model and tokenizer back.
///
/// # Errors
///
/// A file that is missing or not as [`write`] makes it.
pub fn read(folder: &Path) -> Result<(Model, Tokenizer), Error> {
    let bytes = |name: &str| std::fs::read(folder.join(name)).map_err(|error| file(&folder.join(name), error));
    let weights = bytes(WEIGHTS)?;
    let weights = Safetensors::read(&weights)?;
    let layout = Layout::new(plan::config())?;
    let mut values = vec![0.0; layout.len()];
    for entry in layout.entries() {
        let shape: Vec<u64> = entry.dims().iter().map(|&d| d as u64).collect();
        weights.get(entry.name())?.expect_shape(&shape)?.to_f32(&mut values[entry.range()])?;
    }
    Ok((Model::new(plan::config(), values)?, Tokenizer::from_json(&bytes(TOKENIZER)?)?))
}

/// The note of a folder.
///
/// # Errors
///
/// A file that is missing or no JSON.
pub fn note(folder: &Path) -> Result<Value, Error> {
    let path = folder.join(NOTE);
    let text = std::fs::read(&path).map_err(|error| file(&path, error))?;
    serde_json::from_slice(&text).map_err(|error| file(&path, error.into()))
}

/// The hash of a file's bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn safetensors(model: &Model) -> Result<Vec<u8>, Error> {
    let entries = model.layout().entries();
    let shapes: Vec<Vec<u64>> = entries.iter().map(|e| e.dims().iter().map(|&d| d as u64).collect()).collect();
    let tensors: Vec<Tensor<'_>> = entries
        .iter()
        .zip(&shapes)
        .map(|(e, shape)| Tensor { name: e.name(), shape, values: &model.weights()[e.range()] })
        .collect();
    let mut writer = Writer::new(Dtype::F16, &tensors, &[("format", "pt")])?;
    let mut bytes = Vec::new();
    while let Some(chunk) = writer.next_chunk() {
        bytes.extend_from_slice(chunk);
    }
    Ok(bytes)
}

/// `config.json` in the words of transformers.
fn config_json(config: &Config) -> Value {
    json!({
        "architectures": ["GPTNeoXForCausalLM"],
        "model_type": "gpt_neox",
        "attention_bias": true,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "hidden_act": "gelu",
        "hidden_size": config.width,
        "initializer_range": 0.02,
        "intermediate_size": config.hidden,
        "layer_norm_eps": rounded(f64::from(config.epsilon), 1e9),
        "max_position_embeddings": config.context,
        "num_attention_heads": config.n_heads,
        "num_hidden_layers": config.n_layers,
        "rotary_emb_base": config.rotary_base as u64,
        "rotary_pct": rounded(f64::from(config.rotary_fraction), 1e6),
        "tie_word_embeddings": false,
        "torch_dtype": "float16",
        "use_parallel_residual": true,
        "vocab_size": config.vocabulary,
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

fn rounded(x: f64, unit: f64) -> f64 {
    (x * unit).round() / unit
}

fn file(path: &Path, error: std::io::Error) -> Error {
    Error::File { path: path.display().to_string(), error }
}
