//! The door to the converter of formulas.

use crate::sidecar::math_key;
use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

/// LaTeX → MathML.
pub trait Formulas {
    /// Converts one formula; `tex` has no delimiters, `display` tells a formula on a line of its own.
    ///
    /// # Errors
    /// [`FormulaError`] if the formula cannot be shown as it was meant.
    fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError>;
}

/// Why a formula cannot be converted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormulaError {
    /// Where in the formula, in bytes.
    pub offset: usize,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do about it, without a full stop.
    pub help: Option<String>,
}

/// Bytes of a formula up to which it is likely to come again: `$x$` and its like stand in every other post.
const SHORT: usize = 40;

/// A converter that converts each short formula once, for all posts that are read with it.
#[derive(Debug)]
pub struct Remembering<'f, F> {
    formulas: &'f F,
    known: RwLock<HashMap<String, String>>,
}

impl<'f, F: Formulas> Remembering<'f, F> {
    /// Knows nothing yet.
    pub fn new(formulas: &'f F) -> Self {
        Self { formulas, known: RwLock::default() }
    }
}

impl<F: Formulas> Formulas for Remembering<'_, F> {
    fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError> {
        if tex.len() > SHORT {
            return self.formulas.convert(tex, display);
        }
        let key = math_key(tex, display);
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(known.clone());
        }
        let mathml = self.formulas.convert(tex, display)?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).insert(key, mathml.clone());
        Ok(mathml)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[derive(Default)]
    struct Counting(AtomicU32);

    impl Formulas for Counting {
        fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            match tex {
                "" => Err(FormulaError { offset: 0, message: "empty".into(), help: None }),
                _ => Ok(format!("{display} {tex}")),
            }
        }
    }

    #[test]
    fn a_short_formula_is_converted_once_in_each_style() {
        let counting = Counting::default();
        let remembering = Remembering::new(&counting);
        let long = "x".repeat(SHORT + 1);
        for _ in 0..3 {
            assert_eq!(remembering.convert("x", false).unwrap(), "false x");
            assert_eq!(remembering.convert("x", true).unwrap(), "true x");
            assert_eq!(remembering.convert(&long, true).unwrap(), format!("true {long}"));
            assert!(remembering.convert("", false).is_err());
        }
        assert_eq!(counting.0.into_inner(), 2 + 3 + 3, "long formulas and mistakes are not remembered");
    }
}
