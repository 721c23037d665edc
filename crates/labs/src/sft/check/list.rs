//! A list of three: a line each, numbered from 1, three different items.

use super::Flaw;

/// The longest item, in characters: `magnifying glass` has 16.
const LONGEST: usize = 24;

/// Three lines `1. apple`, `2. pear`, `3. plum`.
pub(super) fn check(body: &str) -> Result<(), Flaw> {
    let lines: Vec<&str> = body.split('\n').collect();
    if lines.len() != 3 {
        return Err(Flaw::Lines(lines.len()));
    }
    let mut items: Vec<String> = Vec::new();
    for (number, line) in (1..).zip(lines) {
        let item = line.strip_prefix(&format!("{number}. ")).ok_or(Flaw::Number(number))?;
        let letters = item.chars().filter(|c| c.is_ascii_alphabetic()).count();
        let plain = item.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, ' ' | '-' | '\''));
        if letters < 2 || !plain || item.chars().count() > LONGEST || item.trim() != item {
            return Err(Flaw::Item(number));
        }
        let item = item.to_ascii_lowercase();
        if items.contains(&item) {
            return Err(Flaw::Repeated(number));
        }
        items.push(item);
    }
    Ok(())
}
