//! The posts of one tag.

use super::{
    articles, posts,
    tags::{self, Here},
};
use crate::{
    html::html,
    list::{Finder, Sheet, Tag, sentence},
};

/// `/tags/<tag>/`, and `/tags/<tag>/page/2/` and so on.
pub fn write(out: &mut String, tag: &Tag, sheet: &Sheet, finder: &Finder, base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">" (sentence(&tag.name)) "</h1><p>"
    );
    if sheet.number > 1 {
        html!(out, "Page " (sheet.number.to_string()) " of " (sheet.n_sheets.to_string()) " · ");
    }
    html!(
        out,
        (articles(tag.n_posts)) ", with a <a href=\"" (base)
        (tag.feed()) "\" type=\"application/atom+xml\">feed</a> of their own</p>"
    );
    tags::write_nav(out, finder, Here::Tag(&tag.slug), base);
    html!(out, "</div></div>");
    posts::write(out, sheet, base);
}
