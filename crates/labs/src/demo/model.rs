//! Stochastic gradient descent on a line.

use crate::{
    model::{About, Advance, ModelError, Preset},
    parameters::{Kind, Parameter, Scale, Values},
};
use serde::{Deserialize, Serialize};

/// Fits `y = slope · x + intercept` to noisy points, a batch of eight at a time.
#[derive(Debug)]
pub struct Model {
    seed: u64,
    rate: f64,
    slope: f64,
    intercept: f64,
    losses: Vec<f32>,
}

/// What there is to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Mean squared error of every batch so far.
    pub losses: Vec<f32>,
    /// Of the fitted line.
    pub slope: f32,
    /// Of the fitted line.
    pub intercept: f32,
}

/// The line that the points scatter about.
const TRUTH: (f64, f64) = (2.0, -1.0);

/// Points of a batch.
const BATCH: u64 = 8;

impl crate::model::Model for Model {
    type Report = Report;

    const ABOUT: About = About {
        name: "demo",
        caption: "A line fitted to noisy points by gradient descent",
        question: "From which learning rate on does the fit no longer settle?",
        computes: "Fits two parameters by stochastic gradient descent; nothing is precomputed.",
        parameters: &[Parameter {
            name: "rate",
            label: "Learning rate",
            unit: "",
            help: "How far each step goes along the gradient.",
            kind: Kind::Number { min: 1e-3, max: 1.0, default: 0.02, scale: Scale::Log },
        }],
        presets: &[Preset { label: "Too fast", settings: "rate=0.9", watch: "The error stays far above the noise." }],
        n_steps: 200,
        may_run_hidden: false,
    };

    fn new(values: &Values, seed: u64) -> Result<Self, ModelError> {
        Ok(Self { seed, rate: values.number("rate"), slope: 0.0, intercept: 0.0, losses: Vec::new() })
    }

    fn advance(&mut self) -> Result<Advance, ModelError> {
        let first = u64::from(self.step()) * BATCH;
        let (mut loss, mut d_slope, mut d_intercept) = (0.0, 0.0, 0.0);
        for index in first..first + BATCH {
            let (x, y) = sample(self.seed, index);
            let error = self.slope * x + self.intercept - y;
            loss += error * error / BATCH as f64;
            d_slope += 2.0 * error * x / BATCH as f64;
            d_intercept += 2.0 * error / BATCH as f64;
        }
        if !loss.is_finite() {
            return Err(ModelError::NotFinite { what: "error", step: self.step() });
        }
        self.slope -= self.rate * d_slope;
        self.intercept -= self.rate * d_intercept;
        self.losses.push(loss as f32);
        Ok(if self.step() == Self::ABOUT.n_steps { Advance::Finished } else { Advance::Stepped })
    }

    fn step(&self) -> u32 {
        self.losses.len() as u32
    }

    fn report(&self) -> Report {
        Report { losses: self.losses.clone(), slope: self.slope as f32, intercept: self.intercept as f32 }
    }

    fn loss(&self) -> f64 {
        self.losses.last().copied().unwrap_or_default().into()
    }
}

/// The point of this number: the same in whatever order points are asked for.
fn sample(seed: u64, index: u64) -> (f64, f64) {
    let unit = |stream: u64| mix(seed ^ mix(index ^ mix(stream))) as f64 / u64::MAX as f64 - 0.5;
    let x = 2.0 * unit(0);
    (x, TRUTH.0 * x + TRUTH.1 + 0.4 * unit(1))
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
