//! The index of the search, in files whose folder is named by their contents.

use crate::{
    digest::{self, Key},
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
    /// The files of the last index, with what it was made from.
    files: Option<(Key, Vec<String>)>,
}

/// Writes `search/`. The directory keeps its name, and says where the rest lies: a page that is open across a deploy
/// finds the old files gone rather than others in their place.
pub fn write(collection: &Collection, staging: &Staging, remembered: &mut Remembered) -> Result<()> {
    let posts: Vec<&Entry> = collection.entries.iter().filter(|entry| !entry.meta.draft).collect();
    let stamps: Option<Vec<Key>> = posts.iter().map(|entry| entry.stamp).collect();
    let key = stamps.as_ref().map(|stamps| Key::of(stamps.iter().map(Key::bytes)));
    if let Some((before, files)) = &remembered.files
        && Some(*before) == key
        && staging.keep_all(files.iter().map(String::as_str), key)?
    {
        return Ok(());
    }
    let counted = counted(&posts, remembered);
    let merge = Merge::of(&counted);
    let firsts = merge.firsts();
    let index = merge.write(&threads::map(&firsts, |first| merge.share(*first)));
    let mut all = index.directory("");
    index.files.iter().for_each(|(_, bytes)| all.extend_from_slice(bytes));
    let folder = digest::short(&all);
    let directory = (format!("search/{DIRECTORY}"), index.directory(&folder));
    let pieces = index.files.into_iter().map(|(name, bytes)| (format!("search/{folder}/{name}"), bytes));
    let files: Vec<(String, Vec<u8>)> = pieces.chain([directory]).collect();
    let written = threads::map(&files, |(name, bytes)| staging.write_as(name, key, bytes));
    written.into_iter().collect::<Result<()>>()?;
    remembered.files = key.map(|key| (key, files.into_iter().map(|(name, _)| name).collect()));
    let stamps = stamps.unwrap_or_default();
    let known = posts.iter().zip(stamps).zip(counted);
    remembered.counted = known.map(|((entry, stamp), counted)| (entry.meta.slug.clone(), (stamp, counted))).collect();
    Ok(())
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
