//! `spelling.txt`: the project's own words.

use crate::build::{
    codes,
    diagnostic::{Diagnostic, Source},
    text::decode,
};
use std::{cmp::Ordering, collections::BTreeMap, ops::Range};

/// Words that are right although the dictionary does not have them, and where they stand in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    path: String,
    text: String,
    words: BTreeMap<String, Range<usize>>,
}

impl OwnWords {
    /// Reads the list: one word a line, sorted without regard to case, comments behind `#`.
    /// What can be read is in the answer, with a diagnostic for everything else.
    pub fn parse(path: &str, bytes: &[u8]) -> (Self, Vec<Diagnostic>) {
        let text = match decode(path, bytes) {
            Ok(text) => text,
            Err(diagnostic) => return (Self::default(), vec![diagnostic]),
        };
        let mut own = Self { path: path.to_owned(), text: text.to_owned(), words: BTreeMap::new() };
        let source = Source::new(path, text);
        let (mut found, mut before, mut start) = (Vec::new(), "", 0);
        for line in text.split_inclusive('\n') {
            let word = line.split('#').next().unwrap_or_default().trim();
            let at = start + line.find(word).unwrap_or_default();
            let place = at..at + word.len();
            start += line.len();
            if word.is_empty() {
                continue;
            }
            let warning = |message: String| source.warning(codes::SPELLING_LIST, place.clone(), message);
            if !is_word(word) {
                let message = format!("`{word}` is not one word");
                found.push(warning(message).with_help("a line holds letters and apostrophes between them"));
                continue;
            }
            if let Some(first) = own.words.get(word) {
                let (line, _) = source.lines().position(first.start);
                found.push(warning(format!("`{word}` stands twice")).with_help(format!("the first is on line {line}")));
                continue;
            }
            if order(before, word) == Ordering::Greater {
                let message = format!("`{word}` stands after `{before}`");
                found.push(warning(message).with_help("words stand in alphabetical order, without regard to case"));
            }
            before = word;
            own.words.insert(word.to_owned(), place);
        }
        (own, found)
    }

    /// The entry that makes `word` right: the word itself, or all of it in lower case where the word
    /// begins a sentence or stands in capitals.
    pub(super) fn entry(&self, word: &str) -> Option<&str> {
        let has = |word: &str| self.words.get_key_value(word).map(|(word, _)| word.as_str());
        has(word).or_else(|| has(&word.to_lowercase()).filter(|_| is_title_or_capitals(word)))
    }

    /// All entries.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// A finding about each entry of which `fault` says something.
    pub(super) fn judge(&self, fault: impl Fn(&str) -> Option<String>) -> Vec<Diagnostic> {
        let source = Source::new(&self.path, &self.text);
        let mut faults: Vec<_> = self.words.iter().filter_map(|(word, place)| Some((place, fault(word)?))).collect();
        faults.sort_by_key(|(place, _)| place.start);
        let warning = |(place, message): (&Range<usize>, String)| {
            source.warning(codes::SPELLING_LIST, place.clone(), message).with_help("delete the line")
        };
        faults.into_iter().map(warning).collect()
    }
}

/// What the text's words are: letters, apostrophes between them, more than one.
fn is_word(word: &str) -> bool {
    let is_inner = |part: &str| !part.is_empty() && part.chars().all(char::is_alphabetic);
    word.split('\'').all(is_inner) && word.chars().nth(1).is_some()
}

fn order(a: &str, b: &str) -> Ordering {
    (a.to_lowercase(), a).cmp(&(b.to_lowercase(), b))
}

/// `Word` or `WORD`, but not `wOrd`.
fn is_title_or_capitals(word: &str) -> bool {
    let mut chars = word.chars();
    let is_capital = chars.next().is_some_and(char::is_uppercase);
    let rest = chars.as_str();
    is_capital && (rest.chars().all(|c| !c.is_uppercase()) || rest.chars().all(|c| !c.is_lowercase()))
}
