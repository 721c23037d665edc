//! What a checkpoint holds beside weights and moments.

use super::failure::{Failure, Reason};
use super::run::Run;
use crate::protocol::{decode, encode};
use crate::sft::data::DataSet;
use crate::sft::protocol::{Evaluated, Sampling, Stepped, Watched};
use crate::sft::settings::Settings;
use serde::{Deserialize, Serialize};

/// The version of [`State`] and [`Settings`] in a checkpoint.
const STATE_VERSION: u32 = 1;

/// The sections of a checkpoint, in order. The last is there if the best weights were kept.
pub(super) const STATE: &str = "state";
pub(super) const WEIGHTS: &str = "weights";
pub(super) const FIRST_MOMENTS: &str = "first moments";
pub(super) const SECOND_MOMENTS: &str = "second moments";
pub(super) const BEST: &str = "best weights";

/// All that is neither weight nor moment. Random numbers follow from seed and place, so none of their state is here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) data: DataSet,
    pub(super) watched: Vec<Watched>,
    pub(super) sampling: Sampling,
    pub(super) n_steps: u32,
    /// Updates that AdamW counts: fewer than steps after going back.
    pub(super) n_updates: u32,
    pub(super) steps: Vec<Stepped>,
    pub(super) evaluations: Vec<Evaluated>,
    pub(super) best_step: Option<u32>,
    /// Of the model that the run began with.
    pub(super) fingerprint: u32,
}

impl State {
    pub(super) fn of(run: &Run, data: &DataSet, fingerprint: u32, n_updates: u32) -> Vec<u8> {
        encode(&Self {
            data: data.clone(),
            watched: run.watched.clone(),
            sampling: run.sampling,
            n_steps: run.n_steps,
            n_updates,
            steps: run.history.steps.clone(),
            evaluations: run.history.evaluations.clone(),
            best_step: run.shelf.best.as_ref().map(|(step, _)| *step),
            fingerprint,
        })
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Failure> {
        decode(bytes).map_err(|_| Reason::Checkpoint("a state that this version of the lab cannot read").into())
    }
}

/// As a checkpoint's header has them.
pub(super) fn write_settings(settings: &Settings) -> Vec<u8> {
    encode(&(STATE_VERSION, settings))
}

/// From a checkpoint's header.
pub(super) fn read_settings(bytes: &[u8]) -> Result<Settings, Failure> {
    let unreadable = Reason::Checkpoint("settings that this version of the lab cannot read");
    match decode::<(u32, Settings)>(bytes) {
        Ok((STATE_VERSION, settings)) => Ok(settings),
        _ => Err(unreadable.into()),
    }
}
