//! Writes the index that [`Index`](crate::Index) reads.

use crate::{
    Entry, FORMAT, File,
    bytes::{push_number, push_text, push_text_after},
    postings::Writer,
    score::{Field, by_length, frequency, impact, rarity, score},
    words::each,
};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

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
const PIECE_BYTES: usize = 4 << 10;

/// Posts in a file of entries: ten results may need ten files.
const N_IN_FILE: u32 = 6;

/// From so many posts on, a word that most of them have is kept only where it is more than a word of the prose.
const MANY: u32 = 200;

/// A word that all but this share of the posts have is common: a question leaves it out where it has others.
const RARELY_ABSENT: u32 = 16;

/// How often a document has a term in each field.
type Counts = [u16; 5];

/// The words of a document, which can be counted apart from those of others. Small, since all documents' words are in
/// memory at once.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// All terms, one behind the other, in their order.
    text: String,
    /// Where each term ends in `text`, and how often it stands in each field.
    terms: Vec<(u32, Counts)>,
    lengths: [u32; 5],
    entry: Vec<u8>,
}

impl Counted {
    /// The terms that begin with this byte, in their order.
    fn beginning_with(&self, first: u8) -> impl Iterator<Item = (&str, Counts)> {
        let term = |at: usize| {
            let begin = at.checked_sub(1).and_then(|before| self.terms.get(before)).map_or(0, |(end, _)| *end);
            self.terms.get(at).and_then(|(end, _)| self.text.get(begin as usize..*end as usize)).unwrap_or_default()
        };
        let (mut from, mut until) = (0, self.terms.len());
        while from < until {
            let middle = usize::midpoint(from, until);
            match term(middle).as_bytes().first() {
                Some(byte) if *byte < first => from = middle + 1,
                _ => until = middle,
            }
        }
        let some = (from..self.terms.len()).map(move |at| (term(at), self.terms[at].1));
        some.take_while(move |(term, _)| term.as_bytes().first() == Some(&first))
    }
}

/// Counts the words of a document.
pub fn count(document: &Document) -> Counted {
    let Document { slug, title, description, date, tags, headings, body } = document;
    let mut counted = Counted::default();
    let mut terms: HashMap<String, Counts, BuildHasherDefault<Quick>> = HashMap::default();
    for (at, text) in [title, tags, headings, description, body].into_iter().enumerate() {
        each(text, |term, _| {
            counted.lengths[at] += 1;
            // A word that stands there oftener is worth no more by then.
            match terms.get_mut(term) {
                Some(counts) => counts[at] = counts[at].saturating_add(1),
                None => {
                    let mut counts = Counts::default();
                    counts[at] = 1;
                    terms.insert(term.to_owned(), counts);
                }
            }
        });
    }
    let mut terms: Vec<(String, Counts)> = terms.into_iter().collect();
    terms.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    for (term, counts) in terms {
        counted.text.push_str(&term);
        counted.terms.push((counted.text.len() as u32, counts));
    }
    counted.text.shrink_to_fit();
    counted.terms.shrink_to_fit();
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
    /// The pieces, by their names.
    pub pieces: Vec<(String, Vec<u8>)>,
    /// The files of entries, likewise.
    pub entries: Vec<(String, Vec<u8>)>,
    n_all: u32,
    common: Vec<u8>,
    bounds: Vec<u8>,
}

impl Written {
    /// The directory, [`DIRECTORY`](crate::DIRECTORY), which says in which folders beside it the pieces and the entries
    /// lie.
    pub fn directory(&self, pieces: &str, entries: &str) -> Vec<u8> {
        let mut directory = vec![FORMAT];
        push_number(&mut directory, self.n_all);
        push_number(&mut directory, N_IN_FILE);
        push_text(&mut directory, pieces);
        push_text(&mut directory, entries);
        push_number(&mut directory, self.common.len() as u32);
        directory.extend_from_slice(&self.common);
        directory.extend_from_slice(&self.bounds);
        directory
    }
}

/// The index of these documents, which are numbered in their order: the newest should come first.
pub fn write(documents: &[Counted]) -> Written {
    let merge = Merge::of(documents);
    let shares: Vec<Share<'_>> = merge.firsts().iter().map(|first| merge.share(*first)).collect();
    merge.write(&shares)
}

/// The work of [`write`] in shares that need nothing of each other: of the terms that begin with the same byte.
#[derive(Clone, Debug)]
pub struct Merge<'d> {
    documents: &'d [Counted],
    n_all: u32,
    /// How much the lengths of each document lower its counts.
    by_length: Vec<[f32; 5]>,
}

/// A hash of terms that takes a third of the time of the library's, whose defence against chosen keys no author needs
/// against themselves. Source: the hash of rustc's own tables, crate rustc-hash 2, in its multiplication and rotation.
#[derive(Clone, Copy, Debug, Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0xf135_7aea_2e62_a9c5);
        }
    }
}

/// Terms in their order.
pub type Share<'d> = Vec<Scored<'d>>;

/// A term with the posts that are found by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored<'d> {
    term: &'d str,
    /// Their numbers, in order, and scores; where most posts have the term, those in which it stands out.
    posts: Vec<(u32, u8)>,
    /// Most posts have it, and there are many.
    is_everywhere: bool,
    /// Nearly all have it.
    is_common: bool,
}

impl<'d> Merge<'d> {
    /// Of these documents.
    pub fn of(documents: &'d [Counted]) -> Self {
        let n_all = documents.len() as u32;
        let mean = |at: usize| {
            let sum: f64 = documents.iter().map(|document| f64::from(document.lengths[at])).sum();
            (sum / f64::from(n_all.max(1))) as f32
        };
        let means = std::array::from_fn(mean);
        let by_length = documents.iter().map(|document| by_length(document.lengths, means)).collect();
        Self { documents, n_all, by_length }
    }

    /// The bytes with which terms begin, in their order.
    pub fn firsts(&self) -> Vec<u8> {
        let mut is_first = [false; 256];
        for document in self.documents {
            let ends = document.terms.iter().map(|(end, _)| *end as usize);
            for begin in std::iter::once(0).chain(ends) {
                if let Some(first) = document.text.as_bytes().get(begin) {
                    is_first[usize::from(*first)] = true;
                }
            }
        }
        (0..=u8::MAX).filter(|byte| is_first[usize::from(*byte)]).collect()
    }

    /// One share.
    pub fn share(&self, first: u8) -> Share<'d> {
        let mut found: HashMap<&str, Vec<(u32, Counts)>, BuildHasherDefault<Quick>> = HashMap::default();
        for (number, document) in self.documents.iter().enumerate() {
            for (term, counts) in document.beginning_with(first) {
                found.entry(term).or_default().push((number as u32, counts));
            }
        }
        let mut share: Share<'d> = found.into_iter().map(|(term, posts)| self.scored(term, &posts)).collect();
        share.sort_unstable_by_key(|scored| scored.term);
        share
    }

    fn scored(&self, term: &'d str, posts: &[(u32, Counts)]) -> Scored<'d> {
        let (n_all, n_with) = (self.n_all, posts.len() as u32);
        let is_everywhere = n_all >= MANY && n_with > n_all / 2;
        let is_common = is_everywhere && n_with >= n_all - n_all / RARELY_ABSENT;
        let stands_out = |counts: &Counts| counts[..Field::Body as usize].iter().any(|count| *count > 0);
        let kept = posts.iter().filter(|(_, counts)| !is_everywhere || stands_out(counts));
        let (rarity, highest) = (rarity(n_with, n_all), rarity(1, n_all));
        let posts = kept
            .filter_map(|(number, counts)| {
                let by_length = self.by_length.get(*number as usize)?;
                let score = score(frequency(counts.map(u32::from), *by_length), rarity);
                Some((*number, impact(score, highest)))
            })
            .collect();
        Scored { term, posts, is_everywhere, is_common }
    }

    /// The index, of all shares in the order of their first bytes.
    pub fn write(&self, shares: &[Share<'d>]) -> Written {
        let mut written = Written { n_all: self.n_all, ..Written::default() };
        let Written { pieces, entries, common, bounds, .. } = &mut written;
        let mut push = |bytes: Vec<u8>| pieces.push((File::Piece(pieces.len() as u32).name(), bytes));
        let (mut piece, mut bound, mut last_common) = (Piece::default(), String::new(), "");
        for scored in shares.iter().flatten() {
            if scored.is_common {
                push_text_after(common, last_common, scored.term);
                last_common = scored.term;
            }
            if piece.bytes.is_empty() {
                let next = bound_between(&piece.last, scored.term);
                push_text_after(bounds, &bound, next);
                next.clone_into(&mut bound);
            }
            piece.push(scored, self.n_all);
            if piece.bytes.len() >= PIECE_BYTES {
                push(std::mem::take(&mut piece.bytes));
            }
        }
        if !piece.bytes.is_empty() {
            push(piece.bytes);
        }
        for (number, some) in self.documents.chunks(N_IN_FILE as usize).enumerate() {
            let mut bytes = vec![FORMAT];
            some.iter().for_each(|document| bytes.extend_from_slice(&document.entry));
            entries.push((File::Entries(number as u32).name(), bytes));
        }
        written
    }
}

/// The shortest beginning of a term that comes after the term before it.
fn bound_between<'t>(before: &str, term: &'t str) -> &'t str {
    let beginnings = term.char_indices().map(|(at, _)| &term[..at]);
    beginnings.chain([term]).find(|beginning| before.is_empty() || *beginning > before).unwrap_or(term)
}

#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    /// The last term of this piece, or of the one before if this is empty.
    last: String,
    writer: Writer,
    list: Vec<u8>,
}

impl Piece {
    fn push(&mut self, scored: &Scored<'_>, n_all: u32) {
        let Scored { term, posts, is_everywhere, .. } = scored;
        let is_first = self.bytes.is_empty();
        if is_first {
            self.bytes.push(FORMAT);
        }
        push_text_after(&mut self.bytes, if is_first { "" } else { &self.last }, term);
        (*term).clone_into(&mut self.last);
        self.list.clear();
        self.writer.write(posts, *is_everywhere, n_all, &mut self.list);
        push_number(&mut self.bytes, self.list.len() as u32);
        self.bytes.extend_from_slice(&self.list);
    }
}
