//! The numbers of the articles' worked examples, computed anew and held against the sentences that give them.

mod deepseek_playbook;
mod dualpath;
mod feel_the_agi;
mod hashing_for_similarity;
mod inside_a_transformer;
mod matrix_factorisation;
mod positional_encodings;
mod ppo_and_grpo;
mod recommendation_engines;
mod reinforcement_learning_for_llms;
mod reward_modeling_and_dpo;
mod scaling_laws;
mod training_moe_right;

use std::{fs, path::Path};

/// An article's source.
pub struct Article {
    slug: &'static str,
    text: String,
}

impl Article {
    /// Reads `posts/<slug>/index.md`.
    ///
    /// # Panics
    /// If there is none: these are tests.
    pub fn read(slug: &'static str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../posts").join(slug).join("index.md");
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { slug, text }
    }

    /// Holds that the article says `sentence`, letter by letter, and that each number, rounded as its text is,
    /// stands in it.
    ///
    /// # Panics
    /// If it does not.
    pub fn says(&self, sentence: &str, numbers: &[(f64, &str)]) {
        assert!(self.text.contains(sentence), "`{}` does not say: {sentence}", self.slug);
        for (value, written) in numbers {
            assert!(sentence.contains(written), "`{}`: {written} does not stand in: {sentence}", self.slug);
            assert!(is_rounded(*value, written), "`{}` says {written}, computed {value}: {sentence}", self.slug);
        }
    }
}

/// Whether `written` is `value` rounded to the decimals that it has. Its thousands may be set apart as in `1,024`
/// or `1{,}024`, its minus may be a hyphen or `−`.
fn is_rounded(value: f64, written: &str) -> bool {
    let plain = written.replace("{,}", "").replace(',', "").replace('−', "-").replace("\\,", "");
    let Ok(number) = plain.trim().trim_end_matches('%').trim_end_matches('\\').trim().parse::<f64>() else {
        return false;
    };
    let n_decimals = plain.trim_end_matches(['%', '\\', ' ']).split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let half = 0.5 * 10_f64.powi(-i32::try_from(n_decimals).unwrap_or(0));
    (value - number).abs() <= half * (1.0 + 1e-9)
}

/// Holds that two numbers agree.
///
/// # Panics
/// If they are further apart than `tolerance`.
pub fn near(actual: f64, expected: f64, tolerance: f64) {
    assert!((actual - expected).abs() <= tolerance, "{actual} is not within {tolerance} of {expected}");
}

#[test]
fn a_number_is_held_to_the_decimals_that_it_is_written_with() {
    for (value, written) in
        [(1.32388, "1.324"), (-0.5, "−0.5"), (4_426_165_368.0, "4{,}426{,}165{,}368"), (0.125, "0.13")]
    {
        assert!(is_rounded(value, written), "{value} {written}");
    }
    for (value, written) in [(1.3245001, "1.324"), (0.5, "-0.5"), (10.0, "1{,}0.5"), (2.0, "two")] {
        assert!(!is_rounded(value, written), "{value} {written}");
    }
}
