//! Spelling: what readers read, word for word against a Hunspell dictionary and the project's own list.
//!
//! Each kind of source ([`sources`]) gives passages: characters that know their place in the file
//! ([`passage`]). Findings are warnings; whoever checks before publishing may make errors of them.

mod list;
mod passage;
mod sources;

use super::{
    codes,
    diagnostic::{Diagnostic, Source},
};
pub use list::OwnWords;
use passage::Passage;
use spellbook::Dictionary;
use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasherDefault, DefaultHasher},
    sync::{Mutex, PoisonError},
};
use thiserror::Error;

/// Right words that a finding offers at most.
const OFFERED: usize = 3;

/// The order of suggestions is that of the table of words, so the table must be the same in each run.
type Fixed = BuildHasherDefault<DefaultHasher>;

/// Why a dictionary cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the dictionary is no Hunspell dictionary: {0}")]
pub struct DictionaryError(String);

/// What is right.
pub struct Spelling {
    dictionary: Dictionary<Fixed>,
    own: OwnWords,
    names: BTreeSet<String>,
    /// Unknown word → what is said of it.
    helps: Mutex<BTreeMap<String, String>>,
}

/// A text in the form of its kind.
#[derive(Clone, Copy, Debug)]
pub enum Text<'a> {
    /// A post's `index.md`.
    Post(&'a str),
    /// An SVG of a post.
    Drawing(&'a str),
    /// `glossary.toml`.
    Glossary(&'a str),
    /// `blog.toml`.
    Config(&'a str),
    /// Sentences that stand word for word in a file of another kind; one that does not is left out.
    Quoted(&'a str, &'a [&'a str]),
}

/// What came of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spelled {
    /// A warning for each word that nobody knows, by place.
    pub findings: Vec<Diagnostic>,
    /// The entries of the own list that were needed.
    pub needed: BTreeSet<String>,
}

impl Spelling {
    /// Reads a Hunspell dictionary: the texts of its `.aff` and its `.dic`.
    ///
    /// `names` are right as they are written, such as those of cited authors.
    ///
    /// # Errors
    /// The texts are no dictionary.
    pub fn new(aff: &str, dic: &str, own: OwnWords, names: BTreeSet<String>) -> Result<Self, DictionaryError> {
        let dictionary = Dictionary::new_with_hasher(aff, dic, Fixed::default());
        let dictionary = dictionary.map_err(|error| DictionaryError(error.to_string()))?;
        Ok(Self { dictionary, own, names, helps: Mutex::default() })
    }

    /// Checks a file.
    pub fn check(&self, path: &str, text: Text<'_>) -> Spelled {
        let (Text::Post(file)
        | Text::Drawing(file)
        | Text::Glossary(file)
        | Text::Config(file)
        | Text::Quoted(file, _)) = text;
        let source = Source::new(path, file);
        let passages = match text {
            Text::Post(_) => sources::post(&source),
            Text::Drawing(file) => sources::drawing(file),
            Text::Glossary(file) => sources::glossary(file),
            Text::Config(file) => sources::config(file),
            Text::Quoted(file, sentences) => sources::quoted(sentences, file),
        };
        let mut spelled = Spelled::default();
        // Texts repeat words.
        let mut answers: BTreeMap<String, Option<String>> = BTreeMap::new();
        for word in passages.iter().flat_map(Passage::words) {
            let help = answers.entry(word.text.clone()).or_insert_with(|| match self.verdict(&word.text) {
                Verdict::Right => None,
                Verdict::Own(entry) => {
                    spelled.needed.insert(entry.to_owned());
                    None
                }
                Verdict::Unknown => Some(self.help(&word.text)),
            });
            if let Some(help) = help {
                let message = format!("no dictionary has the word `{}`", word.text);
                spelled.findings.push(source.warning(codes::SPELLING, word.range, message).with_help(help.clone()));
            }
        }
        spelled.findings.sort_by_key(|one| one.span.start);
        spelled
    }

    /// What is wrong with the own list, if `needed` are the entries that all texts together need.
    pub fn unneeded(&self, needed: &BTreeSet<String>) -> Vec<Diagnostic> {
        self.own.judge(|word| {
            if self.dictionary.check(word) {
                Some(format!("the dictionary has `{word}` already"))
            } else if self.names.contains(word) {
                Some(format!("`{word}` is the name of a cited author and right already"))
            } else {
                (!needed.contains(word)).then(|| format!("no text has the word `{word}`"))
            }
        })
    }

    fn verdict(&self, word: &str) -> Verdict<'_> {
        let first = self.verdict_of_form(word);
        if first != Verdict::Unknown {
            return first;
        }
        // `Adam's`, and `GPUs` beside `GPU`.
        let is_acronym = |stem: &str| stem.len() > 1 && stem.chars().all(char::is_uppercase);
        let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix('s').filter(|stem| is_acronym(stem)));
        stem.map_or(Verdict::Unknown, |stem| match self.verdict_of_form(stem) {
            Verdict::Unknown if word.ends_with("'s") => self.verdict(stem),
            verdict => verdict,
        })
    }

    fn verdict_of_form(&self, word: &str) -> Verdict<'_> {
        if self.dictionary.check(word) || self.names.contains(word) {
            return Verdict::Right;
        }
        self.own.entry(word).map_or(Verdict::Unknown, Verdict::Own)
    }

    /// The nearest right words, and the way on if the word is right.
    fn help(&self, word: &str) -> String {
        let known = || self.helps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(help) = known().get(word) {
            return help.clone();
        }
        let help = self.new_help(word);
        known().insert(word.to_owned(), help.clone());
        help
    }

    fn new_help(&self, word: &str) -> String {
        const ADD: &str = "add it to `spelling.txt` if it is right";
        let mut near = self.dictionary_near(word, false);
        let own = self.own.words().chain(self.names.iter().map(String::as_str));
        near.extend(own.filter(|one| is_near(word, one)).map(str::to_owned));
        let has_inner_capitals = word.chars().skip(1).any(char::is_uppercase);
        if near.is_empty() && !has_inner_capitals {
            near = self.dictionary_near(word, true);
        }
        // The sort is stable: of equally near words the dictionary's first choice stands first.
        near.sort_by_key(|one| strsim::damerau_levenshtein(word, one));
        let mut offered: Vec<String> = Vec::new();
        for one in near {
            let shown = format!("`{one}`");
            if offered.len() < OFFERED && !offered.contains(&shown) {
                offered.push(shown);
            }
        }
        match offered.as_slice() {
            [] => ADD.to_owned(),
            offered => format!("did you mean {}? {ADD}", offered.join(" or ")),
        }
    }

    /// Words of the dictionary that `word` may stand for: those that an edit leads to, or, at twenty times
    /// the cost, those that share many groups of letters.
    fn dictionary_near(&self, word: &str, by_groups: bool) -> Vec<String> {
        let mut near = Vec::new();
        self.dictionary.suggester().with_ngram_suggestions(by_groups).suggest(word, &mut near);
        // Two words for one are a good guess only if both are words and not crumbs.
        let is_whole = |one: &str| one.split(' ').all(|part| part.len() > 2 || part.len() == one.len());
        near.retain(|one| !one.contains('-') && is_whole(one) && is_near(word, one));
        near
    }
}

fn is_near(word: &str, other: &str) -> bool {
    strsim::damerau_levenshtein(word, other) <= 1 + word.chars().count() / 5
}

/// What is known of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict<'a> {
    Right,
    /// Right by this entry of the own list.
    Own(&'a str),
    Unknown,
}

#[cfg(test)]
pub(crate) mod tests;
