//! The door to the converter of formulas.

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
