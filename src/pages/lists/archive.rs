//! All posts by year, a line each.

use super::articles;
use crate::{html::html, list::Year};
use content::date;

/// `/archive/`: the years with their posts, or with a link to them where they stand apart.
pub fn write(out: &mut String, years: &[Year], base: &str) {
    let n_posts: u32 = years.iter().map(|year| year.n_posts).sum();
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">Archive</h1><p>" (articles(n_posts))
        ", newest first</p></div></div><div class=\"page archive\">"
    );
    for year in years {
        html!(out, "<h2 class=\"year full\" id=\"y" (year.name) "\">");
        if year.posts.is_empty() {
            html!(
                out,
                "<a href=\"" (base) (year.path()) "\">" (year.name) "</a></h2><p class=\"full\">"
                (articles(year.n_posts)) "</p>"
            );
        } else {
            html!(out, (year.name) "</h2>");
            write_lines(out, year, base);
        }
    }
    html!(out, "</div>");
}

/// `/archive/<year>/`
pub fn write_year(out: &mut String, year: &Year, base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">" (year.name) "</h1><p><a href=\"" (base)
        "/archive/\">All years</a></p></div></div><div class=\"page archive\">"
    );
    write_lines(out, year, base);
    html!(out, "</div>");
}

fn write_lines(out: &mut String, year: &Year, base: &str) {
    html!(out, "<ul class=\"full\">");
    for post in &year.posts {
        html!(
            out,
            "<li><time class=\"ui\" datetime=\"" (post.date) "\">" (date::short(&post.date)) "</time><a href=\"" (base)
            (post.path()) "\">" (post.title) "</a></li>"
        );
    }
    html!(out, "</ul>");
}
