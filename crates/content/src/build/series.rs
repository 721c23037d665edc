//! Series: posts that are the parts of one whole, in the order in which they are to be read.

use crate::build::diagnostic::{Diagnostic, Source};
use crate::build::{Post, codes};
use crate::sidecar::SeriesPlace;
use crate::slug::slugify;
use std::collections::BTreeMap;

/// The parts of each series, by its slug, as indices of `posts`: in the order of the numbers that authors gave, then of
/// time. A post without a number comes after those that have one.
fn series(posts: &[Post]) -> BTreeMap<String, Vec<usize>> {
    let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (post_idx, post) in posts.iter().enumerate() {
        if let Some((name, _)) = &post.series {
            all.entry(slugify(name)).or_default().push(post_idx);
        }
    }
    for parts in all.values_mut() {
        parts.sort_by_key(|post_idx| {
            let post = &posts[*post_idx];
            let part = post.part.as_ref().map_or(u32::MAX, |(part, _)| *part);
            (part, post.meta.date.as_str(), post.meta.slug.as_str())
        });
    }
    all
}

/// Where each of the posts that are shown stands in its series, in the order given. Parts are counted among these: one
/// that is held back leaves no gap.
pub fn series_places(posts: &[Post]) -> Vec<Option<SeriesPlace>> {
    let mut places = vec![None; posts.len()];
    for parts in series(posts).into_values() {
        for (part_idx, post_idx) in parts.iter().enumerate() {
            let part = |idx: Option<usize>| idx.and_then(|idx| parts.get(idx)).map(|idx| posts[*idx].meta.link());
            places[*post_idx] = Some(SeriesPlace {
                part: count(part_idx + 1),
                n_parts: count(parts.len()),
                previous: part(part_idx.checked_sub(1)),
                next: part(Some(part_idx + 1)),
            });
        }
    }
    places
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What only all parts together tell: names that differ though their page is one, and two posts that are the same part.
pub(super) fn check(posts: &[Post]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for parts in series(posts).into_values() {
        let mut first: Option<&str> = None;
        let mut before: Option<(u32, &Post)> = None;
        for post in parts.into_iter().map(|post_idx| &posts[post_idx]) {
            let source = Source::new(&post.path, &post.markdown);
            if let Some((name, range)) = &post.series {
                let first = *first.get_or_insert(name);
                if first != name {
                    let message = format!("the series `{name}` is written `{first}` elsewhere and has the same page");
                    let told = source.warning(codes::SERIES, range.clone(), message);
                    found.push(told.with_help(format!("write `{first}`")));
                }
            }
            if let Some((part, range)) = &post.part {
                if let Some((_, other)) = before.filter(|(before, _)| before == part) {
                    let message = format!("part {part} of the series is {}", other.path);
                    found.push(source.error(codes::SERIES, range.clone(), message));
                }
                before = Some((*part, post));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::PostMeta;

    fn post(slug: &str, date: &str, series: &str, part: Option<u32>) -> Post {
        Post {
            meta: PostMeta { slug: slug.into(), date: date.into(), ..PostMeta::default() },
            series: (!series.is_empty()).then(|| (series.into(), 0..0)),
            part: part.map(|part| (part, 0..0)),
            ..Post::default()
        }
    }

    #[test]
    fn parts_stand_in_the_order_of_their_numbers_then_of_time() {
        let posts = [
            post("late", "2026-05-01", "Zero", None),
            post("alone", "2026-04-01", "", None),
            post("second", "2026-03-01", "zero!", Some(3)),
            post("early", "2026-02-01", "Zero", None),
            post("first", "2026-06-01", "Zero", Some(1)),
            post("other", "2026-01-01", "One", None),
        ];
        let places = series_places(&posts);
        let shown: Vec<_> = places
            .iter()
            .map(|place| {
                let place = place.as_ref()?;
                let slug = |link: &Option<crate::sidecar::PostLink>| link.as_ref().map(|link| link.slug.clone());
                Some((place.part, place.n_parts, slug(&place.previous), slug(&place.next)))
            })
            .collect();
        let name = |slug: &str| Some(slug.to_owned());
        let expected = [
            Some((4, 4, name("early"), None)),
            None,
            Some((2, 4, name("first"), name("early"))),
            Some((3, 4, name("second"), name("late"))),
            Some((1, 4, None, name("second"))),
            Some((1, 1, None, None)),
        ];
        assert_eq!(shown, expected);
    }
}
