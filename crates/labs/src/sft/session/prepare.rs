//! Data from text to tokens, some at a time.

use super::failure::Failure;
use super::load::Loaded;
use crate::sft::data::{DataSet, Example, Pair, Recipe, Template};
use crate::sft::protocol::Event;

/// Bytes of text that are tokenized at once: a few milliseconds' work.
const PART_BYTES: usize = 1 << 14;

/// Data that can be trained on.
#[derive(Debug)]
pub(super) struct Data {
    set: DataSet,
    pub(super) template: Template,
    /// Those to train on first.
    pub(super) examples: Vec<Example>,
    pub(super) n_trained: usize,
}

/// Data that are being tokenized.
#[derive(Debug)]
pub(super) struct Preparing {
    set: DataSet,
    template: Template,
    pairs: Vec<Pair>,
    n_trained: usize,
    examples: Vec<Example>,
}

impl Preparing {
    pub(super) fn new(set: DataSet) -> Result<Self, Failure> {
        let (template, pairs, n_trained) = set.clone().checked()?;
        Ok(Self { set, template, pairs, n_trained, examples: Vec::new() })
    }

    /// Tokenizes some; the data once all are.
    pub(super) fn advance(&mut self, loaded: &Loaded) -> Option<Data> {
        let recipe = Recipe { tokenizer: &loaded.tokenizer, template: &self.template, end: loaded.end };
        let mut left = PART_BYTES;
        while let Some(pair) = self.pairs.get(self.examples.len()) {
            if left == 0 {
                return None;
            }
            left = left.saturating_sub(pair.instruction.len() + pair.completion.len() + 64);
            self.examples.push(recipe.example(pair));
        }
        let (set, template) = (std::mem::replace(&mut self.set, empty()), self.template.clone());
        Some(Data { set, template, examples: std::mem::take(&mut self.examples), n_trained: self.n_trained })
    }

    /// Tokenizes all.
    pub(super) fn finish(mut self, loaded: &Loaded) -> Data {
        loop {
            if let Some(data) = self.advance(loaded) {
                return data;
            }
        }
    }
}

fn empty() -> DataSet {
    DataSet { pairs: Vec::new(), held_out: crate::sft::data::HeldOut::Given(Vec::new()), template: String::new() }
}

impl Data {
    pub(super) fn set(&self) -> &DataSet {
        &self.set
    }

    pub(super) fn into_set(self) -> DataSet {
        self.set
    }

    pub(super) fn trained(&self) -> &[Example] {
        &self.examples[..self.n_trained]
    }

    pub(super) fn held_out(&self) -> &[Example] {
        &self.examples[self.n_trained..]
    }

    pub(super) fn recipe<'a>(&'a self, loaded: &'a Loaded) -> Recipe<'a> {
        Recipe { tokenizer: &loaded.tokenizer, template: &self.template, end: loaded.end }
    }

    pub(super) fn event(&self) -> Event {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Event::DataReady {
            n_trained: count(self.n_trained),
            n_held_out: count(self.examples.len() - self.n_trained),
            lengths: self.examples.iter().map(Example::lengths).collect(),
            prompt_ends_in_space: self.template.ends_in_space(),
        }
    }
}
