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

    /// A number as the nearest double where it has at most 15 digits and a power of ten within ±22, and within a few
    /// units in the last place elsewhere. The standard library's exact reading has 10 KB of tables.
    ///
    /// Source: Clinger 1990, "How to read floating point numbers accurately", §3.
    pub fn as_f64(&self) -> Option<f64> {
        let Self::Number(text) = self else { return None };
        let (magnitude, negative) = text.strip_prefix('-').map_or((*text, false), |rest| (rest, true));
        let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
        // More than this many is zero or infinite anyway.
        let mut power: i32 =
            exponent.parse::<i32>().map_or(if exponent.starts_with('-') { -999 } else { 999 }, |e| e.clamp(-999, 999));
        let (mut mantissa, mut past_point) = (0_u64, false);
        for byte in digits.bytes() {
            match byte {
                b'.' => past_point = true,
                // 2⁵³ has sixteen digits: what follows the eighteenth cannot be seen.
                _ if mantissa < 100_000_000_000_000_000 => {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    power -= i32::from(past_point);
                }
                _ => power += i32::from(!past_point),
            }
        }
        let value = scale_by_ten(mantissa as f64, power);
        Some(if negative { -value } else { value })
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

/// `value` · 10^`power`, with as few roundings as there are factors of 10²².
fn scale_by_ten(mut value: f64, power: i32) -> f64 {
    // The largest power of ten that a double holds exactly.
    const EXACT: u32 = 22;
    let mut left = power.unsigned_abs();
    while left > 0 && value != 0.0 && value.is_finite() {
        let step = left.min(EXACT);
        let factor = (0..step).fold(1.0, |product, _| product * 10.0);
        value = if power < 0 { value / factor } else { value * factor };
        left -= step;
    }
    value
}

#[cfg(test)]
mod tests;
