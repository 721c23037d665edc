//! What the model writes after a watched prompt, and how probable it finds what it should write.

use super::failure::Failure;
use super::generate::{Writing, Written, prompt};
use super::job::{Desk, Job, JobProgress};
use super::score::Scoring;
use crate::sft::data::{Pair, Part};
use crate::sft::protocol::{AskId, Event, Sampled};

/// Continues one watched prompt, then scores what was expected.
#[derive(Debug)]
pub(super) struct Sample {
    watched: usize,
    prompt: Option<Vec<u32>>,
    is_begun: bool,
    writing: Writing,
    text: String,
    /// Once all is written: whether the model ended it.
    ended: Option<bool>,
    scoring: Scoring,
}

impl Sample {
    pub(super) fn new(watched: usize) -> Self {
        Self {
            watched,
            prompt: None,
            is_begun: false,
            writing: Writing::default(),
            text: String::new(),
            ended: None,
            scoring: Scoring::default(),
        }
    }
}

impl Job for Sample {
    fn ask(&self) -> Option<AskId> {
        None
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        let Some(run) = desk.run.as_ref() else { return Ok(JobProgress::Finished) };
        let (id, step, sampling) = (run.id(), run.step, run.sampling);
        let Some(watched) = run.watched.get(self.watched).cloned() else { return Ok(JobProgress::Finished) };
        let Some(ended) = self.ended else {
            if !self.is_begun {
                self.prompt = Some(prompt(&watched.instruction, false, desk)?);
                self.is_begun = true;
            }
            match self.writing.advance(&mut self.prompt, sampling, desk)? {
                Written::More(text) => self.text += &text,
                Written::All(text, ended) => {
                    self.text += &text;
                    self.ended = Some(ended);
                }
            }
            return Ok(JobProgress::Working);
        };
        let mut expected = Vec::new();
        if !watched.completion.is_empty() {
            let pair = Pair { instruction: watched.instruction, completion: watched.completion };
            let Some(tokens) = self.scoring.advance(&pair, desk)? else { return Ok(JobProgress::Working) };
            expected.extend(tokens.into_iter().filter(|token| token.part != Part::Prompt));
        }
        let text = std::mem::take(&mut self.text);
        let sampled = Sampled { step, watched: self.watched as u32, text, ended, expected };
        desk.out.tell(Event::Sample { run: id, sampled });
        Ok(JobProgress::Finished)
    }
}
