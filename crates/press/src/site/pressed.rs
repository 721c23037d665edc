//! Page after page: put together, rendered, looked through, written, and let go of.

use super::{
    check::{self, Seen},
    head::Surroundings,
    lists, machines,
    memory::Memory,
    pages::{self, Alike, Page, Subject},
};
use crate::{
    digest::Key,
    offline,
    posts::{Collection, Entry},
    server::gzip,
    swap::Staging,
    threads,
};
use anyhow::Result;
use blog::head::Head;
use flate2::Compression;
use std::{collections::HashMap, sync::Arc};

/// What is left of a page when it is written.
#[derive(Debug)]
pub struct Pressed {
    /// Stands for all that decides it; absent if nobody has looked.
    pub key: Option<Key>,
    /// Its file, with `/`.
    pub file: String,
    /// What machines read of it.
    pub head: Head,
    /// What others have to know of it.
    pub seen: Seen,
    /// What it weighs, roughly.
    pub weight: Rough,
}

/// A page that is made but not written: one of the frame, whose bytes decide the build's id.
#[derive(Clone, Debug)]
pub struct Made {
    head: Head,
    /// The whole page, with [`offline::MARK`] for the id.
    pub html: String,
}

/// The pages of the frame by their files' names, with what decides them but for the id.
pub type Frame = HashMap<String, (Key, Made)>;

/// A page's weight before it is worth gzip -9, which takes longer than all else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rough {
    /// As it is, in bytes.
    pub size_bytes: usize,
    /// Whether it may be too heavy after gzip -9.
    pub is_doubtful: bool,
}

impl Rough {
    /// Of a page; `limit_bytes` is what it may have after gzip -9.
    pub fn of(html: &str, limit_bytes: usize) -> Self {
        let size_bytes = html.len();
        let is_doubtful = size_bytes > limit_bytes && most(html.as_bytes(), limit_bytes) > limit_bytes;
        Self { size_bytes, is_doubtful }
    }
}

/// What gzip -9 makes of a text at most, told more exactly the nearer it is to the limit: packing, which takes long, is for
/// no more of it than there must be.
fn most(bytes: &[u8], limit_bytes: usize) -> usize {
    let mut most = at_most(bytes);
    for part in [8, 4, 2, 1] {
        if most <= limit_bytes {
            break;
        }
        let (packed, rest) = bytes.split_at(bytes.len() / part);
        most = packed_at_most(packed) + if rest.is_empty() { 0 } else { at_most(rest) };
    }
    most
}

/// What gzip -9 makes of a text at most: a tenth more than the quickest, which is seldom the better by a hair.
fn packed_at_most(bytes: &[u8]) -> usize {
    let packed_bytes = gzip(bytes, Compression::fast()).len();
    packed_bytes + packed_bytes / 10
}

/// The same without packing: the entropy of its bytes, which is what Huffman's code alone comes to, and a fifth,
/// since short matches may be dearer than the letters that they stand for. Source: Deutsch 1996, RFC 1951, §3.2.
fn at_most(bytes: &[u8]) -> usize {
    let mut counts = [0_u32; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    let n_bytes = bytes.len() as f64;
    let bits: f64 = counts.iter().filter(|n| **n > 0).map(|n| f64::from(*n) * (n_bytes / f64::from(*n)).log2()).sum();
    (bits / 8.0 * 1.2) as usize + 512
}

/// What pages are made with.
#[derive(Clone, Debug)]
pub struct Press<'a> {
    /// All posts.
    pub collection: &'a Collection,
    /// What is the same on every page.
    pub around: Surroundings<'a>,
    /// What pages have alike.
    pub alike: Alike,
    /// Where they go.
    pub staging: &'a Staging,
    /// What an article may weigh, in bytes after gzip -9.
    pub limit_bytes: usize,
    /// Stands for all that pages have alike.
    pub key: Key,
    /// The site that stands in the place.
    pub before: &'a Memory,
}

impl Press<'_> {
    /// Makes the pages of the frame.
    ///
    /// # Errors
    /// A page's data or HTML is not right.
    pub fn frame(&self, subjects: &[Subject<'_>]) -> Result<Frame> {
        let frame: Vec<_> = subjects
            .iter()
            .map(|subject| (subject.file(), subject))
            .filter(|(file, _)| offline::is_frame(file))
            .collect();
        let made = threads::map(&frame, |(file, subject)| {
            let key = match subject {
                Subject::List(list) => self.key_with(&[lists::key(self.around.site, list)?.bytes()]),
                _ => self.key_of(subject).unwrap_or(self.key),
            };
            let made = match self.before.frame.get(file) {
                Some((known, made)) if *known == key => made.clone(),
                _ => self.made(subject)?,
            };
            Ok((file.clone(), (key, made)))
        });
        made.into_iter().collect()
    }

    /// Writes all pages, those of the frame as they are but for the id, and the data of lists beside them. A page that
    /// stands in the place as it would be written is kept.
    ///
    /// # Errors
    /// A page's data or HTML is not right, or as of the file system.
    pub fn pages(&self, subjects: &[Subject<'_>], frame: &Frame) -> Result<Vec<Arc<Pressed>>> {
        let pressed = threads::map(subjects, |subject| {
            let file = subject.file();
            let key = match subject {
                Subject::List(list) => {
                    let piece = lists::write_piece(self.around.site, list, self.staging, "posts/")?;
                    Some(self.key_with(&[piece.bytes()]))
                }
                _ => self.key_of(subject),
            };
            if let (Some(key), Some(known)) = (key, self.before.pages.get(&file))
                && known.key == Some(key)
                && self.staging.keep(&file, key)?
            {
                return Ok(known.clone());
            }
            let Made { head, html } = match frame.get(&file) {
                Some((_, Made { head, html })) => {
                    Made { head: head.clone(), html: html.replace(offline::MARK, self.around.build) }
                }
                None => self.made(subject)?,
            };
            self.staging.write_as(&file, key, &html)?;
            let weight = match subject {
                Subject::Post(_) => Rough::of(&html, self.limit_bytes),
                _ => Rough::default(),
            };
            Ok(Arc::new(Pressed { key, seen: check::look(&html)?, head, file, weight }))
        });
        pressed.into_iter().collect()
    }

    /// Stands for all that decides a page that is no list's.
    fn key_of(&self, subject: &Subject<'_>) -> Option<Key> {
        match subject {
            Subject::Post(entry) => entry.key().map(|key| self.key_with(&[key.bytes()])),
            Subject::Glossary => Some(self.key_with(&[b"glossary", self.collection.glossary.as_bytes()])),
            _ => Some(self.key_with(&[subject.file().as_bytes()])),
        }
    }

    fn key_with(&self, parts: &[&[u8]]) -> Key {
        Key::of(std::iter::once(self.key.bytes()).chain(parts.iter().copied()))
    }

    fn made(&self, subject: &Subject<'_>) -> Result<Made> {
        let page: Page = subject.page(self.collection, self.around.address.base());
        let head = Head::of(&page.boot.page, self.around.site);
        Ok(Made { html: pages::html(&page, &head, self.around, &self.alike)?, head })
    }

    /// Writes the pages at posts' old addresses.
    ///
    /// # Errors
    /// As of the file system.
    pub fn redirects(&self) -> Result<Vec<(String, Seen)>> {
        let of = |entry: &Entry| {
            let html = machines::redirect(self.around.site, self.around.address, &entry.meta);
            let files = entry.aliases.iter().map(|alias| machines::alias_file(alias));
            let written = files.map(|file| {
                self.staging.write(&file, &html)?;
                Ok((file, check::look(&html)?))
            });
            written.collect::<Result<Vec<_>>>()
        };
        let moved: Vec<&Entry> = self.collection.entries.iter().filter(|entry| !entry.aliases.is_empty()).collect();
        let redirects = threads::map(&moved, |entry| of(entry)).into_iter().collect::<Result<Vec<_>>>()?;
        Ok(redirects.into_iter().flatten().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::gzip_size;

    #[test]
    fn only_what_may_be_too_heavy_is_in_doubt() {
        let digits = std::iter::successors(Some(1_u32), |x| Some(x.wrapping_mul(1_664_525).wrapping_add(1)));
        // Six bits of chance a letter: nothing that gzip could make use of but the letters' code.
        let heavy: String = digits.take(64_000).map(|x| char::from(b'0' + (x >> 26) as u8)).collect();
        let light = "<p>A page of words and <b>markup</b>.</p>\n".repeat(1_600);
        for html in [&heavy, &light] {
            assert!(at_most(html.as_bytes()) >= gzip_size(html.as_bytes()), "{}", html.len());
        }
        let of = |html: &str, limit_bytes| Rough::of(html, limit_bytes).is_doubtful;
        let heavy_bytes = gzip_size(heavy.as_bytes());
        assert!(of(&heavy, heavy_bytes - 1) && !of(&heavy, heavy.len()));
        assert!(at_most(light.as_bytes()) > 30_000 && !of(&light, 30_000) && of(&light, 100));
        // Of one that is light at first, all counts.
        let late = [light.as_str(), &heavy].concat();
        let late_bytes = gzip_size(late.as_bytes());
        assert!(most(late.as_bytes(), late_bytes) >= late_bytes && of(&late, late_bytes - 1));
    }
}
