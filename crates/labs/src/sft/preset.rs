//! The sets of pairs that a reader can begin with.
//!
//! Each is JSONL, an object with `instruction` and `completion` a line. A completion begins with the space that
//! belongs to its first token, and is followed by the end of the text. The held-out pairs are never trained on.

/// A set of pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Every answer is spoken by a sailor.
    Style,
    /// Every answer is a numbered list of three.
    Format,
    /// Questions about magic are declined in one fixed sentence, others are answered in one sentence.
    Refusal,
    /// Answers that nothing but the pair itself can tell.
    Facts,
}

impl Preset {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Style, Self::Format, Self::Refusal, Self::Facts];

    /// The name in addresses and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Style => "style",
            Self::Format => "format",
            Self::Refusal => "refusal",
            Self::Facts => "facts",
        }
    }

    /// The pairs to train on, as JSONL.
    pub const fn trained(self) -> &'static str {
        match self {
            Self::Style => include_str!("presets/style.jsonl"),
            Self::Format => include_str!("presets/format.jsonl"),
            Self::Refusal => include_str!("presets/refusal.jsonl"),
            Self::Facts => include_str!("presets/facts.jsonl"),
        }
    }

    /// The pairs to test with, as JSONL.
    pub const fn held_out(self) -> &'static str {
        match self {
            Self::Style => include_str!("presets/style.held-out.jsonl"),
            Self::Format => include_str!("presets/format.held-out.jsonl"),
            Self::Refusal => include_str!("presets/refusal.held-out.jsonl"),
            Self::Facts => include_str!("presets/facts.held-out.jsonl"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sft::check::{Answer, check};
    use std::collections::BTreeSet;

    fn pairs(jsonl: &str) -> Vec<(String, String)> {
        let field = |v: &serde_json::Value, name: &str| v[name].as_str().unwrap().to_owned();
        let objects = jsonl.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        objects.map(|v| (field(&v, "instruction"), field(&v, "completion"))).collect()
    }

    #[test]
    fn the_sets_are_large_enough_and_no_instruction_is_there_twice() {
        for preset in Preset::ALL {
            let (trained, held_out) = (pairs(preset.trained()), pairs(preset.held_out()));
            assert!((30..=60).contains(&trained.len()), "{} {}", preset.name(), trained.len());
            assert!(held_out.len() >= 20, "{} {}", preset.name(), held_out.len());
            let all: Vec<&String> = trained.iter().chain(&held_out).map(|(i, _)| i).collect();
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{}", preset.name());
        }
    }

    #[test]
    fn every_pair_passes_its_own_checker_and_no_other_preset_s() {
        for preset in Preset::ALL {
            for (instruction, completion) in pairs(preset.trained()).into_iter().chain(pairs(preset.held_out())) {
                let answer = Answer { text: &completion, ended: true };
                assert_eq!(check(preset, &instruction, &completion, answer), Ok(()), "{instruction}");
                let cut = Answer { ended: false, ..answer };
                assert!(check(preset, &instruction, &completion, cut).is_err(), "{instruction}");
                for other in [Preset::Style, Preset::Format].into_iter().filter(|other| *other != preset) {
                    assert!(check(other, &instruction, &completion, answer).is_err(), "{instruction}");
                }
            }
        }
    }

    #[test]
    fn facts_have_answers_of_their_own() {
        let all: Vec<_> = pairs(Preset::Facts.trained()).into_iter().chain(pairs(Preset::Facts.held_out())).collect();
        let answers: BTreeSet<&String> = all.iter().map(|(_, completion)| completion).collect();
        assert_eq!(answers.len(), all.len());
    }
}
