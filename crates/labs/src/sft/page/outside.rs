//! What the browser tells: files, downloads, time, and whether anybody looks.

use super::models::{Coming, Which};
use super::pairs::{Part, sentence};
use super::{Do, Goal, Page};
use crate::parts::Phase;
use crate::sft::protocol::Command;

/// [`Page::tick`] is called so often, in milliseconds.
pub const TICK_MS: i32 = 500;

/// Without an answer to `Pause` or `Stop` for so many ticks a worker counts as hung: two seconds.
const N_SILENT_TICKS: u32 = 4;

/// Without a sign of life for so many ticks a worker counts as lost: thirty seconds, which no step here takes.
const N_LOADING_TICKS: u32 = 60;

/// What a file of the reader's is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOf {
    /// Pairs, one of which in ten is held out.
    Pairs,
    /// Pairs that are held out.
    HeldOut,
}

impl Page {
    /// All files of a model are at hand.
    pub fn came(&mut self, which: Which) -> Vec<Do> {
        self.models.coming = None;
        if which != Which::of(&self.values) {
            return Vec::new();
        }
        self.models.at_hand = Some(which);
        self.models.version += 1;
        // What was answered was another model.
        self.verdict.before = None;
        self.status = String::new();
        self.problem.clear();
        self.pursue()
    }

    /// Both files of an adapter are at hand.
    pub fn came_adapter(&mut self) -> Vec<Do> {
        self.models.has_adapter = true;
        self.other_weights("The adapter is added to the model when that is loaded.")
    }

    pub(super) fn drop_adapter(&mut self) -> Vec<Do> {
        let mut todo = self.lose_adapter();
        todo.extend(self.other_weights("The adapter is gone."));
        todo
    }

    /// Lets go of an adapter, if there is one.
    pub(super) fn lose_adapter(&mut self) -> Vec<Do> {
        if std::mem::take(&mut self.models.has_adapter) {
            self.models.version += 1;
            vec![Do::DropAdapter]
        } else {
            Vec::new()
        }
    }

    /// Workers read the model anew: at once, if that costs neither a run nor a download.
    fn other_weights(&mut self, else_say: &str) -> Vec<Do> {
        self.models.version += 1;
        self.verdict.before = None;
        self.problem.clear();
        if self.has_run() || self.phase.is_under_way() {
            self.status = "The run goes on as it began; the next one takes the model so.".to_owned();
            return Vec::new();
        }
        if self.models.at_hand.is_some() || Which::of(&self.values) == Which::Pocket {
            return self.aim(Goal::Count);
        }
        else_say.clone_into(&mut self.status);
        Vec::new()
    }

    /// How far a download is.
    pub fn comes(&mut self, coming: Coming) {
        if let Some((_, now)) = &mut self.models.coming {
            *now = coming;
        }
    }

    /// A model's files did not come. What had come is kept.
    pub fn came_not(&mut self, why: &str) {
        self.models.coming = None;
        let was_wanted = self.goal.take().is_some();
        if was_wanted && self.phase == Phase::Starting {
            self.phase = if self.has_run() { Phase::Finished } else { Phase::Still };
        }
        self.status.clear();
        self.problem = sentence(why);
    }

    /// What is kept of the hub's model: bytes, and whether nothing is missing.
    pub fn kept(&mut self, kept: Option<(u64, bool)>) {
        self.models.kept = kept.filter(|(size_bytes, _)| *size_bytes > 0);
    }

    /// The reader chose a file of pairs.
    pub fn read_file(&mut self, of: FileOf, bytes: &[u8]) -> Vec<Do> {
        let part = match of {
            FileOf::Pairs => Part::All,
            FileOf::HeldOut => Part::HeldOut,
        };
        match self.pairs.import(part, bytes, self.seed) {
            Ok(said) => {
                let todo = self.pairs_changed();
                self.status = said;
                todo
            }
            Err(why) => self.tell_problem(&why),
        }
    }

    /// The reader chose another model.
    pub(super) fn model_chosen(&mut self) -> Vec<Do> {
        self.verdict.before = None;
        self.status = match (Which::of(&self.values), self.phase) {
            (_, Phase::Starting | Phase::Running | Phase::Paused) => {
                "The run goes on with the model that it began with; the next one takes this.".to_owned()
            }
            (Which::Hub, _) if self.models.at_hand != Some(Which::Hub) => {
                "The model is fetched when you load it or press Run.".to_owned()
            }
            _ => String::new(),
        };
        if self.models.coming.take().is_some() { vec![Do::CancelBring] } else { Vec::new() }
    }

    pub(super) fn bring(&mut self) -> Vec<Do> {
        let which = Which::of(&self.values);
        if self.models.coming.is_some() || (self.models.at_hand == Some(which) && which != Which::Disk) {
            return Vec::new();
        }
        self.problem.clear();
        self.models.coming = Some((which, Coming::default()));
        vec![Do::Bring(which)]
    }

    pub(super) fn cancel(&mut self) -> Vec<Do> {
        if self.models.coming.is_none() {
            return Vec::new();
        }
        self.came_not("The download was cancelled; what has come is kept, and the next one goes on from there.");
        self.status = std::mem::take(&mut self.problem);
        vec![Do::CancelBring]
    }

    /// Whether [`Self::tick`] has anything to notice.
    pub fn is_expecting(&self) -> bool {
        let is_loading = self.crew.workers.iter().any(|worker| !worker.is_ready);
        self.is_awaited || is_loading || (self.phase == Phase::Running && !self.is_held)
    }

    /// Half a second has passed; silence is noticed, and checkpoints are written.
    pub fn tick(&mut self) -> Vec<Do> {
        if !self.is_expecting() {
            self.n_silent = 0;
            return Vec::new();
        }
        let is_running = self.phase == Phase::Running && !self.is_held;
        let is_loading = self.crew.workers.iter().any(|worker| !worker.is_ready);
        self.n_silent += 1;
        if self.is_awaited && self.n_silent >= N_SILENT_TICKS {
            return self.give_up("The computation has not answered for two seconds and was ended.");
        }
        if self.n_silent >= N_LOADING_TICKS {
            return self.give_up(if is_loading {
                "The computation has not been loaded after thirty seconds."
            } else {
                "The computation has said nothing for thirty seconds and was ended."
            });
        }
        if is_running && self.checkpoints.is_due() { self.write_checkpoint() } else { Vec::new() }
    }

    /// Whether anybody can see the figure has changed. Runs that nobody sees pause, unless the reader wants otherwise;
    /// what they have computed is written to a checkpoint first.
    pub fn see(&mut self, is_seen: bool) -> Vec<Do> {
        if self.is_seen == is_seen {
            return Vec::new();
        }
        self.is_seen = is_seen;
        self.n_silent = 0;
        if is_seen {
            let was_held = std::mem::take(&mut self.is_held);
            return match (was_held, self.phase) {
                (true, Phase::Running) => vec![self.send(Command::Resume)],
                (true, Phase::Starting) => self.pursue(),
                _ => Vec::new(),
            };
        }
        let mut todo = Vec::new();
        if self.phase == Phase::Running && !self.keeps_training && !self.is_held {
            self.is_held = true;
            self.n_pauses += 1;
            todo.push(self.send(Command::Pause));
        }
        todo
    }

    /// The page may be left: what was computed since the last checkpoint is written to one.
    pub fn leave(&mut self) -> Vec<Do> {
        let has_ended = self.phase == Phase::Finished && self.step >= self.n_steps;
        let is_there = matches!(self.phase, Phase::Running | Phase::Paused | Phase::Finished) && !has_ended;
        if is_there && self.step > 0 && self.checkpoints.written_at != Some(self.step) {
            self.write_checkpoint()
        } else {
            Vec::new()
        }
    }
}
