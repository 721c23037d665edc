//! Makes the pocket model of the fine-tuning lab: its corpus, its tokenizer, its weights.
//!
//! `cargo xtask pretrain` runs it. Order of reading: [`corpus`] (what is learned from), [`plan`] (how), [`stream`]
//! (text to batches), [`parallel`] (training on several threads), [`measure`] with [`trigram`] (what the result
//! is worth), [`folder`] (its files).

pub mod corpus;
pub mod folder;
pub mod measure;
pub mod parallel;
pub mod plan;
pub mod stream;
pub mod trigram;

/// Why the model cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A mistake in word lists or grammar.
    #[error(transparent)]
    Corpus(#[from] corpus::error::CorpusError),
    /// The vocabulary cannot be made.
    #[error(transparent)]
    Tokenizer(#[from] ml::tokenizer::TokenizerError),
    /// The model does not take its batch.
    #[error(transparent)]
    Model(#[from] ml::neox::Error),
    /// The file of weights is not as it should be.
    #[error(transparent)]
    Weights(#[from] ml::safetensors::SafetensorsError),
    /// A file cannot be read or written.
    #[error("{path}: {error}")]
    File {
        /// Its path.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
}
