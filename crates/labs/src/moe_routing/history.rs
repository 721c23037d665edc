//! What the charts show of a run, kept small: means over equal stretches of steps, and the last steps whole.

use super::routing;
use std::collections::VecDeque;

/// Columns of the heat-map and points of a bias trace, at most.
pub const N_BINS: usize = 64;

/// Cells of the heat-map, at most: where there are many experts it has fewer columns, so that a report stays small.
const N_CELLS: usize = 1152;

/// Points of a curve, at most.
pub const N_POINTS: usize = 200;

/// Steps over which final values are averaged.
pub const WINDOW: usize = 100;

/// What one step gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Mean squared error of the batch before the update.
    pub task_loss: f32,
    /// The same with what is asked for balance: what the gradient is of.
    pub loss: f32,
    /// Choices of each expert.
    pub loads: Vec<u32>,
    /// The part of all choices that found their expert full.
    pub dropped: f32,
}

/// A curve of means over equal stretches of steps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    means: Vec<f32>,
    sum: f64,
    count: u32,
}

impl Curve {
    fn push(&mut self, value: f32, stretch: u32) {
        self.sum += f64::from(value);
        self.count += 1;
        if self.count == stretch {
            self.means.push((self.sum / f64::from(self.count)) as f32);
            (self.sum, self.count) = (0.0, 0);
        }
    }

    /// The means of all stretches, the last of the steps that it has so far.
    pub fn means(&self) -> Vec<f32> {
        let last = (self.count > 0).then(|| (self.sum / f64::from(self.count)) as f32);
        self.means.iter().copied().chain(last).collect()
    }
}

/// The course of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    n_experts: usize,
    n_steps: u32,
    step: u32,
    /// Loads summed over the steps of each bin, `[bins, experts]`.
    bins: Vec<u32>,
    /// Biases at the end of each bin, in bias steps, `[bins, experts]`.
    biases: Vec<i32>,
    /// Task loss.
    pub losses: Curve,
    /// MaxVio of each batch.
    pub violations: Curve,
    last: VecDeque<Step>,
}

impl History {
    /// Of a run of `n_steps` steps with `n_experts` routed experts.
    pub fn new(n_experts: usize, n_steps: u32) -> Self {
        Self {
            n_experts,
            n_steps: n_steps.max(1),
            step: 0,
            bins: Vec::new(),
            biases: Vec::new(),
            losses: Curve::default(),
            violations: Curve::default(),
            last: VecDeque::with_capacity(WINDOW),
        }
    }

    /// Completed steps.
    pub fn step(&self) -> u32 {
        self.step
    }

    /// Steps of a point of a curve.
    pub fn stretch(&self) -> u32 {
        self.n_steps.div_ceil(N_POINTS as u32)
    }

    /// Columns of the heat-map at the end of the run.
    pub fn n_bins(&self) -> usize {
        (N_CELLS / self.n_experts.max(1)).min(N_BINS)
    }

    /// Notes a step; `biases` in bias steps.
    pub fn push(&mut self, step: Step, biases: impl Iterator<Item = i32>) {
        let bin = self.step as usize * self.n_bins() / self.n_steps as usize;
        let start = bin * self.n_experts;
        self.bins.resize(self.bins.len().max(start + self.n_experts), 0);
        self.biases.truncate(start);
        self.biases.extend(biases);
        for (sum, load) in self.bins[start..].iter_mut().zip(&step.loads) {
            *sum += load;
        }
        self.losses.push(step.task_loss, self.stretch());
        self.violations.push(routing::max_violation(&step.loads), self.stretch());
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(step);
        self.step += 1;
    }

    /// The loads of each bin, in thousandths of their mean: `[bins, experts]`.
    pub fn load_map(&self) -> Vec<u16> {
        let of_bin = |bin: &[u32]| -> Vec<u16> {
            let total = u64::from(bin.iter().sum::<u32>().max(1));
            let relative = |load: u32| u64::from(load) * 1000 * bin.len() as u64 / total;
            bin.iter().map(|&load| relative(load).min(u64::from(u16::MAX)) as u16).collect()
        };
        self.bins.chunks_exact(self.n_experts.max(1)).flat_map(of_bin).collect()
    }

    /// The biases at the end of each bin, in bias steps: `[bins, experts]`.
    pub fn bias_map(&self) -> &[i32] {
        &self.biases
    }

    /// The mean of `of` over the last steps.
    fn mean(&self, of: impl Fn(&Step) -> f32) -> f32 {
        let sum: f64 = self.last.iter().map(|step| f64::from(of(step))).sum();
        (sum / self.last.len().max(1) as f64) as f32
    }

    /// Mean task loss of the last steps.
    pub fn task_loss(&self) -> f32 {
        self.mean(|step| step.task_loss)
    }

    /// Mean over the last steps of the MaxVio of each batch. Chance alone keeps it above 0: of batches of 256
    /// tokens thrown evenly at 8 experts it is about 0.26.
    pub fn batch_violation(&self) -> f32 {
        self.mean(|step| routing::max_violation(&step.loads))
    }

    /// MaxVio of the loads summed over the last steps.
    pub fn window_violation(&self) -> f32 {
        routing::max_violation(&self.window_loads())
    }

    /// The mean part of choices that were dropped in the last steps.
    pub fn dropped(&self) -> f32 {
        self.mean(|step| step.dropped)
    }

    /// Experts that got at least a hundredth of all choices in the last steps.
    pub fn n_live(&self) -> u32 {
        let loads = self.window_loads();
        let total: u32 = loads.iter().sum();
        loads.iter().filter(|&&load| load > 0 && load * 100 >= total).count() as u32
    }

    fn window_loads(&self) -> Vec<u32> {
        let mut sums = vec![0; self.n_experts];
        for step in &self.last {
            sums.iter_mut().zip(&step.loads).for_each(|(sum, load)| *sum += load);
        }
        sums
    }

    /// The autocorrelation at lag 1 of the loads in the last steps: `Σ_i Σ_t d_i(t) d_i(t+1) / Σ_i Σ_t d_i(t)²` with
    /// `d_i(t) = c_i(t) − mean_t c_i`. Near −1, loads alternate from batch to batch; near 0, they vary by chance.
    /// 0 where nothing varies.
    pub fn alternation(&self) -> f32 {
        let n = self.last.len() as f64;
        let means: Vec<f64> = self.window_loads().iter().map(|&sum| f64::from(sum) / n.max(1.0)).collect();
        let deviation = |step: &Step, expert: usize| f64::from(step.loads[expert]) - means[expert];
        let pairs = self.last.iter().zip(self.last.iter().skip(1));
        let covariance: f64 =
            pairs.map(|(a, b)| (0..means.len()).map(|i| deviation(a, i) * deviation(b, i)).sum::<f64>()).sum();
        let variance: f64 =
            self.last.iter().map(|step| (0..means.len()).map(|i| deviation(step, i).powi(2)).sum::<f64>()).sum();
        if variance > 0.0 { (covariance / variance) as f32 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(loads: &[u32]) -> Step {
        Step { task_loss: loads[0] as f32, loss: 0.0, loads: loads.to_vec(), dropped: 0.25 }
    }

    #[test]
    fn bins_and_points_are_means_of_their_steps() {
        let mut history = History::new(2, 400);
        for t in 0..7 {
            history.push(step(&[t, 8 - t]), [t as i32, -(t as i32)].into_iter());
        }
        // Stretches of two steps; the last has one.
        assert_eq!(history.losses.means(), [0.5, 2.5, 4.5, 6.0]);
        assert_eq!(history.violations.means(), [(1.0 + 0.75) / 2.0, 0.375, 0.125, 0.5]);
        // 64 bins over 400 steps: the first has seven.
        assert_eq!(history.load_map(), [750, 1250]);
        assert_eq!(history.bias_map(), [6, -6]);
        history.push(step(&[0, 8]), [1, 1].into_iter());
        assert_eq!(history.load_map(), [750, 1250, 0, 2000]);
        assert_eq!(history.bias_map(), [6, -6, 1, 1]);
        assert_eq!((history.step(), history.dropped()), (8, 0.25));
    }

    #[test]
    fn a_whole_run_fills_the_charts_and_no_more() {
        for n_experts in [8, 64] {
            let mut history = History::new(n_experts, 2000);
            for _ in 0..2000 {
                history.push(step(&vec![4; n_experts]), (0..n_experts as i32).map(|_| 0));
            }
            assert_eq!(history.losses.means().len(), N_POINTS);
            assert_eq!(history.load_map(), vec![1000; n_experts * history.n_bins()]);
            assert_eq!(history.bias_map().len(), history.load_map().len());
        }
    }

    /// Closed forms: a series that alternates has −(n − 1)/n, one that never changes has none.
    #[test]
    fn alternation_is_told_from_constancy() {
        let run = |loads: &dyn Fn(u32) -> [u32; 2]| {
            let mut history = History::new(2, 400);
            (0..300).for_each(|t| history.push(step(&loads(t)), [0, 0].into_iter()));
            history
        };
        let alternating = run(&|t| if t % 2 == 0 { [3, 1] } else { [1, 3] });
        assert!((alternating.alternation() + 0.99).abs() < 1e-6);
        assert_eq!((alternating.batch_violation(), alternating.window_violation()), (0.5, 0.0));
        let constant = run(&|_| [4, 0]);
        assert_eq!((constant.alternation(), constant.n_live()), (0.0, 1));
        assert_eq!((constant.batch_violation(), constant.window_violation()), (1.0, 1.0));
        // 100 steps: 50 up, 50 down in one slow turn.
        assert!((run(&|t| if t < 250 { [3, 1] } else { [1, 3] }).alternation() - 0.97).abs() < 1e-6);
    }

    #[test]
    fn before_the_first_step_there_is_nothing() {
        let history = History::new(4, 2000);
        assert_eq!((history.task_loss(), history.batch_violation(), history.alternation()), (0.0, 0.0, 0.0));
        assert!(history.load_map().is_empty() && history.losses.means().is_empty());
    }
}
