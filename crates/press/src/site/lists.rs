//! The lists: which posts stand on which page, and the pieces by which the client shows them.

use crate::{digest::Key, posts::Collection, swap::Staging};
use anyhow::Result;
use blog::list::{Finder, List, Manifest, Sheet, Tag, Year};
use content::{
    date,
    manifest::{PostMeta, Site},
    sidecar::PostLink,
    slug::slugify,
};
use std::collections::BTreeMap;

/// Posts on a page of home or of a tag.
pub const PER_PAGE: usize = 50;
/// Posts that the archive's own page may list; beyond, each year has a page.
pub const MOST_IN_ARCHIVE: usize = 1_000;
/// Tags in the line above a list: two lines of it on a laptop.
const TAGS_ABOVE: usize = 14;
/// Bytes of tags' pieces that are kept before a reader asked for them; some 30 KB on the way.
const MOST_NEAR: usize = 128 * 1024;
/// Titles that the page of all tags names of each.
const TITLES: usize = 12;

/// All lists of the site.
pub fn all(collection: &Collection) -> Vec<List> {
    let posts: Vec<&PostMeta> = collection.entries.iter().map(|entry| &entry.meta).collect();
    let tags = tags(&posts);
    let finder = |own: Option<&Tag>| finder(count(posts.len()), &tags, own);
    let mut lists: Vec<List> =
        sheets(&posts).into_iter().map(|sheet| List::Home { sheet, finder: finder(None) }).collect();
    for (tag, posts) in &tags {
        let sheets = sheets(posts).into_iter();
        lists.extend(sheets.map(|sheet| List::Tag { tag: without_titles(tag), sheet, finder: finder(Some(tag)) }));
    }
    lists.push(List::Tags { tags: tags.into_iter().map(|(tag, _)| tag).collect() });
    lists.extend(series(collection));
    lists.extend(archive(&posts, MOST_IN_ARCHIVE));
    lists
}

/// Writes what the client fetches to show lists, under names that begin with `prefix`: the piece of each, and the names
/// of all posts. No post's folder begins with an underscore.
///
/// # Errors
/// As of the file system.
pub fn write(collection: &Collection, lists: &[List], staging: &Staging, prefix: &str) -> Result<()> {
    for list in lists {
        write_piece(&collection.site, list, staging, prefix)?;
    }
    write_names(collection, staging, prefix)
}

/// Writes the piece of a list; returns what stands for all that is in it.
///
/// # Errors
/// As of the file system.
pub fn write_piece(site: &Site, list: &List, staging: &Staging, prefix: &str) -> Result<Key> {
    let (name, piece) = piece(site, list)?;
    let key = Key::of([piece.as_slice()]);
    staging.put(&format!("{prefix}{name}"), Some(key), || Ok(piece))?;
    Ok(key)
}

/// What stands for all that is in a list's piece.
///
/// # Errors
/// None that is known; serializing strings does not fail.
pub fn key(site: &Site, list: &List) -> Result<Key> {
    Ok(Key::of([piece(site, list)?.1.as_slice()]))
}

/// Writes the names of all posts, among which the page for what is not there looks for the nearest.
///
/// # Errors
/// As of the file system.
pub fn write_names(collection: &Collection, staging: &Staging, prefix: &str) -> Result<()> {
    let names: Vec<PostLink> = collection.entries.iter().map(|entry| entry.meta.link()).collect();
    staging.write(&format!("{prefix}_lists/names.json"), serde_json::to_vec(&names)?)
}

/// The pieces that a reader without a network shall have before they asked for any, with their names: home's, that of all
/// tags, and those of the most used tags as far as [`MOST_NEAR`] lets them.
///
/// # Errors
/// None that is known; serializing strings does not fail.
pub fn near_home(collection: &Collection, lists: &[List], prefix: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let (mut near, mut left) = (Vec::new(), MOST_NEAR);
    for list in lists {
        let must = match list {
            List::Home { sheet, .. } if sheet.number == 1 => true,
            List::Tags { .. } => true,
            List::Tag { sheet, .. } if sheet.number == 1 && left > 0 => false,
            _ => continue,
        };
        let (name, piece) = piece(&collection.site, list)?;
        if !must {
            // The tags stand in the order of their use: one that is too much ends them.
            left = left.saturating_sub(piece.len());
            if left == 0 {
                continue;
            }
        }
        near.push((format!("{prefix}{name}"), piece));
    }
    Ok(near)
}

/// What the client fetches of a list, with its name beside the posts. Home's first page brings the site's words along.
fn piece(site: &Site, list: &List) -> Result<(String, Vec<u8>)> {
    let path = list.path();
    Ok(match path.as_str() {
        "/" => ("manifest.json".to_owned(), serde_json::to_vec(&Manifest { site: site.clone(), list: list.clone() })?),
        _ => (format!("_lists{path}index.json"), serde_json::to_vec(list)?),
    })
}

fn sheets(posts: &[&PostMeta]) -> Vec<Sheet> {
    let n_sheets = count(posts.len().div_ceil(PER_PAGE).max(1));
    // No summary: that is for the head of the post's own page.
    let shown = |post: &&PostMeta| PostMeta { summary: None, ..(*post).clone() };
    let mut rest = posts.chunks(PER_PAGE);
    let of = |number| Sheet { posts: rest.next().unwrap_or_default().iter().map(shown).collect(), number, n_sheets };
    (1..=n_sheets).map(of).collect()
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
fn finder(n_posts: u32, tags: &[(Tag, Vec<&PostMeta>)], own: Option<&Tag>) -> Finder {
    let mut above: Vec<Tag> = tags.iter().take(TAGS_ABOVE).map(|(tag, _)| without_titles(tag)).collect();
    if let Some(own) = own.filter(|own| above.iter().all(|tag| tag.slug != own.slug)) {
        above.push(without_titles(own));
    }
    Finder { n_posts, is_cut: above.len() < tags.len(), tags: above }
}

/// The titles are for the page of all tags alone.
fn without_titles(tag: &Tag) -> Tag {
    Tag { newest: Vec::new(), ..tag.clone() }
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
            n_posts: count(posts.len()),
            posts: posts.iter().map(|post| line(post)).collect(),
        })
        .collect();
    if posts.len() <= most {
        return vec![List::Archive { years }];
    }
    let alone = |year: &Year| Year { name: year.name.clone(), n_posts: year.n_posts, posts: Vec::new() };
    let mut lists = vec![List::Archive { years: years.iter().map(alone).collect() }];
    lists.extend(years.into_iter().map(|year| List::Year { year }));
    lists
}

/// As a series shows it: no drawing.
fn brief(post: &PostMeta) -> PostMeta {
    PostMeta { plate: None, summary: None, ..post.clone() }
}

/// As the archive shows it.
fn line(post: &PostMeta) -> PostMeta {
    let (slug, title, date) = (post.slug.clone(), post.title.clone(), post.date.clone());
    PostMeta { slug, title, date, ..PostMeta::default() }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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
                sheets
                    .iter()
                    .zip(1..)
                    .all(|(sheet, number)| (sheet.number, sheet.n_sheets) == (number, count(expected.len())))
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
        let [List::Archive { years }] = &archive(&posts, 100)[..] else { panic!("one page") };
        let counts = |years: &[Year]| years.iter().map(|year| (year.n_posts, year.posts.len())).collect::<Vec<_>>();
        assert_eq!(counts(years), [(40, 40), (40, 40), (20, 20)]);
        let cut = archive(&posts, 99);
        let List::Archive { years } = &cut[0] else { panic!("the years") };
        assert_eq!(counts(years), [(40, 0), (40, 0), (20, 0)]);
        let paths: Vec<_> = cut.iter().map(List::path).collect();
        assert_eq!(paths, ["/archive/", "/archive/2030/", "/archive/2029/", "/archive/2028/"]);
    }
}
