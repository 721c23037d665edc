//! What a page asks of its worker.

use super::{AskId, Export, Kept, Role, Sampling, Shard, Watched};
use crate::protocol::RunId;
use crate::sft::data::DataSet;
use crate::sft::settings::Settings;
use serde::{Deserialize, Serialize};

/// From page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Reads a model, in place of any other. Payloads: `config.json`, `tokenizer.json`, `model.safetensors`;
    /// where an adapter is to be merged into the weights, its shape ([`Train::Lora`](crate::sft::settings::Train::Lora)
    /// as [`encode`](crate::protocol::encode) writes it) and `adapter_model.safetensors` too.
    Load,
    /// Takes data, in place of any other.
    SetData(DataSet),
    /// Shows how a pair is tokenized and which of its tokens count.
    Explain {
        /// Of the answer.
        ask: AskId,
        /// The pair's instruction.
        instruction: String,
        /// Its completion.
        completion: String,
        /// Positions of a sequence.
        sequence_len: u32,
        /// Whether labels inside the prompt are left out.
        masks_prompt: bool,
    },
    /// Trains for about a second without changing a weight, to know what a run would take.
    Probe {
        /// Of the answer.
        ask: AskId,
        /// Of that run.
        settings: Settings,
    },
    /// Begins a run from the weights that were loaded, in place of any other.
    Start {
        /// Its number.
        run: RunId,
        /// How.
        settings: Settings,
        /// Of this worker.
        role: Role,
        /// What to continue before and after; at most [`MOST_WATCHED`](super::MOST_WATCHED).
        watched: Vec<Watched>,
        /// How to continue it.
        sampling: Sampling,
    },
    /// Holds the run after the current slice.
    Pause,
    /// Goes on with a paused or stopped run.
    Resume,
    /// Goes on to the end of the step, then pauses.
    Step,
    /// Ends the run after the current slice. Its state is kept until the next `Start`.
    Stop,
    /// Goes back to weights that were kept, and pauses. The moments of AdamW begin anew.
    Rewind(Kept),
    /// Continues a prompt.
    Generate {
        /// Of the answers.
        ask: AskId,
        /// An instruction, which the template makes a prompt; or the prompt itself.
        text: String,
        /// Whether `text` is the prompt itself.
        is_raw: bool,
        /// How.
        sampling: Sampling,
    },
    /// Gives the log-probability of each token of an answer, or of a whole text where the instruction is empty.
    Score {
        /// Of the answer.
        ask: AskId,
        /// Of the pair.
        instruction: String,
        /// Its completion, or the text.
        completion: String,
    },
    /// Gives a file in chunks.
    Export {
        /// Of the answers.
        ask: AskId,
        /// Which.
        export: Export,
    },
    /// Gives the run's state in chunks, at the end of the step that is under way. Instead of a payload a handle of a
    /// file may follow the command (a `FileSystemFileHandle` of the origin's private file system): then the worker
    /// writes the chunks there itself, and says so by [`Event::Written`](super::Event::Written).
    WriteCheckpoint {
        /// Of the answers.
        ask: AskId,
        /// Counts the checkpoints of a run.
        serial: u64,
    },
    /// Tells what a checkpoint holds, if it is whole. Payloads: its bytes; or a handle of its file.
    InspectCheckpoint {
        /// Of the answer.
        ask: AskId,
    },
    /// Takes a run up where a checkpoint left it, and pauses. The same model must be loaded. Payloads: its bytes; or a
    /// handle of its file.
    ReadCheckpoint {
        /// The run's new number.
        run: RunId,
        /// Of this worker.
        role: Role,
    },
    /// Another worker's gradients. Payloads: as in [`Event::Gradients`](super::Event::Gradients).
    Gradients(Shard),
}
