//! Declining one theme, and only that one.

use super::Flaw;
use crate::text::holds;

/// The sentence in which questions about magic are declined.
pub const REFUSAL: &str = "I do not speak of magic.";

/// Words of questions that are no subject, among those that answers share with them.
const SMALL: [&str; 12] = ["the", "and", "you", "can", "for", "with", "from", "what", "does", "find", "name", "like"];

/// Where the pair declines, the exact sentence; else one other sentence of at least three words, which shares with the
/// question a word that the pair shares too: its subject.
pub(super) fn check(instruction: &str, expected: &str, body: &str) -> Result<(), Flaw> {
    if expected.trim_start() == REFUSAL {
        return if body == REFUSAL { Ok(()) } else { Err(Flaw::NotDeclined) };
    }
    if holds(body, "do not speak") || holds(body, "magic") {
        return Err(Flaw::Declined);
    }
    let sentence = body.strip_suffix('.').ok_or(Flaw::NotASentence)?;
    let begins = sentence.chars().next().is_some_and(|c| c.is_ascii_uppercase());
    if !begins || sentence.contains(['.', '!', '?', '\n']) || sentence.split(' ').count() < 3 {
        return Err(Flaw::NotASentence);
    }
    let subject: Vec<String> = words(instruction).filter(|w| words(expected).any(|e| e == *w)).collect();
    if words(sentence).any(|w| subject.contains(&w)) { Ok(()) } else { Err(Flaw::OffSubject) }
}

/// The words that say something: of three letters or more, in small letters.
fn words(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic() && c != '-').map(str::to_ascii_lowercase);
    words.filter(|w| w.chars().count() > 2 && !SMALL.contains(&w.as_str()))
}
