//! Versions as tools print them.

use std::fmt;

/// A release number. A missing part counts as zero, so `1.95` is `1.95.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    /// Reads `1.95`, `1.95.0` or `1.97.0-nightly`; a suffix after `-` or `+` is left out of comparisons.
    pub fn parse(text: &str) -> Option<Self> {
        let release = text.split(['-', '+']).next()?;
        let mut parts = release.split('.');
        let major = parts.next()?.parse().ok()?;
        let mut rest = || parts.next().map_or(Some(0), |part| part.parse().ok());
        let (minor, patch) = (rest()?, rest()?);
        parts.next().is_none().then_some(Self { major, minor, patch })
    }

    /// Finds the version in what a tool answers to `--version`: its first word that reads as one.
    pub fn find(answer: &str) -> Option<Self> {
        answer.split_whitespace().find_map(|word| Self::parse(word.trim_start_matches('v')))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn reads_what_the_tools_print() {
        // Copied from the tools' own answers.
        let cases = [
            ("rustc 1.95.0 (59807616e 2026-04-14)", "1.95.0"),
            ("rustc 1.97.0-nightly (1a2b3c4d5 2026-05-01)", "1.97.0"),
            ("trunk 0.21.14", "0.21.14"),
            ("wasm-bindgen 0.2.130", "0.2.130"),
            ("v20.20.2", "20.20.2"),
        ];
        for (answer, expected) in cases {
            assert_eq!(Version::find(answer), Some(version(expected)), "{answer}");
        }
    }

    #[test]
    fn compares_by_number_not_by_letter() {
        assert!(version("1.100") > version("1.95"));
        assert!(version("1.95.0") >= version("1.95"));
        assert!(version("1.94.9") < version("1.95"));
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in ["", "stable", "1.x", "1.2.3.4", "trunk"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
