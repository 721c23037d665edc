//! What a model's folder on the Hugging Face hub says of it beside weights and tokenizer.

mod config;

pub use config::{ConfigError, ModelConfig};
