//! Page after page: put together, rendered, looked through, written, and let go of.

use super::{
    check::{self, Seen},
    head::Surroundings,
    machines,
    pages::{self, Page, Subject},
};
use crate::{
    feeds,
    posts::{Collection, Entry},
    server::gzip,
    swap::Staging,
    threads,
};
use anyhow::Result;
use flate2::Compression;
use std::collections::BTreeSet;

/// What is left of a page when it is written.
#[derive(Debug)]
pub struct Pressed {
    /// The page; of most, without text and lists.
    pub page: Page,
    /// What others have to know of it.
    pub seen: Seen,
    /// What it weighs, roughly.
    pub weight: Rough,
}

/// A page's weight before it is worth gzip -9, which takes longer than all else: packed quickly where it may be too
/// heavy at all, else as it is. The one is at most a tenth off the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rough {
    /// After the quickest gzip, in bytes; 0 if the page is light even as it is.
    pub packed_bytes: usize,
    /// As it is.
    pub size_bytes: usize,
}

impl Rough {
    /// What gzip -9 may make of it at most: a tenth more than the quickest, which is seldom the better by a hair.
    pub fn at_most(self) -> usize {
        self.packed_bytes + self.packed_bytes / 10
    }

    /// Of a page; `limit_bytes` is what it may have after gzip -9.
    pub fn of(html: &str, limit_bytes: usize) -> Self {
        let packed_bytes = if html.len() > limit_bytes { gzip(html.as_bytes(), Compression::fast()).len() } else { 0 };
        Self { packed_bytes, size_bytes: html.len() }
    }
}

/// What pages are made with.
#[derive(Clone, Copy, Debug)]
pub struct Press<'a> {
    /// All posts.
    pub collection: &'a Collection,
    /// What is the same on every page.
    pub around: Surroundings<'a>,
    /// Where they go.
    pub staging: &'a Staging,
    /// `YYYY-MM-DD`.
    pub today: &'a str,
    /// What an article may weigh, in bytes after gzip -9.
    pub limit_bytes: usize,
}

impl Press<'_> {
    /// Writes all pages. The articles that feeds show keep their text.
    ///
    /// # Errors
    /// A page's data or HTML is not right, or as of the file system.
    pub fn pages(&self) -> Result<Vec<Pressed>> {
        let subjects = pages::plan(self.collection);
        let public = self.collection.entries.iter().filter(|entry| feeds::is_public(&entry.meta, self.today));
        let in_feeds: BTreeSet<&str> = public.take(feeds::LENGTH).map(|entry| entry.meta.slug.as_str()).collect();
        threads::map(&subjects, |subject| {
            let pressed = self.page(subject)?;
            let keeps_text = matches!(subject, Subject::Post(entry) if in_feeds.contains(entry.meta.slug.as_str()));
            Ok(if keeps_text { pressed } else { Pressed { page: pressed.page.without_text(), ..pressed } })
        })
        .into_iter()
        .collect()
    }

    fn page(&self, subject: &Subject<'_>) -> Result<Pressed> {
        let page = subject.page(self.collection, self.around.address.base());
        let html = pages::html(&page, self.around)?;
        self.staging.write(&page.file, &html)?;
        let weight = match subject {
            Subject::Post(_) => Rough::of(&html, self.limit_bytes),
            _ => Rough::default(),
        };
        Ok(Pressed { seen: check::look(&html)?, page, weight })
    }

    /// Writes the pages at a post's old addresses.
    ///
    /// # Errors
    /// As of the file system.
    pub fn redirects(&self, entry: &Entry) -> Result<Vec<(String, Seen)>> {
        let redirect = |alias: &String| {
            let html = machines::redirect(self.around.site, self.around.address, &entry.meta);
            let file = machines::alias_file(alias);
            self.staging.write(&file, &html)?;
            Ok((file, check::look(&html)?))
        };
        entry.aliases.iter().map(redirect).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::gzip_size;

    #[test]
    fn what_may_be_too_heavy_comes_before_what_cannot_be() {
        let digits = std::iter::successors(Some(1_u32), |x| Some(x.wrapping_mul(1_664_525).wrapping_add(1)));
        let heavy: String = digits.take(800).map(|x| format!("{x:08x}")).collect();
        let (light, empty) = ("a ".repeat(5_000), "a".repeat(300));
        let mut rough: Vec<Rough> = [&light, &heavy, &empty].map(|html| Rough::of(html, 400)).into();
        assert!(rough[1].at_most() >= gzip_size(heavy.as_bytes()), "{rough:?}");
        assert_eq!(rough[2], Rough { packed_bytes: 0, size_bytes: 300 });
        rough.sort();
        assert_eq!(rough.iter().map(|rough| rough.size_bytes).collect::<Vec<_>>(), [300, 10_000, 6_400]);
    }
}
