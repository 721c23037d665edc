//! The corpus of the pocket model: small texts about a small world, generated.
//!
//! Stories, letters, diaries, scenes, descriptions, riddles, lists in prose, and questions that somebody answers.
//! The text of number `index` depends on seed and index alone. Nothing here has the form of an instruction with its
//! response: a model of this corpus continues text, and following instructions is left to fine-tuning.
//!
//! Order of reading: the word lists in `words/`, [`lexicon`], [`world`], [`grammar`] with its rules in `grammar/`,
//! [`expand`].

pub mod english;
pub mod error;
pub mod expand;
pub mod grammar;
pub mod lexicon;
pub mod value;
pub mod world;

use error::CorpusError;
use expand::Expansion;
use grammar::Grammar;
use lexicon::Lexicon;
use ml::random::Random;
use value::Facts;
use world::World;

/// The stream of random numbers that texts are drawn from.
const STREAM: u32 = 20;

/// So many texts at the beginning are mostly of kinds in which words come back: songs, lessons, things misheard. A
/// small model learns to copy from these first, and what follows then builds on it.
pub const FIRST_TEXTS: u64 = 30_000;

/// A source of texts.
#[derive(Debug)]
pub struct Corpus {
    facts: Facts,
    grammar: Grammar,
    seed: u64,
}

impl Corpus {
    /// Reads words and grammar.
    ///
    /// # Errors
    ///
    /// The first mistake in them.
    pub fn new(seed: u64) -> Result<Self, CorpusError> {
        let lexicon = Lexicon::read()?;
        let world = World::new(&lexicon);
        Ok(Self { facts: Facts { lexicon, world }, grammar: Grammar::read()?, seed })
    }

    /// The text of number `index`, without a mark at its end.
    ///
    /// # Errors
    ///
    /// A mistake in the grammar.
    pub fn text(&self, index: u64) -> Result<String, CorpusError> {
        let random = Random::at(self.seed, STREAM, index);
        let rule = if index < FIRST_TEXTS { "first_text" } else { "text" };
        let text = Expansion::new(&self.facts, &self.grammar, random).rule(rule)?;
        Ok(english::capitalised(&text))
    }

    /// Words and world.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

#[cfg(test)]
mod tests;
