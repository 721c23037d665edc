//! A run: steps of training, and what is due between them.

mod stepping;

use super::evaluate::Evaluate;
use super::exchange::{Buffer, Exchange};
use super::failure::{Failure, Reason, diverged};
use super::history::History;
use super::job::Job;
use super::keep::{Shelf, Weights};
use super::load::Loaded;
use super::prepare::Data;
use super::sample::Sample;
use super::step::Cut;
use super::{Outbox, Outside};
use crate::protocol::RunId;
use crate::sft::data::order::{Order, Walk};
use crate::sft::protocol::{Event, Kept, MOST_WATCHED, Role, Sampling, Shard, Watched};
use crate::sft::settings::Settings;
use ml::neox::Batch;

/// What a run does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Paused,
    Ended,
    /// It cannot go on until it has gone back.
    Failed,
    Running,
    /// To the end of the step.
    Stepping,
}

/// How far [`Run::advance`] came.
pub(super) enum RunProgress {
    Working,
    /// There is nothing to do before the next command.
    Waiting,
    /// These come before the next step.
    Due(Vec<Box<dyn Job>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Between,
    /// A pass over one of the step's batches.
    Pass(usize),
    /// Waiting for other workers.
    Exchange,
    Update,
}

/// A step that is under way.
#[derive(Debug, Default)]
struct Step {
    batches: Vec<Batch>,
    /// Of all workers.
    n_counted: usize,
    n_positions: usize,
    /// The sum of this worker's losses.
    loss: f64,
    worked_ms: f64,
    /// Since when others are waited for.
    waits_since: Option<f64>,
}

pub(super) struct Run {
    pub(super) settings: Settings,
    pub(super) watched: Vec<Watched>,
    pub(super) sampling: Sampling,
    pub(super) history: History,
    pub(super) shelf: Shelf,
    pub(super) step: u32,
    pub(super) n_steps: u32,
    id: RunId,
    role: Role,
    /// Examples of which something counts.
    trainable: Vec<u32>,
    walk: Walk,
    order: Order,
    mode: Mode,
    phase: Phase,
    under_way: Step,
    /// Whether a step was completed since the run last went on.
    has_stepped: bool,
    exchange: Exchange,
    /// Steps whose evaluation and samples were made.
    evaluated_at: Option<u32>,
    sampled_at: Option<u32>,
    /// As last told.
    now_ms: f64,
    memory_bytes: u64,
}

impl Run {
    pub(super) fn begin(
        id: RunId,
        settings: Settings,
        role: Role,
        watched: Vec<Watched>,
        sampling: Sampling,
        loaded: &mut Loaded,
        data: &Data,
    ) -> Result<Self, Failure> {
        let Role { worker, n_workers } = role;
        if worker >= n_workers || n_workers > Role::MOST_WORKERS {
            return Err(Reason::Role { worker, n_workers }.into());
        }
        if watched.len() > MOST_WATCHED {
            return Err(Reason::TooManyWatched { found: watched.len() }.into());
        }
        let trainable = trainable(&settings, data)?;
        let n_examples = trainable.len() as u32;
        settings.check(&loaded.config(), n_examples)?;
        loaded.engine.train(settings.trained())?;
        let trainer = loaded.engine.trainer()?;
        let shelf = Shelf { start: Weights::of(trainer.trained_weights()), best: None };
        let (walk, n_steps) = (settings.walk(n_examples), settings.n_steps(n_examples));
        Ok(Self {
            settings,
            watched,
            sampling,
            history: History::default(),
            shelf,
            step: 0,
            n_steps,
            id,
            role,
            trainable,
            walk,
            order: Order::default(),
            mode: Mode::Running,
            phase: Phase::Between,
            under_way: Step::default(),
            has_stepped: false,
            exchange: Exchange::default(),
            evaluated_at: None,
            sampled_at: None,
            now_ms: 0.0,
            memory_bytes: 0,
        })
    }

    /// As it was after `step` steps, at a pause.
    pub(super) fn resumed(mut self, step: u32, history: History, best: Option<(u32, Weights)>) -> Self {
        (self.step, self.history, self.shelf.best) = (step, history, best);
        (self.evaluated_at, self.sampled_at) = (Some(step), Some(step));
        self.mode = Mode::Paused;
        self
    }

    pub(super) fn id(&self) -> RunId {
        self.id
    }

    pub(super) fn role(&self) -> Role {
        self.role
    }

    fn cut(&self) -> Cut {
        Cut { sequence_len: self.settings.sequence_len as usize, masks_prompt: self.settings.masks_prompt }
    }

    /// Passes over the data begun before the current one, and examples of the current one that were taken.
    pub(super) fn cursor(&self) -> (u64, u64) {
        let (epoch, batch) = self.walk.place(self.step);
        (epoch.into(), u64::from(batch) * u64::from(self.walk.batch_size))
    }

    pub(super) fn is_between_steps(&self) -> bool {
        self.phase == Phase::Between
    }

    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.mode, Mode::Running | Mode::Stepping)
    }

    /// Holds or ends the run at once.
    pub(super) fn halt(&mut self, mode: Mode, out: &mut Outbox) {
        if self.mode == Mode::Failed {
            return;
        }
        self.mode = mode;
        self.tell(out);
        let run = self.id;
        out.tell(if mode == Mode::Ended { Event::Done { run } } else { Event::Paused { run } });
    }

    pub(super) fn go_on(&mut self, mode: Mode) -> Result<(), Failure> {
        if self.mode == Mode::Failed || self.step >= self.n_steps {
            return Err(Reason::RunOver.into());
        }
        (self.mode, self.has_stepped) = (mode, false);
        Ok(())
    }

    pub(super) fn fail(&mut self, why: &Failure, out: &mut Outbox) {
        (self.mode, self.phase) = (Mode::Failed, Phase::Between);
        self.tell(out);
        out.tell(Event::Failed { run: self.id, message: why.sentence() });
    }

    fn tell(&mut self, out: &mut Outbox) {
        self.history.tell((self.id, self.step, self.n_steps), self.now_ms, self.memory_bytes, out);
    }

    pub(super) fn check_kept(&self, kept: Kept) -> Result<(), Failure> {
        match kept {
            Kept::Best if self.shelf.best.is_none() => Err(Reason::NotKept("best").into()),
            Kept::Best | Kept::Start => Ok(()),
        }
    }

    /// Goes back to what was kept, with moments that begin anew.
    pub(super) fn go_back(&mut self, kept: Kept, loaded: &mut Loaded) -> Result<u32, Failure> {
        let (step, weights) = match (kept, &self.shelf.best) {
            (Kept::Start, _) => (0, &self.shelf.start),
            (Kept::Best, Some((step, weights))) => (*step, weights),
            (Kept::Best, None) => return Err(Reason::NotKept("best").into()),
        };
        put_back(loaded, weights)?;
        self.history.go_back(step);
        if kept == Kept::Start {
            self.shelf.best = None;
        }
        (self.step, self.mode, self.phase) = (step, Mode::Paused, Phase::Between);
        (self.evaluated_at, self.sampled_at) = match kept {
            // A run from the start is the same run again.
            Kept::Start => (None, None),
            Kept::Best => (Some(step), Some(step)),
        };
        if kept == Kept::Start {
            self.history = History::default();
        }
        Ok(step)
    }

    /// Ends the run for good: the model is again what was loaded.
    pub(super) fn leave(&mut self, loaded: &mut Loaded) -> Result<(), Failure> {
        loaded.engine.trainer()?.give_up();
        if loaded.engine.adapter().is_none() {
            put_back(loaded, &self.shelf.start)?;
        }
        loaded.engine.rest();
        Ok(())
    }

    pub(super) fn take_gradients(
        &mut self,
        shard: Shard,
        dense: Box<dyn Buffer>,
        rows: Vec<u8>,
    ) -> Result<(), Failure> {
        if shard.run != self.id || shard.step < self.step {
            return Ok(());
        }
        self.exchange.take(self.role, shard, dense, rows)
    }

    /// Does the next piece of work.
    pub(super) fn advance(
        &mut self,
        loaded: &mut Loaded,
        data: &Data,
        outside: &dyn Outside,
        out: &mut Outbox,
    ) -> Result<RunProgress, Failure> {
        (self.now_ms, self.memory_bytes) = (outside.now_ms(), outside.memory_bytes());
        if self.history.is_due(self.now_ms) {
            self.tell(out);
        }
        if self.phase == Phase::Between {
            let due = self.due();
            if !due.is_empty() {
                return Ok(RunProgress::Due(due));
            }
            if self.step >= self.n_steps {
                self.halt(Mode::Ended, out);
                return Ok(RunProgress::Working);
            }
            if self.mode == Mode::Stepping && std::mem::take(&mut self.has_stepped) {
                self.halt(Mode::Paused, out);
                return Ok(RunProgress::Working);
            }
        }
        let progress = self.advance_step(loaded, data, outside, out);
        let now_ms = outside.now_ms();
        self.under_way.worked_ms += now_ms - self.now_ms;
        self.now_ms = now_ms;
        progress.map_err(|why| match *why.0 {
            Reason::Model(error) => diverged(&error, &self.settings, self.step, &self.history.steps),
            why => why.into(),
        })
    }

    /// What comes before the next step. The first worker does it for all.
    fn due(&mut self) -> Vec<Box<dyn Job>> {
        let mut jobs: Vec<Box<dyn Job>> = Vec::new();
        if self.role.worker > 0 {
            return jobs;
        }
        let (step, is_last) = (self.step, self.step >= self.n_steps);
        let is_due = |every: u32| is_last || step.is_multiple_of(every.max(1));
        if is_due(self.settings.evaluate_every) && self.evaluated_at != Some(step) {
            self.evaluated_at = Some(step);
            jobs.push(Box::new(Evaluate::new()));
        }
        if is_due(self.settings.sample_every) && self.sampled_at != Some(step) {
            self.sampled_at = Some(step);
            jobs.extend((0..self.watched.len()).map(|at| Box::new(Sample::new(at)) as Box<dyn Job>));
        }
        jobs
    }
}

/// Overwrites all that is trained, and begins the moments anew.
fn put_back(loaded: &mut Loaded, weights: &Weights) -> Result<(), Failure> {
    let trainer = loaded.engine.trainer()?;
    trainer.give_up();
    let mut is_first = true;
    trainer.restore(0, |values| {
        if std::mem::take(&mut is_first) {
            weights.put(values);
        } else {
            values.fill(0.0);
        }
        Ok::<(), Failure>(())
    })
}

/// The pairs to train on of which something counts.
pub(super) fn trainable(settings: &Settings, data: &Data) -> Result<Vec<u32>, Failure> {
    let cut = Cut { sequence_len: settings.sequence_len as usize, masks_prompt: settings.masks_prompt };
    let some = data.trained().iter().zip(0..).filter(|(example, _)| cut.n_counted(example) > 0);
    let trainable: Vec<u32> = some.map(|(_, at)| at).collect();
    if trainable.is_empty() {
        return Err(Reason::NoRoom { n_pairs: data.n_trained, sequence_len: settings.sequence_len }.into());
    }
    Ok(trainable)
}
