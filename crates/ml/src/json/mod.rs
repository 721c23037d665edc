//! JSON as the files of a model hold it: `tokenizer.json`, `config.json`, the header of a safetensors file.
//!
//! A tree that borrows its strings from the text where no escape stands in them. Members keep their order, and a
//! repeated name is an error, so that no file means two things to two readers. The tree of
//! `serde_json` is 10 KB of a WebAssembly module after gzip, and this one 5 KB.
//!
//! Source: RFC 8259.

mod parse;
mod write;

pub use parse::JsonError;
pub use write::{escaped, quoted};

use crate::decimal;
use std::borrow::Cow;

/// A value of JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string, its escapes resolved.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object: its members in the order of the file.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Reads one value and nothing after it.
    ///
    /// # Errors
    /// [`JsonError`] with line and column where the text is no JSON, nests deeper than 64, or repeats a name in an
    /// object.
    pub fn parse(text: &'a str) -> Result<Self, JsonError> {
        parse::parse(text)
    }

    /// The member `name` of an object; `None` where it is absent, null, or this is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(key, value)| key == name && *value != Self::Null).map(|(_, value)| value)
    }

    /// The text of a string.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The elements of an array.
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(elements) = self { Some(elements) } else { None }
    }

    /// The members of an object.
    pub fn as_object(&self) -> Option<&[(Cow<'a, str>, Self)]> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// `true` or `false`.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// A number that is written as a whole one and is at most 2⁶⁴ − 1.
    pub fn as_u64(&self) -> Option<u64> {
        if let Self::Number(digits) = self { digits.parse().ok() } else { None }
    }

    /// A number as the nearest double.
    pub fn as_f64(&self) -> Option<f64> {
        if let Self::Number(text) = self { decimal::read(text) } else { None }
    }

    /// What kind of value this is, for a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tests;
