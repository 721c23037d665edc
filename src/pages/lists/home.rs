//! The list of posts.

use super::{
    posts,
    tags::{self, Here},
};
use crate::{
    html::html,
    list::{Finder, Sheet},
};
use content::manifest::Site;

/// `/`, and `/page/2/` and so on.
pub fn write(out: &mut String, sheet: &Sheet, finder: &Finder, site: &Site, base: &str) {
    html!(out, "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">");
    if sheet.number > 1 {
        html!(out, "All articles</h1><p>Page " (sheet.number.to_string()) " of " (sheet.n_sheets.to_string()) "</p>");
    } else {
        // The name, its "and" in italics where it has one: all the ornament there is.
        match site.title.split_once(" and ") {
            Some((before, after)) => html!(out, (before) " <br><i>and</i> " (after)),
            None => html!(out, (site.title)),
        }
        html!(out, "</h1><p>" (site.tagline) "</p>");
    }
    tags::write_nav(out, finder, Here::All, base);
    html!(out, "</div></div>");
    posts::write(out, sheet, base);
}
