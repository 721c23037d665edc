//! The words: things by kind, people, towns, trades, verbs, and lists by part of speech.

use super::english;
use super::error::CorpusError;
use std::collections::BTreeMap;

/// A kind of things, such as fruit.
#[derive(Debug)]
pub struct Kind {
    /// As it is asked for in the grammar.
    pub id: &'static str,
    /// As it is written: `vessel of the sea`.
    pub name: String,
    /// Where one finds its members: `in the orchard`.
    pub place: &'static str,
    /// What one does with them: `eat`.
    pub deed: &'static str,
    /// Qualities, of which each member has one.
    pub qualities: Vec<&'static str>,
    /// Indices of its members.
    pub members: Vec<usize>,
}

/// A noun with what is known about it.
#[derive(Debug)]
pub struct Thing {
    /// The noun.
    pub name: String,
    /// Index of its kind.
    pub kind: usize,
    /// Its colour, stuff or look.
    pub own: &'static str,
    /// Its quality, one of its kind's.
    pub quality: &'static str,
    /// It cannot be counted: `some tea`, not `a tea`.
    pub mass: bool,
}

/// A trade.
#[derive(Debug)]
pub struct Job {
    /// The noun.
    pub name: &'static str,
    /// What such a person does, as an infinitive: `bake bread`.
    pub does: &'static str,
    /// With what.
    pub tool: &'static str,
    /// Where.
    pub place: &'static str,
}

/// A verb with its forms.
#[derive(Debug)]
pub struct Verb {
    /// The infinitive.
    pub base: &'static str,
    /// The past.
    pub past: String,
    /// The participle of the past.
    pub participle: String,
}

/// All words.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// The kinds of things.
    pub kinds: Vec<Kind>,
    /// The things.
    pub things: Vec<Thing>,
    /// Names for several kinds together.
    pub groups: BTreeMap<&'static str, Vec<usize>>,
    /// The trades.
    pub jobs: Vec<Job>,
    /// Names of women, men, towns and rivers.
    pub names: BTreeMap<&'static str, Vec<&'static str>>,
    /// Verbs by theme.
    pub verbs: BTreeMap<&'static str, Vec<Verb>>,
    /// Lists of words or, where parted by `|`, of phrases that begin with a verb.
    pub lists: BTreeMap<&'static str, Vec<&'static str>>,
    /// Names of the lists that hold phrases.
    pub phrases: Vec<&'static str>,
}

/// The lines of a file that say something, with their numbers.
pub(super) fn lines(text: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
    text.lines().enumerate().map(|(i, l)| (i + 1, l.trim_end())).filter(|(_, l)| !l.is_empty() && !l.starts_with('#'))
}

impl Lexicon {
    /// Reads the crate's word lists.
    ///
    /// # Errors
    ///
    /// The first line without the form of its file.
    pub fn read() -> Result<Self, CorpusError> {
        let mut lexicon = Self::default();
        lexicon.things(include_str!("words/things.txt"))?;
        lexicon.trades(include_str!("words/jobs.txt"))?;
        for (line, text) in lines(include_str!("words/verbs.txt")) {
            let (theme, verbs) = named(text, "words/verbs.txt", line)?;
            lexicon.verbs.insert(theme, verbs.split(' ').map(verb).collect());
        }
        for (line, text) in lines(include_str!("words/lists.txt")) {
            let (name, words) = named(text, "words/lists.txt", line)?;
            if words.contains('|') {
                lexicon.phrases.push(name);
            }
            lexicon.lists.insert(name, words.split(if words.contains('|') { '|' } else { ' ' }).collect());
        }
        let mut section = "";
        for (_, text) in lines(include_str!("words/people.txt")) {
            match text.strip_prefix('@') {
                Some(name) => section = name,
                None => lexicon.names.entry(section).or_default().extend(text.split(' ')),
            }
        }
        Ok(lexicon)
    }

    fn things(&mut self, text: &'static str) -> Result<(), CorpusError> {
        let bad = |line, expected| CorpusError::Line { file: "words/things.txt", line, expected };
        let mut all_mass = false;
        for (line, text) in lines(text) {
            if let Some(head) = text.strip_prefix('@') {
                let fields: Vec<&str> = head.split(" | ").collect();
                let [name, place, deed, qualities] = fields[..] else {
                    return Err(bad(line, "@name | place | deed | qualities"));
                };
                all_mass = name.starts_with('~');
                let name = name.trim_start_matches('~');
                let (id, name) = name.split_once(" = ").unwrap_or((name, name));
                self.kinds.push(Kind {
                    id,
                    name: name.to_owned(),
                    place,
                    deed,
                    qualities: qualities.split(' ').collect(),
                    members: Vec::new(),
                });
            } else if let Some(group) = text.strip_prefix('+') {
                let (name, kinds) = named(group, "words/things.txt", line)?;
                let find = |id| self.kinds.iter().position(|k| k.id == id);
                let kinds: Option<Vec<usize>> = kinds.split(' ').map(find).collect();
                self.groups.insert(name, kinds.ok_or_else(|| bad(line, "names of kinds that stand above"))?);
            } else {
                for word in text.split(' ') {
                    let Some((name, own)) = word.split_once(':') else { return Err(bad(line, "noun:quality …")) };
                    let Some(kind) = self.kinds.last_mut() else { return Err(bad(line, "a kind before its members")) };
                    let mass = all_mass || name.starts_with('~');
                    kind.members.push(self.things.len());
                    let nth = kind.members.len();
                    let quality = kind.qualities.get(nth % kind.qualities.len().max(1)).copied().unwrap_or_default();
                    let name = name.trim_start_matches('~').replace('_', " ");
                    self.things.push(Thing { name, kind: self.kinds.len() - 1, own, quality, mass });
                }
            }
        }
        Ok(())
    }

    fn trades(&mut self, text: &'static str) -> Result<(), CorpusError> {
        for (line, text) in lines(text) {
            let fields: Vec<&'static str> = text.split(" | ").collect();
            let [name, does, tool, place] = fields[..] else {
                return Err(CorpusError::Line { file: "words/jobs.txt", line, expected: "job | deed | tool | place" });
            };
            self.jobs.push(Job { name, does, tool, place });
        }
        Ok(())
    }
}

fn named(text: &'static str, file: &'static str, line: usize) -> Result<(&'static str, &'static str), CorpusError> {
    text.split_once(" = ").ok_or(CorpusError::Line { file, line, expected: "name = words" })
}

/// Reads `stop` or `write/wrote/written`.
fn verb(word: &'static str) -> Verb {
    let mut forms = word.split('/');
    let base = forms.next().unwrap_or(word);
    let past = forms.next().map_or_else(|| english::past(base), str::to_owned);
    let participle = forms.next().map_or_else(|| past.clone(), str::to_owned);
    Verb { base, past, participle }
}
