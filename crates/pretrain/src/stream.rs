//! The corpus as one long row of tokens: text after text, each with the mark of its end.

use crate::corpus::Corpus;
use crate::corpus::error::CorpusError;
use ml::neox::Batch;
use ml::tokenizer::Tokenizer;

/// The mark that ends every text; token 0.
pub const END: &str = "<|endoftext|>";
/// The token for filling up, which no text holds; token 1.
pub const PADDING: &str = "<|padding|>";
/// What the text at the end of text is.
pub const END_TOKEN: u16 = 0;

/// Where the texts of each purpose begin: numbers so far apart that they never meet.
pub mod first_text {
    /// Of training.
    pub const TRAINING: u64 = 0;
    /// Of the measurement at the end.
    pub const VALIDATION: u64 = 1 << 32;
    /// Of fitting the trigram model's weights.
    pub const TUNING: u64 = 2 << 32;
    /// Of making the vocabulary.
    pub const VOCABULARY: u64 = 3 << 32;
}

/// Tokens of the texts from some number on.
#[derive(Debug)]
pub struct Stream<'a> {
    corpus: &'a Corpus,
    tokenizer: &'a Tokenizer,
    next_text: u64,
    /// Tokens that were made and not given out.
    pending: Vec<u16>,
    /// The token before the next: at first the mark of an end.
    last: u16,
}

impl<'a> Stream<'a> {
    /// Begins with text number `first`.
    pub fn new(corpus: &'a Corpus, tokenizer: &'a Tokenizer, first: u64) -> Self {
        Self { corpus, tokenizer, next_text: first, pending: Vec::new(), last: END_TOKEN }
    }

    /// How many texts were read.
    pub fn texts(&self, first: u64) -> u64 {
        self.next_text - first
    }

    /// The next `n` tokens.
    ///
    /// # Errors
    ///
    /// A mistake in the grammar.
    pub fn tokens(&mut self, n: usize) -> Result<Vec<u16>, CorpusError> {
        while self.pending.len() < n {
            let text = self.corpus.text(self.next_text)?;
            self.next_text += 1;
            // A vocabulary of 2,048 fits.
            self.pending.extend(self.tokenizer.encode(&text).into_iter().map(|id| id as u16));
            self.pending.push(END_TOKEN);
        }
        let rest = self.pending.split_off(n);
        Ok(std::mem::replace(&mut self.pending, rest))
    }

    /// The next batch: for each worker `rows` rows of `length` tokens to predict, each from those before it in its row
    /// and from the last of the row before.
    ///
    /// # Errors
    ///
    /// A mistake in the grammar, or a batch that the model would refuse.
    pub fn parts(&mut self, workers: usize, rows: usize, length: usize) -> Result<Vec<Batch>, crate::Error> {
        let mut parts = Vec::with_capacity(workers);
        for _ in 0..workers {
            let mut batch = Batch::new();
            for _ in 0..rows {
                let mut row = vec![u32::from(self.last)];
                row.extend(self.tokens(length)?.into_iter().map(u32::from));
                self.last = row.last().map_or(END_TOKEN, |&t| t as u16);
                batch.push(&row, &vec![true; row.len()])?;
            }
            parts.push(batch);
        }
        Ok(parts)
    }
}
