//! Going back to weights that were kept.

use super::failure::Failure;
use super::job::{Desk, Job, JobProgress};
use crate::sft::protocol::{AskId, Event, Kept};

#[derive(Debug)]
pub(super) struct Rewind(pub(super) Kept);

impl Job for Rewind {
    fn ask(&self) -> Option<AskId> {
        None
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if let Some(run) = desk.run.as_mut() {
            let step = run.go_back(self.0, desk.loaded)?;
            desk.out.tell(Event::Rewound { run: run.id(), step });
        }
        Ok(JobProgress::Finished)
    }
}
