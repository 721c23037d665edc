//! How a pair is read.

use super::load::Loaded;
use super::prepare::Data;
use crate::sft::data::Pair;
use crate::sft::protocol::{AskId, Event, ShownToken};

/// What is to be explained.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) ask: AskId,
    pub(super) sequence_len: u32,
    pub(super) masks_prompt: bool,
}

/// All tokens of a pair, and which of them count as labels.
pub(super) fn explain(loaded: &Loaded, data: &Data, pair: &Pair, asked: Asked) -> Event {
    let example = data.recipe(loaded).example(pair);
    let counts = example.counts(asked.sequence_len as usize, asked.masks_prompt);
    let shown = |(at, &id): (usize, &u32)| ShownToken {
        id,
        text: loaded.tokenizer.text(id).into_owned(),
        part: example.part(at),
        counts: counts.get(at).is_some_and(|counts| *counts),
    };
    let tokens = example.tokens.iter().enumerate().map(shown).collect();
    Event::Explained { ask: asked.ask, tokens, n_taken: counts.len() as u32 }
}
