//! What a run found so far.

use super::Outbox;
use crate::protocol::RunId;
use crate::sft::protocol::{Evaluated, Event, Stepped};

/// Progress is told no sooner than so many milliseconds after the last: 20 times a second.
const TELL_MS: f64 = 50.0;

/// Evaluations after the best one that must all be worse before a run counts as over-fitting.
const PATIENCE: usize = 3;

/// How much worse: differences of a hundredth come and go.
const MARGIN: f32 = 1.02;

#[derive(Debug, Default)]
pub(super) struct History {
    pub(super) steps: Vec<Stepped>,
    pub(super) evaluations: Vec<Evaluated>,
    /// How many of both were told.
    told: [usize; 2],
    told_ms: f64,
}

impl History {
    /// One that was told already.
    pub(super) fn told(steps: Vec<Stepped>, evaluations: Vec<Evaluated>) -> Self {
        let told = [steps.len(), evaluations.len()];
        Self { steps, evaluations, told, told_ms: 0.0 }
    }

    /// Adds an evaluation, and says of it whether it is the best and whether the run over-fits.
    pub(super) fn evaluate(&mut self, mut found: Evaluated) -> Evaluated {
        if let Some(loss) = found.held_out_loss {
            found.is_best = self.best().is_none_or(|best| loss < best);
        }
        self.evaluations.push(found);
        let is_over_fitting = is_over_fitting(&self.evaluations, &self.steps);
        if let Some(last) = self.evaluations.last_mut() {
            last.is_over_fitting = is_over_fitting;
            return *last;
        }
        found
    }

    /// The lowest loss on held-out pairs.
    fn best(&self) -> Option<f32> {
        self.evaluations.iter().filter_map(|evaluated| evaluated.held_out_loss).min_by(f32::total_cmp)
    }

    /// Forgets what came after `step`.
    pub(super) fn go_back(&mut self, step: u32) {
        self.steps.retain(|stepped| stepped.step <= step);
        self.evaluations.retain(|evaluated| evaluated.step <= step);
        self.told = [self.steps.len(), self.evaluations.len()];
    }

    /// Whether it is time to tell.
    pub(super) fn is_due(&self, now_ms: f64) -> bool {
        now_ms >= self.told_ms + TELL_MS && self.told != [self.steps.len(), self.evaluations.len()]
    }

    /// Tells all that was not told.
    pub(super) fn tell(&mut self, (run, step, n_steps): (RunId, u32, u32), now_ms: f64, memory: u64, out: &mut Outbox) {
        let [steps, evaluations] = self.told;
        let (steps, evaluations) = (self.steps[steps..].to_vec(), self.evaluations[evaluations..].to_vec());
        self.told = [self.steps.len(), self.evaluations.len()];
        self.told_ms = now_ms;
        out.tell(Event::Progress { run, step, n_steps, steps, evaluations, memory_bytes: memory });
    }
}

/// Whether the loss on held-out pairs has risen since its best, at each of the last [`PATIENCE`] evaluations, while that
/// on trained pairs went on falling.
pub(in crate::sft) fn is_over_fitting(evaluations: &[Evaluated], steps: &[Stepped]) -> bool {
    let held_out: Vec<(u32, f32)> =
        evaluations.iter().filter_map(|evaluated| Some((evaluated.step, evaluated.held_out_loss?))).collect();
    let Some((at, best)) = held_out.iter().enumerate().min_by(|a, b| a.1.1.total_cmp(&b.1.1)) else { return false };
    let since = &held_out[at + 1..];
    if since.len() < PATIENCE || !since.iter().rev().take(PATIENCE).all(|(_, loss)| *loss > best.1 * MARGIN) {
        return false;
    }
    let mean = |from: u32, to: u32| {
        let some = steps.iter().filter(|stepped| (from..to).contains(&(stepped.step)));
        let (sum, n) = some.fold((0.0, 0), |(sum, n), stepped| (sum + stepped.train_loss, n + 1));
        (n > 0).then(|| sum / n as f32)
    };
    let last = since.last().map_or(0, |(step, _)| *step);
    let middle = best.0 + (last - best.0) / 2;
    // Before the best evaluation and since the middle of what followed.
    match (mean(best.0.saturating_sub(last - middle), best.0 + 1), mean(middle, last + 1)) {
        (Some(then), Some(now)) => now < then,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(held_out: &[f32], trained: &[f32]) -> bool {
        let evaluated = |(at, loss): (usize, &f32)| Evaluated {
            step: 5 * at as u32,
            held_out_loss: Some(*loss),
            ..Evaluated::default()
        };
        let stepped =
            |(at, loss): (usize, &f32)| Stepped { step: at as u32 + 1, train_loss: *loss, ..Stepped::default() };
        let evaluations: Vec<_> = held_out.iter().enumerate().map(evaluated).collect();
        let steps: Vec<_> = trained.iter().enumerate().map(stepped).collect();
        is_over_fitting(&evaluations, &steps)
    }

    #[test]
    fn a_held_out_loss_that_rises_while_the_trained_one_falls_is_over_fitting() {
        let falling: Vec<f32> = (0..25).map(|step| 4.0 * 0.9_f32.powi(step)).collect();
        let flat = [1.0; 25];
        assert!(run(&[4.0, 3.0, 3.1, 3.2, 3.4], &falling));
        assert!(!run(&[4.0, 3.0, 3.1, 3.2], &falling), "too early to say");
        assert!(!run(&[4.0, 3.0, 3.01, 3.02, 3.01], &falling), "within the noise");
        assert!(!run(&[4.0, 3.0, 2.9, 2.8, 2.7], &falling), "it falls");
        assert!(!run(&[4.0, 3.0, 3.1, 3.2, 3.4], &flat), "the trained loss does not fall: something else is wrong");
        assert!(!run(&[], &falling) && !run(&[1.0], &[]));
    }

    #[test]
    fn the_best_is_the_lowest_and_going_back_forgets() {
        let mut history = History::default();
        let mut found = |step, loss| {
            history.evaluate(Evaluated { step, held_out_loss: Some(loss), ..Evaluated::default() }).is_best
        };
        assert_eq!(
            [found(0, 3.0), found(5, 2.0), found(10, 2.0), found(15, 2.5), found(20, 1.0)],
            [true, true, false, false, true]
        );
        history.go_back(15);
        assert_eq!(history.evaluations.len(), 4);
        assert!(history.evaluate(Evaluated { step: 20, held_out_loss: Some(1.9), ..Evaluated::default() }).is_best);
        assert!(!history.evaluate(Evaluated { step: 25, ..Evaluated::default() }).is_best);
    }
}
