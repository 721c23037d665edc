//! The index of the search, in files whose folder is named by their contents.

use crate::{
    digest,
    posts::{Collection, Entry},
    swap::Staging,
    threads,
};
use anyhow::Result;
use search::{
    DIRECTORY,
    write::{Counted, Document, Merge, count},
};

/// Writes `search/`. The directory keeps its name, and says where the rest lies: a page that is open across a deploy
/// finds the old files gone rather than others in their place.
pub fn write(collection: &Collection, staging: &Staging) -> Result<()> {
    let posts: Vec<&Entry> = collection.entries.iter().filter(|entry| !entry.meta.draft).collect();
    let counted: Vec<Counted> = threads::map(&posts, |entry| count(&document(entry)));
    let merge = Merge::of(&counted);
    let firsts = merge.firsts();
    let index = merge.write(&threads::map(&firsts, |first| merge.share(*first)));
    let mut all = index.directory("");
    index.files.iter().for_each(|(_, bytes)| all.extend_from_slice(bytes));
    let folder = digest::short(&all);
    for (name, bytes) in &index.files {
        staging.write(&format!("search/{folder}/{name}"), bytes)?;
    }
    staging.write(&format!("search/{DIRECTORY}"), index.directory(&folder))
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
