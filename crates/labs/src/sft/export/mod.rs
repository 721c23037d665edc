//! Files that other programs read: weights and configuration for Hugging Face transformers, adapters for peft, the
//! numbers of a run for a spreadsheet.
//!
//! The worker gives the weights; the page, which has all other numbers, makes the files beside them.
//!
//! `reference.py` beside this file loads them with both libraries and compares logits.

mod adapter_config;
mod config;
mod csv;

pub use adapter_config::{AdapterError, adapter_config, adapter_shape};
pub use config::config;
pub use csv::csv;

use ml::neox::Entry;
use ml::safetensors::Tensor;

/// Calls `write` with all tensors of one vector of weights.
///
/// # Errors
/// That of `write`.
pub fn tensors<T, E>(
    entries: &[Entry],
    weights: &[f32],
    write: impl FnOnce(&[Tensor<'_>]) -> Result<T, E>,
) -> Result<T, E> {
    let shapes: Vec<Vec<u64>> = entries.iter().map(|entry| entry.dims().iter().map(|&n| n as u64).collect()).collect();
    let named = entries.iter().zip(&shapes);
    let tensors: Vec<Tensor<'_>> = named
        .map(|(entry, shape)| Tensor {
            name: entry.name(),
            shape,
            values: weights.get(entry.range()).unwrap_or_default(),
        })
        .collect();
    write(&tensors)
}

#[cfg(test)]
mod tests;
