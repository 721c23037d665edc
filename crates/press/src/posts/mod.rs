//! What authors wrote: `blog.toml` and `posts/*/`, read, checked and worked out.

mod again;
pub(crate) mod folder;
mod read;
mod registry;
pub mod report;
mod spelling;
mod stills;

use crate::digest::Key;
pub use again::Reader;
use anyhow::{Context, Result};
use content::{
    build::{Embeds, Hub},
    manifest::{PostMeta, Site},
    sidecar::Sidecar,
};
pub use read::{Reading, Wanted, read};
use std::path::PathBuf;

/// All that is to be published.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The site's words.
    pub site: Site,
    /// The origin that `blog.toml` names.
    pub origin: String,
    /// Posts, newest first.
    pub entries: Vec<Entry>,
    /// The body of the glossary; shown if the site says that it has one.
    pub glossary: String,
    /// From where labs may fetch a model.
    pub hub: Option<Hub>,
    /// Whether `blog.toml` lets readers' browsers keep what was read.
    pub offline: bool,
    /// What other sites add to articles.
    pub embeds: Embeds,
}

/// One post with all that belongs to it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Stands for all that it was read from: as long as that is the same, so is all here but what [`Entry::key`] adds.
    /// Absent if nobody has looked.
    pub stamp: Option<Key>,
    /// What lists show of it.
    pub meta: PostMeta,
    /// Its file, unchanged.
    pub markdown: String,
    /// Its words, as [`content::render::plain_text`] gives them.
    pub text: String,
    /// The words of its headings, in order.
    pub headings: Vec<String>,
    /// What the build worked out for it.
    pub sidecar: Sidecar,
    /// Whether a lab of it starts the language model's workers: then its page has a policy of its own.
    pub needs_language_model: bool,
    /// Old addresses that lead to it, each beginning with `/`.
    pub aliases: Vec<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// The files beside `index.md`, relative to the folder, with `/`.
    pub files: Vec<String>,
}

impl Collection {
    /// Has the client know which pages have a policy of their own. Not for pages without any policy.
    pub fn keep_apart(&mut self) {
        let apart = self.entries.iter().filter(|entry| entry.needs_language_model);
        self.site.apart = apart.map(|entry| entry.meta.path()).collect();
    }

    /// Has every article end with what other sites add to it. Not for pages without any policy, which would not keep
    /// them from anything.
    pub fn add_embeds(&mut self) {
        self.site.embeds = crate::embeds::markup(&self.embeds, &self.site.language);
    }

    /// Writes what the client fetches beside the lists: Markdown, sidecars and the posts' files, under names that begin
    /// with `prefix`, which is `posts/` in a site.
    ///
    /// # Errors
    /// As of the file system.
    pub fn write(&self, staging: &crate::swap::Staging, prefix: &str) -> Result<()> {
        if self.site.glossary {
            staging.write(&format!("{prefix}glossary.html"), &self.glossary)?;
        }
        let written = crate::threads::map(&self.entries, |entry| entry.write(staging, prefix));
        written.into_iter().collect()
    }
}

impl Entry {
    /// Stands for all that decides its files and its text: what it was read from, and the posts around it.
    pub fn key(&self) -> Option<Key> {
        let Sidecar { older, newer, card, series, related, .. } = &self.sidecar;
        let around = serde_json::to_vec(&(older, newer, card, series, related)).ok()?;
        self.stamp.map(|stamp| Key::of([stamp.bytes(), &around]))
    }

    fn write(&self, staging: &crate::swap::Staging, prefix: &str) -> Result<()> {
        let folder = format!("{prefix}{}", self.meta.slug);
        staging.put(&format!("{folder}/index.md"), self.stamp, || Ok(self.markdown.clone().into_bytes()))?;
        staging.put(&format!("{folder}/post.json"), self.key(), || Ok(serde_json::to_vec(&self.sidecar)?))?;
        for name in &self.files {
            staging.put(&format!("{folder}/{name}"), self.stamp, || {
                std::fs::read(self.folder.join(name)).with_context(|| format!("cannot read `{folder}/{name}`"))
            })?;
        }
        Ok(())
    }
}
