//! The index as a page has it: the directory, and whatever pieces have come so far.

use crate::{
    Damage,
    bytes::Reader,
    piece::{each_term, version},
    question::{Question, Term},
};

/// A file of the index that a question needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// Words and the posts that have them.
    Piece(u32),
    /// Titles and descriptions of some posts.
    Entries(u32),
}

impl File {
    /// Its name in its folder.
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
    /// Where the pieces lie, and where the entries.
    folders: [String; 2],
    /// Terms that nearly all posts have, in order.
    common: Vec<String>,
    /// What parts each piece from the one before, in order: at most its first term, and after all terms before. Nothing
    /// for the first.
    bounds: Vec<String>,
    files: Vec<(File, Vec<u8>)>,
}

/// Pieces that the beginning of a word may need: the one where it would stand, and what follows.
const MOST_PIECES: usize = 3;

/// More posts than any blog has: what a damaged directory claims shall not cost memory.
const MOST_POSTS: u32 = 1 << 20;

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
        if n_in_file == 0 || n_posts > MOST_POSTS {
            return Err(Damage::Broken);
        }
        let folders = [reader.text()?.to_owned(), reader.text()?.to_owned()];
        let n_bytes = reader.number()?;
        let common = in_order(reader.take(n_bytes)?)?;
        Ok(Self { n_posts, n_in_file, folders, common, bounds: in_order(reader.0)?, files: Vec::new() })
    }

    /// Where a file lies, from the directory's folder. Other contents lie elsewhere.
    pub fn path(&self, file: File) -> String {
        let [pieces, entries] = &self.folders;
        let folder = if matches!(file, File::Piece(_)) { pieces } else { entries };
        [folder, "/", &file.name()].concat()
    }

    /// How many posts can be found.
    pub fn n_posts(&self) -> u32 {
        self.n_posts
    }

    /// What a reader asks of these posts.
    pub fn question(&self, text: &str) -> Question {
        Question::new(text, |term| self.common.binary_search_by(|common| common.as_str().cmp(term)).is_ok())
    }

    /// The files that must still be taken in before [`Self::search`] can answer.
    pub fn needs(&self, question: &Question) -> Vec<File> {
        self.lacking(question.terms.iter().flat_map(|term| self.pieces_of(term)))
    }

    /// Those of these files that were not given, each once.
    fn lacking(&self, files: impl Iterator<Item = File>) -> Vec<File> {
        let mut lacking = Vec::new();
        for file in files {
            if self.file(file).is_none() && !lacking.contains(&file) {
                lacking.push(file);
            }
        }
        lacking
    }

    fn file(&self, file: File) -> Option<&[u8]> {
        self.files.iter().find(|(name, _)| *name == file).map(|(_, bytes)| bytes.as_slice())
    }

    fn pieces_of(&self, term: &Term) -> Vec<File> {
        // The last piece whose bound is not after the word.
        let Some(at) = self.bounds.partition_point(|bound| *bound <= term.text).checked_sub(1) else {
            return Vec::new();
        };
        let more = self.bounds.iter().skip(at + 1).take_while(|bound| bound.starts_with(&term.text)).count();
        let n_pieces = if term.is_begun { (1 + more).min(MOST_PIECES) } else { 1 };
        (at..at + n_pieces).map(|at| File::Piece(at as u32)).collect()
    }

    /// Takes a file in.
    pub fn give(&mut self, file: File, bytes: Vec<u8>) {
        self.files.retain(|(name, _)| *name != file);
        self.files.push((file, bytes));
    }

    /// The posts that have all words of the question, or, where none has, those that have any; at most `n_best`. A word
    /// that most posts have is asked of a post only where there is no other; else it only adds to the score of those in
    /// which it stands out. Files that were not given count as if they held nothing.
    ///
    /// # Errors
    /// [`Damage`], if a file is none of this index.
    pub fn search(&self, question: &Question, n_best: usize) -> Result<Hits, Damage> {
        let n_posts = self.n_posts as usize;
        // Of terms that tell posts apart, and of those that are everywhere: how many there are.
        let mut n_terms = [0, 0];
        // Of each post: how many it has of either, and the sum of its scores.
        let mut found = vec![([0, 0], 0); n_posts];
        for term in &question.terms {
            // Of the words that begin so the best counts.
            let mut of_term = vec![0; n_posts];
            let mut is_everywhere = false;
            for piece in self.pieces_of(term).into_iter().filter_map(|file| self.file(file)) {
                each_term(piece, &term.text, |text, postings| {
                    let share = match (text == term.text, term.is_begun) {
                        (true, _) => 256,
                        (false, true) => BEGUN,
                        (false, false) => return Ok(()),
                    };
                    is_everywhere |= postings.is_everywhere();
                    postings.each(self.n_posts, |post, score| {
                        if let Some(best) = of_term.get_mut(post as usize) {
                            *best = (*best).max(share * u32::from(score).max(1));
                        }
                    })
                })?;
            }
            let kind = usize::from(is_everywhere);
            n_terms[kind] += 1;
            for ((has, sum), score) in found.iter_mut().zip(of_term).filter(|(_, score)| *score > 0) {
                has[kind] += 1;
                *sum += score;
            }
        }
        let most = [0, 1].map(|kind| found.iter().map(|(has, _)| has[kind]).max().unwrap_or(0));
        let kind = usize::from(most[0] == 0);
        let (n_terms, most, n_untold) = (n_terms[kind], most[kind], if kind == 0 { 0 } else { n_terms[0] });
        let has_all = most == n_terms && n_untold == 0;
        let least = if has_all { n_terms.max(1) } else { 1 };
        let mut hits = Hits { has_some_words_only: most > 0 && !has_all, ..Hits::default() };
        for (post, (_, score)) in found.into_iter().enumerate().filter(|(_, (has, _))| has[kind] >= least) {
            hits.n_all += 1;
            // Posts are numbered from the newest: of equals the newer comes first.
            let at = hits.best.iter().position(|hit: &Hit| hit.score < score).unwrap_or(hits.best.len());
            if at < n_best {
                hits.best.truncate(n_best - 1);
                hits.best.insert(at, Hit { post: post as u32, score });
            }
        }
        Ok(hits)
    }

    /// The files that must still be taken in before [`Self::entry`] knows these posts.
    pub fn entries_needed(&self, hits: &[Hit]) -> Vec<File> {
        self.lacking(hits.iter().map(|hit| File::Entries(hit.post / self.n_in_file)))
    }

    /// What is known of a post; nothing where its file was not given.
    ///
    /// # Errors
    /// [`Damage`], if the file is none of this index.
    pub fn entry(&self, post: u32) -> Result<Option<Entry>, Damage> {
        let Some(bytes) = self.file(File::Entries(post / self.n_in_file)) else { return Ok(None) };
        let mut reader = Reader(bytes);
        version(&mut reader)?;
        for _ in 0..4 * (post % self.n_in_file) {
            reader.text()?;
        }
        let mut text = || reader.text().map(str::to_owned);
        Ok(Some(Entry { slug: text()?, title: text()?, description: text()?, date: text()? }))
    }
}

/// Texts of which each is written as what it adds to the one before, and comes after it.
fn in_order(bytes: &[u8]) -> Result<Vec<String>, Damage> {
    let (mut reader, mut text, mut texts) = (Reader(bytes), Vec::new(), Vec::<String>::new());
    while !reader.0.is_empty() {
        reader.text_after(&mut text)?;
        let next = str::from_utf8(&text).map_err(|_| Damage::Broken)?.to_owned();
        if texts.last().is_some_and(|last| *last >= next) {
            return Err(Damage::Broken);
        }
        texts.push(next);
    }
    Ok(texts)
}

#[cfg(test)]
mod tests;
