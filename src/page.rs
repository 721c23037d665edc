//! What a page shows, before any view: the seam between the build, the client and the page's JSON.

use crate::{head::Head, list::List};
use content::{
    manifest::{PostMeta, Site},
    render::{self, Heading, Place, Rendered, Segment},
    sidecar::{LabCard, PostLink, SeriesPlace, Sidecar},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A page to be shown first: what the build prerenders.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boot {
    /// The site's base path without trailing slash: `""` or `"/repo"`.
    pub base: String,
    /// The page's path under the base, `"/posts/x/"`; `""` for `404.html`, which stands for none.
    pub route: String,
    /// The site's words.
    pub site: Site,
    /// The page itself.
    pub page: PageData,
}

/// What a prerendered page tells the client about itself; its body the client reads from the page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Note {
    /// See [`Boot::base`].
    pub base: String,
    /// See [`Boot::route`]. The client takes the page over only if the address bar agrees.
    pub route: String,
    /// The site's words.
    pub site: Site,
    /// The page's head, for the way back to it.
    pub head: Head,
}

/// A page, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What stands in `<head>`.
    pub head: Head,
    /// What stands in `<main>`.
    pub html: String,
}

/// One kind of page and its data.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum PageData {
    /// A list of posts.
    List(Box<List>),
    /// An article.
    Post(Box<Article>),
    /// The glossary.
    Glossary {
        /// All terms as HTML.
        terms: String,
    },
    /// The search.
    Search,
    /// About the blog.
    About,
    /// No such page.
    #[default]
    NotFound,
    /// Not kept for the time without a network. Only the build writes it: it stands for pages that it does not know.
    #[cfg(feature = "ssr")]
    Offline,
}

/// An article, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// Its entry.
    pub meta: PostMeta,
    /// The post before it in time.
    pub older: Option<PostLink>,
    /// The post after it in time.
    pub newer: Option<PostLink>,
    /// See [`Sidecar::card`].
    pub card: Option<String>,
    /// Its place in its series.
    pub series: Option<SeriesPlace>,
    /// Posts about the same, the nearest first.
    pub related: Vec<PostLink>,
    /// Whether the list of contents is shown.
    pub toc: bool,
    /// Sections.
    pub outline: Vec<Heading>,
    /// The text.
    pub segments: Vec<Segment>,
    /// What the labs in it say, by id.
    pub labs: BTreeMap<String, LabCard>,
}

impl Article {
    /// Renders the Markdown with what the build worked out for it.
    pub fn assemble(markdown: &str, sidecar: &Sidecar, place: Place<'_>) -> Self {
        Self::with_body(render::render(markdown, &sidecar.resolved, place), sidecar)
    }

    /// Puts a rendered text together with what else is known of the post.
    pub fn with_body(rendered: Rendered, sidecar: &Sidecar) -> Self {
        Self {
            meta: sidecar.meta.clone(),
            older: sidecar.older.clone(),
            newer: sidecar.newer.clone(),
            card: sidecar.card.clone(),
            series: sidecar.series.clone(),
            related: sidecar.related.clone(),
            toc: sidecar.toc,
            outline: rendered.outline,
            segments: rendered.segments,
            labs: sidecar.labs.clone(),
        }
    }
}
