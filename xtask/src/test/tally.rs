//! Counting what the test programs report.

use std::iter::Sum;

/// Numbers of tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and held.
    pub passed: u64,
    /// Ran and did not.
    pub failed: u64,
    /// Marked to be left out.
    pub ignored: u64,
}

impl Tally {
    /// Reads the closing line of a test program: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    pub fn of_line(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Self::default();
        for count in counts.split("; ") {
            let (number, kind) = count.split_once(' ')?;
            let place = match kind {
                "passed" => &mut tally.passed,
                "failed" => &mut tally.failed,
                "ignored" => &mut tally.ignored,
                // `measured`, `filtered out`, `finished in …`.
                _ => continue,
            };
            *place = number.parse().ok()?;
        }
        Some(tally)
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |a, b| Self {
            passed: a.passed + b.passed,
            failed: a.failed + b.failed,
            ignored: a.ignored + b.ignored,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed_and_others_are_not() {
        // As cargo test of Rust 1.95 prints them.
        let output = "\
running 3 tests
test slug::tests::ok ... ok
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.01s
test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.52s
the words test result: ok. 9 passed; 0 failed inside a line
test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s";
        let tally: Tally = output.lines().filter_map(Tally::of_line).sum();
        assert_eq!(tally, Tally { passed: 13, failed: 2, ignored: 1 });
    }

    #[test]
    fn what_is_no_closing_line_counts_nothing() {
        for line in ["", "test result: ", "test result: ok. many passed", "test a ... ok"] {
            assert_eq!(Tally::of_line(line), None, "{line}");
        }
    }
}
