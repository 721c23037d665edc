//! The labs that an article may name, as its figure introduces them.

use content::{build::Labs, sidecar::LabCard};
use labs::registry::{find, labs};

/// The registry of the crate `labs`.
#[derive(Clone, Copy, Debug)]
pub struct Registry;

impl Labs for Registry {
    fn find(&self, name: &str) -> Option<LabCard> {
        let lab = find(name)?;
        Some(LabCard { caption: lab.caption.to_owned(), question: lab.question.to_owned() })
    }

    fn names(&self) -> Vec<String> {
        labs().map(|lab| lab.name.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lab_has_a_card() {
        for name in Registry.names() {
            let card = Registry.find(&name).unwrap();
            assert!(!card.caption.is_empty() && card.question.ends_with('?'), "{name}");
        }
        assert_eq!(Registry.find("no-such-lab"), None);
    }
}
