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
use blog::{list::Tag, page::Article};
use chrono::{DateTime, FixedOffset};
use content::{
    manifest::{PostMeta, Site},
    render::Place,
    slug::slugify,
};
pub use json::json;
pub use rss::rss;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many posts a feed holds.
pub const LENGTH: usize = 20;

/// What a feed is about.
#[derive(Clone, Debug)]
pub struct Subject {
    title: String,
    subtitle: String,
    /// The path of its page under the base.
    page: String,
    /// The path of the Atom feed.
    atom: String,
}

impl Subject {
    /// The blog.
    pub fn whole(site: &Site) -> Self {
        let (title, subtitle) = (site.title.clone(), site.tagline.clone());
        Self { title, subtitle, page: "/".to_owned(), atom: "/atom.xml".to_owned() }
    }

    /// One tag.
    pub fn of_tag(site: &Site, tag: &Tag) -> Self {
        Self {
            title: format!("{} · {}", tag.name, site.title),
            subtitle: format!("Articles on {}.", tag.name),
            page: tag.path(),
            atom: tag.feed(),
        }
    }
}

/// What all feeds are made of.
#[derive(Clone, Debug)]
pub struct Feed<'a> {
    site: &'a Site,
    subject: &'a Subject,
    address: &'a Address,
    /// When the newest change was made.
    updated: DateTime<FixedOffset>,
    items: Vec<Arc<Item>>,
}

/// One post.
#[derive(Debug)]
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

/// The same by the slugs of their tags.
pub fn by_tag<'c>(entries: &[&'c Entry]) -> BTreeMap<String, Vec<&'c Entry>> {
    let mut tags: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        for tag in &entry.meta.tags {
            tags.entry(slugify(tag)).or_default().push(*entry);
        }
    }
    tags
}

impl Item {
    fn of(entry: &Entry, address: &Address) -> Result<Self> {
        let place = Place { base: address.base(), slug: &entry.meta.slug };
        let article = Article::assemble(&entry.markdown, &entry.sidecar, place);
        let meta = &article.meta;
        Ok(Self {
            url: address.url(&meta.path()),
            title: clean::text(&meta.title),
            description: clean::text(meta.meta_description()),
            published: day::midnight(&meta.date)?,
            updated: day::midnight(meta.updated.as_ref().unwrap_or(&meta.date))?,
            tags: meta.tags.iter().map(|tag| clean::text(tag)).collect(),
            image: meta.image.as_ref().map(|name| address.url(&format!("{}{name}", meta.path()))),
            html: clean::html(&article, address)?,
        })
    }
}

/// Bytes of texts that are kept for the feeds to come. What is beyond is made anew for each.
const MOST_KEPT: usize = 64 << 20;

/// What feeds have in common: a new post stands in the blog's and in those of its tags.
#[derive(Debug)]
pub struct Shared<'a> {
    site: &'a Site,
    address: &'a Address,
    today: &'a str,
    kept: Mutex<Kept>,
}

/// Posts by their slugs, and bytes of their texts.
#[derive(Debug, Default)]
struct Kept {
    items: HashMap<String, Arc<Item>>,
    n_bytes: usize,
}

impl<'a> Shared<'a> {
    /// For the feeds of one build.
    ///
    /// `today` dates an empty feed; any other is as new as its newest change, so that building it again changes nothing.
    pub fn new(site: &'a Site, address: &'a Address, today: &'a str) -> Self {
        Self { site, address, today, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn item(&self, entry: &Entry) -> Result<Arc<Item>> {
        let slug = &entry.meta.slug;
        if let Some(item) = self.kept().items.get(slug) {
            return Ok(item.clone());
        }
        let item = Arc::new(Item::of(entry, self.address)?);
        let mut kept = self.kept();
        // Two feeds may have made the same at once; then the first is kept.
        if kept.n_bytes + item.html.len() <= MOST_KEPT && !kept.items.contains_key(slug) {
            kept.n_bytes += item.html.len();
            kept.items.insert(slug.clone(), item.clone());
        }
        Ok(item)
    }

    /// The feed of the first of the posts on a subject.
    ///
    /// # Errors
    /// A post's date is none, or its HTML cannot be read.
    pub fn feed<'f>(&'f self, subject: &'f Subject, entries: &[&Entry]) -> Result<Feed<'f>> {
        let items = entries.iter().take(LENGTH).map(|entry| self.item(entry)).collect::<Result<Vec<_>>>()?;
        let updated = match items.iter().map(|item| item.updated).max() {
            Some(newest) => newest,
            None => day::midnight(self.today)?,
        };
        Ok(Feed { site: self.site, subject, address: self.address, updated, items })
    }
}
