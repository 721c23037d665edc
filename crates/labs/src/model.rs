//! What a lab computes, and what is known of it before it does.

use crate::parameters::{Parameter, Values};
use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// What is known of a built lab without running it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct About {
    /// Its name in Markdown, in URLs and as CSS prefix; the folder's, with `-` for `_`.
    pub name: &'static str,
    /// Names the figure: no full stop, at most 90 characters.
    pub caption: &'static str,
    /// What to try first: a question of at most 160 characters.
    pub question: &'static str,
    /// What is really being computed, in one sentence.
    pub computes: &'static str,
    /// What may be set.
    pub parameters: &'static [Parameter],
    /// Settings worth one click.
    pub presets: &'static [Preset],
    /// A run ends after so many steps.
    pub n_steps: u32,
    /// Whether a run may go on off-screen and in a hidden tab, if the reader asks for it.
    pub may_run_hidden: bool,
}

/// Settings worth one click.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// On the button.
    pub label: &'static str,
    /// As [`Values::encode`] writes them.
    pub settings: &'static str,
    /// What to watch for, in one sentence.
    pub watch: &'static str,
}

/// How far [`Model::advance`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It is within a step: there is nothing new to report.
    Within,
    /// A step is complete.
    Stepped,
    /// The last step is complete; there is nothing left to do.
    Finished,
}

/// Why a model cannot start or go on, in words for the reader.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// These settings do not go together.
    #[error("{0}")]
    Settings(String),
    /// A number of the computation is no longer finite.
    #[error("the {what} is no longer a finite number at step {step}; smaller steps may help")]
    NotFinite {
        /// Which.
        what: &'static str,
        /// Completed steps.
        step: u32,
    },
    /// A kernel was given what does not fit: a fault of the lab.
    #[error("the computation failed at step {step}: {message}")]
    Fault {
        /// Completed steps.
        step: u32,
        /// What did not fit.
        message: String,
    },
}

/// What a lab computes: a resumable state machine.
///
/// The same settings and seed give the same numbers, bit for bit on one target.
pub trait Model: Sized {
    /// What the view shows: scalars and small arrays, a few kilobytes at most.
    type Report: Serialize + DeserializeOwned + Clone + PartialEq + 'static;

    /// What is known of it.
    const ABOUT: About;

    /// Before the first step.
    ///
    /// # Errors
    /// If the settings do not go together.
    fn new(values: &Values, seed: u64) -> Result<Self, ModelError>;

    /// Does the next piece of work: at most about 10 ms on an ordinary core.
    ///
    /// # Errors
    /// If the computation cannot go on. It is not called again then.
    fn advance(&mut self) -> Result<Advance, ModelError>;

    /// Completed steps.
    fn step(&self) -> u32;

    /// What there is to show. Cheap: called up to 20 times a second.
    fn report(&self) -> Self::Report;

    /// The number that shall fall over a run, for the tests of all labs; the last completed step's.
    fn loss(&self) -> f64;
}
