//! Reading again: of a post whose folder is as it was, nothing is read anew.

use super::{Collection, Entry, Reading, Wanted, folder::Listing, read, spelling};
use crate::{digest::Key, threads};
use anyhow::{Context, Result};
use content::build::{
    Diagnostic, Post,
    related::{Found, Kept, Rarities, Related, Vocabulary, Words},
};
use std::{collections::HashMap, path::Path};

/// Reads the posts of one blog, and remembers what it has read as long as this process lives: the labs' code counts as
/// the same.
#[derive(Debug, Default)]
pub struct Reader {
    known: HashMap<String, Known>,
    vocabulary: Vocabulary,
    related: Found,
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
        read: impl Fn(&str, &Listing) -> Result<Outcome> + Sync,
    ) -> Result<(Vec<Post>, Vec<Diagnostic>)> {
        let outcomes = threads::map_waiting(slugs, |slug| {
            // Before the post is read: what is written meanwhile changes the next stamp.
            let folder = Listing::open(&root.join("posts").join(slug))
                .with_context(|| format!("cannot read the folder `posts/{slug}`"))?;
            let stamp = folder.stamp(beside);
            let is_known = self.known.get(slug).is_some_and(|known| known.stamp == stamp && !known.is_lent);
            if is_known { Ok(None) } else { read(slug, &folder).map(|outcome| Some((stamp, outcome))) }
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

    /// The posts nearest to each, by their indices; what is known is not looked up again.
    pub(super) fn related(&mut self, posts: &[Post]) -> Vec<Vec<usize>> {
        let kept = self.kept_words(posts);
        let mut near: Vec<Option<Vec<usize>>> =
            self.related.known(posts, &kept).into_iter().map(Option::<&_>::cloned).collect();
        let missing: Vec<usize> = (0..posts.len()).filter(|idx| near[*idx].is_none()).collect();
        if !missing.is_empty() {
            let related = Related::new(posts, &kept);
            let found = threads::map(&missing, |idx| related.of(*idx));
            missing.into_iter().zip(found).for_each(|(idx, found)| near[idx] = Some(found));
        }
        let near: Vec<Vec<usize>> = near.into_iter().flatten().collect();
        self.related = Found::new(posts, kept, near.clone());
        near
    }

    /// The words by which each post is found; each post's are counted once.
    fn kept_words(&mut self, posts: &[Post]) -> Vec<Kept> {
        let mut counted: Vec<Option<Words>> =
            posts.iter().map(|post| self.known.get_mut(&post.meta.slug).and_then(|known| known.words.take())).collect();
        let missing: Vec<usize> = (0..posts.len()).filter(|idx| counted[*idx].is_none()).collect();
        let fresh = threads::map(&missing, |idx| Words::of(&posts[*idx]));
        for (idx, mut words) in missing.into_iter().zip(fresh) {
            self.vocabulary.number(&mut words);
            counted[idx] = Some(words);
        }
        let words: Vec<Words> = counted.into_iter().flatten().collect();
        let rarities = Rarities::new(&self.vocabulary, &words);
        let kept = threads::map(&words, |words| rarities.kept(words));
        for (post, words) in posts.iter().zip(words) {
            if let Some(known) = self.known.get_mut(&post.meta.slug) {
                known.words = Some(words);
            }
        }
        kept
    }
}
