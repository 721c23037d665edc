//! What a run has told so far, kept by the page.

use super::watch::Origin;
use crate::sft::protocol::{Evaluated, Sampled, ScoredToken, Stepped, Watched};

/// What is watched, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The prompt and what was expected.
    pub watched: Watched,
    /// Where it is from.
    pub origin: Origin,
    /// Before training.
    pub before: Option<Sampled>,
    /// The latest since.
    pub now: Option<Sampled>,
    /// After so many steps, the losses of the expected tokens, in nats.
    pub losses: Vec<(u32, Vec<f32>)>,
}

/// A run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Steps that were made.
    pub steps: Vec<Stepped>,
    /// Evaluations that were made.
    pub evaluations: Vec<Evaluated>,
    /// What is watched.
    pub seen: Vec<Seen>,
    /// What the first worker holds, in bytes.
    pub memory_bytes: u64,
}

impl Report {
    /// Before the first step.
    pub fn of(watched: Vec<(Watched, Origin)>) -> Self {
        let seen = |(watched, origin)| Seen { watched, origin, before: None, now: None, losses: Vec::new() };
        Self { seen: watched.into_iter().map(seen).collect(), ..Self::default() }
    }

    /// Takes an answer to a watched prompt.
    pub fn take(&mut self, sampled: Sampled) {
        let Some(seen) = self.seen.get_mut(sampled.watched as usize) else { return };
        let losses = sampled.expected.iter().map(|token: &ScoredToken| -token.log_probability).collect();
        seen.losses.retain(|(step, _)| *step < sampled.step);
        seen.losses.push((sampled.step, losses));
        if sampled.step == 0 {
            (seen.before, seen.now) = (Some(sampled), None);
        } else {
            seen.now = Some(sampled);
        }
    }

    /// Forgets what came after `step`.
    pub fn go_back(&mut self, step: u32) {
        self.steps.retain(|stepped| stepped.step <= step);
        self.evaluations.retain(|evaluated| evaluated.step <= step && (step > 0 || evaluated.step > 0));
        for seen in &mut self.seen {
            seen.losses.retain(|(at, _)| *at <= step);
            seen.now = None;
        }
    }

    /// The step of the lowest held-out loss.
    pub fn best(&self) -> Option<u32> {
        self.evaluations.iter().rfind(|evaluated| evaluated.is_best).map(|evaluated| evaluated.step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sampled(step: u32, text: &str, log_probability: f32) -> Sampled {
        let part = crate::sft::data::Part::Completion;
        let expected = vec![ScoredToken { text: "a".into(), log_probability, part }];
        Sampled { step, watched: 0, text: text.into(), ended: true, expected }
    }

    #[test]
    fn before_and_now_stand_apart_and_going_back_forgets() {
        let watched = Watched { instruction: "A?".into(), completion: " B".into() };
        let mut report = Report::of(vec![(watched, Origin::HeldOut)]);
        for sampled in [sampled(0, "x", -3.0), sampled(20, "y", -2.0), sampled(40, "z", -1.0)] {
            report.take(sampled);
        }
        let seen = &report.seen[0];
        assert_eq!(seen.before.as_ref().map(|sampled| sampled.text.as_str()), Some("x"));
        assert_eq!(seen.now.as_ref().map(|sampled| sampled.text.as_str()), Some("z"));
        assert_eq!(seen.losses, [(0, vec![3.0]), (20, vec![2.0]), (40, vec![1.0])]);
        report.go_back(20);
        assert_eq!((report.seen[0].losses.len(), report.seen[0].now.is_none()), (2, true));
        // One of no prompt is dropped.
        report.take(Sampled { watched: 7, ..sampled(60, "", 0.0) });
    }
}
