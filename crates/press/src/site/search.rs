//! The index of the search, in files whose folder is named by their contents.

use crate::{
    digest::Key,
    posts::{Collection, Entry},
    swap::Staging,
    threads,
};
use anyhow::Result;
use search::{
    DIRECTORY,
    write::{Counted, Document, Merge, count},
};
use std::collections::HashMap;

/// What is remembered from one index to the next.
#[derive(Debug, Default)]
pub struct Remembered {
    /// By slug, the words of a post, with what it was read from.
    counted: HashMap<String, (Key, Counted)>,
    /// The last index, with what it was made from.
    last: Option<(Key, Vec<IndexFile>)>,
}

/// A file of the index.
#[derive(Debug)]
struct IndexFile {
    name: String,
    /// Stands for its bytes.
    key: Key,
    bytes: Vec<u8>,
}

/// Writes `search/`. The directory keeps its name, and says where the rest lies: a page that is open across a deploy
/// finds the old files gone rather than others in their place.
pub fn write(collection: &Collection, staging: &Staging, remembered: &mut Remembered) -> Result<()> {
    let posts: Vec<&Entry> = collection.entries.iter().filter(|entry| !entry.meta.draft).collect();
    let stamps: Option<Vec<Key>> = posts.iter().map(|entry| entry.stamp).collect();
    let key = stamps.as_ref().map(|stamps| Key::of(stamps.iter().map(Key::bytes)));
    let files = match remembered.last.take() {
        Some((before, files)) if Some(before) == key => files,
        _ => made(&posts, stamps, remembered),
    };
    let write = |IndexFile { name, key, bytes }: &IndexFile| staging.put(name, Some(*key), || Ok(bytes.clone()));
    threads::map(&files, write).into_iter().collect::<Result<()>>()?;
    remembered.last = key.map(|key| (key, files));
    Ok(())
}

/// Makes the index; `stamps` stand for the posts.
fn made(posts: &[&Entry], stamps: Option<Vec<Key>>, remembered: &mut Remembered) -> Vec<IndexFile> {
    let counted = counted(posts, remembered);
    let merge = Merge::of(&counted);
    let firsts = merge.firsts();
    let index = merge.write(&threads::map(&firsts, |first| merge.share(*first)));
    // Other contents lie in another folder.
    let key = |files: &[(String, Vec<u8>)]| Key::of(files.iter().map(|(_, bytes)| bytes.as_slice()));
    let (of_pieces, of_entries) = (key(&index.pieces), key(&index.entries));
    let directory = index.directory(&of_pieces.short(), &of_entries.short());
    let within = |key: Key, files: Vec<(String, Vec<u8>)>| {
        let folder = key.short();
        files.into_iter().map(move |(name, bytes)| IndexFile { name: format!("search/{folder}/{name}"), key, bytes })
    };
    let rest = within(of_pieces, index.pieces).chain(within(of_entries, index.entries));
    let name = format!("search/{DIRECTORY}");
    let files = rest.chain([IndexFile { name, key: Key::of([directory.as_slice()]), bytes: directory }]).collect();
    let known = posts.iter().zip(stamps.unwrap_or_default()).zip(counted);
    remembered.counted = known.map(|((entry, stamp), counted)| (entry.meta.slug.clone(), (stamp, counted))).collect();
    files
}

/// The words of each post, those of unchanged ones as they were counted before.
fn counted(posts: &[&Entry], remembered: &mut Remembered) -> Vec<Counted> {
    let mut before = std::mem::take(&mut remembered.counted);
    let mut known: Vec<Option<Counted>> = posts
        .iter()
        .map(|entry| before.remove(&entry.meta.slug).filter(|(stamp, _)| Some(*stamp) == entry.stamp))
        .map(|known| known.map(|(_, counted)| counted))
        .collect();
    let missing: Vec<usize> = (0..posts.len()).filter(|idx| known[*idx].is_none()).collect();
    let fresh = threads::map(&missing, |idx| count(&document(posts[*idx])));
    for (idx, counted) in missing.into_iter().zip(fresh) {
        known[idx] = Some(counted);
    }
    known.into_iter().flatten().collect()
}

fn document(entry: &Entry) -> Document {
    let meta = &entry.meta;
    Document {
        slug: meta.slug.clone(),
        title: meta.title.clone(),
        description: meta.description.clone(),
        date: meta.date.clone(),
        tags: meta.tags.join(" "),
        headings: entry.headings.join(" "),
        body: entry.text.clone(),
    }
}
