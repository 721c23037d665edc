//! What is done between two steps.

use super::failure::Failure;
use super::load::Loaded;
use super::prepare::Data;
use super::run::Run;
use super::{Outbox, Outside};
use crate::sft::protocol::AskId;
use ml::checkpoint::Build;

/// What a job works with.
pub(super) struct Desk<'a> {
    pub(super) loaded: &'a mut Loaded,
    pub(super) data: Option<&'a Data>,
    pub(super) run: Option<&'a mut Run>,
    pub(super) out: &'a mut Outbox,
    pub(super) outside: &'a dyn Outside,
    pub(super) build: &'a Build,
}

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobProgress {
    Working,
    Finished,
}

/// Something to do, a few milliseconds at a time.
pub(super) trait Job {
    /// The question that it answers; none for what belongs to the run itself, which then fails with it.
    fn ask(&self) -> Option<AskId>;

    /// Whether what it gives is a checkpoint.
    fn is_checkpoint(&self) -> bool {
        false
    }

    /// Does the next piece of work.
    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure>;
}
