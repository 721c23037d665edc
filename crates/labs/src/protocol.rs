//! What a page and its worker say to each other.
//!
//! Messages travel as bytes in transferable buffers, in postcard's format. The worker's name (a
//! worker is made with one) is the lab's. Whatever cannot be decoded is an error that the receiver
//! shows or drops, never a panic.

use crate::parameters::Value;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The version of everything in this file. A page asks for no other.
pub const PROTOCOL: u32 = 1;

/// A run of a model. Events of an earlier run are dropped.
pub type RunId = u32;

/// From page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Begins a run, in place of any other.
    Start {
        /// Its number.
        run: RunId,
        /// As [`crate::parameters::Values::list`] gives them. No text: reading and writing decimals
        /// would be a quarter of the worker.
        settings: Vec<Value>,
        /// Of all its random numbers.
        seed: u64,
        /// Completed steps after which it pauses by itself; 0: only at its end.
        pause_at: u32,
    },
    /// Holds the run after the current slice.
    Pause,
    /// Goes on with a paused or stopped run.
    Resume,
    /// Makes one whole step, then pauses.
    Step,
    /// Ends the run after the current slice. Its state is kept until the next `Start`.
    Stop,
}

/// From worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker listens. What was posted before is lost.
    Ready {
        /// Its [`PROTOCOL`].
        protocol: u32,
    },
    /// At most 20 times a second, and once whenever the run halts.
    Progress {
        /// The run.
        run: RunId,
        /// Completed steps.
        step: u32,
        /// The number that shall fall over the run, at that step.
        loss: f64,
        /// The model's report, as [`encode`] writes it.
        report: Vec<u8>,
    },
    /// The run halts and can go on: it was asked to, or made its single step.
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
}

/// Why bytes are no message.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a message of {size_bytes} bytes cannot be read")]
pub struct DecodeError {
    /// Its size.
    pub size_bytes: usize,
}

/// A message as bytes.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Fails only for types that no message has: sequences of unknown length.
    postcard::to_allocvec(message).unwrap_or_default()
}

/// The message that these bytes are.
///
/// # Errors
/// If they are none of this type and version.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DecodeError> {
    postcard::from_bytes(bytes).map_err(|_| DecodeError { size_bytes: bytes.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        let command = Command::Start { run: 7, settings: vec![Value::Whole(8)], seed: u64::MAX, pause_at: 3 };
        assert_eq!(decode(&encode(&command)), Ok(command));
        let event = Event::Progress { run: 7, step: 9, loss: 0.5, report: vec![0, 255] };
        assert_eq!(decode(&encode(&event)), Ok(event));
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let whole = encode(&Event::Failed { run: 1, message: "why".into() });
        for length in 0..whole.len() {
            assert!(decode::<Event>(&whole[..length]).is_err(), "{length}");
        }
        assert!(decode::<Command>(&[250]).is_err());
        let huge = [1, 1, 1, 255, 255, 255, 255, 15];
        assert!(decode::<Event>(&huge).is_err());
    }
}
