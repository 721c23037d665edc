//! Posts under their years, each with its drawing, title, description and dates.

use crate::html::html;
use content::{date, manifest::PostMeta};

/// The list; newest first as given. The first post stands larger.
pub fn write<'a>(out: &mut String, posts: impl Iterator<Item = &'a PostMeta>, base: &str) {
    html!(out, "<div class=\"page list\">");
    let mut current = None;
    for post in posts {
        let year = date::year(&post.date);
        let class = if current.is_none() { "post full lead" } else { "post full" };
        if current != Some(year) {
            html!(out, "<h2 class=\"year full\" id=\"y" (year) "\">" (year) "</h2>");
            current = Some(year);
        }
        write_entry(out, post, class, base);
    }
    html!(out, "</div>");
}

fn write_entry(out: &mut String, post: &PostMeta, class: &str, base: &str) {
    html!(out, "<article class=\"" (class) "\"><div class=\"plate-place\">");
    if let Some(plate) = &post.plate {
        html!(out, { plate });
    }
    html!(
        out,
        "</div><h3><a href=\"" (base) (post.path()) "\">" (post.title) "</a></h3><p>" (post.description)
        "</p><div class=\"meta ui\"><time datetime=\"" (post.date) "\">" (date::short(&post.date)) "</time><span>"
        (post.minutes.to_string()) " min</span>"
    );
    if let Some((class, mark)) = lab_mark(post) {
        html!(out, "<span class=\"" (class) "\">" (mark) "</span>");
    }
    if post.draft {
        html!(out, "<span>draft</span>");
    }
    html!(out, "</div></article>");
}

/// What is said of a post's labs beside its date, and its class: only what computes is marked by colour. Nothing if it
/// has none.
pub(super) fn lab_mark(post: &PostMeta) -> Option<(&'static str, &'static str)> {
    match (post.live_labs, post.labs) {
        (0, 0) => None,
        (0, _) => Some(("planned", "lab planned")),
        _ => Some(("live", "live lab")),
    }
}
