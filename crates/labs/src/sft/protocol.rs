//! What a page and its language-model worker say to each other.
//!
//! A message is an array whose first element is bytes, a [`Command`] or an [`Event`] as
//! [`encode`](crate::protocol::encode) writes it; payloads follow as buffers of their own, which are transferred and
//! not copied. Which payloads a message has, its documentation says. Worker and page each have one run at a time;
//! events of an earlier run are dropped.
//!
//! # Several workers
//! `Pause`, `Resume`, `Step` and `Stop` go to the first alone: the others wait for its gradients. After a `Rewind` the
//! others begin anew from a checkpoint of the first.
//!
//! Each worker of a run gets the same `Load`, `SetData` and `Start`, but for its number. After its part of a batch it
//! tells its gradients ([`Event::Gradients`]); the page hands them to all others ([`Command::Gradients`]). Every worker
//! sums all gradients in the order of the workers' numbers and makes the same update, so all have the same bits. The
//! first alone evaluates, samples, and keeps.

mod command;
mod event;

pub use command::Command;
pub use event::Event;

use super::data::{Part, Truncation};
use super::settings::Settings;
use crate::protocol::RunId;
use serde::{Deserialize, Serialize};

/// The version of everything in this file and in what it names. A page asks for no other.
pub const PROTOCOL: u32 = 1;

/// A question of the page, which its answer bears.
pub type AskId = u32;

/// Which of several workers this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// From 0.
    pub worker: u32,
    /// How many there are.
    pub n_workers: u32,
}

impl Role {
    /// The only worker.
    pub const ALONE: Self = Self { worker: 0, n_workers: 1 };
    /// The most workers of a run.
    pub const MOST_WORKERS: u32 = 16;
}

/// How the next token is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0: always the likeliest.
    pub temperature: f32,
    /// Only among so many of the likeliest; 0: among all.
    pub top_k: u32,
    /// Only among the likeliest whose probabilities just reach this sum; 1: among all.
    pub top_p: f32,
    /// Of the draws.
    pub seed: u64,
    /// Tokens at most.
    pub max_tokens: u32,
}

impl Default for Sampling {
    /// The likeliest tokens, 48 at most.
    fn default() -> Self {
        Self { temperature: 0.0, top_k: 0, top_p: 1.0, seed: 1, max_tokens: 48 }
    }
}

/// A prompt that is continued before training and again and again while it goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// As a pair has it.
    pub instruction: String,
    /// What a good answer would be; its tokens' probabilities are followed. May be empty.
    pub completion: String,
}

/// Weights to go back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// Before the first step.
    Start,
    /// Those of the lowest loss on held-out pairs.
    Best,
}

/// A file of weights to take away. The files beside it, of which the page has all numbers, it makes itself:
/// [`export`](super::export).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Export {
    /// `model.safetensors`: all weights, an adapter merged into them.
    Model {
        /// Half precision in place of single.
        is_half: bool,
    },
    /// `adapter_model.safetensors`.
    Adapter,
}

/// The most watched prompts.
pub const MOST_WATCHED: usize = 8;

/// What accompanies gradients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shard {
    /// The run.
    pub run: RunId,
    /// The step that they are for.
    pub step: u32,
    /// Who computed them.
    pub worker: u32,
    /// The sum of the losses that count, in nats.
    pub loss: f64,
    /// The tokens whose input embeddings have a gradient.
    pub tokens: Vec<u32>,
}

/// A token and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShownToken {
    /// Its number.
    pub id: u32,
    /// Its text; a part of a character is U+FFFD.
    pub text: String,
    /// What it belongs to.
    pub part: Part,
    /// Whether it counts as a label.
    pub counts: bool,
}

/// A token and how probable the model found it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredToken {
    /// Its text; a part of a character is U+FFFD.
    pub text: String,
    /// Its log-probability after all before it, in nats.
    pub log_probability: f32,
    /// What it belongs to; a text that is no pair is all completion.
    pub part: Part,
}

/// A step that was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stepped {
    /// Which, from 1.
    pub step: u32,
    /// Mean over the tokens of its batch that count, before its update; nats per token.
    pub train_loss: f32,
    /// Of its update.
    pub learning_rate: f32,
    /// Of all gradients, before clipping.
    pub gradient_norm: f32,
    /// Positions that were computed, by all workers.
    pub n_tokens: u32,
    /// How many a second, with all that was done meanwhile left out.
    pub tokens_per_s: f32,
}

/// What an evaluation found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluated {
    /// After so many steps.
    pub step: u32,
    /// Mean over the counted tokens of held-out pairs, nats per token; nothing where none are held out.
    pub held_out_loss: Option<f32>,
    /// Of a fixed paragraph that has nothing to do with the data.
    pub paragraph_perplexity: f32,
    /// Whether this is the lowest loss on held-out pairs so far.
    pub is_best: bool,
    /// Whether the loss on held-out pairs has risen for a while though that on trained pairs falls.
    pub is_over_fitting: bool,
}

/// What a run would take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Positions a second in training.
    pub tokens_per_s: f32,
    /// Steps of the run.
    pub n_steps: u32,
    /// The whole run with its evaluations, in seconds.
    pub seconds: f32,
    /// What the worker would hold at once, by the sizes of what it keeps.
    pub memory_bytes: u64,
    /// What the sequence's length leaves out of the trained pairs.
    pub truncation: Truncation,
}

/// What was generated, or scored, of a watched prompt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// After so many steps; 0: before training.
    pub step: u32,
    /// Which watched prompt.
    pub watched: u32,
    /// What the model writes.
    pub text: String,
    /// Whether it ended the text itself.
    pub ended: bool,
    /// The tokens of the expected completion and the end.
    pub expected: Vec<ScoredToken>,
}

/// What a checkpoint holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Counts the checkpoints of a run.
    pub serial: u64,
    /// Steps done.
    pub step: u32,
    /// Steps of the run.
    pub n_steps: u32,
    /// Of the run.
    pub settings: Settings,
    /// What will not be as in a run that was not interrupted, a sentence each; nothing: it has the same bits.
    pub differences: Vec<String>,
    /// Whether it belongs to the model that is loaded.
    pub fits_model: bool,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Of the question.
    pub ask: AskId,
    /// Where it begins.
    pub at: u64,
    /// The file's length.
    pub total: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{decode, encode};

    #[test]
    fn what_goes_in_comes_out_and_damage_is_an_error() {
        let command = Command::Start {
            run: 3,
            settings: Settings::default(),
            role: Role { worker: 1, n_workers: 2 },
            watched: vec![Watched { instruction: "Où ?".into(), completion: " Là.".into() }],
            sampling: Sampling::default(),
        };
        let whole = encode(&command);
        assert_eq!(decode(&whole), Ok(command));
        for length in 0..whole.len() {
            assert!(decode::<Command>(&whole[..length]).is_err(), "{length}");
        }
        let event = Event::Gradients(Shard { run: 1, step: 2, worker: 3, loss: -0.5, tokens: vec![9, u32::MAX] });
        assert_eq!(decode(&encode(&event)), Ok(event));
        assert!(decode::<Event>(&[250]).is_err());
        // A list that claims to be longer than memory.
        assert!(decode::<Command>(&[1, 255, 255, 255, 255, 15]).is_err());
    }
}
