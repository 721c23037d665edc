//! What the terminal is told.

use std::fmt;
use std::time::{Duration, Instant};

/// Announces a step that takes a while and, when it is over, how long it took.
pub struct Step(Instant);

impl Step {
    /// `what` is being done; `usually` says how long that takes.
    pub fn begin(what: impl fmt::Display, usually: &str) -> Self {
        println!("→ {what} ({usually})");
        Self(Instant::now())
    }

    /// The step went well.
    pub fn done(self) {
        println!("  done in {}", Took(self.0.elapsed()));
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `7 min 09 s`.
pub struct Took(pub Duration);

impl fmt::Display for Took {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs_f64();
        if seconds < 9.95 {
            return write!(f, "{seconds:.1} s");
        }
        match seconds.round() as u64 {
            short @ 0..60 => write!(f, "{short} s"),
            long => write!(f, "{} min {:02} s", long / 60, long % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        let cases = [
            (400, "0.4 s"),
            (9_940, "9.9 s"),
            (9_960, "10 s"),
            (59_400, "59 s"),
            (59_600, "1 min 00 s"),
            (429_000, "7 min 09 s"),
        ];
        for (ms, expected) in cases {
            assert_eq!(Took(Duration::from_millis(ms)).to_string(), expected);
        }
    }
}
