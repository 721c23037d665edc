//! A series: its parts in the order in which they are to be read.

use super::articles;
use crate::html::html;
use content::{date, manifest::PostMeta};

/// `/series/<name>/`
pub fn write(out: &mut String, name: &str, posts: &[PostMeta], base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">" (name) "</h1><p>A series of "
        (articles(posts.len() as u32)) ", in the order in which to read them</p></div></div><ol class=\"page parts\">"
    );
    for post in posts {
        html!(
            out,
            "<li><h2><a href=\"" (base) (post.path()) "\">" (post.title) "</a></h2><p>" (post.description)
            "</p><div class=\"meta ui\"><time datetime=\"" (post.date) "\">" (date::long(&post.date)) "</time><span>"
            (post.minutes.to_string()) " min</span></div></li>"
        );
    }
    html!(out, "</ol>");
}
