//! Feeds: the newest posts, whole, for readers who come by subscription.

mod atom;
mod clean;
mod json;
mod rss;

use crate::{
    address::Address,
    day,
    posts::{Collection, Entry},
};
use anyhow::Result;
pub use atom::atom;
use blog::page::Article;
use chrono::{DateTime, FixedOffset};
use content::{
    manifest::{PostMeta, Site},
    render::Place,
};
pub use json::json;
pub use rss::rss;

/// How many posts a feed holds.
pub const LENGTH: usize = 20;

/// What all three feeds are made of.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    site: &'a Site,
    address: &'a Address,
    /// When the newest change was made.
    updated: DateTime<FixedOffset>,
    items: Vec<Item>,
}

/// One post.
#[derive(Clone, Debug)]
struct Item {
    /// The page's address is also the post's identity: it changes with neither title nor text.
    url: String,
    title: String,
    description: String,
    published: DateTime<FixedOffset>,
    updated: DateTime<FixedOffset>,
    tags: Vec<String>,
    image: Option<String>,
    html: String,
}

/// The posts that are for the public on the day `today`, newest first.
pub fn public<'c>(collection: &'c Collection, today: &str) -> Vec<&'c Entry> {
    let is_public = |meta: &PostMeta| !meta.draft && meta.date.as_str() <= today;
    collection.entries.iter().filter(|entry| is_public(&entry.sidecar.meta)).collect()
}

impl<'a> Feed<'a> {
    /// Takes the newest of these posts.
    ///
    /// `today` dates an empty feed; any other is as new as its newest change, so that building it
    /// again changes nothing.
    ///
    /// # Errors
    /// A post's date is none, or its HTML cannot be read.
    pub fn new(site: &'a Site, address: &'a Address, entries: &[&Entry], today: &str) -> Result<Self> {
        let items = crate::threads::map(&entries[..entries.len().min(LENGTH)], |entry| {
            let place = Place { base: address.base(), slug: &entry.meta.slug };
            let article = Article::assemble(&entry.markdown, &entry.sidecar, place);
            let meta = &article.meta;
            Ok(Item {
                url: address.url(&meta.path()),
                title: clean::text(&meta.title),
                description: clean::text(meta.meta_description()),
                published: day::midnight(&meta.date)?,
                updated: day::midnight(meta.updated.as_ref().unwrap_or(&meta.date))?,
                tags: meta.tags.iter().map(|tag| clean::text(tag)).collect(),
                image: meta.image.as_ref().map(|name| address.url(&format!("{}{name}", meta.path()))),
                html: clean::html(&article, address)?,
            })
        });
        let items = items.into_iter().collect::<Result<Vec<_>>>()?;
        let updated = match items.iter().map(|item| item.updated).max() {
            Some(newest) => newest,
            None => day::midnight(today)?,
        };
        Ok(Self { site, address, updated, items })
    }
}
