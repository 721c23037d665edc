//! How well a model predicts held-out text of the generator, beside the trigram model.

use crate::Error;
use crate::corpus::Corpus;
use crate::parallel::Parallel;
use crate::plan;
use crate::stream::{Stream, first_text};
use crate::trigram::Trigram;
use ml::tokenizer::Tokenizer;

/// Batches of held-out text: 300 of 1,024 tokens.
const BATCHES: usize = 300;
/// Tokens that the trigram model's weights are fitted to.
const TUNING: usize = 400_000;
/// Rounds of fitting; after ten the loss changes in its fifth digit.
const ROUNDS: usize = 20;

/// The perplexity of the model on held-out text, in rows of [`plan::LENGTH`] that each begin anew.
///
/// # Errors
///
/// A mistake in the grammar, or a batch that the model refuses.
pub fn perplexity(parallel: &mut Parallel, corpus: &Corpus, tokenizer: &Tokenizer) -> Result<f64, Error> {
    let mut stream = Stream::new(corpus, tokenizer, first_text::VALIDATION);
    let mut sum = 0.0;
    for _ in 0..BATCHES {
        sum += parallel.loss(&stream.parts(plan::WORKERS, plan::ROWS, plan::LENGTH)?)?;
    }
    Ok((sum / (BATCHES * plan::WORKERS * plan::ROWS * plan::LENGTH) as f64).exp())
}

/// The perplexity of the trigram model on the same text, its counts from the text of training and its weights fitted
/// to a third part.
///
/// # Errors
///
/// A mistake in the grammar.
pub fn trigram_perplexity(corpus: &Corpus, tokenizer: &Tokenizer, steps: u32) -> Result<f64, Error> {
    let per_step = plan::WORKERS * plan::ROWS * plan::LENGTH;
    let tokens = |first, n| Stream::new(corpus, tokenizer, first).tokens(n);
    let mut trigram = Trigram::new(tokenizer.vocab_size(), &tokens(first_text::TRAINING, steps as usize * per_step)?);
    trigram.tune(&tokens(first_text::TUNING, TUNING)?, ROUNDS);
    Ok(trigram.loss(&tokens(first_text::VALIDATION, BATCHES * per_step)?).exp())
}
