//! Spaces of a given width.

use super::cursor::Cursor;
use super::length;
use super::token::{Kind, error};
use crate::build::formula::FormulaError;

const HELP: &str = "write for example `2pt`, `.5em` or `3mu`";

/// The length that comes next, in braces or not, in em.
pub(super) fn length(tokens: &mut Cursor<'_, '_>, command: &str, at: usize) -> Result<f32, FormulaError> {
    if tokens.peek_solid().is_some_and(|token| token.kind == Kind::Open) {
        let (text, place) = tokens.word(command, at)?;
        return length::parse(&text).ok_or_else(|| error(place, format!("`{text}` is no length"), HELP));
    }
    let place = tokens.place();
    let (mut text, mut letters) = (String::new(), 0);
    while letters < 2 {
        match tokens.peek().map(|token| token.kind) {
            Some(Kind::Char(c)) if c.is_ascii_alphabetic() => letters += 1,
            Some(Kind::Char('0'..='9' | '.' | ',' | '+' | '-')) if letters == 0 => {}
            Some(Kind::Space) if letters == 0 => {}
            _ => break,
        }
        if let Some(Kind::Char(c)) = tokens.next().map(|token| token.kind) {
            text.push(c);
        }
    }
    match length::parse(&text) {
        Some(em) => Ok(em),
        None if text.is_empty() => Err(error(place, format!("`\\{command}` lacks its length"), HELP)),
        None => Err(error(place, format!("`{text}` is no length"), HELP)),
    }
}
