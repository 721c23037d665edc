//! What a worker tells its page.

use super::{AskId, Chunk, Estimate, Evaluated, Held, Sampled, ScoredToken, Shard, ShownToken, Stepped, Watched};
use crate::protocol::RunId;
use crate::sft::data::{DataSet, Lengths};
use serde::{Deserialize, Serialize};

/// From worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker listens. What was posted before is lost.
    Ready {
        /// Its [`PROTOCOL`](super::PROTOCOL).
        protocol: u32,
    },
    /// The model is there.
    Loaded {
        /// Weights.
        n_weights: u64,
        /// Of these, outside the tables of embeddings.
        n_body_weights: u64,
        /// The most tokens of a sequence.
        context: u32,
        /// Blocks, channels, heads, rows of the tables.
        shape: [u32; 4],
        /// Tells this model from others.
        fingerprint: u32,
    },
    /// The data are tokenized. Pairs to train on come first.
    DataReady {
        /// Pairs to train on.
        n_trained: u32,
        /// Pairs to test with.
        n_held_out: u32,
        /// Tokens of each.
        lengths: Vec<Lengths>,
        /// Whether prompts end in a space, which would belong to the completion.
        prompt_ends_in_space: bool,
    },
    /// The answer to [`Command::Explain`](super::Command::Explain).
    Explained {
        /// Of the question.
        ask: AskId,
        /// All tokens.
        tokens: Vec<ShownToken>,
        /// How many of them a sequence takes; the rest is cut off.
        n_taken: u32,
    },
    /// The answer to [`Command::Probe`](super::Command::Probe).
    Probed {
        /// Of the question.
        ask: AskId,
        /// What it found.
        estimate: Estimate,
    },
    /// At most 20 times a second, and once whenever the run halts: all that happened since the last.
    Progress {
        /// The run.
        run: RunId,
        /// Completed steps.
        step: u32,
        /// Of the run.
        n_steps: u32,
        /// Steps that were made.
        steps: Vec<Stepped>,
        /// Evaluations that were made.
        evaluations: Vec<Evaluated>,
        /// What the worker holds now, as it was told.
        memory_bytes: u64,
    },
    /// A watched prompt was continued.
    Sample {
        /// The run.
        run: RunId,
        /// What came of it.
        sampled: Sampled,
    },
    /// More of the answer to [`Command::Generate`](super::Command::Generate).
    Generated {
        /// Of the question.
        ask: AskId,
        /// What comes next.
        text: String,
        /// Whether that is all.
        is_done: bool,
        /// Whether the model ended the text itself.
        ended: bool,
    },
    /// The answer to [`Command::Score`](super::Command::Score).
    Scored {
        /// Of the question.
        ask: AskId,
        /// All tokens but the first, which nothing predicts.
        tokens: Vec<ScoredToken>,
    },
    /// A part of the answer to [`Command::Export`](super::Command::Export) or [`Command::WriteCheckpoint`](super::Command::WriteCheckpoint). Payload: its bytes.
    Chunk(Chunk),
    /// A checkpoint lies whole in its file.
    Written {
        /// Of the question.
        ask: AskId,
        /// Its length.
        size_bytes: u64,
    },
    /// The answer to [`Command::InspectCheckpoint`](super::Command::InspectCheckpoint).
    Inspected {
        /// Of the question.
        ask: AskId,
        /// What it holds.
        held: Held,
    },
    /// A run was taken up; it pauses.
    TakenUp {
        /// The run.
        run: RunId,
        /// What it held.
        held: Held,
        /// The data.
        data: DataSet,
        /// The steps that were made.
        steps: Vec<Stepped>,
        /// The evaluations that were made.
        evaluations: Vec<Evaluated>,
        /// What is watched.
        watched: Vec<Watched>,
    },
    /// Gradients of this worker's part of a batch. Payloads: the gradients of all that is trained but the input
    /// embeddings; those of the input embeddings of [`Shard::tokens`]. 32-bit floats, little endian.
    Gradients(Shard),
    /// The run went back.
    Rewound {
        /// The run.
        run: RunId,
        /// To weights after so many steps.
        step: u32,
    },
    /// The run halts and can go on.
    Paused {
        /// The run.
        run: RunId,
    },
    /// The run has ended: the last step is done, or it was stopped.
    Done {
        /// The run.
        run: RunId,
    },
    /// The run cannot go on.
    Failed {
        /// The run; 0 if none had begun.
        run: RunId,
        /// Why, in words for the reader.
        message: String,
    },
    /// A question cannot be answered, or a command not be obeyed. A run that is under way goes on.
    Refused {
        /// Of the question; 0 where there is none.
        ask: AskId,
        /// Why, in words for the reader.
        message: String,
    },
}
