//! All tags, and the line of tags above a list.

use crate::{
    html::html,
    list::{Finder, Tag},
};

/// Which of the line's links is the page itself.
#[derive(Clone, Copy, PartialEq)]
pub enum Here<'a> {
    /// The whole list.
    All,
    /// The tag of this slug.
    Tag(&'a str),
}

/// "All" and the tags, with counts.
pub fn write_nav(out: &mut String, finder: &Finder, here: Here<'_>, base: &str) {
    let mark = |is_here: bool| if is_here { "\" aria-current=\"page" } else { "" };
    html!(
        out,
        "<nav class=\"finder bar ui\" aria-label=\"Tags\"><a href=\"" (base) "/" {mark(here == Here::All)} "\">All <small>"
        (finder.n_posts.to_string()) "</small></a>"
    );
    for tag in &finder.tags {
        html!(
            out,
            "<a href=\"" (base) (tag.path()) {mark(here == Here::Tag(&tag.slug))} "\">" (tag.name) " <small>"
            (tag.n_posts.to_string()) "</small></a>"
        );
    }
    if finder.is_cut {
        html!(out, "<a href=\"" (base) "/tags/\">More tags</a>");
    }
    html!(out, "</nav>");
}

/// `/tags/`
pub fn write(out: &mut String, tags: &[Tag], base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">Tags</h1></div></div><ul class=\"page tags\">"
    );
    for tag in tags {
        html!(
            out,
            "<li><h2><a href=\"" (base) (tag.path()) "\">" (tag.name) "</a> <small class=\"ui\">"
            (tag.n_posts.to_string()) "</small></h2><p>"
        );
        for (title_idx, title) in tag.newest.iter().enumerate() {
            html!(out, { if title_idx > 0 { "\u{a0}· " } else { "" } }(title));
        }
        let n_more = (tag.n_posts as usize).saturating_sub(tag.newest.len());
        if n_more > 0 {
            html!(out, "\u{a0}· and " (n_more.to_string()) " more");
        }
        html!(out, "</p></li>");
    }
    html!(out, "</ul>");
}
