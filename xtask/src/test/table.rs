//! The table at the end of a test run.

use super::phase::Phase;
use crate::say::Took;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// How a phase went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// To its end.
    Held,
    /// It stopped the run.
    Failed,
    /// An earlier one had failed.
    NotRun,
}

/// One line of the table.
pub type Row = (Phase, Outcome, Duration);

/// The times of all phases and their sum.
pub struct Table<'a>(pub &'a [Row]);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut sum = Duration::ZERO;
        let mut line = |name: &str, time: &str, outcome: &str| {
            writeln!(f, "{}", format!("  {name:<14}{time:>12}  {outcome}").trim_end())
        };
        line("phase", "time", "")?;
        for &(phase, outcome, took) in self.0 {
            sum += took;
            let mut time = String::new();
            if outcome != Outcome::NotRun {
                write!(time, "{}", Took(took))?;
            }
            let outcome = match outcome {
                Outcome::Held => "ok",
                Outcome::Failed => "FAILED",
                Outcome::NotRun => "not run",
            };
            line(phase.name(), &time, outcome)?;
        }
        line("together", &Took(sum).to_string(), "")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_has_its_line() {
        let rows = [
            (Phase::Fmt, Outcome::Held, Duration::from_millis(900)),
            (Phase::Clippy, Outcome::Failed, Duration::from_secs(75)),
            (Phase::Unit, Outcome::NotRun, Duration::ZERO),
        ];
        assert_eq!(
            Table(&rows).to_string(),
            "  phase                 time\n  \
             fmt                  0.9 s  ok\n  \
             clippy          1 min 15 s  FAILED\n  \
             unit                        not run\n  \
             together        1 min 16 s\n"
        );
    }
}
