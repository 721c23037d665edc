//! Writes the index that [`Index`](crate::Index) reads.

use crate::{
    Entry, FORMAT, File,
    bytes::{push_number, push_text},
    score::{Field, frequency, impact, rarity, score},
    words::words,
};
use std::collections::{BTreeMap, HashMap};

/// A post as it is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The folder's name.
    pub slug: String,
    /// As the page has it.
    pub title: String,
    /// In a sentence or two.
    pub description: String,
    /// `YYYY-MM-DD`.
    pub date: String,
    /// Its tags, parted by spaces.
    pub tags: String,
    /// Its headings, likewise.
    pub headings: String,
    /// Its prose.
    pub body: String,
}

/// What a piece may have before it ends, in bytes. Small pieces cost requests, large ones bytes that nobody asked for.
const PIECE_BYTES: usize = 12 << 10;

/// Posts in a file of entries: ten results may need ten files.
const N_IN_FILE: u32 = 12;

/// From so many posts on, a word that most of them have is kept only where it is more than a word of the prose.
const MANY: u32 = 200;

/// How often a document has a term in each field.
type Counts = [u32; 5];

/// The words of a document, which can be counted apart from those of others.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    terms: HashMap<String, Counts>,
    lengths: Counts,
    entry: Vec<u8>,
}

/// Counts the words of a document.
pub fn count(document: &Document) -> Counted {
    let Document { slug, title, description, date, tags, headings, body } = document;
    let mut counted = Counted::default();
    for (at, text) in [title, tags, headings, description, body].into_iter().enumerate() {
        for word in words(text) {
            counted.lengths[at] += 1;
            counted.terms.entry(word.term).or_default()[at] += 1;
        }
    }
    let entry =
        Entry { slug: slug.clone(), title: title.clone(), description: description.clone(), date: date.clone() };
    for text in [&entry.slug, &entry.title, &entry.description, &entry.date] {
        push_text(&mut counted.entry, text);
    }
    counted
}

/// An index, written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// All files but the directory, by their names.
    pub files: Vec<(String, Vec<u8>)>,
    n_all: u32,
    firsts: Vec<u8>,
}

impl Written {
    /// The directory, [`DIRECTORY`](crate::DIRECTORY), which says in which folder beside it the other files lie.
    pub fn directory(&self, folder: &str) -> Vec<u8> {
        let mut directory = vec![FORMAT];
        push_number(&mut directory, self.n_all);
        push_number(&mut directory, N_IN_FILE);
        push_text(&mut directory, folder);
        directory.extend_from_slice(&self.firsts);
        directory
    }
}

/// The index of these documents, which are numbered in their order: the newest should come first.
pub fn write(documents: &[Counted]) -> Written {
    let mut written = Written { n_all: documents.len() as u32, ..Written::default() };
    let Written { files, firsts, .. } = &mut written;
    let mut piece = Piece::default();
    let mut n_pieces = 0;
    for (term, posts) in &postings(documents) {
        if piece.bytes.is_empty() {
            push_text(firsts, term);
        }
        piece.push(term, posts);
        if piece.bytes.len() >= PIECE_BYTES {
            files.push((File::Piece(n_pieces).name(), std::mem::take(&mut piece).bytes));
            n_pieces += 1;
        }
    }
    if !piece.bytes.is_empty() {
        files.push((File::Piece(n_pieces).name(), piece.bytes));
    }
    for (number, some) in documents.chunks(N_IN_FILE as usize).enumerate() {
        let mut bytes = vec![FORMAT];
        some.iter().for_each(|document| bytes.extend_from_slice(&document.entry));
        files.push((File::Entries(number as u32).name(), bytes));
    }
    written
}

/// Each term, and which posts have it with which score, in order.
fn postings(documents: &[Counted]) -> BTreeMap<&str, Vec<(u32, u8)>> {
    let n_all = documents.len() as u32;
    let mut means = [0.0_f32; 5];
    for (at, mean) in means.iter_mut().enumerate() {
        let sum: f64 = documents.iter().map(|document| f64::from(document.lengths[at])).sum();
        *mean = (sum / f64::from(n_all.max(1))) as f32;
    }
    let mut n_with: HashMap<&str, u32> = HashMap::new();
    for term in documents.iter().flat_map(|document| document.terms.keys()) {
        *n_with.entry(term).or_default() += 1;
    }
    let mut postings: BTreeMap<&str, Vec<(u32, u8)>> = BTreeMap::new();
    for (number, document) in documents.iter().enumerate() {
        for (term, counts) in &document.terms {
            let n_with = n_with.get(term.as_str()).copied().unwrap_or(1);
            let is_everywhere = n_all >= MANY && n_with > n_all / 2;
            let stands_out = counts[..Field::Body as usize].iter().any(|count| *count > 0);
            if is_everywhere && !stands_out {
                continue;
            }
            let score = score(frequency(*counts, document.lengths, means), rarity(n_with, n_all));
            postings.entry(term).or_default().push((number as u32, impact(score, n_all)));
        }
    }
    postings
}

#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    last: String,
}

impl Piece {
    fn push(&mut self, term: &str, posts: &[(u32, u8)]) {
        if self.bytes.is_empty() {
            self.bytes.push(FORMAT);
        }
        let n_shared = term.bytes().zip(self.last.bytes()).take_while(|(a, b)| a == b).count();
        push_number(&mut self.bytes, n_shared as u32);
        push_number(&mut self.bytes, (term.len() - n_shared) as u32);
        self.bytes.extend_from_slice(&term.as_bytes()[n_shared..]);
        term.clone_into(&mut self.last);
        let mut list = Vec::new();
        let mut before = 0;
        for (post, _) in posts {
            push_number(&mut list, post - before);
            before = *post;
        }
        list.extend(posts.iter().map(|(_, score)| score));
        push_number(&mut self.bytes, posts.len() as u32);
        push_number(&mut self.bytes, list.len() as u32);
        self.bytes.extend_from_slice(&list);
    }
}
