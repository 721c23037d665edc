//! The index as a page has it: the directory, and whatever pieces have come so far.

use crate::{
    Damage,
    bytes::Reader,
    piece::{each_term, version},
    question::{Question, Term},
};
use std::collections::BTreeMap;

/// A file of the index that a question needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// Words and the posts that have them.
    Piece(u32),
    /// Titles and descriptions of some posts.
    Entries(u32),
}

impl File {
    /// Its name in the index's folder.
    pub fn name(self) -> String {
        match self {
            Self::Piece(number) => ["words-", &number.to_string(), ".bin"].concat(),
            Self::Entries(number) => ["posts-", &number.to_string(), ".bin"].concat(),
        }
    }

    /// The file of this name.
    pub fn named(name: &str) -> Option<Self> {
        let (kind, number) = name.strip_suffix(".bin")?.split_once('-')?;
        match (kind, number.parse().ok()?) {
            ("words", number) => Some(Self::Piece(number)),
            ("posts", number) => Some(Self::Entries(number)),
            _ => None,
        }
    }
}

/// The name of the directory's file.
pub const DIRECTORY: &str = "index.bin";

/// What is known of a post without its page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The folder's name, which is its address.
    pub slug: String,
    /// As the page has it.
    pub title: String,
    /// In a sentence or two.
    pub description: String,
    /// `YYYY-MM-DD`.
    pub date: String,
}

/// A post that answers a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub post: u32,
    /// The sum of its scores: higher is better.
    pub score: u32,
}

/// What answers a question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// The best first.
    pub best: Vec<Hit>,
    /// How many there are in all.
    pub n_all: u32,
    /// Whether no post has all words, so that those with some are told.
    pub has_some_words_only: bool,
}

/// The index.
#[derive(Clone, Debug)]
pub struct Index {
    n_posts: u32,
    /// Posts in a file of entries.
    n_in_file: u32,
    /// Where the other files lie.
    folder: String,
    /// The first term of each piece, in order.
    firsts: Vec<String>,
    files: BTreeMap<File, Vec<u8>>,
}

/// Pieces that the beginning of a word may need: the one where it would stand, and what follows.
const MOST_PIECES: usize = 3;

/// What a word is worth of which only the beginning was typed, in parts of 256.
const BEGUN: u32 = 128;

impl Index {
    /// Reads the directory.
    ///
    /// # Errors
    /// [`Damage`], if it is no such file.
    pub fn open(directory: &[u8]) -> Result<Self, Damage> {
        let mut reader = Reader(directory);
        version(&mut reader)?;
        let (n_posts, n_in_file) = (reader.number()?, reader.number()?);
        if n_in_file == 0 {
            return Err(Damage::Broken);
        }
        let folder = reader.text()?.to_owned();
        let mut firsts: Vec<String> = Vec::new();
        while !reader.0.is_empty() {
            let first = reader.text()?.to_owned();
            if firsts.last().is_some_and(|last| *last >= first) {
                return Err(Damage::Broken);
            }
            firsts.push(first);
        }
        Ok(Self { n_posts, n_in_file, folder, firsts, files: BTreeMap::new() })
    }

    /// The folder of all other files, beside the directory. Another index has another.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// How many posts can be found.
    pub fn n_posts(&self) -> u32 {
        self.n_posts
    }

    /// The files that must still be taken in before [`Self::search`] can answer.
    pub fn needs(&self, question: &str) -> Vec<File> {
        let mut needs: Vec<File> = Question::new(question).terms.iter().flat_map(|term| self.pieces_of(term)).collect();
        needs.sort_unstable();
        needs.dedup();
        needs.retain(|file| !self.files.contains_key(file));
        needs
    }

    fn pieces_of(&self, term: &Term) -> Vec<File> {
        // The last piece whose first term is not after the word.
        let Some(at) = self.firsts.partition_point(|first| *first <= term.text).checked_sub(1) else {
            // Before the first term of all; a longer word may still begin so.
            let begins = self.firsts.first().is_some_and(|first| term.is_begun && first.starts_with(&term.text));
            return if begins { vec![File::Piece(0)] } else { Vec::new() };
        };
        let more = self.firsts[at + 1..].iter().take_while(|first| first.starts_with(&term.text)).count();
        let n_pieces = if term.is_begun { (1 + more).min(MOST_PIECES) } else { 1 };
        (at..at + n_pieces).map(|at| File::Piece(at as u32)).collect()
    }

    /// Takes a file in.
    pub fn give(&mut self, file: File, bytes: Vec<u8>) {
        self.files.insert(file, bytes);
    }

    /// The posts that have all words of the question, or, where none has, those that have any; at most `n_best`.
    /// Files that were not given count as if they held nothing.
    ///
    /// # Errors
    /// [`Damage`], if a file is none of this index.
    pub fn search(&self, question: &str, n_best: usize) -> Result<Hits, Damage> {
        let terms = Question::new(question).terms;
        let mut found: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for term in &terms {
            // Of the words that begin so the best counts.
            let mut of_term: BTreeMap<u32, u32> = BTreeMap::new();
            for piece in self.pieces_of(term).iter().filter_map(|file| self.files.get(file)) {
                each_term(piece, &term.text, |text, postings| {
                    let share = match (text == term.text, term.is_begun) {
                        (true, _) => 256,
                        (false, true) => BEGUN,
                        (false, false) => return Ok(()),
                    };
                    postings.each(self.n_posts, |post, score| {
                        let best = of_term.entry(post).or_default();
                        *best = (*best).max(share * u32::from(score));
                    })
                })?;
            }
            for (post, score) in of_term {
                let (n_terms, sum) = found.entry(post).or_default();
                *n_terms += 1;
                *sum += score;
            }
        }
        let n_terms = terms.len() as u32;
        let has_all = found.values().any(|(n, _)| *n == n_terms);
        let mut best: Vec<Hit> = found
            .into_iter()
            .filter(|(_, (n, _))| !has_all || *n == n_terms)
            .map(|(post, (_, score))| Hit { post, score })
            .collect();
        let n_all = best.len() as u32;
        // Posts are numbered from the newest: of equals the newer comes first.
        best.sort_unstable_by_key(|hit| (std::cmp::Reverse(hit.score), hit.post));
        best.truncate(n_best);
        Ok(Hits { best, n_all, has_some_words_only: n_all > 0 && !has_all })
    }

    /// The files that must still be taken in before [`Self::entry`] knows these posts.
    pub fn entries_needed(&self, hits: &[Hit]) -> Vec<File> {
        let mut needs: Vec<File> = hits.iter().map(|hit| File::Entries(hit.post / self.n_in_file)).collect();
        needs.sort_unstable();
        needs.dedup();
        needs.retain(|file| !self.files.contains_key(file));
        needs
    }

    /// What is known of a post; nothing where its file was not given.
    ///
    /// # Errors
    /// [`Damage`], if the file is none of this index.
    pub fn entry(&self, post: u32) -> Result<Option<Entry>, Damage> {
        let Some(bytes) = self.files.get(&File::Entries(post / self.n_in_file)) else { return Ok(None) };
        let mut reader = Reader(bytes);
        version(&mut reader)?;
        for _ in 0..4 * (post % self.n_in_file) {
            reader.text()?;
        }
        let mut text = || reader.text().map(str::to_owned);
        Ok(Some(Entry { slug: text()?, title: text()?, description: text()?, date: text()? }))
    }
}

#[cfg(test)]
mod tests;
