//! Whether answers are as the preset teaches, before and after.

use crate::protocol::RunId;
use crate::sft::check::{Answer, check};
use crate::sft::data::Pair;
use crate::sft::preset::Preset;
use crate::sft::protocol::AskId;

/// Questions that are under way at once.
const AT_ONCE: usize = 8;

/// Pairs of each kind that are asked at most.
pub const MOST_ASKED: usize = 40;

/// How many answers passed, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: u32,
    /// Asked.
    pub asked: u32,
}

/// Of both kinds of pairs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Pairs to train on.
    pub trained: Count,
    /// Pairs held out.
    pub held_out: Count,
}

/// What became of the questions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Of the model that was loaded.
    pub before: Option<Counts>,
    /// Of the trained one: after so many steps.
    pub after: Option<(u32, Counts)>,
    /// Held-out questions whose last answers did not pass: instruction, answer, why.
    pub flaws: Vec<(String, String, String)>,
    /// What is being asked.
    pub under_way: Option<Asking>,
}

/// When a check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Before the first step.
    Before,
    /// After so many steps of this run.
    After(RunId, u32),
}

/// Questions under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Asking {
    /// When.
    pub when: When,
    preset: Preset,
    /// With whether each is held out.
    pairs: Vec<(Pair, bool)>,
    next: usize,
    open: Vec<(AskId, usize, String)>,
    counts: Counts,
    n_answered: usize,
}

impl Verdict {
    /// Begins to ask.
    pub fn begin(&mut self, when: When, preset: Preset, pairs: Vec<(Pair, bool)>) {
        let (next, open, counts, n_answered) = (0, Vec::new(), Counts::default(), 0);
        self.flaws.clear();
        self.under_way = Some(Asking { when, preset, pairs, next, open, counts, n_answered });
    }

    /// The next question, if one is due: `ask` becomes its number.
    pub fn next(&mut self, ask: AskId) -> Option<String> {
        let asking = self.under_way.as_mut().filter(|asking| asking.open.len() < AT_ONCE)?;
        let (pair, _) = asking.pairs.get(asking.next)?;
        asking.open.push((ask, asking.next, String::new()));
        asking.next += 1;
        Some(pair.instruction.clone())
    }

    /// Takes more of an answer. Whether it is one of these.
    pub fn take(&mut self, ask: AskId, text: &str, is_done: bool, ended: bool) -> bool {
        let Some(asking) = &mut self.under_way else { return false };
        let Some(open_idx) = asking.open.iter().position(|(of, ..)| *of == ask) else { return false };
        asking.open[open_idx].2.push_str(text);
        if !is_done {
            return true;
        }
        let (_, at, text) = asking.open.swap_remove(open_idx);
        let (pair, is_held_out) = &asking.pairs[at];
        let count = if *is_held_out { &mut asking.counts.held_out } else { &mut asking.counts.trained };
        count.asked += 1;
        match check(asking.preset, &pair.instruction, &pair.completion, Answer { text: &text, ended }) {
            Ok(()) => count.passed += 1,
            Err(flaw) if *is_held_out => self.flaws.push((pair.instruction.clone(), text, flaw.to_string())),
            Err(_) => {}
        }
        asking.n_answered += 1;
        if asking.n_answered == asking.pairs.len() {
            match asking.when {
                When::Before => self.before = Some(asking.counts),
                When::After(_, step) => self.after = Some((step, asking.counts)),
            }
            self.under_way = None;
        }
        true
    }

    /// How many are answered, of how many.
    pub fn progress(&self) -> Option<(usize, usize)> {
        self.under_way.as_ref().map(|asking| (asking.n_answered, asking.pairs.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_when_all_are_there() {
        let pair = |instruction: &str| Pair { instruction: instruction.into(), completion: " Under.".into() };
        let pairs: Vec<_> = (0..10).map(|i| (pair(&format!("{i}?")), i >= 5)).collect();
        let mut verdict = Verdict::default();
        verdict.begin(When::Before, Preset::Facts, pairs);
        let mut ask = 0;
        while verdict.next(ask).is_some() {
            ask += 1;
        }
        assert_eq!(ask, 8, "no more at once");
        for of in 0..10 {
            assert!(verdict.take(of, " Un", false, false));
            assert!(verdict.take(of, "der.", true, of % 2 == 0));
            if verdict.next(ask).is_some() {
                ask += 1;
            }
        }
        let (trained, held_out) = (Count { passed: 3, asked: 5 }, Count { passed: 2, asked: 5 });
        assert_eq!(verdict.before, Some(Counts { trained, held_out }));
        assert_eq!((verdict.flaws.len(), verdict.under_way.is_none()), (3, true));
        assert_eq!(verdict.flaws[0].2, "The answer has no end.");
        assert!(!verdict.take(3, "", true, true), "of no question");
    }
}
