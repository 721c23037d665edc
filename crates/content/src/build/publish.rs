//! What is written beside the pages: sidecars.

use crate::build::post::Post;
use crate::manifest::PostMeta;
use crate::sidecar::{PostLink, SeriesPlace, Sidecar};

/// The posts that a page leads on to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Neighbours {
    /// The one before it in time.
    pub older: Option<PostLink>,
    /// The one after it in time.
    pub newer: Option<PostLink>,
    /// Its place in its series.
    pub series: Option<SeriesPlace>,
    /// Posts about the same, the nearest first.
    pub related: Vec<PostLink>,
}

/// The neighbours in time of the post at `idx` among those that are shown, newest first as
/// [`crate::build::link_posts`] leaves them.
pub fn neighbours(posts: &[Post], idx: usize) -> Neighbours {
    Neighbours {
        older: idx.checked_add(1).and_then(|idx| posts.get(idx)).map(|post| post.meta.link()),
        newer: idx.checked_sub(1).and_then(|idx| posts.get(idx)).map(|post| post.meta.link()),
        ..Neighbours::default()
    }
}

/// `posts/<slug>/post.json` of a post, which gives its formulas and labs away: they are most of what a build has in
/// memory.
pub fn sidecar(post: &mut Post, neighbours: Neighbours) -> Sidecar {
    Sidecar {
        source: post.source.clone(),
        meta: PostMeta { plate: None, ..post.meta.clone() },
        older: neighbours.older,
        newer: neighbours.newer,
        card: None,
        series: neighbours.series,
        related: neighbours.related,
        toc: post.toc,
        resolved: std::mem::take(&mut post.resolved),
        labs: std::mem::take(&mut post.labs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::post::is_published;
    use crate::sidecar::source_hash;

    fn post(slug: &str) -> Post {
        let meta = PostMeta {
            slug: slug.into(),
            title: slug.to_uppercase(),
            plate: Some("<svg/>".into()),
            ..PostMeta::default()
        };
        Post { meta, toc: true, source: source_hash("text"), markdown: "text".into(), ..Post::default() }
    }

    #[test]
    fn sidecars_know_their_neighbours_and_have_no_plate() {
        let posts = [post("c"), post("b"), post("a")];
        let link = |slug: &str| Some(PostLink { slug: slug.into(), title: slug.to_uppercase() });
        let of = |idx: usize| sidecar(&mut posts[idx].clone(), neighbours(&posts, idx));
        assert_eq!((of(0).newer, of(0).older), (None, link("b")));
        assert_eq!((of(1).newer, of(1).older), (link("c"), link("a")));
        assert_eq!((of(2).newer, of(2).older), (link("b"), None));
        // FNV-1a 64 of "text", computed with Python from the definition in RFC 9923.
        assert_eq!((of(1).meta.plate, of(1).toc, of(1).source.as_str()), (None, true, "fa04f4ef1995407e"));
    }

    #[test]
    fn drafts_and_the_future_are_not_published() {
        let meta = |date: &str, draft| PostMeta { date: date.into(), draft, ..PostMeta::default() };
        let cases = [
            ("2026-03-08", false, true),
            ("2026-03-07", false, true),
            ("2026-03-09", false, false),
            ("2025-12-31", true, false),
        ];
        for (date, draft, expected) in cases {
            assert_eq!(is_published(&meta(date, draft), "2026-03-08"), expected, "{date}");
        }
    }
}
