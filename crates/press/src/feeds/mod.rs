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
use std::collections::BTreeMap;

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

impl<'a> Feed<'a> {
    /// Takes the first of the posts on its subject.
    ///
    /// `today` dates an empty feed; any other is as new as its newest change, so that building it
    /// again changes nothing.
    ///
    /// # Errors
    /// A post's date is none, or its HTML cannot be read.
    pub fn new(
        site: &'a Site,
        address: &'a Address,
        subject: &'a Subject,
        entries: &[&Entry],
        today: &str,
    ) -> Result<Self> {
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
        Ok(Self { site, subject, address, updated, items })
    }
}
