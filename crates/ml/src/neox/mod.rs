//! The language model: GPT-NeoX, forwards, backwards and in training, with gradients written by hand.
//!
//! A [`Model`] is a [`Config`], the [`Layout`] that follows from it and one vector of weights. A [`Trainer`] learns
//! from a [`Batch`] by full training, of the body alone or by an adapter ([`Trained`]); an [`Evaluation`] computes losses
//! alone; a [`Generation`] goes on from a prompt. All work in slices of a few milliseconds.
//!
//! # The model
//! Tokens become rows of the input embeddings, blocks add to them, a last layer norm follows, and the
//! product with the output embeddings, a table of its own, gives the logits. All linear layers but the last have a bias.
//! GELU is the exact one.
//!
//! Source: Black et al. 2022, "GPT-NeoX-20B", §2.1; equal to `GPTNeoXForCausalLM` of Hugging Face transformers.

mod batch;
mod config;
mod error;
mod generate;
mod layout;
mod linear;
mod lora;
mod model;
mod pass;
mod rotary;
mod trained;
mod trainer;

pub use batch::Batch;
pub use config::Config;
pub use error::Error;
pub use generate::{Generated, Generation, Sampling, Settings};
pub use layout::{Entry, Layout};
pub use lora::{Adapter, Lora, Target};
pub use model::Model;
pub use pass::{Evaluation, Progress, perplexity};
pub use trained::Trained;
pub use trainer::{Trainer, Update};

#[cfg(test)]
mod tests;
