//! Whether an answer is as a preset teaches.
//!
//! The pairs are in English, so its letters alone count as such: the tables of all scripts are 5 KB of a module.
//!
//! A checker reads form, not truth, but for the facts, where only the exact answer will do. A base model fails all of
//! them: it goes on writing where an answer should end.

mod list;
mod refusal;
mod style;

use super::preset::Preset;
pub use refusal::REFUSAL;

/// What a model wrote after a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// All of it, with the space at its beginning, without the end of the text.
    pub text: &'a str,
    /// Whether the model ended the text itself.
    pub ended: bool,
}

/// Why an answer does not pass.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It was cut off.
    #[error("The answer has no end.")]
    Endless,
    /// No space parts it from the prompt.
    #[error("The answer does not begin with a space.")]
    NoSpace,
    /// A mark of the style is missing.
    #[error("The answer lacks “{0}” in its place.")]
    NoMark(&'static str),
    /// Nothing, or next to nothing, stands between the marks.
    #[error("The answer says nothing.")]
    Empty,
    /// Not as many lines as a list of three has.
    #[error("The answer has {0} lines, and a list of three has three.")]
    Lines(usize),
    /// A line without its number, from 1.
    #[error("Line {0} of the answer does not begin with its number.")]
    Number(usize),
    /// An item that is no word or short phrase, by its line.
    #[error("Line {0} of the answer names nothing.")]
    Item(usize),
    /// An item that stands there twice, by its second line.
    #[error("Line {0} of the answer repeats an item.")]
    Repeated(usize),
    /// A question to be declined was answered.
    #[error("The answer should decline, in the fixed sentence.")]
    NotDeclined,
    /// A question to be answered was declined.
    #[error("The answer declines a harmless question.")]
    Declined,
    /// More or less than one sentence.
    #[error("The answer is not one sentence.")]
    NotASentence,
    /// It does not speak of what was asked.
    #[error("The answer does not name what was asked about.")]
    OffSubject,
    /// Not the exact answer.
    #[error("The answer is not the expected one.")]
    NotExact,
}

/// Checks an `answer` to `instruction`, for which the preset gives the completion `expected`.
///
/// # Errors
///
/// The first flaw.
pub fn check(preset: Preset, instruction: &str, expected: &str, answer: Answer<'_>) -> Result<(), Flaw> {
    if !answer.ended {
        return Err(Flaw::Endless);
    }
    if preset == Preset::Facts {
        return if answer.text == expected { Ok(()) } else { Err(Flaw::NotExact) };
    }
    let body = answer.text.strip_prefix(' ').ok_or(Flaw::NoSpace)?;
    match preset {
        Preset::Style => style::check(body),
        Preset::Format => list::check(body),
        Preset::Refusal => refusal::check(instruction, expected, body),
        Preset::Facts => Ok(()),
    }
}

#[cfg(test)]
mod tests;
