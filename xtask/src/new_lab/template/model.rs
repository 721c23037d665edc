//! Stochastic gradient descent on a line.

use super::data::sample;
use crate::{
    model::{About, Advance, ModelError, Preset},
    parameters::{Kind, Parameter, Scale, Values},
};
use serde::{Deserialize, Serialize};

/// Fits `y = slope · x + intercept` to noisy points, a batch at a time.
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

/// Points of a batch.
const BATCH: u64 = 8;

impl crate::model::Model for Model {
    type Report = Report;

    const ABOUT: About = About {
        name: "lab-name",
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
        presets: &[Preset {
            label: "Too fast",
            settings: "rate=1",
            watch: "The fit no longer settles: the error stays at several times the noise.",
        }],
        n_steps: 200,
        may_run_hidden: false,
    };

    fn new(values: &Values, seed: u64) -> Result<Self, ModelError> {
        Ok(Self { seed, rate: values.number("rate"), slope: 0.0, intercept: 0.0, losses: Vec::new() })
    }

    fn advance(&mut self) -> Result<Advance, ModelError> {
        let first = u64::from(self.step()) * BATCH;
        let points = (first..first + BATCH).map(|index| sample(self.seed, index));
        let Gradient { loss, d_slope, d_intercept } = gradient(self.slope, self.intercept, points);
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

/// The error of a batch and how it changes with the line.
struct Gradient {
    loss: f64,
    d_slope: f64,
    d_intercept: f64,
}

/// `∂L/∂slope = 2/B · Σ error · x`, `∂L/∂intercept = 2/B · Σ error`.
fn gradient(slope: f64, intercept: f64, points: impl Iterator<Item = (f64, f64)>) -> Gradient {
    let mut sum = Gradient { loss: 0.0, d_slope: 0.0, d_intercept: 0.0 };
    for (x, y) in points {
        let error = slope * x + intercept - y;
        sum.loss += error * error / BATCH as f64;
        sum.d_slope += 2.0 * error * x / BATCH as f64;
        sum.d_intercept += 2.0 * error / BATCH as f64;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{super::data, *};
    use crate::model::Model as _;

    fn run(settings: &str, seed: u64, n_steps: u32) -> Model {
        let values = Values::decode(Model::ABOUT.parameters, settings).unwrap();
        let mut model = Model::new(&values, seed).unwrap();
        while model.step() < n_steps {
            model.advance().unwrap();
        }
        model
    }

    /// Printed by `python3 reference.py`, which stands beside this file.
    #[test]
    fn the_first_ten_losses_are_those_of_the_reference() {
        let expected = [
            3.254901701,
            1.202764818,
            3.482134125,
            1.605710255,
            1.780149664,
            2.397146698,
            1.120030972,
            1.259216553,
            1.657211747,
            0.888158102,
        ];
        let losses = run("", 1, 10).report().losses;
        for (found, expected) in losses.iter().zip(expected) {
            assert!((f64::from(*found) - expected).abs() < 1e-6, "{losses:?}");
        }
    }

    #[test]
    fn the_gradient_is_that_of_central_differences() {
        let points = || (0..BATCH).map(|index| data::sample(3, index));
        let loss = |slope, intercept| gradient(slope, intercept, points()).loss;
        let (slope, intercept, h) = (0.3, 0.7, 1e-5);
        let found = gradient(slope, intercept, points());
        let d_slope = (loss(slope + h, intercept) - loss(slope - h, intercept)) / (2.0 * h);
        let d_intercept = (loss(slope, intercept + h) - loss(slope, intercept - h)) / (2.0 * h);
        assert!((found.d_slope - d_slope).abs() < 1e-8 && (found.d_intercept - d_intercept).abs() < 1e-8);
    }

    /// The least error that any line has is the noise's variance, NOISE²/12.
    #[test]
    fn the_fit_finds_the_line() {
        let report = run("rate=0.1", 1, Model::ABOUT.n_steps).report();
        assert!((f64::from(report.slope) - data::TRUTH.0).abs() < 0.1, "{report:?}");
        assert!((f64::from(report.intercept) - data::TRUTH.1).abs() < 0.1, "{report:?}");
        let last = &report.losses[report.losses.len() - 50..];
        let mean = f64::from(last.iter().sum::<f32>()) / last.len() as f64;
        assert!((mean / (data::NOISE * data::NOISE / 12.0) - 1.0).abs() < 0.25, "{mean}");
    }

    /// At rate 1 the intercept is thrown to the other side of its target by each step, as far as it
    /// was away: the curvature of the error along it is 2.
    #[test]
    fn the_preset_does_what_it_says() {
        for seed in 1..=5 {
            let losses = run(Model::ABOUT.presets[0].settings, seed, Model::ABOUT.n_steps).report().losses;
            let mean = f64::from(losses[150..].iter().sum::<f32>()) / 50.0;
            assert!(mean > 4.0 * data::NOISE * data::NOISE / 12.0, "seed {seed}: {mean}");
        }
    }
}
