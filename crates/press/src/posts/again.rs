//! Reading again: of a post whose folder is as it was, nothing is read anew.

use super::{Collection, Entry, Reading, Wanted, folder, read, spelling};
use crate::{digest::Key, threads};
use anyhow::{Context, Result};
use content::build::{Diagnostic, Post, related::Words};
use std::{collections::HashMap, path::Path};

/// Reads the posts of one blog, and remembers what it has read as long as this process lives: the labs' code counts as
/// the same.
#[derive(Debug, Default)]
pub struct Reader {
    known: HashMap<String, Known>,
    pub(super) spelled: spelling::Remembered,
}

/// A post, if there is nothing wrong with it, and all that is to be said of it.
pub(super) type Outcome = (Option<Post>, Vec<Diagnostic>);

#[derive(Debug)]
struct Known {
    stamp: Key,
    post: Option<Post>,
    found: Vec<Diagnostic>,
    words: Option<Words>,
    /// Whether the post, or its text, is elsewhere and did not come back: then it must be read anew.
    is_lent: bool,
}

impl Reader {
    /// As [`read`](super::read).
    ///
    /// # Errors
    /// As [`read`](super::read).
    pub fn read(&mut self, root: &Path, wanted: Wanted<'_>) -> Result<Reading> {
        read::read_with(root, wanted, self)
    }

    /// Takes back what [`Reader::read`] has given; posts of which it does not come back are read anew.
    pub fn give_back(&mut self, collection: Collection) {
        for entry in collection.entries {
            let known = self.known.get_mut(&entry.meta.slug).filter(|known| Some(known.stamp) == entry.stamp);
            if let Some(Known { post: Some(post), is_lent, .. }) = known {
                let Entry { markdown, text, headings, files, sidecar, .. } = entry;
                (post.markdown, post.text, post.headings, post.files) = (markdown, text, headings, files);
                (post.resolved, post.labs) = (sidecar.resolved, sidecar.labs);
                *is_lent = false;
            }
        }
    }

    /// The posts in the order of `slugs`, and all that is to be said of them. `beside` is the key of what all are read
    /// with.
    pub(super) fn posts(
        &mut self,
        root: &Path,
        slugs: &[String],
        beside: Key,
        read: impl Fn(&str) -> Result<Outcome> + Sync,
    ) -> Result<(Vec<Post>, Vec<Diagnostic>)> {
        let outcomes = threads::map(slugs, |slug| {
            // Before the post is read: what is written meanwhile changes the next stamp.
            let stamp = folder::stamp(&root.join("posts").join(slug), beside)
                .with_context(|| format!("cannot read the folder `posts/{slug}`"))?;
            let is_known = self.known.get(slug).is_some_and(|known| known.stamp == stamp && !known.is_lent);
            if is_known { Ok(None) } else { read(slug).map(|outcome| Some((stamp, outcome))) }
        });
        let (mut posts, mut findings) = (Vec::with_capacity(slugs.len()), Vec::new());
        let mut before = std::mem::take(&mut self.known);
        for (slug, outcome) in slugs.iter().zip(outcomes) {
            let fresh =
                outcome?.map(|(stamp, (post, found))| Known { stamp, post, found, words: None, is_lent: false });
            let Some(mut known) = fresh.or_else(|| before.remove(slug)) else { continue };
            findings.extend(known.found.iter().cloned());
            known.is_lent = known.post.is_some();
            posts.extend(known.post.take());
            self.known.insert(slug.clone(), known);
        }
        Ok((posts, findings))
    }

    /// Keeps posts for the next time; `is_lent` says that their texts are in a [`Collection`].
    pub(super) fn keep(&mut self, posts: Vec<Post>, is_lent: bool) {
        for post in posts {
            if let Some(known) = self.known.get_mut(&post.meta.slug) {
                (known.post, known.is_lent) = (Some(post), is_lent);
            }
        }
    }

    /// What a post was read from.
    pub(super) fn stamp(&self, slug: &str) -> Option<Key> {
        self.known.get(slug).map(|known| known.stamp)
    }

    /// The words of each post, counted once, and to be brought back by [`Reader::keep_words`].
    pub(super) fn words(&mut self, posts: &[Post]) -> Vec<Words> {
        let mut kept: Vec<Option<Words>> =
            posts.iter().map(|post| self.known.get_mut(&post.meta.slug).and_then(|known| known.words.take())).collect();
        let missing: Vec<usize> = (0..posts.len()).filter(|idx| kept[*idx].is_none()).collect();
        let counted = threads::map(&missing, |idx| Words::of(&posts[*idx]));
        for (idx, words) in missing.into_iter().zip(counted) {
            kept[idx] = Some(words);
        }
        kept.into_iter().flatten().collect()
    }

    /// Takes the words back.
    pub(super) fn keep_words(&mut self, posts: &[Post], words: Vec<Words>) {
        for (post, words) in posts.iter().zip(words) {
            if let Some(known) = self.known.get_mut(&post.meta.slug) {
                known.words = Some(words);
            }
        }
    }
}
