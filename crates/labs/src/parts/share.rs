//! The text of a share link. Anybody may have written it.

use super::DEFAULT_SEED;
use crate::{
    model::About,
    parameters::{MAX_TEXT_BYTES, Values},
};

/// What a link restores.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// Of all parameters.
    pub values: Values,
    /// Of the run.
    pub seed: u64,
    /// Completed steps after which the run pauses; 0: it is not begun.
    pub step: u32,
}

impl Shared {
    /// As `experts=16;seed=3;step=500`, without what is as it would be anyway.
    pub fn encode(&self) -> String {
        let mut parts = vec![self.values.encode()];
        if self.seed != DEFAULT_SEED {
            parts.push(format!("seed={}", self.seed));
        }
        if self.step > 0 {
            parts.push(format!("step={}", self.step));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(";")
    }

    /// Reads what [`Self::encode`] writes.
    ///
    /// # Errors
    /// With the reason, without a full stop.
    pub fn decode(about: &About, text: &str) -> Result<Self, String> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(format!("they are longer than {MAX_TEXT_BYTES} characters"));
        }
        let mut shared = Self { values: Values::defaults(about.parameters), seed: DEFAULT_SEED, step: 0 };
        for setting in text.split(';').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            match name {
                "seed" => {
                    shared.seed = value.parse().map_err(|_| format!("the seed is no whole number: {}", cut(value)))?
                }
                "step" => {
                    let step = value.parse().ok().filter(|step| *step <= about.n_steps);
                    let message = || format!("the step is no whole number up to {}: {}", about.n_steps, cut(value));
                    shared.step = step.ok_or_else(message)?;
                }
                name => shared.values.set(name, value).map_err(|error| error.to_string())?,
            }
        }
        Ok(shared)
    }
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lab_name::Model, model::Model as _};

    #[test]
    fn a_link_restores_what_it_was_made_from() {
        let mut values = Values::defaults(Model::ABOUT.parameters);
        values.set("rate", "0.5").unwrap();
        let shared = Shared { values, seed: u64::MAX, step: 120 };
        assert_eq!(shared.encode(), "rate=0.5;seed=18446744073709551615;step=120");
        assert_eq!(Shared::decode(&Model::ABOUT, &shared.encode()), Ok(shared));
        let plain = Shared::decode(&Model::ABOUT, "").unwrap();
        assert_eq!((plain.encode().as_str(), plain.seed, plain.step), ("", DEFAULT_SEED, 0));
    }

    #[test]
    fn a_strangers_text_is_one_sentence() {
        let long = "x".repeat(MAX_TEXT_BYTES + 1);
        let cases = [
            ("rate=9", "`rate` must be a number from 0.001 to 1, not `9`"),
            ("<b>=1", "there is no parameter `<b>`"),
            ("seed=-1", "the seed is no whole number: -1"),
            ("step=201", "the step is no whole number up to 200: 201"),
            (long.as_str(), "they are longer than 1024 characters"),
        ];
        for (text, message) in cases {
            assert_eq!(Shared::decode(&Model::ABOUT, text).unwrap_err(), message);
        }
    }
}
