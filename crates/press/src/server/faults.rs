//! Trouble on purpose, for tests.

use std::time::Duration;

/// What happens to a request instead of its answer, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// As if there were no such file.
    Missing,
    /// This status and an empty body.
    Status(u16),
    /// The connection breaks without an answer.
    Break,
    /// The answer comes, but later.
    Delay(Duration),
}

/// Faults by path; the latest that fits counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Vec<(String, Fault)>);

impl Faults {
    pub(super) fn set(&mut self, path: &str, fault: Fault) {
        self.0.push((path.to_owned(), fault));
    }

    pub(super) fn of(&self, path: &str) -> Option<Fault> {
        let fits = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => path == pattern,
        };
        self.0.iter().rev().find(|(pattern, _)| fits(pattern)).map(|(_, fault)| *fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_fault_that_fits_counts() {
        let mut faults = Faults::default();
        faults.set("/posts/*", Fault::Missing);
        faults.set("/posts/a/post.json", Fault::Break);
        assert_eq!(faults.of("/posts/a/post.json"), Some(Fault::Break));
        assert_eq!(faults.of("/posts/b/"), Some(Fault::Missing));
        assert_eq!(faults.of("/about/"), None);
    }
}
