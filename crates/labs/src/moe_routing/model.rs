//! Training the mixture, a batch at a time.

use super::{
    data::{N_CLUSTERS, Stream, Task},
    flops, gating,
    history::{History, Step},
    mixture::{Mixture, WIDTH},
    routing,
    settings::{Balance, PARAMETERS, PRESETS, Settings},
};
use crate::{
    model::{About, Advance, ModelError},
    parameters::Values,
};
use ml::{
    Error,
    optim::{AdamW, AdamWConstants},
    tape::{Tape, Var},
};
use serde::{Deserialize, Serialize};

/// Tokens of a batch.
pub const BATCH: usize = 256;

/// Steps of a run.
pub const N_STEPS: u32 = 2000;

/// Cells of the map along each axis.
pub const MAP_CELLS: usize = 40;

/// The map goes from −this to this along both axes.
pub const MAP_REACH: f32 = 3.2;

/// A mixture of experts in training.
#[derive(Debug)]
pub struct Model {
    settings: Settings,
    task: Task,
    mixture: Mixture,
    optimizer: AdamW,
    /// Selection biases of the routed experts.
    bias: Vec<f32>,
    tape: Tape,
    history: History,
    last_loss: f32,
}

/// What there is to show. Experts are the routed ones; *bin-major* means `[bins, experts]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Routed experts.
    pub n_experts: u32,
    /// Of these, how many a token gets.
    pub n_active: u32,
    /// Steps of the whole run.
    pub n_steps: u32,
    /// Bins of the whole run: bin `i` begins at step `i · n_steps / n_bins`.
    pub n_bins: u32,
    /// Loads so far in thousandths of the mean load, bin-major.
    pub loads: Vec<u16>,
    /// Selection biases at the end of each bin in multiples of `bias_step`, bin-major; empty without a bias.
    pub biases: Vec<i32>,
    /// The size of a bias step; 0 without a bias.
    pub bias_step: f32,
    /// Steps of a point of the curves: point `i` is the mean of the steps from `i · stretch` on.
    pub stretch: u32,
    /// Mean squared error, without balancing losses.
    pub task_losses: Vec<f32>,
    /// MaxVio of single batches, averaged.
    pub violations: Vec<f32>,
    /// The expert that comes first, for each of 40 × 40 cells; row by row, the top row first.
    pub first_choices: Vec<u8>,
    /// The map goes from −this to this along both axes.
    pub map_reach: f32,
    /// Centres of the clusters, the most frequent first.
    pub centres: [[f32; 2]; N_CLUSTERS],
    /// The numbers of the last 100 steps.
    pub last: Last,
    /// Operations per token of the active experts, the shared one included.
    pub expert_flops: u32,
    /// Operations per token of the router.
    pub router_flops: u32,
    /// Ways to choose a token's routed experts.
    pub combinations: f64,
}

/// Means over the last 100 steps, or as many as there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Last {
    /// Mean squared error. Every batch is new, so this is an error on data that the model has not seen.
    pub task_loss: f32,
    /// MaxVio of single batches.
    pub batch_violation: f32,
    /// MaxVio of the loads summed over these steps.
    pub window_violation: f32,
    /// The autocorrelation at lag 1 of the loads.
    pub alternation: f32,
    /// The part of choices that were dropped.
    pub dropped: f32,
    /// Experts with at least a hundredth of all choices.
    pub n_live: u32,
}

impl Model {
    /// The loss of the next batch on a fresh tape, and its gradients; what else the step gave.
    fn train_step(&mut self) -> Result<Step, Error> {
        self.tape.reset();
        let first = u64::from(self.history.step()) * BATCH as u64;
        let samples = (first..first + BATCH as u64).map(|index| self.task.sample(Stream::Training, index));
        let (inputs, targets): (Vec<_>, Vec<_>) = samples.map(|sample| (sample.input, sample.target)).unzip();
        let x = self.tape.constant(inputs.as_flattened(), [BATCH, WIDTH])?;
        let target = self.tape.constant(targets.as_flattened(), [BATCH, WIDTH])?;

        let forward = self.mixture.forward(&mut self.tape, x, &self.bias)?;
        let task_loss = self.tape.mean_squared_error(forward.output, target)?;
        let loss = self.with_balance(task_loss, forward.logits, forward.affinities, &forward.loads)?;
        self.tape.backward(loss)?;
        self.mixture.params.zero_gradients();
        self.tape.add_gradients(&mut self.mixture.params)?;
        self.optimizer.step(&mut self.mixture.params)?;
        if let Balance::Bias { step } = self.settings.balance {
            routing::step_bias(&mut self.bias, &forward.loads, step);
        }
        Ok(Step {
            task_loss: self.tape.item(task_loss)?,
            loss: self.tape.item(loss)?,
            loads: forward.loads,
            dropped: forward.n_dropped as f32 / (BATCH * self.settings.n_active) as f32,
        })
    }

    /// The task loss and what is asked for balance.
    fn with_balance(&mut self, task_loss: Var, logits: Var, affinities: Var, loads: &[u32]) -> Result<Var, Error> {
        let Balance::Loss { alpha, z_weight } = self.settings.balance else { return Ok(task_loss) };
        let balance = gating::balance_loss(&mut self.tape, self.settings.gate, affinities, loads)?;
        let weighted = self.tape.scale(balance, alpha)?;
        let loss = self.tape.add(task_loss, weighted)?;
        if z_weight == 0.0 {
            return Ok(loss);
        }
        let z = gating::z_loss(&mut self.tape, logits)?;
        let weighted = self.tape.scale(z, z_weight)?;
        self.tape.add(loss, weighted)
    }

    /// The expert that comes first in each cell of the map.
    fn first_choices(&self) -> Result<Vec<u8>, Error> {
        let at = |cell: usize| MAP_REACH * ((2 * cell + 1) as f32 / MAP_CELLS as f32 - 1.0);
        let cells = (0..MAP_CELLS * MAP_CELLS).map(|cell| [at(cell % MAP_CELLS), -at(cell / MAP_CELLS)]);
        let cells: Vec<[f32; 2]> = cells.collect();
        let mut tape = Tape::new();
        let x = tape.constant(cells.as_flattened(), [cells.len(), WIDTH])?;
        let (_, _, chosen) = self.mixture.route(&mut tape, x, &self.bias, 1)?;
        Ok(chosen.into_iter().map(|expert| expert as u8).collect())
    }

    fn fault(&self, error: Error) -> ModelError {
        ModelError::Fault { step: self.history.step(), message: error.to_string() }
    }
}

impl crate::model::Model for Model {
    type Report = Report;

    const ABOUT: About = About {
        name: "moe-routing",
        caption: "Router load of a small mixture of experts while it trains in the browser",
        question: "Without any balancing term, how many of the experts still receive tokens after a thousand steps, and what does each cure cost in task loss?",
        computes: "Trains a router and 4 to 64 experts with Adam on 512,000 points of the plane, by automatic differentiation; nothing is precomputed.",
        parameters: PARAMETERS,
        presets: PRESETS,
        n_steps: N_STEPS,
        may_run_hidden: false,
    };

    fn new(values: &Values, seed: u64) -> Result<Self, ModelError> {
        let settings = Settings::new(values)?;
        let mixture =
            Mixture::new(settings, seed).map_err(|error| ModelError::Fault { step: 0, message: error.to_string() })?;
        let constants =
            AdamWConstants { learning_rate: settings.learning_rate, weight_decay: 0.0, ..Default::default() };
        Ok(Self {
            settings,
            task: Task::new(seed),
            optimizer: AdamW::new(&mixture.params, constants),
            mixture,
            bias: vec![0.0; settings.n_routed],
            tape: Tape::new(),
            history: History::new(settings.n_routed, N_STEPS),
            last_loss: 0.0,
        })
    }

    fn advance(&mut self) -> Result<Advance, ModelError> {
        let step = self.train_step().map_err(|error| self.fault(error))?;
        if !step.task_loss.is_finite() {
            return Err(ModelError::NotFinite { what: "task loss", step: self.history.step() });
        }
        self.last_loss = step.task_loss;
        let unit = if let Balance::Bias { step } = self.settings.balance { step } else { 1.0 };
        self.history.push(step, self.bias.iter().map(|bias| libm::roundf(bias / unit) as i32));
        Ok(if self.history.step() >= N_STEPS { Advance::Finished } else { Advance::Stepped })
    }

    fn step(&self) -> u32 {
        self.history.step()
    }

    fn report(&self) -> Report {
        let Settings { n_routed, n_active, has_shared, hidden, balance, .. } = self.settings;
        let bias_step = if let Balance::Bias { step } = balance { step } else { 0.0 };
        let combinations = flops::combinations(n_routed as u32, n_active as u32);
        Report {
            n_experts: n_routed as u32,
            n_active: n_active as u32,
            n_steps: N_STEPS,
            n_bins: self.history.n_bins() as u32,
            loads: self.history.load_map(),
            biases: if bias_step > 0.0 { self.history.bias_map().to_vec() } else { Vec::new() },
            bias_step,
            stretch: self.history.stretch(),
            task_losses: self.history.losses.means(),
            violations: self.history.violations.means(),
            // A map that cannot be drawn is left out; the run itself would have failed before.
            first_choices: self.first_choices().unwrap_or_default(),
            map_reach: MAP_REACH,
            centres: self.task.centres(),
            last: Last {
                task_loss: self.history.task_loss(),
                batch_violation: self.history.batch_violation(),
                window_violation: self.history.window_violation(),
                alternation: self.history.alternation(),
                dropped: self.history.dropped(),
                n_live: self.history.n_live(),
            },
            expert_flops: flops::expert_flops(n_active + usize::from(has_shared), WIDTH, hidden) as u32,
            router_flops: flops::router_flops(n_routed, WIDTH) as u32,
            combinations: combinations.map_or(f64::INFINITY, |n| n as f64),
        }
    }

    fn loss(&self) -> f64 {
        self.last_loss.into()
    }
}

#[cfg(test)]
mod tests;
