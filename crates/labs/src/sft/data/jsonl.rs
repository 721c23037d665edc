//! Pairs from and to JSONL: an object with `instruction` and `completion` on each line.

use super::nearest::nearest;
use super::{MOST_PAIRS, MOST_TEXT_BYTES, Pair};
use ml::json::{Json, JsonError, escaped};
use thiserror::Error;

/// The largest file that is read, in bytes.
pub const MOST_BYTES: usize = 32 << 20;

/// Faults that are told one by one; the rest are counted.
const MOST_FAULTS: usize = 20;

/// Keys beside the two that are told by name; the rest are not.
const MOST_UNREAD: usize = 8;

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// Of the lines that could be read.
    pub pairs: Vec<Pair>,
    /// The first lines that could not.
    pub faults: Vec<Fault>,
    /// How many there are.
    pub n_faults: usize,
    /// Other keys that some lines have. Nothing reads them.
    pub unread: Vec<String>,
    /// Completions that do not begin with a space or a line break: after a prompt that ends without one, their first
    /// token is rarely one that the model would have chosen.
    pub n_unspaced: usize,
}

/// A line that is no pair.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Problem {
    /// It is no JSON.
    #[error("column {column}: expected {expected}")]
    Syntax {
        /// From 1, in bytes.
        column: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A key is there twice.
    #[error("the key `{0}` is there twice")]
    Repeated(String),
    /// It is another kind of value.
    #[error("expected an object such as {{\"instruction\": \"…\", \"completion\": \"…\"}}, found {0}")]
    NotAnObject(&'static str),
    /// One of the two keys is missing.
    #[error("there is no key `{key}`{}", hint(.near))]
    Missing {
        /// Which.
        key: &'static str,
        /// The key that was probably meant for it.
        near: Option<String>,
    },
    /// A value is no text.
    #[error("`{key}` should be a string and is {found}")]
    NotText {
        /// Which.
        key: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// Nothing but space.
    #[error("the {0} is empty")]
    Blank(&'static str),
    /// Longer than any model reads.
    #[error("the {what} has {found} bytes; {MOST_TEXT_BYTES} is the most")]
    TooLong {
        /// Which.
        what: &'static str,
        /// Its length.
        found: usize,
    },
}

fn hint(near: &Option<String>) -> String {
    near.as_ref().map_or_else(String::new, |near| format!("; rename `{near}` if it is meant"))
}

/// Why a whole file is refused. What was there before stays.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Too many bytes.
    #[error("the file has {found} bytes; {MOST_BYTES} is the most")]
    TooLarge {
        /// Its size.
        found: usize,
    },
    /// Too many lines.
    #[error("the file has more than {MOST_PAIRS} lines")]
    TooManyLines,
    /// Another encoding.
    #[error("the file is no UTF-8 text: line {line} holds a byte that is none{}", if *.is_utf_16 { "; it looks like UTF-16, save it as UTF-8" } else { "" })]
    NotText {
        /// The line, from 1.
        line: usize,
        /// Whether it begins as UTF-16 does.
        is_utf_16: bool,
    },
    /// One JSON array in place of lines.
    #[error(
        "the file is one JSON array; JSONL has one object on each line, with no brackets around and no commas after them"
    )]
    Array,
    /// No line with anything on it.
    #[error("the file holds no line")]
    Empty,
}

/// Reads a file. Lines without anything but space are passed over.
///
/// # Errors
/// [`ImportError`] where the file as a whole is none of this format; lines that are no pairs are in the result.
pub fn read(file: &[u8]) -> Result<Import, ImportError> {
    if file.len() > MOST_BYTES {
        return Err(ImportError::TooLarge { found: file.len() });
    }
    let text = std::str::from_utf8(file).map_err(|error| ImportError::NotText {
        line: file[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1,
        is_utf_16: file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff]),
    })?;
    // Some editors begin a file with a mark of its byte order.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.lines().take(MOST_PAIRS + 1).count() > MOST_PAIRS {
        return Err(ImportError::TooManyLines);
    }
    let mut import = Import::default();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match pair(line, &mut import.unread) {
            Ok(pair) => {
                import.n_unspaced += usize::from(!pair.completion.starts_with([' ', '\n', '\t']));
                import.pairs.push(pair);
            }
            Err(_) if import.pairs.is_empty() && import.n_faults == 0 && line.trim_start().starts_with('[') => {
                return Err(ImportError::Array);
            }
            Err(problem) => {
                if import.faults.len() < MOST_FAULTS {
                    import.faults.push(Fault { line: at + 1, problem });
                }
                import.n_faults += 1;
            }
        }
    }
    if import.pairs.is_empty() && import.n_faults == 0 { Err(ImportError::Empty) } else { Ok(import) }
}

fn pair(line: &str, unread: &mut Vec<String>) -> Result<Pair, Problem> {
    let value = Json::parse(line).map_err(|error| match error {
        JsonError::Syntax { column, expected, .. } => Problem::Syntax { column, expected },
        JsonError::Repeated { name, .. } => Problem::Repeated(short(&name)),
    })?;
    let members = value.as_object().ok_or(Problem::NotAnObject(value.kind()))?;
    let text = |key: &'static str| {
        let Some((_, value)) = members.iter().find(|(name, _)| name == key) else {
            let others = members.iter().map(|(name, _)| &**name);
            let others = others.filter(|name| !["instruction", "completion"].contains(name));
            return Err(Problem::Missing { key, near: nearest(key, others).map(short) });
        };
        let text = value.as_text().ok_or(Problem::NotText { key, found: value.kind() })?;
        if text.trim().is_empty() {
            return Err(Problem::Blank(key));
        }
        if text.len() > MOST_TEXT_BYTES {
            return Err(Problem::TooLong { what: key, found: text.len() });
        }
        Ok(text.to_owned())
    };
    let pair = Pair { instruction: text("instruction")?, completion: text("completion")? };
    for (name, _) in members {
        let is_new = !["instruction", "completion"].contains(&&**name) && !unread.iter().any(|known| *known == **name);
        if is_new && unread.len() < MOST_UNREAD {
            unread.push(short(name));
        }
    }
    Ok(pair)
}

/// A key as it is shown: it may be anything.
fn short(key: &str) -> String {
    key.chars().take(40).collect()
}

/// Writes pairs as a file that [`read`] reads.
pub fn write(pairs: &[Pair]) -> String {
    let mut out = String::new();
    for pair in pairs {
        out += "{\"instruction\": \"";
        text(&pair.instruction, &mut out);
        out += "\", \"completion\": \"";
        text(&pair.completion, &mut out);
        out += "\"}\n";
    }
    out
}

/// The inside of a string, its line breaks as people write them.
fn text(text: &str, out: &mut String) {
    for (at, line) in text.split('\n').enumerate() {
        *out += if at > 0 { "\\n" } else { "" };
        escaped(line, out);
    }
}
