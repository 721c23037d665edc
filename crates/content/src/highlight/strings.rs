//! Strings, with expressions in them or without.

use super::{Class, lexer::Lexer};

/// A kind of string.
#[derive(Clone, Copy)]
pub(super) struct Quote<'s> {
    /// What ends it.
    pub(super) end: &'s str,
    /// Whether `\` takes the next character.
    pub(super) escapes: bool,
    /// Whether it may go on in the next line.
    pub(super) lines: bool,
    /// What begins an expression inside it: `{` or `${`; empty if nothing does.
    pub(super) hole: &'static str,
}

/// How a string, or a piece of one, ends.
pub(super) enum End {
    /// By its quotation mark, or by the end of the line or of the source.
    Closed(usize),
    /// Before an expression.
    Hole(usize),
}

impl<'s> Quote<'s> {
    pub(super) fn simple(end: &'s str) -> Self {
        Self { end, escapes: true, lines: false, hole: "" }
    }

    /// Bytes of the string from `from` bytes ahead of the place.
    pub(super) fn scan(&self, lexer: &Lexer<'s, '_>, from: usize) -> End {
        let bytes = lexer.rest().as_bytes();
        let (end, hole) = (self.end.as_bytes(), self.hole.as_bytes());
        let mut at = from;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match rest[0] {
                b'\\' if self.escapes => at += 2,
                b'\n' if !self.lines => return End::Closed(at),
                _ if rest.starts_with(end) => return End::Closed(at + end.len()),
                _ if !hole.is_empty() && rest.starts_with(hole) => {
                    // `{{` is a brace.
                    if hole == b"{" && rest.starts_with(b"{{") {
                        at += 2;
                    } else {
                        return End::Hole(at);
                    }
                }
                _ => at += 1,
            }
        }
        End::Closed(bytes.len())
    }
}

impl<'s> Lexer<'s, '_> {
    /// A string without expressions that begins here, `open` bytes of it being prefix and mark.
    pub(super) fn string(&mut self, quote: Quote<'s>, open: usize) {
        let (End::Closed(len) | End::Hole(len)) = quote.scan(self, open);
        self.token(Class::String, len);
    }

    /// The quotation mark that stands `from` bytes ahead, three times if it does and may.
    pub(super) fn mark(&self, from: usize, triple: bool) -> &'s str {
        let rest = self.rest().get(from..).unwrap_or_default();
        let thrice = triple && (rest.starts_with("\"\"\"") || rest.starts_with("'''"));
        rest.get(..if thrice { 3 } else { 1 }).unwrap_or_default()
    }
}
