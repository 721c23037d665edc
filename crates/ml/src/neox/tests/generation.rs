//! Going on from a prompt.

use super::recipe::{WIDER, batch, sine};
use crate::neox::{Config, Error, Evaluation, Generated, Generation, Model, Progress, Sampling, Settings, perplexity};
use crate::random::Random;

fn settings(temperature: f32, most: usize) -> Settings {
    let sampling = Sampling { temperature, ..Sampling::default() };
    Settings { sampling, seed: 5, most, end: None }
}

fn generate(model: &Model, prompt: &[u32], settings: Settings) -> Vec<u32> {
    let mut generation = Generation::default();
    generation.begin(model, prompt, settings).unwrap();
    let mut tokens = Vec::new();
    loop {
        match generation.advance(model, None).unwrap() {
            Generated::Prompt => {}
            Generated::Token(token) => tokens.push(token),
            Generated::End => return tokens,
        }
    }
}

/// Greedy tokens of transformers 5.23, for the model of `recipe` with four rotated channels.
#[test]
fn greedy_tokens() {
    let model = sine(WIDER, 0.15);
    assert_eq!(generate(&model, &[3, 14, 8, 17], settings(0.0, 6)), [16, 15, 14, 4, 11, 1]);
}

/// Each token by the logits of a whole forward pass over all tokens before it, without a cache.
#[test]
fn the_cache_changes_nothing() {
    let model = sine(Config { context: 100, ..WIDER }, 0.3);
    // Longer than what is read of a prompt at once.
    let prompt: Vec<u32> = (0..70).map(|i| (i * i + 5 * i) % 19).collect();
    for temperature in [0.0, 1.0] {
        let settings = settings(temperature, 25);
        let mut tokens = prompt.clone();
        for index in 0..25 {
            let logits = model.logits(None, &tokens).unwrap();
            let last = &logits[logits.len() - model.config().vocabulary..];
            // Index `i` of the generator's own stream.
            let mut random = Random::at(settings.seed, super::super::generate::STREAM, index);
            tokens.push(settings.sampling.choose(last, &mut random).unwrap());
        }
        assert_eq!(generate(&model, &prompt, settings), tokens[70..]);
    }
}

#[test]
fn a_seed_gives_the_same_text_again() {
    let model = sine(WIDER, 0.15);
    let of = |seed| generate(&model, &[3], Settings { seed, ..settings(1.0, 20) });
    assert_eq!(of(1), of(1));
    assert_ne!(of(1), of(2));
}

#[test]
fn texts_end() {
    let model = sine(WIDER, 0.15);
    let greedy = settings(0.0, 6);
    // At the end token, which is not given out.
    assert_eq!(generate(&model, &[3, 14, 8, 17], Settings { end: Some(14), ..greedy }), [16, 15]);
    // At the length asked for, and where the context is full.
    assert!(generate(&model, &[3, 14], settings(0.0, 0)).is_empty());
    let short = sine(Config { context: 6, ..WIDER }, 0.15);
    assert_eq!(generate(&short, &[3, 14, 8, 17], settings(0.0, 60)).len(), 3);
    let mut generation = Generation::default();
    assert_eq!(generation.advance(&model, None), Err(Error::Nothing("to go on from")));
    assert_eq!(generation.begin(&model, &[], greedy), Err(Error::Nothing("to go on from")));
    assert_eq!(generation.begin(&short, &[0; 7], greedy), Err(Error::TooLong { found: 7, context: 6 }));
    assert_eq!(generation.begin(&model, &[19], greedy), Err(Error::Token { found: 19, vocabulary: 19 }));
}

#[test]
fn frequencies_are_those_of_the_probabilities_that_are_left() {
    // Probabilities 0.5, 0.25, 0.125, 0.125, in another order.
    let logits = [0.125_f32, 0.5, 0.125, 0.25].map(f32::ln);
    let count = |sampling: Sampling| {
        let mut counts = [0_u32; 4];
        for index in 0..40_000 {
            counts[sampling.choose(&logits, &mut Random::at(9, 0, index)).unwrap() as usize] += 1;
        }
        counts.map(|count| f64::from(count) / 40_000.0)
    };
    let near = |found: [f64; 4], expected: [f64; 4]| {
        // Five standard errors of a frequency of a half.
        assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 0.0125), "{found:?}, expected {expected:?}");
        assert!(found.iter().zip(expected).all(|(f, e)| (*f == 0.0) == (e == 0.0)));
    };
    let all = Sampling::default();
    near(count(all), [0.125, 0.5, 0.125, 0.25]);
    near(count(Sampling { top_k: 2, ..all }), [0.0, 2.0 / 3.0, 0.0, 1.0 / 3.0]);
    // Of equals, the first is kept.
    near(count(Sampling { top_k: 3, ..all }), [1.0 / 7.0, 4.0 / 7.0, 0.0, 2.0 / 7.0]);
    near(count(Sampling { top_p: 0.7, ..all }), [0.0, 2.0 / 3.0, 0.0, 1.0 / 3.0]);
    near(count(Sampling { top_p: 0.0, ..all }), [0.0, 1.0, 0.0, 0.0]);
    // At temperature 1/2 probabilities are squared: 1, 16, 1, 4 of 22.
    near(count(Sampling { temperature: 0.5, ..all }), [1.0 / 22.0, 16.0 / 22.0, 1.0 / 22.0, 4.0 / 22.0]);
    near(count(Sampling { temperature: 0.0, ..all }), [0.0, 1.0, 0.0, 0.0]);
    let greedy = Sampling { temperature: 0.0, ..all };
    assert_eq!(greedy.choose(&[1.0, 3.0, 3.0], &mut Random::new(0, 0)), Ok(1));
    let broken = greedy.choose(&[1.0, f32::NAN, 3.0], &mut Random::new(0, 0));
    assert!(matches!(broken, Err(Error::NotFinite { what: "largest logit", .. })));
}

/// The loss of each token is minus the logarithm of its softmax probability.
#[test]
fn an_evaluation_gives_the_probability_of_each_token() {
    let model = sine(WIDER, 0.15);
    let tokens = [3, 14, 8, 17, 5, 11, 2, 0];
    let mut evaluation = Evaluation::default();
    evaluation.begin(&model, &batch(&tokens, 1)).unwrap();
    while evaluation.advance(&model, None).unwrap() == Progress::Working {}
    let logits = model.logits(None, &tokens[..7]).unwrap();
    assert_eq!(evaluation.losses().len(), 7);
    for (t, (row, loss)) in logits.chunks_exact(19).zip(evaluation.losses()).enumerate() {
        let sum: f64 = row.iter().map(|&logit| f64::from(logit).exp()).sum();
        let probability = f64::from(row[tokens[t + 1] as usize]).exp() / sum;
        assert!((f64::from(-loss).exp() - probability).abs() < 1e-6);
    }
    // As in `truth`: the mean loss over all tokens is 2.9042910.
    assert!((perplexity(evaluation.losses()) - 2.904_291_f64.exp()).abs() < 1e-3);
}
