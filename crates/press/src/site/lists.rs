//! The lists: which posts stand on which page, and the pieces by which the client shows them.

use super::pages::Page;
use crate::{posts::Collection, swap::Staging};
use anyhow::{Context, Result};
use blog::{
    list::{Finder, List, Sheet, Tag, Year},
    page::PageData,
    prerender,
};
use content::{date, manifest::PostMeta, slug::slugify};
use std::collections::BTreeMap;

/// Posts on a page of home or of a tag.
pub const PER_PAGE: usize = 50;
/// Posts that the archive's own page may list; beyond, each year has a page.
pub const MOST_IN_ARCHIVE: usize = 10_000;
/// Tags in the line above a list: two lines of it on a laptop.
const TAGS_ABOVE: usize = 14;
/// Titles that the page of all tags names of each.
const TITLES: usize = 12;

/// All lists of the site.
pub fn all(collection: &Collection) -> Vec<List> {
    let posts: Vec<&PostMeta> = collection.entries.iter().map(|entry| &entry.meta).collect();
    let tags = tags(&posts);
    let finder = |own: Option<&Tag>| finder(posts.len(), &tags, own);
    let mut lists: Vec<List> =
        sheets(&posts).into_iter().map(|sheet| List::Home { sheet, finder: finder(None) }).collect();
    for (tag, posts) in &tags {
        let sheets = sheets(posts).into_iter();
        lists.extend(sheets.map(|sheet| List::Tag { tag: tag.clone(), sheet, finder: finder(Some(tag)) }));
    }
    lists.push(List::Tags(tags.into_iter().map(|(tag, _)| tag).collect()));
    lists.extend(series(collection));
    lists.extend(archive(&posts, MOST_IN_ARCHIVE));
    lists
}

/// Writes the piece of each list, under names that begin with `prefix`. No post's folder begins with an underscore.
///
/// # Errors
/// As of the file system.
pub fn write_pieces(pages: &[Page], staging: &Staging, prefix: &str) -> Result<()> {
    for page in pages.iter().filter(|page| matches!(page.boot.page, PageData::List(_))) {
        let (name, piece) = piece(page)?;
        staging.write(&format!("{prefix}{name}"), piece)?;
    }
    Ok(())
}

/// The pieces that a reader without a network shall have before they asked for any: home's, that of all tags, and those
/// of the tags that home names. However many posts there are, they are a few dozen kilobytes.
///
/// # Errors
/// None that is known; serializing strings does not fail.
pub fn pieces_near_home(pages: &[Page]) -> Result<Vec<(String, String)>> {
    let is_near = |page: &&Page| match &page.boot.page {
        PageData::List(list) => match list.as_ref() {
            List::Home { sheet, .. } => sheet.number == 1,
            List::Tag { tag, sheet, finder } => {
                sheet.number == 1 && finder.tags.iter().take(TAGS_ABOVE).any(|other| other.slug == tag.slug)
            }
            List::Tags(_) => true,
            _ => false,
        },
        _ => false,
    };
    pages.iter().filter(is_near).map(piece).collect()
}

/// A list's piece with its name beside the posts.
fn piece(page: &Page) -> Result<(String, String)> {
    let piece = prerender::piece_json(&page.boot).with_context(|| format!("cannot write `{}`", page.file))?;
    Ok((format!("_lists{}index.json", page.boot.route), piece))
}

fn sheets(posts: &[&PostMeta]) -> Vec<Sheet> {
    let n_sheets = posts.len().div_ceil(PER_PAGE).max(1);
    let of = |number: usize| posts.iter().skip((number - 1) * PER_PAGE).take(PER_PAGE).map(|&post| post.clone());
    (1..=n_sheets).map(|number| Sheet { posts: of(number).collect(), number, n_sheets }).collect()
}

/// The tags with their posts, the most used first, then by name.
fn tags<'p>(posts: &[&'p PostMeta]) -> Vec<(Tag, Vec<&'p PostMeta>)> {
    let mut by_slug: BTreeMap<String, (Tag, Vec<&PostMeta>)> = BTreeMap::new();
    for post in posts {
        for name in &post.tags {
            let slug = slugify(name);
            let (tag, posts) = by_slug.entry(slug.clone()).or_default();
            if posts.is_empty() {
                (tag.name, tag.slug) = (name.clone(), slug);
            }
            tag.n_posts += 1;
            if tag.newest.len() < TITLES {
                tag.newest.push(post.title.clone());
            }
            posts.push(*post);
        }
    }
    let mut tags: Vec<_> = by_slug.into_values().collect();
    tags.sort_by(|(a, _), (b, _)| b.n_posts.cmp(&a.n_posts).then_with(|| a.name.cmp(&b.name)));
    tags
}

/// The most used tags, among them always the page's own.
fn finder(n_posts: usize, tags: &[(Tag, Vec<&PostMeta>)], own: Option<&Tag>) -> Finder {
    let brief = |tag: &Tag| Tag { newest: Vec::new(), ..tag.clone() };
    let mut above: Vec<Tag> = tags.iter().take(TAGS_ABOVE).map(|(tag, _)| brief(tag)).collect();
    if let Some(own) = own.filter(|own| above.iter().all(|tag| tag.slug != own.slug)) {
        above.push(brief(own));
    }
    Finder { n_posts, is_cut: above.len() < tags.len(), tags: above }
}

fn series(collection: &Collection) -> Vec<List> {
    let mut by_slug: BTreeMap<String, Vec<(u32, &PostMeta)>> = BTreeMap::new();
    for entry in &collection.entries {
        if let (Some(name), Some(place)) = (&entry.meta.series, &entry.sidecar.series) {
            by_slug.entry(slugify(name)).or_default().push((place.part, &entry.meta));
        }
    }
    let list = |(slug, mut parts): (String, Vec<(u32, &PostMeta)>)| {
        parts.sort_by_key(|(part, _)| *part);
        let name = parts.first().and_then(|(_, post)| post.series.clone()).unwrap_or_default();
        List::Series { name, slug, posts: parts.into_iter().map(|(_, post)| brief(post)).collect() }
    };
    by_slug.into_iter().map(list).collect()
}

/// One page with all years; a page for each where that would be more than `most` posts.
fn archive(posts: &[&PostMeta], most: usize) -> Vec<List> {
    let years: Vec<Year> = posts
        .chunk_by(|a, b| date::year(&a.date) == date::year(&b.date))
        .map(|posts| Year {
            name: date::year(&posts[0].date).to_owned(),
            n_posts: posts.len(),
            posts: posts.iter().map(|post| brief(post)).collect(),
        })
        .collect();
    if posts.len() <= most {
        return vec![List::Archive(years)];
    }
    let mut lists = vec![List::Archive(years.iter().map(|year| Year { posts: Vec::new(), ..year.clone() }).collect())];
    lists.extend(years.into_iter().map(List::ArchiveYear));
    lists
}

/// Without its drawing, which these lists do not show.
fn brief(post: &PostMeta) -> PostMeta {
    PostMeta { plate: None, ..post.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(n: usize, tags: impl Fn(usize) -> Vec<String>) -> Vec<PostMeta> {
        let post = |n: usize| PostMeta {
            slug: format!("p{n}"),
            title: format!("P{n}"),
            date: format!("{}-01-01", 2030 - n / 40),
            tags: tags(n),
            ..PostMeta::default()
        };
        (0..n).map(post).collect()
    }

    #[test]
    fn fifty_posts_are_one_page_and_one_more_is_two() {
        for (n_posts, expected) in [(0, vec![0]), (50, vec![50]), (51, vec![50, 1]), (120, vec![50, 50, 20])] {
            let posts = posts(n_posts, |_| vec![]);
            let sheets = sheets(&posts.iter().collect::<Vec<_>>());
            assert_eq!(sheets.iter().map(|sheet| sheet.posts.len()).collect::<Vec<_>>(), expected);
            assert!(
                sheets.iter().enumerate().all(|(at, sheet)| (sheet.number, sheet.n_sheets) == (at + 1, expected.len()))
            );
            assert!(sheets.iter().flat_map(|sheet| &sheet.posts).eq(&posts), "each post once, in order");
        }
    }

    #[test]
    fn the_most_used_tag_comes_first_then_the_alphabet_decides() {
        let posts = posts(2, |n| [["b", "c"], ["c", "a"]][n].map(str::to_owned).into());
        let tags = tags(&posts.iter().collect::<Vec<_>>());
        let counts: Vec<_> = tags.iter().map(|(tag, _)| (tag.name.as_str(), tag.n_posts)).collect();
        assert_eq!(counts, [("c", 2), ("a", 1), ("b", 1)]);
    }

    #[test]
    fn a_page_does_not_grow_with_the_tags() {
        let posts = posts(60, |n| vec![format!("t{n}"), "all".to_owned()]);
        let tags = tags(&posts.iter().collect::<Vec<_>>());
        let above = finder(60, &tags, None);
        assert!(above.is_cut && above.tags.len() == TAGS_ABOVE);
        assert_eq!((above.tags[0].name.as_str(), above.tags[0].n_posts), ("all", 60));
        let own = &tags[50].0;
        let above = finder(60, &tags, Some(own));
        assert_eq!(above.tags.last().map(|tag| &tag.slug), Some(&own.slug), "the page's own is always there");
        assert!(tags.iter().all(|(tag, _)| tag.newest.len() <= TITLES));
        assert!(!finder(60, &tags[..3], None).is_cut);
    }

    #[test]
    fn the_archive_is_cut_by_year_when_it_is_too_much_for_a_page() {
        let posts = posts(100, |_| vec![]);
        let posts: Vec<_> = posts.iter().collect();
        let [List::Archive(years)] = &archive(&posts, 100)[..] else { panic!("one page") };
        let counts = |years: &[Year]| years.iter().map(|year| (year.n_posts, year.posts.len())).collect::<Vec<_>>();
        assert_eq!(counts(years), [(40, 40), (40, 40), (20, 20)]);
        let cut = archive(&posts, 99);
        let List::Archive(years) = &cut[0] else { panic!("the years") };
        assert_eq!(counts(years), [(40, 0), (40, 0), (20, 0)]);
        let paths: Vec<_> = cut.iter().map(List::path).collect();
        assert_eq!(paths, ["/archive/", "/archive/2030/", "/archive/2029/", "/archive/2028/"]);
    }
}
