//! Posts under their years, each with its drawing, title, description and dates.

use super::super::post::lab_mark;
use crate::{html::html, list::Sheet};
use content::{date, manifest::PostMeta};

/// A page of the list; newest first as given. The first post of the first page stands larger.
pub fn write(out: &mut String, sheet: &Sheet, base: &str) {
    html!(out, "<div class=\"page list\">");
    let mut current = None;
    for (post_idx, post) in sheet.posts.iter().enumerate() {
        let year = date::year(&post.date);
        let class = if post_idx == 0 && sheet.number == 1 { "post full lead" } else { "post full" };
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
