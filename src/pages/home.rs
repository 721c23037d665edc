//! The list of posts.

use super::{
    post_list,
    tags::{self, Here},
};
use crate::html::html;
use content::manifest::{PostMeta, Site};

/// `/`
pub fn write(out: &mut String, posts: &[PostMeta], site: &Site, base: &str) {
    html!(out, "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">");
    // The name, its "and" in italics where it has one: all the ornament there is.
    match site.title.split_once(" and ") {
        Some((before, after)) => html!(out, (before) " <br><i>and</i> " (after)),
        None => html!(out, (site.title)),
    }
    html!(out, "</h1><p>" (site.tagline) "</p>");
    tags::write_nav(out, posts, Here::All, base);
    html!(out, "</div></div>");
    post_list::write(out, posts.iter(), base);
}
