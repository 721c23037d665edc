//! What `<main>` holds on every kind of page: one module a kind, pure functions of the data.

mod about;
mod cite;
mod footer;
mod glossary;
mod lists;
mod not_found;
#[cfg(feature = "ssr")]
mod offline;
mod post;
mod search;
mod state;

#[cfg(feature = "hydrate")]
pub use search::{Found, excerpt, results};
pub use state::{failed, waiting};

use crate::{
    head::Head,
    page::{Page, PageData},
};
use content::manifest::Site;
#[cfg(feature = "hydrate")]
use content::sidecar::PostLink;

/// The page of this data under this base.
pub fn page(data: &PageData, site: &Site, base: &str) -> Page {
    let mut out = String::new();
    match data {
        PageData::List(list) => lists::write(&mut out, list, site, base),
        PageData::Post(article) => post::write(&mut out, article, site, base),
        PageData::Glossary { terms } => glossary::write(&mut out, terms),
        PageData::Search => search::write(&mut out, base),
        PageData::About => about::write(&mut out),
        PageData::NotFound => not_found::write(&mut out, "", &[], base),
        #[cfg(feature = "ssr")]
        PageData::Offline => offline::write(&mut out, base),
    }
    Page { head: Head::of(data, site), html: out }
}

/// What stands below every page.
pub fn footer(site: &Site, base: &str) -> String {
    let mut out = String::new();
    footer::write(&mut out, site, base);
    out
}

/// The page for an address that leads nowhere; the nearest posts are suggested.
#[cfg(feature = "hydrate")]
pub fn not_found(asked: &str, posts: &[PostLink], site: &Site, base: &str) -> Page {
    let mut out = String::new();
    not_found::write(&mut out, asked, posts, base);
    Page { head: Head::of(&PageData::NotFound, site), html: out }
}
