//! The losses of a run on what it is not trained on.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use super::keep::Weights;
use super::prepare::Data;
use super::step::Cut;
use crate::sft::protocol::{AskId, Evaluated};
use ml::neox::{Batch, Evaluation, Progress};

/// Held-out pairs that are evaluated, at most: the first ones.
pub(super) const MOST_HELD_OUT: usize = 64;

/// A text that has nothing to do with any data here. What is forgotten shows in its perplexity.
pub const PARAGRAPH: &str = "It was early in the morning and the sun was not up yet. The baker opened the door of his \
shop, and the smell of warm bread went down the street. An old woman with a basket came over the bridge. She asked for \
two loaves and a cake, and paid with three coins. Then it began to rain, and she waited by the window until it was over.";

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    loss: f64,
    n: usize,
}

impl Sum {
    fn add(&mut self, losses: &[f32]) {
        self.loss += losses.iter().map(|loss| f64::from(*loss)).sum::<f64>();
        self.n += losses.len();
    }

    fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.loss / self.n as f64)
    }
}

/// Evaluates, and keeps the weights if they are the best.
#[derive(Debug)]
pub(super) struct Evaluate {
    /// Those of held-out pairs, then the paragraph; made with the first piece of work.
    batches: Option<Vec<Batch>>,
    at: usize,
    evaluation: Evaluation,
    is_begun: bool,
    held_out: Sum,
    paragraph: Sum,
    /// Whether the weights are to be kept, and whether input embeddings are being brought to the present for it.
    keeps: bool,
    is_settling: bool,
}

impl Evaluate {
    pub(super) fn new() -> Self {
        Self {
            batches: None,
            at: 0,
            evaluation: Evaluation::default(),
            is_begun: false,
            held_out: Sum::default(),
            paragraph: Sum::default(),
            keeps: false,
            is_settling: false,
        }
    }
}

/// Held-out pairs, then the paragraph. Labels inside prompts never count here.
pub(super) fn batches(desk: &Desk<'_>, data: &Data, sequence_len: usize) -> Result<Vec<Batch>, Failure> {
    let cut = Cut { sequence_len, masks_prompt: true };
    let mut batches = cut.batches(data.held_out().iter().take(MOST_HELD_OUT))?;
    let mut tokens = desk.loaded.tokenizer.encode(PARAGRAPH);
    tokens.truncate(desk.loaded.config().context);
    let mut paragraph = Batch::new();
    paragraph.push(&tokens, &vec![true; tokens.len()])?;
    batches.push(paragraph);
    Ok(batches)
}

impl Job for Evaluate {
    fn ask(&self) -> Option<AskId> {
        None
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if self.keeps {
            return self.keep(desk);
        }
        let Some(run) = desk.run.as_ref() else { return Ok(JobProgress::Finished) };
        let sequence_len = run.settings.sequence_len as usize;
        let batches = match self.batches.take() {
            Some(batches) => batches,
            None => batches(desk, desk.data.ok_or(Reason::NoData)?, sequence_len)?,
        };
        let engine = &mut desk.loaded.engine;
        if let Some(batch) = batches.get(self.at) {
            if !self.is_begun {
                engine.refresh(batch.tokens())?;
                self.evaluation.begin(engine.model()?, batch)?;
                self.is_begun = true;
            } else if self.evaluation.advance(engine.model()?, engine.adapter())? == Progress::Finished {
                let is_paragraph = self.at + 1 == batches.len();
                let sum = if is_paragraph { &mut self.paragraph } else { &mut self.held_out };
                sum.add(self.evaluation.losses());
                self.at += 1;
                self.is_begun = false;
            }
            self.batches = Some(batches);
            return Ok(JobProgress::Working);
        }
        let Some(run) = desk.run.as_mut() else { return Ok(JobProgress::Finished) };
        let found = run.history.evaluate(Evaluated {
            step: run.step,
            held_out_loss: self.held_out.mean().map(|loss| loss as f32),
            paragraph_perplexity: self.paragraph.mean().map_or(f32::NAN, |loss| libm::exp(loss) as f32),
            is_best: false,
            is_over_fitting: false,
        });
        self.keeps = found.is_best && run.settings.keeps_best;
        Ok(if self.keeps { JobProgress::Working } else { JobProgress::Finished })
    }
}

impl Evaluate {
    fn keep(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !desk.loaded.engine.settle(&mut self.is_settling)? {
            return Ok(JobProgress::Working);
        }
        let Some(run) = desk.run.as_mut() else { return Ok(JobProgress::Finished) };
        let weights = desk.loaded.engine.trainer()?.trained_weights();
        match &mut run.shelf.best {
            Some((step, best)) => {
                *step = run.step;
                best.replace(weights);
            }
            best => *best = Some((run.step, Weights::of(weights))),
        }
        Ok(JobProgress::Finished)
    }
}
