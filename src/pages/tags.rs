//! All tags, and the line of tags above a list.

use crate::html::html;
use content::{manifest::PostMeta, slug::slugify};

/// A tag and how many posts have it.
struct TagCount<'a> {
    name: &'a str,
    count: u32,
}

/// All tags, the most used first, then by name.
fn tag_counts(posts: &[PostMeta]) -> Vec<TagCount<'_>> {
    let mut counts: Vec<TagCount<'_>> = Vec::new();
    for name in posts.iter().flat_map(|post| &post.tags) {
        match counts.iter_mut().find(|tag| tag.name == name) {
            Some(tag) => tag.count += 1,
            None => counts.push(TagCount { name, count: 1 }),
        }
    }
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(b.name)));
    counts
}

/// Which of the line's links is the page itself.
#[derive(Clone, Copy, PartialEq)]
pub enum Here<'a> {
    /// The whole list.
    All,
    /// The tag of this slug.
    Tag(&'a str),
}

/// "All" and every tag, with counts.
pub fn write_nav(out: &mut String, posts: &[PostMeta], here: Here<'_>, base: &str) {
    let mark = |is_here: bool| if is_here { "\" aria-current=\"page" } else { "" };
    html!(
        out,
        "<nav class=\"finder bar ui\" aria-label=\"Tags\"><a href=\"" (base) "/" {mark(here == Here::All)} "\">All <small>"
        (posts.len().to_string()) "</small></a>"
    );
    for tag in tag_counts(posts) {
        let slug = slugify(tag.name);
        html!(
            out,
            "<a href=\"" (base) "/tags/" (slug) "/" {mark(here == Here::Tag(&slug))} "\">" (tag.name) " <small>"
            (tag.count.to_string()) "</small></a>"
        );
    }
    html!(out, "</nav>");
}

/// `/tags/`
pub fn write(out: &mut String, posts: &[PostMeta], base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">Tags</h1></div></div><ul class=\"page tags\">"
    );
    for tag in tag_counts(posts) {
        html!(
            out,
            "<li><h2><a href=\"" (base) "/tags/" (slugify(tag.name)) "/\">" (tag.name) "</a> <small class=\"ui\">"
            (tag.count.to_string()) "</small></h2><p>"
        );
        let with_tag = posts.iter().filter(|post| post.tags.iter().any(|name| name == tag.name));
        for (post_idx, post) in with_tag.enumerate() {
            html!(out, { if post_idx > 0 { "\u{a0}· " } else { "" } }(post.title));
        }
        html!(out, "</p></li>");
    }
    html!(out, "</ul>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_used_tag_comes_first_then_the_alphabet_decides() {
        let post =
            |tags: &[&str]| PostMeta { tags: tags.iter().map(|&tag| tag.to_owned()).collect(), ..PostMeta::default() };
        let posts = [post(&["b", "c"]), post(&["c", "a"])];
        let names: Vec<_> = tag_counts(&posts).iter().map(|tag| (tag.name, tag.count)).collect();
        assert_eq!(names, [("c", 2), ("a", 1), ("b", 1)]);
    }
}
