//! What the native program and the WebAssembly module both do: train one model of Pythia-14M's size.

#![allow(dead_code, reason = "each of the two uses a part")]

use ml::neox::{Batch, Config, Error, Model, Progress, Trained, Trainer, Update};
use ml::optim::{AdamWConstants, Schedule};
use ml::random::Random;

/// A model, what it learns from, and how.
pub struct Job {
    pub trainer: Trainer,
    batch: Batch,
    /// Of a step that is made slice by slice.
    stage: u32,
}

/// Positions of a sequence.
const TIME: usize = 64;
/// Tokens of a batch: four sequences, each with the token after it.
pub const BATCH: usize = 4 * (TIME + 1);

impl Job {
    /// A model of the given weights.
    pub fn new(weights: Vec<f32>) -> Result<Self, Error> {
        let model = Model::new(Config::pythia_14m(), weights)?;
        Ok(Self { trainer: Trainer::new(model, Trained::Full)?, batch: Batch::new(), stage: 0 })
    }

    /// A model before pre-training.
    pub fn initial() -> Result<Self, Error> {
        Self::new(Model::initial(Config::pythia_14m(), 1)?.into_weights())
    }

    /// Takes four sequences of 65 tokens; with `half`, only the second half of each counts.
    pub fn set_batch(&mut self, tokens: &[u32], half: bool) -> Result<(), Error> {
        let from = if half { TIME / 2 + 1 } else { 1 };
        let counts: Vec<bool> = (0..=TIME).map(|i| i >= from).collect();
        self.batch.clear();
        tokens.chunks_exact(TIME + 1).try_for_each(|sequence| self.batch.push(sequence, &counts))
    }

    /// Takes random tokens.
    pub fn set_random_batch(&mut self, half: bool) -> Result<(), Error> {
        let mut random = Random::new(2, 0);
        let tokens: Vec<u32> = (0..BATCH).map(|_| random.below(50_277)).collect();
        self.set_batch(&tokens, half)
    }

    /// Positions for which a loss could be wanted, as PyTorch counts tokens.
    pub fn n_positions(&self) -> f64 {
        (BATCH / (TIME + 1) * TIME) as f64
    }

    /// Step `t`, from 0, of the ten that `reference/pythia14m.py` takes; the loss before.
    pub fn step(&mut self, tokens: &[u32], t: u32) -> Result<f64, Error> {
        let schedule = Schedule { peak: 1e-3, floor: 1e-4, n_warm_up: 3, n_steps: 10 };
        self.set_batch(tokens, t % 2 == 1)?;
        let loss = self.pass()?;
        self.update(schedule.learning_rate(t), 0.1, 1.0)?;
        Ok(loss)
    }

    /// Adds the gradients of the batch; its mean loss.
    pub fn pass(&mut self) -> Result<f64, Error> {
        self.trainer.begin_pass(&self.batch, 1.0 / self.batch.n_counted() as f32)?;
        self.finish()?;
        let sum: f64 = self.trainer.losses().iter().map(|&loss| f64::from(loss)).sum();
        Ok(sum / self.batch.n_counted() as f64)
    }

    /// A slice of a training step, which the first one begins; whether there are more.
    pub fn slice(&mut self) -> Result<bool, Error> {
        match self.stage {
            0 => self.trainer.begin_pass(&self.batch, 1.0 / self.batch.n_counted() as f32)?,
            2 => self.trainer.begin_update(Update::default())?,
            _ => {
                let finished = self.trainer.advance()? == Progress::Finished;
                self.stage = (self.stage + u32::from(finished)) % 4;
                return Ok(self.stage != 0);
            }
        }
        self.stage += 1;
        Ok(true)
    }

    /// Takes a step of AdamW with betas 0.9 and 0.95.
    pub fn update(&mut self, learning_rate: f32, weight_decay: f32, max_norm: f32) -> Result<(), Error> {
        let constants = AdamWConstants { learning_rate, weight_decay, ..Update::default().constants };
        self.trainer.begin_update(Update { constants, max_norm })?;
        self.finish()
    }

    /// Forgets gradients that no update is made of.
    pub fn clear(&mut self) {
        self.trainer.clear_gradients();
    }

    /// Brings all input embeddings to the present.
    pub fn settle(&mut self) -> Result<(), Error> {
        self.trainer.begin_settling()?;
        self.finish()
    }

    /// All gradients, in the order of the layout.
    pub fn gradients(&self) -> Vec<f32> {
        let layout = self.trainer.model().layout();
        let mut all = vec![0.0; layout.len()];
        let width = layout.config().width;
        for &token in self.trainer.tokens_with_gradient() {
            all[token as usize * width..][..width].copy_from_slice(self.trainer.embedding_gradient(token));
        }
        all[layout.embeddings().end..].copy_from_slice(self.trainer.dense_gradients());
        all
    }

    /// The logits of the four sequences, `[4 · 64, V]`.
    pub fn logits(&self, tokens: &[u32]) -> Result<Vec<f32>, Error> {
        let mut all = Vec::new();
        for sequence in tokens.chunks_exact(TIME + 1) {
            all.extend(self.trainer.model().logits(None, &sequence[..TIME])?);
        }
        Ok(all)
    }

    fn finish(&mut self) -> Result<(), Error> {
        while self.trainer.advance()? == Progress::Working {}
        Ok(())
    }
}
