//! Generation: a model goes on from a prompt, a token at a time.

mod decoder;
mod sampling;

use super::{Adapter, Error, Model};
use crate::random::Random;
use decoder::Decoder;
pub use sampling::Sampling;

/// Tokens of the prompt that are read at once.
const PROMPT_PART: usize = 64;

/// The stream of random numbers that tokens are chosen by.
pub(super) const STREAM: u32 = 0x4765_6e65;

/// What a call brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// A part of the prompt was read: call again.
    Prompt,
    /// The next token.
    Token(u32),
    /// The model chose the end token, or there are as many tokens as were asked for or as fit the context.
    End,
}

/// How long, and how to choose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// The same seed gives the same tokens.
    pub seed: u64,
    /// The most tokens to generate.
    pub most: usize,
    /// The token that ends a text; it is not given out.
    pub end: Option<u32>,
}

/// A text that goes on. The weights may change between two calls; what was read before keeps the keys and values of
/// its time.
#[derive(Debug, Default)]
pub struct Generation {
    settings: Option<Settings>,
    prompt: Vec<u32>,
    n_generated: usize,
    decoder: Decoder,
}

impl Generation {
    /// Begins with a prompt. What was under way is given up, and its memory used again.
    ///
    /// # Errors
    /// [`Error::Nothing`] without a prompt, [`Error::Token`] or [`Error::TooLong`] for one that the model cannot read.
    pub fn begin(&mut self, model: &Model, prompt: &[u32], settings: Settings) -> Result<(), Error> {
        if prompt.is_empty() {
            return Err(Error::Nothing("to go on from"));
        }
        model.check_tokens(prompt)?;
        let (found, context) = (prompt.len(), model.config().context);
        if found > context {
            return Err(Error::TooLong { found, context });
        }
        self.settings = Some(settings);
        self.prompt.clear();
        self.prompt.extend_from_slice(prompt);
        self.n_generated = 0;
        self.decoder.clear();
        Ok(())
    }

    /// Reads up to 64 tokens of the prompt, or generates one token.
    ///
    /// Token `i` of a text is chosen by the first number of index `i` of the seed's stream.
    ///
    /// # Errors
    /// [`Error::NotFinite`] if the logits are not finite, [`Error::Nothing`] before [`begin`](Self::begin).
    pub fn advance(&mut self, model: &Model, adapter: Option<&Adapter>) -> Result<Generated, Error> {
        let settings = self.settings.ok_or(Error::Nothing("to go on from"))?;
        let n_read = self.decoder.n_read();
        let part = &self.prompt[n_read..self.prompt.len().min(n_read + PROMPT_PART)];
        if !part.is_empty() {
            self.decoder.read(model, adapter, part)?;
            return Ok(Generated::Prompt);
        }
        if self.n_generated >= settings.most {
            return Ok(Generated::End);
        }
        let mut random = Random::at(settings.seed, STREAM, self.n_generated as u64);
        let token = settings.sampling.choose(self.decoder.logits(model)?, &mut random)?;
        if settings.end == Some(token) {
            self.n_generated = settings.most;
            return Ok(Generated::End);
        }
        self.n_generated += 1;
        if n_read < model.config().context {
            // What comes next is read as what was generated, not as a part of the prompt.
            self.decoder.read(model, adapter, &[token])?;
            self.prompt.push(token);
        } else {
            self.n_generated = settings.most;
        }
        Ok(Generated::Token(token))
    }
}
