//! What is trained, on how much, and at which rate.

use crate::Error;
use crate::corpus::Corpus;
use crate::parallel::Parallel;
use crate::stream::{END, PADDING, Stream, first_text};
use ml::kernels::adamw::Constants;
use ml::neox::{Config, Model, Update};
use ml::tokenizer::{Tokenizer, Training, train};

/// The seed of corpus and weights.
pub const SEED: u64 = 1;
/// Threads, each with its part of every batch. The sums depend on it, so it is not the machine's.
pub const WORKERS: usize = 2;
/// Rows of a worker's part.
pub const ROWS: usize = 2;
/// Tokens to predict in a row.
pub const LENGTH: usize = 256;
/// Steps: with 1,024 tokens each, over 5 million tokens, none of them twice.
pub const STEPS: u32 = 5000;
/// Steps whose losses are kept, for others to compare with.
pub const FIRST_LOSSES: usize = 20;

/// The highest learning rate.
const PEAK: f32 = 3e-3;
/// The steps on which the rate rises.
const WARM_UP: u32 = 200;
/// The last rate, as a part of the highest.
const FLOOR: f32 = 0.05;
/// Texts that the vocabulary is made from.
const TOKENIZER_TEXTS: u64 = 20_000;

/// The model's shape.
pub const fn config() -> Config {
    Config::pocket()
}

/// The update of step `step`, from 0: linear warm-up, then half a cosine.
pub fn update(step: u32) -> Update {
    let warm = (step + 1).min(WARM_UP) as f32 / WARM_UP as f32;
    let turned = step as f32 / STEPS as f32 * std::f32::consts::PI;
    let learning_rate = PEAK * warm * (FLOOR + (1.0 - FLOOR) * 0.5 * (1.0 + libm::cosf(turned)));
    let update = Update::default();
    Update { constants: Constants { learning_rate, ..update.constants }, ..update }
}

/// Makes the vocabulary from texts of its own.
///
/// # Errors
///
/// A mistake in the grammar.
pub fn tokenizer(corpus: &Corpus) -> Result<Tokenizer, Error> {
    let texts = (0..TOKENIZER_TEXTS).map(|i| corpus.text(first_text::VOCABULARY + i)).collect::<Result<Vec<_>, _>>()?;
    let training = Training { vocab_size: config().vocabulary, special: &[END, PADDING], min_count: 2 };
    Ok(train(texts.iter().map(String::as_str), &training)?)
}

/// The model before its first step.
///
/// # Errors
///
/// None for [`config`].
pub fn model() -> Result<Model, Error> {
    Ok(Model::initial(config(), SEED)?)
}

/// Makes a step with the next tokens of `stream`; the loss before it, in nats.
///
/// # Errors
///
/// A mistake in the grammar, or a loss that is not finite.
pub fn step(parallel: &mut Parallel, stream: &mut Stream<'_>, step: u32) -> Result<f64, Error> {
    Ok(parallel.step(&stream.parts(WORKERS, ROWS, LENGTH)?, update(step))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_rises_to_its_peak_and_falls_to_its_floor() {
        let rate = |step| update(step).constants.learning_rate;
        assert!((rate(0) - PEAK / 200.0).abs() < 1e-6);
        assert!((rate(WARM_UP - 1) - PEAK).abs() < 1e-4);
        assert!((rate(STEPS) - PEAK * FLOOR).abs() < 1e-6);
        assert!((WARM_UP..STEPS).all(|s| rate(s + 1) < rate(s)));
    }
}
