//! The workers, and what each of them has.

/// One worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Worker {
    /// Whether it listens.
    pub(super) is_ready: bool,
    /// The version of the model that it was sent, and whether it has read it.
    pub(super) model: Option<(u32, bool)>,
    /// The version of the pairs that it was sent, and whether it has counted them.
    pub(super) pairs: Option<(u32, bool)>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Crew {
    /// By their numbers.
    pub(super) workers: Vec<Worker>,
    /// How many take part in the run.
    pub(super) n_in_run: u32,
    /// Helpers that wait for a copy of the first one's state: how many, and the question that copies it.
    pub(super) copying: Option<(u32, u32)>,
}

impl Crew {
    /// Whether the first one listens.
    pub(super) fn is_ready(&self) -> bool {
        self.workers.first().is_some_and(|worker| worker.is_ready)
    }

    /// Whether the first one has read a model and counted pairs.
    pub(super) fn has_data(&self) -> bool {
        self.workers.first().is_some_and(|worker| matches!(worker.pairs, Some((_, true))))
    }

    /// Numbers of those that help the first in the run.
    pub(super) fn helpers(&self) -> std::ops::Range<u32> {
        1..self.n_in_run.max(1)
    }
}
