//! A second of training that changes no weight, to know what a run would take.

use super::evaluate;
use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use super::memory;
use super::run::trainable;
use super::step::Cut;
use crate::sft::data::order::Order;
use crate::sft::data::{Example, truncation};
use crate::sft::protocol::{AskId, Estimate, Event};
use crate::sft::settings::Settings;
use ml::neox::{Batch, Progress, Update};

/// How long it is measured.
const PROBE_MS: f64 = 1000.0;

/// A forward pass is a third of a step's work: backwards is two products for each of its one.
const STEP_PER_EVALUATION: f64 = 3.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Pass(usize),
    Update,
}

#[derive(Debug)]
pub(super) struct Probe {
    ask: AskId,
    settings: Settings,
    phase: Phase,
    step: u32,
    trainable: Vec<u32>,
    batches: Vec<Batch>,
    n_positions: usize,
    spent_ms: f64,
}

impl Probe {
    pub(super) fn new(ask: AskId, settings: Settings) -> Self {
        let (trainable, batches) = (Vec::new(), Vec::new());
        Self { ask, settings, phase: Phase::New, step: 0, trainable, batches, n_positions: 0, spent_ms: 0.0 }
    }

    /// The batches of the next step.
    fn prepare(&mut self, trained: &[Example]) -> Result<(), Failure> {
        let walk = self.settings.walk(self.trainable.len() as u32);
        let mut order = Order::default();
        let places = walk.batch(self.step, &mut order);
        let examples = places.iter().filter_map(|&at| trained.get(*self.trainable.get(at as usize)? as usize));
        self.batches = cut(&self.settings).batches(examples)?;
        Ok(())
    }

    fn work(&mut self, desk: &mut Desk<'_>) -> Result<(), Failure> {
        let data = desk.data.ok_or(Reason::NoData)?;
        if self.phase == Phase::New {
            if desk.run.is_some() {
                return Err(Reason::RunHolds.into());
            }
            self.trainable = trainable(&self.settings, data)?;
            self.settings.check(&desk.loaded.config(), self.trainable.len() as u32)?;
            desk.loaded.engine.train(self.settings.trained())?;
            self.prepare(data.trained())?;
        }
        let trainer = desk.loaded.engine.trainer()?;
        let next = match self.phase {
            Phase::New => 0,
            Phase::Pass(_) | Phase::Update if trainer.advance()? == Progress::Working => return Ok(()),
            Phase::Pass(at) => {
                self.n_positions += self.batches[at].n_positions();
                at + 1
            }
            Phase::Update => {
                self.step += 1;
                self.prepare(data.trained())?;
                0
            }
        };
        if let Some(batch) = self.batches.get(next) {
            trainer.begin_pass(batch, 1.0 / batch.n_counted().max(1) as f32)?;
            self.phase = Phase::Pass(next);
        } else {
            // Nothing moves at a rate of zero without decay.
            let mut update = Update::default();
            (update.constants.learning_rate, update.constants.weight_decay) = (0.0, 0.0);
            trainer.begin_update(update)?;
            self.phase = Phase::Update;
        }
        Ok(())
    }

    fn estimate(&self, desk: &Desk<'_>) -> Result<Estimate, Failure> {
        let data = desk.data.ok_or(Reason::NoData)?;
        let cut = cut(&self.settings);
        let positions = |batches: Vec<Batch>| batches.iter().map(Batch::n_positions).sum::<usize>() as f64;
        let trained = data.trained();
        let of_epoch = positions(cut.batches(self.trainable.iter().filter_map(|&at| trained.get(at as usize)))?);
        let of_evaluation = positions(evaluate::batches(desk, data, cut.sequence_len)?);
        let n_steps = self.settings.n_steps(self.trainable.len() as u32);
        let n_evaluations = f64::from(n_steps / self.settings.evaluate_every.max(1) + 1);
        let per_ms = self.n_positions as f64 / self.spent_ms.max(f64::MIN_POSITIVE);
        let all = of_epoch * f64::from(self.settings.n_epochs) + n_evaluations * of_evaluation / STEP_PER_EVALUATION;
        Ok(Estimate {
            tokens_per_s: (per_ms * 1000.0) as f32,
            n_steps,
            seconds: (all / per_ms / 1000.0) as f32,
            memory_bytes: memory::estimate(&desk.loaded.config(), &self.settings),
            truncation: truncation(trained.iter().map(Example::lengths), cut.sequence_len),
        })
    }
}

fn cut(settings: &Settings) -> Cut {
    Cut { sequence_len: settings.sequence_len as usize, masks_prompt: settings.masks_prompt }
}

impl Job for Probe {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        let begun_ms = desk.outside.now_ms();
        let is_new = self.phase == Phase::New;
        let worked = self.work(desk);
        let is_done = self.phase == Phase::Pass(0) && self.step > 0 && self.spent_ms >= PROBE_MS;
        if worked.is_err() || is_done {
            // A trainer that a run holds is none of the probe's.
            if desk.run.is_none() {
                desk.loaded.engine.rest();
            }
            worked?;
            let estimate = self.estimate(desk)?;
            desk.out.tell(Event::Probed { ask: self.ask, estimate });
            return Ok(JobProgress::Finished);
        }
        if !is_new {
            self.spent_ms += desk.outside.now_ms() - begun_ms;
        }
        Ok(JobProgress::Working)
    }
}
