//! The grammar, read from left to right without going back.

use super::Json;
use crate::part::part;
use std::borrow::Cow;
use thiserror::Error;

/// Why a text is no JSON that this module reads. Lines count from 1, columns from 1 in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonError {
    /// Something else should stand there.
    #[error("line {line}, column {column}: expected {expected}")]
    Syntax {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// An object names two of its members alike.
    #[error("line {line}, column {column}: there is a `{name}` already")]
    Repeated {
        /// The line of the second.
        line: usize,
        /// Its column.
        column: usize,
        /// The name.
        name: String,
    },
}

/// How deep arrays and objects may nest: far more than any model's file, far less than the stack holds.
const DEEPEST: usize = 64;

pub(super) fn parse(text: &str) -> Result<Json<'_>, JsonError> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    if parser.at == text.len() { Ok(value) } else { Err(parser.error("the end of the text")) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// Line and column of a byte.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        (line, before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1)
    }

    fn error_at(&self, at: usize, expected: &'static str) -> JsonError {
        let (line, column) = self.place(at);
        JsonError::Syntax { line, column, expected }
    }

    fn error(&self, expected: &'static str) -> JsonError {
        self.error_at(self.at, expected)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over `byte` where it is next.
    fn takes(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.space();
        if depth > DEEPEST {
            return Err(self.error("at most 64 levels of arrays and objects"));
        }
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            _ => Err(self.error("a value")),
        }
    }

    fn word(&mut self, word: &'static str, value: Json<'a>) -> Result<Json<'a>, JsonError> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            Err(self.error("a value"))
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        let mut elements = Vec::new();
        self.space();
        if self.takes(b']') {
            return Ok(Json::List(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.space();
            if self.takes(b']') {
                return Ok(Json::List(elements));
            }
            if !self.takes(b',') {
                return Err(self.error("`,` or `]`"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json<'a>, JsonError> {
        self.at += 1;
        // The place of each name, for an error about a repeated one.
        let (mut members, mut places) = (Vec::new(), Vec::new());
        self.space();
        if self.takes(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            places.push(self.at);
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in quotation marks"));
            }
            let name = self.string()?;
            self.space();
            if !self.takes(b':') {
                return Err(self.error("`:`"));
            }
            members.push((name, self.value(depth + 1)?));
            self.space();
            if self.takes(b'}') {
                break;
            }
            if !self.takes(b',') {
                return Err(self.error("`,` or `}`"));
            }
        }
        let Some(member) = repeated(&members) else { return Ok(Json::Object(members)) };
        let ((line, column), name) = (self.place(places[member]), members.swap_remove(member).0.into_owned());
        Err(JsonError::Repeated { line, column, name })
    }

    /// A string from its opening quotation mark on.
    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        self.at += 1;
        let mut resolved = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = part(self.text, from..self.at);
                    self.at += 1;
                    if resolved.is_empty() {
                        return Ok(Cow::Borrowed(rest));
                    }
                    resolved.push_str(rest);
                    return Ok(Cow::Owned(resolved));
                }
                Some(b'\\') => {
                    resolved.push_str(part(self.text, from..self.at));
                    self.at += 1;
                    resolved.push(self.escape()?);
                    from = self.at;
                }
                Some(0x20..) => self.at += 1,
                Some(_) => return Err(self.error("no control character inside a string")),
                None => return Err(self.error("the quotation mark that ends a string")),
            }
        }
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(byte) = self.peek() else { return Err(self.error("an escape")) };
        let c = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                return self.code_point();
            }
            _ => return Err(self.error("an escape")),
        };
        self.at += 1;
        Ok(c)
    }

    /// The four digits of `\u`, and the second such escape where the first is half of a pair.
    fn code_point(&mut self) -> Result<char, JsonError> {
        let begin = self.at;
        let unit = self.four_digits()?;
        let second = if (0xD800..0xDC00).contains(&unit) && self.takes(b'\\') && self.takes(b'u') {
            self.four_digits()?
        } else {
            0
        };
        let code = match (unit, second) {
            (0xD800..0xDC00, 0xDC00..0xE000) => 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00),
            _ => unit,
        };
        char::from_u32(code).ok_or_else(|| self.error_at(begin, "both halves of a surrogate pair"))
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return Err(self.error("four hexadecimal digits")) };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        Ok(unit)
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let begin = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > begin { Ok(()) } else { Err(self.error("a digit")) }
    }

    fn number(&mut self) -> Result<Json<'a>, JsonError> {
        let begin = self.at;
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _sign = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        Ok(Json::Number(part(self.text, begin..self.at)))
    }
}

/// The later of two members of the same name.
fn repeated(members: &[(Cow<'_, str>, Json<'_>)]) -> Option<usize> {
    let name = |member: u32| &*members[member as usize].0;
    let mut order: Vec<u32> = (0..members.len() as u32).collect();
    crate::order::sort(&mut order, &|a, b| name(a).cmp(name(b)));
    order.windows(2).find(|pair| name(pair[0]) == name(pair[1])).map(|pair| pair[1] as usize)
}
