//! Training, a slice at a time.
//!
//! A step is one or more passes, each of which adds the gradients of a batch, and an update. Every one is begun and then
//! advanced until it is finished; between two slices a caller may do what it likes. What is computed does not depend on
//! how it is sliced.
//!
//! ```
//! use ml::neox::{Batch, Config, Model, Progress, Trained, Trainer, Update};
//!
//! let config = Config { n_layers: 1, width: 16, n_heads: 2, hidden: 32, vocabulary: 11, ..Config::pocket() };
//! let mut trainer = Trainer::new(Model::initial(config, 1)?, Trained::Full)?;
//! let mut batch = Batch::new();
//! batch.push(&[3, 1, 4, 1, 5], &[false, false, true, true, true])?;
//! let mut losses = Vec::new();
//! for _ in 0..30 {
//!     trainer.begin_pass(&batch, 1.0 / batch.n_counted() as f32)?;
//!     while trainer.advance()? == Progress::Working {}
//!     losses.push(trainer.losses().iter().sum::<f32>() / batch.n_counted() as f32);
//!     trainer.begin_update(Update::default())?;
//!     while trainer.advance()? == Progress::Working {}
//! }
//! assert!(losses[29] < losses[0]);
//! # Ok::<(), ml::neox::Error>(())
//! ```

mod exchange;
mod rows;
mod update;

use super::lora::Adapter;
use super::pass::{Pass, Progress};
use super::trained::{Gradients, HeadGradients, RowGradients};
use super::{Batch, Error, Model, Trained};
use rows::{Rows, Table};
use std::ops::Range;
pub use update::Update;
use update::UpdatePhase;

/// A model in training.
#[derive(Debug)]
pub struct Trainer {
    model: Model,
    adapter: Option<Adapter>,
    /// The model's weights that are trained; empty with an adapter.
    of: Range<usize>,
    /// Of all that is trained but the input embeddings, in the order of the weights.
    gradients: Vec<f32>,
    row_gradients: RowGradients,
    head: HeadGradients,
    /// The moments of AdamW, of all that is trained.
    moments: [Vec<f32>; 2],
    /// How many updates were made.
    n_steps: u32,
    rows: Rows,
    pass: Pass,
    update: UpdatePhase,
    gradient_norm: f32,
}

impl Trainer {
    /// A model before its first step.
    ///
    /// # Errors
    /// [`Error::Config`] for an adapter that does not fit.
    pub fn new(model: Model, trained: Trained) -> Result<Self, Error> {
        let of = trained.weights(model.layout());
        let adapter = match trained {
            Trained::Lora(lora, seed) => Some(Adapter::new(model.config(), lora, seed)?),
            Trained::Full | Trained::Body => None,
        };
        let n = adapter.as_ref().map_or(of.len(), |adapter| adapter.weights().len());
        let mut trainer = Self {
            model,
            adapter,
            of,
            gradients: Vec::new(),
            row_gradients: RowGradients::default(),
            head: HeadGradients::new(),
            moments: [vec![0.0; n], vec![0.0; n]],
            n_steps: 0,
            rows: Rows::default(),
            pass: Pass::default(),
            update: UpdatePhase::Idle,
            gradient_norm: 0.0,
        };
        trainer.rows = trainer.new_rows();
        trainer.row_gradients = RowGradients::new(trainer.rows.len(), trainer.model.config().width);
        trainer.gradients = vec![0.0; n - trainer.n_lazy()];
        Ok(trainer)
    }

    /// All rows of the input embeddings at the present step; none where they are not trained.
    fn new_rows(&self) -> Rows {
        let config = self.model.config();
        let trained = self.adapter.is_none() && self.of.start == 0;
        Rows::new(if trained { config.vocabulary } else { 0 }, config.width, self.n_steps)
    }

    /// The model. With full training, its input embeddings are those of the present for tokens that were
    /// [`refresh`](Self::refresh)ed or that the last batch has, and for all after [`begin_settling`](Self::begin_settling).
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The adapter, if one is trained.
    pub fn adapter(&self) -> Option<&Adapter> {
        self.adapter.as_ref()
    }

    /// The model and the adapter, without what training needs.
    pub fn into_parts(self) -> (Model, Option<Adapter>) {
        (self.model, self.adapter)
    }

    /// How many updates were made.
    pub fn n_steps(&self) -> u32 {
        self.n_steps
    }

    /// The loss of each position that counts of the last pass, in order, in nats.
    pub fn losses(&self) -> &[f32] {
        self.pass.losses()
    }

    /// The norm of all gradients that the last update found, before clipping.
    pub fn gradient_norm(&self) -> f32 {
        self.gradient_norm
    }

    fn idle(&self, asked: &'static str) -> Result<(), Error> {
        if self.pass.is_working() {
            return Err(Error::Order { asked, doing: "a pass is under way" });
        }
        if self.update != UpdatePhase::Idle {
            return Err(Error::Order { asked, doing: "an update is under way" });
        }
        Ok(())
    }

    /// Begins a pass that adds the gradients of `d_loss` times the sum of all losses that count. Of several passes
    /// before an update, each gets one over the number of positions that count in all of them, so that the sum is the
    /// gradient of the mean.
    ///
    /// # Errors
    /// [`Error::Order`] within another pass or an update, [`Error::Nothing`] if no position counts,
    /// [`Error::Token`] or [`Error::TooLong`] for a batch that the model cannot read.
    pub fn begin_pass(&mut self, batch: &Batch, d_loss: f32) -> Result<(), Error> {
        self.idle("a pass")?;
        self.refresh(batch.tokens())?;
        self.pass.begin(&self.model, batch, Some(d_loss))?;
        self.row_gradients.note(batch.tokens());
        Ok(())
    }

    /// Begins a pass that computes losses alone.
    ///
    /// # Errors
    /// As [`begin_pass`](Self::begin_pass).
    pub fn begin_evaluation(&mut self, batch: &Batch) -> Result<(), Error> {
        self.idle("an evaluation")?;
        self.refresh(batch.tokens())?;
        self.pass.begin(&self.model, batch, None)
    }

    /// Brings the input embeddings of some tokens to the present.
    ///
    /// # Errors
    /// [`Error::Token`] for one that the model does not have.
    pub fn refresh(&mut self, tokens: &[u32]) -> Result<(), Error> {
        self.model.check_tokens(tokens)?;
        let (rows, mut table) = self.table();
        tokens.iter().try_for_each(|&token| rows.catch_up(token, &mut table))
    }

    fn table(&mut self) -> (&mut Rows, Table<'_>) {
        let len = self.rows.len() * self.model.config().width;
        let [first, second] = &mut self.moments;
        let moments = [&mut first[..len], &mut second[..len]];
        (&mut self.rows, Table { weights: &mut self.model.weights_mut()[..len], moments })
    }

    /// Does a slice of what was begun.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the loss or the norm of the gradients is not finite: then the step is given up, the
    /// gradients are cleared and the weights are as before.
    pub fn advance(&mut self) -> Result<Progress, Error> {
        let progress = if self.pass.is_working() {
            let (of, values) = (self.of.start + self.n_lazy()..self.of.end, self.gradients.as_mut_slice());
            let Self { row_gradients: rows, head, .. } = self;
            let mut gradients = Gradients { values, rows, of, head };
            self.pass.advance(&self.model, self.adapter.as_ref(), &mut gradients)
        } else {
            self.advance_update()
        };
        if progress.is_err() {
            self.give_up();
        }
        progress
    }

    /// Gives up what is under way, and clears the gradients. In the middle of an update, which must not stay half
    /// done, the rest of it is made first.
    pub fn give_up(&mut self) {
        self.pass.stop();
        self.finish_update();
        self.clear_gradients();
    }
}
