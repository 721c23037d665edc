//! What a reader may set of a training run, and the learning rate that follows from it.

use crate::sft::data::order::Walk;
use ml::decimal::Decimal;
use ml::neox::{Config, Lora, Target, Trained, Update};
use ml::optim::AdamWConstants;
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// What is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Train {
    /// All weights.
    Full,
    /// All but the two tables of embeddings.
    Body,
    /// An adapter of low rank.
    Lora {
        /// `r`.
        rank: u32,
        /// `α`; the adapter is scaled by `α/r`.
        alpha: f32,
        /// Which of [`Target::ALL`] are adapted, in that order.
        targets: [bool; 4],
    },
}

impl Train {
    /// In the engine's terms. An adapter's first weights are of the seed.
    pub fn trained(&self, seed: u64) -> Trained {
        match self {
            Self::Full => Trained::Full,
            Self::Body => Trained::Body,
            Self::Lora { rank, alpha, targets } => {
                let targets = Target::ALL.into_iter().zip(targets).filter(|(_, is_adapted)| **is_adapted);
                let targets = targets.map(|(target, _)| target).collect();
                Trained::Lora(Lora { rank: *rank as usize, alpha: *alpha, targets }, seed)
            }
        }
    }
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What is trained.
    pub train: Train,
    /// The highest learning rate.
    pub learning_rate: f32,
    /// Steps on which the rate rises.
    pub n_warm_up: u32,
    /// The rate at the end, as a part of the highest.
    pub final_part: f32,
    /// Of AdamW, on all that is trained.
    pub weight_decay: f32,
    /// Gradients of a larger norm are scaled down to this one; 0 for no clipping.
    pub max_norm: f32,
    /// Examples in a step.
    pub batch_size: u32,
    /// Positions of a sequence.
    pub sequence_len: u32,
    /// Passes over the data.
    pub n_epochs: u32,
    /// Whether labels inside the prompt are left out of the loss.
    pub masks_prompt: bool,
    /// Of the order of examples, the first weights of an adapter, the samples.
    pub seed: u64,
    /// Steps from one evaluation to the next.
    pub evaluate_every: u32,
    /// Steps from one sample of the watched prompts to the next.
    pub sample_every: u32,
    /// Whether the weights of the best evaluation are kept, which takes memory.
    pub keeps_best: bool,
}

impl Default for Settings {
    /// Of the article's lab: batches of 4 × 64 tokens, all weights.
    fn default() -> Self {
        Self {
            train: Train::Full,
            learning_rate: 1e-3,
            n_warm_up: 5,
            final_part: 0.1,
            weight_decay: 0.0,
            max_norm: 1.0,
            batch_size: 4,
            sequence_len: 64,
            n_epochs: 5,
            masks_prompt: true,
            seed: 1,
            evaluate_every: 5,
            sample_every: 10,
            keeps_best: true,
        }
    }
}

/// Why a run cannot begin so.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SettingsError {
    /// A whole number out of its range.
    #[error("{name} must be from {least} to {most}, not {found}")]
    Count {
        /// Which.
        name: &'static str,
        /// What it is.
        found: u32,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A real number out of its range.
    #[error(
        "{name} must be from {} to {}, not {}",
        Decimal((*least).into()),
        Decimal((*most).into()),
        Decimal((*found).into())
    )]
    Number {
        /// Which.
        name: &'static str,
        /// What it is.
        found: f32,
        /// The least.
        least: f32,
        /// The most.
        most: f32,
    },
    /// An adapter of nothing.
    #[error("an adapter needs at least one kind of layer to adapt")]
    NoTarget,
    /// More steps than a run counts.
    #[error("these are {found} steps; {most} is the most", most = Settings::MOST_STEPS)]
    TooLong {
        /// How many.
        found: u64,
    },
}

fn count(name: &'static str, found: u32, range: RangeInclusive<u32>) -> Result<(), SettingsError> {
    let (least, most) = (*range.start(), *range.end());
    if range.contains(&found) { Ok(()) } else { Err(SettingsError::Count { name, found, least, most }) }
}

fn number(name: &'static str, found: f32, range: RangeInclusive<f32>) -> Result<(), SettingsError> {
    let (least, most) = (*range.start(), *range.end());
    if range.contains(&found) { Ok(()) } else { Err(SettingsError::Number { name, found, least, most }) }
}

impl Settings {
    /// The most steps of a run.
    pub const MOST_STEPS: u64 = 1_000_000;

    /// That a run of `n_examples` examples can be made on a model of this shape.
    ///
    /// # Errors
    /// [`SettingsError`] with the first setting that is out of its range.
    pub fn check(&self, config: &Config, n_examples: u32) -> Result<(), SettingsError> {
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        if let Train::Lora { rank, alpha, targets } = &self.train {
            count("the rank of the adapter", *rank, 1..=size(config.width))?;
            number("the α of the adapter", *alpha, 0.01..=10_000.0)?;
            if !targets.contains(&true) {
                return Err(SettingsError::NoTarget);
            }
        }
        number("the learning rate", self.learning_rate, 1e-8..=10.0)?;
        number("the last part of the learning rate", self.final_part, 0.0..=1.0)?;
        number("the weight decay", self.weight_decay, 0.0..=10.0)?;
        number("the norm of clipping", self.max_norm, 0.0..=1e6)?;
        count("the batch size", self.batch_size, 1..=1024)?;
        count("the length of a sequence", self.sequence_len, 2..=size(config.context).min(2048))?;
        count("the number of epochs", self.n_epochs, 1..=10_000)?;
        count("the steps between evaluations", self.evaluate_every, 1..=1_000_000)?;
        count("the steps between samples", self.sample_every, 1..=1_000_000)?;
        count("the steps of warm-up", self.n_warm_up, 0..=1_000_000)?;
        let found = u64::from(self.n_epochs) * u64::from(self.walk(n_examples).steps_per_epoch());
        if found > Self::MOST_STEPS {
            return Err(SettingsError::TooLong { found });
        }
        Ok(())
    }

    /// How a run goes through its examples.
    pub fn walk(&self, n_examples: u32) -> Walk {
        Walk { n_examples, batch_size: self.batch_size, seed: self.seed }
    }

    /// Steps of the whole run.
    pub fn n_steps(&self, n_examples: u32) -> u32 {
        self.n_epochs.saturating_mul(self.walk(n_examples).steps_per_epoch())
    }

    /// The learning rate of step `step` of `n_steps`, from 0: a straight line up to the peak on the last step of
    /// warm-up, then half a cosine down to [`final_part`](Self::final_part) of it.
    ///
    /// Source: Loshchilov and Hutter 2017, "SGDR", equation 5, without restarts. A step is one further than in the
    /// library transformers, whose first step has the rate 0.
    pub fn learning_rate(&self, step: u32, n_steps: u32) -> f32 {
        if step < self.n_warm_up {
            return self.learning_rate * (step + 1) as f32 / self.n_warm_up as f32;
        }
        let n_falling = n_steps.saturating_sub(self.n_warm_up).max(1);
        let turned = ((step - self.n_warm_up) as f32 / n_falling as f32).min(1.0) * std::f32::consts::PI;
        self.learning_rate
            * (self.final_part + (1.0 - self.final_part) * 0.5 * (1.0 + ml::angle::sin_cos(turned.into()).1 as f32))
    }

    /// How step `step` of `n_steps` updates.
    pub fn update(&self, step: u32, n_steps: u32) -> Update {
        let constants = Update::default().constants;
        let learning_rate = self.learning_rate(step, n_steps);
        let constants = AdamWConstants { learning_rate, weight_decay: self.weight_decay, ..constants };
        Update { constants, max_norm: if self.max_norm > 0.0 { self.max_norm } else { f32::INFINITY } }
    }

    /// What the engine trains.
    pub fn trained(&self) -> Trained {
        self.train.trained(self.seed)
    }

    /// How many numbers are trained.
    pub fn n_trained(&self, config: &Config) -> usize {
        match &self.train {
            Train::Full => config.n_weights(),
            Train::Body => config.n_body_weights(),
            Train::Lora { rank, targets, .. } => {
                let (c, f) = (config.width, config.hidden);
                let sides = [4 * c, 2 * c, f + c, c + f];
                let sum: usize = sides.iter().zip(targets).filter(|(_, on)| **on).map(|(sides, _)| sides).sum();
                config.n_layers * *rank as usize * sum
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LORA: Train = Train::Lora { rank: 8, alpha: 16.0, targets: [true, false, false, false] };

    /// The schedule of `get_cosine_schedule_with_warmup` of transformers for 4 steps of warm-up of 20: at its step k,
    /// the rate is k/4 up to k = 4, then (1 + cos(π(k − 4)/16))/2. Ours is one step ahead in warm-up.
    #[test]
    fn the_rate_rises_and_falls() {
        let settings = Settings { learning_rate: 2.0, n_warm_up: 4, final_part: 0.0, ..Settings::default() };
        let rates: Vec<f32> = (0..20).map(|step| settings.learning_rate(step, 20)).collect();
        assert_eq!(rates[..5], [0.5, 1.0, 1.5, 2.0, 2.0]);
        for (step, &rate) in rates.iter().enumerate().skip(4) {
            let expected = 1.0 + (std::f64::consts::PI * (step as f64 - 4.0) / 16.0).cos();
            assert!((f64::from(rate) - expected).abs() < 1e-6, "{step}");
        }
        let floor = Settings { final_part: 0.25, n_warm_up: 0, ..settings };
        assert!((floor.learning_rate(20, 20) - 0.5).abs() < 1e-6);
        assert!((floor.learning_rate(99, 20) - 0.5).abs() < 1e-6, "past the end it stays");
    }

    /// The numbers of the article's table on memory.
    #[test]
    fn trained_numbers_are_counted() {
        let config = Config::pythia_14m();
        let n = |train| Settings { train, ..Settings::default() }.n_trained(&config);
        assert_eq!((n(Train::Full), n(Train::Body), n(LORA)), (14_067_712, 1_189_888, 24_576));
        // As many as the engine makes.
        let all = Settings { train: Train::Lora { rank: 3, alpha: 1.0, targets: [true; 4] }, ..Settings::default() };
        let Trained::Lora(lora, seed) = all.trained() else { panic!("no adapter") };
        let adapter = ml::neox::Adapter::new(&Config::pocket(), lora, seed).unwrap();
        assert_eq!(all.n_trained(&Config::pocket()), adapter.weights().len());
    }

    #[test]
    fn what_is_out_of_range_is_one_sentence() {
        let error = |settings: Settings| settings.check(&Config::pocket(), 40).unwrap_err().to_string();
        let good = Settings::default();
        assert_eq!(good.check(&Config::pocket(), 40), Ok(()));
        assert_eq!(error(Settings { batch_size: 0, ..good.clone() }), "the batch size must be from 1 to 1024, not 0");
        let long = Settings { sequence_len: 257, ..good.clone() };
        assert_eq!(error(long), "the length of a sequence must be from 2 to 256, not 257");
        for learning_rate in [f32::NAN, f32::INFINITY, -1.0, 0.0] {
            let sentence = error(Settings { learning_rate, ..good.clone() });
            assert!(sentence.starts_with("the learning rate must be from 0.00000001 to 10, not "), "{sentence}");
        }
        let train = Train::Lora { rank: 1, alpha: 1.0, targets: [false; 4] };
        assert_eq!(error(Settings { train, ..good.clone() }), "an adapter needs at least one kind of layer to adapt");
        let many = Settings { n_epochs: 10_000, batch_size: 1, ..good };
        assert_eq!(many.check(&Config::pocket(), 100_000), Err(SettingsError::TooLong { found: 1_000_000_000 }));
    }
}
