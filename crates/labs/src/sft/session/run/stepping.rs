//! One step: passes over its batches, an exchange with other workers, an update.

use super::{Phase, Run, RunProgress, Step};
use crate::sft::protocol::{Shard, Stepped};
use crate::sft::session::failure::Failure;
use crate::sft::session::load::Loaded;
use crate::sft::session::prepare::Data;
use crate::sft::session::step::part;
use crate::sft::session::{Outbox, Outside};
use ml::neox::{Batch, Progress};

impl Run {
    pub(super) fn advance_step(
        &mut self,
        loaded: &mut Loaded,
        data: &Data,
        outside: &dyn Outside,
        out: &mut Outbox,
    ) -> Result<RunProgress, Failure> {
        let trainer = loaded.engine.trainer()?;
        match self.phase {
            Phase::Between => {
                self.begin_step(loaded, data)?;
                self.begin_pass(0, loaded, outside, out)
            }
            Phase::Pass(at) => {
                if trainer.advance()? == Progress::Working {
                    return Ok(RunProgress::Working);
                }
                self.under_way.loss += trainer.losses().iter().map(|loss| f64::from(*loss)).sum::<f64>();
                self.begin_pass(at + 1, loaded, outside, out)
            }
            Phase::Exchange => {
                if !self.exchange.is_whole(self.role, self.step) {
                    return Ok(RunProgress::Waiting);
                }
                if let Some(since) = self.under_way.waits_since.take() {
                    self.under_way.worked_ms += self.now_ms - since;
                }
                self.under_way.loss = self.exchange.sum(self.role, self.step, self.under_way.loss, trainer)?;
                self.begin_update(loaded)
            }
            Phase::Update => {
                if trainer.advance()? == Progress::Working {
                    return Ok(RunProgress::Working);
                }
                self.end_step(trainer.gradient_norm());
                Ok(RunProgress::Working)
            }
        }
    }

    fn begin_step(&mut self, loaded: &mut Loaded, data: &Data) -> Result<(), Failure> {
        let cut = self.cut();
        let places = self.walk.batch(self.step, &mut self.order);
        let trained = data.trained();
        let examples: Vec<_> =
            places.iter().filter_map(|&at| trained.get(*self.trainable.get(at as usize)? as usize)).collect();
        let mut step =
            Step { n_counted: examples.iter().map(|example| cut.n_counted(example)).sum(), ..Step::default() };
        for worker in 0..self.role.n_workers {
            let batches = cut.batches(examples[part(examples.len(), worker, self.role.n_workers)].iter().copied())?;
            step.n_positions += batches.iter().map(Batch::n_positions).sum::<usize>();
            if self.role.n_workers > 1 {
                self.exchange.note(&batches, loaded.engine.trainer()?)?;
            }
            if worker == self.role.worker {
                step.batches = batches;
            }
        }
        self.under_way = step;
        Ok(())
    }

    /// Begins the pass over batch `at`, or what follows the last.
    fn begin_pass(
        &mut self,
        at: usize,
        loaded: &mut Loaded,
        outside: &dyn Outside,
        out: &mut Outbox,
    ) -> Result<RunProgress, Failure> {
        let trainer = loaded.engine.trainer()?;
        if let Some(batch) = self.under_way.batches.get(at) {
            trainer.begin_pass(batch, 1.0 / self.under_way.n_counted as f32)?;
            self.phase = Phase::Pass(at);
        } else if self.role.n_workers > 1 {
            let shard = Shard {
                run: self.id,
                step: self.step,
                worker: self.role.worker,
                loss: self.under_way.loss,
                tokens: Vec::new(),
            };
            let is_empty = self.under_way.batches.is_empty();
            self.exchange.send(self.role, shard, is_empty, trainer, outside, out);
            self.under_way.waits_since = Some(outside.now_ms());
            self.phase = Phase::Exchange;
        } else {
            return self.begin_update(loaded);
        }
        Ok(RunProgress::Working)
    }

    fn begin_update(&mut self, loaded: &mut Loaded) -> Result<RunProgress, Failure> {
        loaded.engine.trainer()?.begin_update(self.settings.update(self.step, self.n_steps))?;
        self.phase = Phase::Update;
        Ok(RunProgress::Working)
    }

    fn end_step(&mut self, gradient_norm: f32) {
        let Step { n_counted, n_positions, loss, worked_ms, .. } = self.under_way;
        let seconds = worked_ms / 1000.0;
        self.history.steps.push(Stepped {
            step: self.step + 1,
            train_loss: (loss / n_counted as f64) as f32,
            learning_rate: self.settings.learning_rate(self.step, self.n_steps),
            gradient_norm,
            n_tokens: n_positions as u32,
            tokens_per_s: if seconds > 0.0 { (n_positions as f64 / seconds) as f32 } else { 0.0 },
        });
        self.step += 1;
        (self.phase, self.has_stepped) = (Phase::Between, true);
    }
}
