//! Text from the model, a token at a time.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use crate::sft::protocol::{AskId, Event, Sampling};
use ml::neox::{self, Generated, Generation};
use ml::tokenizer::Decoder;

/// What a piece of work brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// More text, maybe none.
    More(String),
    /// The last of it, and whether the model ended the text itself.
    All(String, bool),
}

/// Continues one prompt. Shared by what the page asks for and by what is watched.
#[derive(Debug, Default)]
pub(super) struct Writing {
    generation: Generation,
    decoder: Decoder,
    is_settling: bool,
    is_settled: bool,
    n_tokens: u32,
    most: u32,
}

impl Writing {
    /// Does a piece of work.
    pub(super) fn advance(
        &mut self,
        prompt: &mut Option<Vec<u32>>,
        sampling: Sampling,
        desk: &mut Desk<'_>,
    ) -> Result<Written, Failure> {
        let loaded = &mut *desk.loaded;
        if !self.is_settled {
            // Which tokens will be written, and read again, is not known: all must be of the present.
            self.is_settled = loaded.engine.settle(&mut self.is_settling)?;
            return Ok(Written::More(String::new()));
        }
        let context = loaded.config().context;
        let model = loaded.engine.model()?;
        if let Some(prompt) = prompt.take() {
            if prompt.is_empty() {
                return Err(Reason::NoPrompt.into());
            }
            // Of a prompt that fills the context, the end is read.
            let from = prompt.len().saturating_sub(context.saturating_sub(1).max(1));
            self.most = sampling.max_tokens.min((context - (prompt.len() - from)) as u32);
            let settings = neox::Settings {
                sampling: neox::Sampling {
                    temperature: if sampling.temperature.is_finite() { sampling.temperature.max(0.0) } else { 0.0 },
                    top_k: sampling.top_k as usize,
                    top_p: sampling.top_p.clamp(0.0, 1.0),
                },
                seed: sampling.seed,
                most: self.most as usize,
                end: Some(loaded.end),
            };
            self.generation.begin(model, &prompt[from..], settings)?;
            return Ok(Written::More(String::new()));
        }
        Ok(match self.generation.advance(model, loaded.engine.adapter())? {
            Generated::Prompt => Written::More(String::new()),
            Generated::Token(token) => {
                self.n_tokens += 1;
                Written::More(self.decoder.push(loaded.tokenizer.bytes(token)))
            }
            Generated::End => Written::All(self.decoder.finish(), self.n_tokens < self.most),
        })
    }
}

/// The tokens of an instruction in its template, or of a text as it is.
pub(super) fn prompt(text: &str, is_raw: bool, desk: &Desk<'_>) -> Result<Vec<u32>, Failure> {
    if is_raw {
        return Ok(desk.loaded.tokenizer.encode(text));
    }
    Ok(desk.data.ok_or(Reason::NoData)?.recipe(desk.loaded).prompt(text))
}

/// Answers the page.
#[derive(Debug)]
pub(super) struct Generate {
    ask: AskId,
    text: String,
    is_raw: bool,
    sampling: Sampling,
    prompt: Option<Vec<u32>>,
    is_begun: bool,
    writing: Writing,
}

impl Generate {
    pub(super) fn new(ask: AskId, text: String, is_raw: bool, sampling: Sampling) -> Result<Self, Failure> {
        if text.is_empty() {
            return Err(Reason::NoPrompt.into());
        }
        Ok(Self { ask, text, is_raw, sampling, prompt: None, is_begun: false, writing: Writing::default() })
    }
}

impl Job for Generate {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !self.is_begun {
            self.prompt = Some(prompt(&self.text, self.is_raw, desk)?);
            self.is_begun = true;
        }
        let (text, is_done, ended) = match self.writing.advance(&mut self.prompt, self.sampling, desk)? {
            Written::More(text) => (text, false, false),
            Written::All(text, ended) => (text, true, ended),
        };
        if is_done || !text.is_empty() {
            desk.out.tell(Event::Generated { ask: self.ask, text, is_done, ended });
        }
        Ok(if is_done { JobProgress::Finished } else { JobProgress::Working })
    }
}
