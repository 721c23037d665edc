//! How an instruction becomes a prompt.

use crate::text::{parted, places};
use thiserror::Error;

/// Where the instruction goes.
const PLACE: &str = "{instruction}";

/// The longest template, in bytes.
const MOST_BYTES: usize = 2000;

/// A text with one place for the instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    before: String,
    after: String,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// No place for the instruction.
    #[error("the template has no {PLACE}{}", if .found.is_empty() { String::new() } else { format!("; it has {{{found}}}") })]
    NoPlace {
        /// The name that stands in braces instead, if one does.
        found: String,
    },
    /// More than one.
    #[error("the template has {found} places for the instruction; it should have one")]
    Places {
        /// How many.
        found: usize,
    },
    /// Too long.
    #[error("the template has {found} bytes; {MOST_BYTES} is the most")]
    TooLong {
        /// Its length.
        found: usize,
    },
}

impl Default for Template {
    /// The one that the presets and the article use.
    fn default() -> Self {
        Self { before: "Instruction: ".to_owned(), after: "\nResponse:".to_owned() }
    }
}

impl Template {
    /// Reads a template, such as `Instruction: {instruction}⏎Response:`.
    ///
    /// # Errors
    /// [`TemplateError`] if it has not exactly one place for the instruction, or is too long.
    pub fn new(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MOST_BYTES {
            return Err(TemplateError::TooLong { found: text.len() });
        }
        match (parted(text, PLACE), places(text, PLACE).skip(1).count()) {
            (None, _) => {
                let braces = text.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
                let found = braces.map_or_else(String::new, |(name, _)| name.chars().take(40).collect());
                Err(TemplateError::NoPlace { found })
            }
            (Some((before, after)), 0) => Ok(Self { before: before.to_owned(), after: after.to_owned() }),
            (Some(_), more) => Err(TemplateError::Places { found: 1 + more }),
        }
    }

    /// The template as [`new`](Self::new) reads it.
    pub fn text(&self) -> String {
        [&self.before, PLACE, &self.after].concat()
    }

    /// The prompt of an instruction.
    pub fn prompt(&self, instruction: &str) -> String {
        [&self.before, instruction, &self.after].concat()
    }

    /// Whether prompts end in a space, which would belong to the completion's first token: models have seldom seen
    /// text that is cut so.
    pub fn ends_in_space(&self) -> bool {
        self.after.ends_with(' ')
    }
}
