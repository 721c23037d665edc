//! Updates by AdamW, and rows of the input embeddings that catch up.

use super::super::Error;
use super::super::pass::Progress;
use super::super::trained::RowGradients;
use super::Trainer;
use crate::kernels::adamw::{Constants, Past, scaled_step};
use crate::kernels::sum_of_squares;

/// Weights that a slice updates, or rows catch up by.
const SLICE: usize = 1 << 20;

/// How to update.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// The constants of this step; a schedule changes the learning rate.
    pub constants: Constants,
    /// Gradients whose norm is above this are scaled down to it; infinite for no clipping.
    pub max_norm: f32,
}

impl Default for Update {
    /// Pythia's betas, decay and clipping.
    ///
    /// Source: `models/14M/pythia-14m.yml` of github.com/EleutherAI/pythia.
    fn default() -> Self {
        let constants = Constants { beta_1: 0.9, beta_2: 0.95, weight_decay: 0.1, ..Constants::default() };
        Self { constants, max_norm: 1.0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum UpdatePhase {
    Idle,
    /// From which gradient on, and the sum of squares so far.
    Norm(Update, usize, f64),
    /// From which weight on, and the factor of the gradients.
    Step(Past, f32, usize),
    /// From which row on.
    Settle(usize),
}

/// All that is trained, and its moments.
struct Trained<'a> {
    weights: &'a mut [f32],
    moments: &'a mut [Vec<f32>; 2],
}

impl Trained<'_> {
    /// Takes a step from `start` on, as far as the gradients go.
    fn step(&mut self, step: Past, scale: f32, start: usize, gradients: &[f32]) -> Result<(), Error> {
        let range = start..start + gradients.len();
        let [first, second] = self.moments.each_mut().map(|moments| &mut moments[range.clone()]);
        Ok(scaled_step(step, scale, &mut self.weights[range.clone()], gradients, [first, second])?)
    }
}

impl Trainer {
    /// Begins an update by the gradients that passes added: clips them by their joint norm, takes a step of AdamW,
    /// and clears them.
    ///
    /// The factor of clipping is `max_norm / (norm + 1e-6)` where that is below 1, as in PyTorch's `clip_grad_norm_`.
    ///
    /// # Errors
    /// [`Error::Order`] within a pass or another update.
    pub fn begin_update(&mut self, update: Update) -> Result<(), Error> {
        self.idle("an update")?;
        if self.head.is_new {
            // No pass was made, so what is there is of the step before.
            self.clear_head();
        }
        self.update = UpdatePhase::Norm(update, 0, 0.0);
        Ok(())
    }

    /// Begins to bring all input embeddings to the present: for a checkpoint, or an export.
    ///
    /// # Errors
    /// [`Error::Order`] within a pass or an update.
    pub fn begin_settling(&mut self) -> Result<(), Error> {
        self.idle("settling")?;
        self.update = UpdatePhase::Settle(0);
        Ok(())
    }

    /// How many of the weights are rows that may lag behind: the first ones.
    pub(super) fn n_lazy(&self) -> usize {
        self.rows.len() * self.model.config().width
    }

    pub(super) fn advance_update(&mut self) -> Result<Progress, Error> {
        self.update = match self.update {
            UpdatePhase::Idle => UpdatePhase::Idle,
            UpdatePhase::Norm(update, start, sum) => self.norm(update, start, sum)?,
            UpdatePhase::Step(step, scale, start) => self.step(step, scale, start)?,
            UpdatePhase::Settle(start) => self.settle(start)?,
        };
        Ok(if self.update == UpdatePhase::Idle { Progress::Finished } else { Progress::Working })
    }

    fn norm(&mut self, update: Update, start: usize, sum: f64) -> Result<UpdatePhase, Error> {
        // Of the output embeddings' gradients, who wrote them last may have told the sum.
        let (last, of_head) = match self.head.squares {
            Some(squares) => (self.head_start(), squares),
            None => (self.gradients.len(), 0.0),
        };
        let end = last.min(start + 4 * SLICE);
        let mut sum = sum + sum_of_squares::forward(&self.gradients[start..end]);
        if end < last {
            return Ok(UpdatePhase::Norm(update, end, sum));
        }
        sum += of_head;
        sum += self.row_gradients.each().map(|(_, gradient)| sum_of_squares::forward(gradient)).sum::<f64>();
        let found = sum.sqrt() as f32;
        self.gradient_norm = found;
        if !found.is_finite() {
            return Err(Error::NotFinite { what: "norm of the gradients", found });
        }
        let scale = (update.max_norm / (found + 1e-6)).min(1.0);
        let step = Past::new(update.constants, self.n_steps.saturating_add(1));
        Ok(UpdatePhase::Step(step, scale, 0))
    }

    fn step(&mut self, step: Past, scale: f32, start: usize) -> Result<UpdatePhase, Error> {
        let end = self.gradients.len().min(start + SLICE);
        let n_lazy = self.n_lazy();
        let (mut trained, gradients, _) = self.trained();
        trained.step(step, scale, n_lazy + start, &gradients[start..end])?;
        if end < self.gradients.len() {
            return Ok(UpdatePhase::Step(step, scale, end));
        }
        let width = self.model.config().width;
        let (mut trained, _, rows) = self.trained();
        for (row, gradient) in rows.each() {
            trained.step(step, scale, row as usize * width, gradient)?;
        }
        self.rows.step(step, self.row_gradients.tokens());
        self.n_steps = self.n_steps.saturating_add(1);
        self.clear_gradients();
        Ok(if self.rows.is_due() { UpdatePhase::Settle(0) } else { UpdatePhase::Idle })
    }

    /// What a step changes, the dense gradients, and those of rows.
    fn trained(&mut self) -> (Trained<'_>, &[f32], &RowGradients) {
        let weights = match &mut self.adapter {
            Some(adapter) => adapter.weights_mut(),
            None => &mut self.model.weights_mut()[self.of.clone()],
        };
        (Trained { weights, moments: &mut self.moments }, &self.gradients, &self.row_gradients)
    }

    fn settle(&mut self, start: usize) -> Result<UpdatePhase, Error> {
        let end = self.rows.len().min(start + self.rows.rows_within(4 * SLICE));
        let (rows, mut table) = self.table();
        (start..end).try_for_each(|row| rows.catch_up(row as u32, &mut table))?;
        if end < self.rows.len() {
            return Ok(UpdatePhase::Settle(end));
        }
        self.rows.settle();
        Ok(UpdatePhase::Idle)
    }

    /// Makes the rest of an update that has begun to change weights.
    pub(super) fn finish_update(&mut self) {
        if matches!(self.update, UpdatePhase::Norm(..)) {
            self.update = UpdatePhase::Idle;
        }
        // A range that did not fit would have stopped the first slice, so no error comes up here.
        while self.update != UpdatePhase::Idle && self.advance_update().is_ok() {}
        self.update = UpdatePhase::Idle;
    }
}
