//! The search: a field, and what it finds.

use crate::html::html;
#[cfg(feature = "hydrate")]
use content::date;

/// `/search/`. Without the client the field is hidden and the tags are offered instead.
pub fn write(out: &mut String, base: &str) {
    html!(
        out,
        "<div class=\"page\"><div class=\"mast full\"><h1 tabindex=\"-1\">Search</h1></div>\
         <form class=\"search full ui client\" role=\"search\" action=\"" (base) "/search/\">\
         <label for=\"q\">Words in any article</label>\
         <input id=\"q\" name=\"q\" type=\"search\" maxlength=\"200\" autocomplete=\"off\" spellcheck=\"false\"></form>\
         <p class=\"search-status full ui\" role=\"status\"></p>\
         <p class=\"search-without full\">This page cannot search without its script. All articles are also listed by \
         <a href=\"" (base) "/tags/\">tag</a> and by <a href=\"" (base) "/\">date</a>.</p></div>\
         <div class=\"page list search-results\"></div>"
    );
}

/// A post that was found.
#[cfg(feature = "hydrate")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Its slug.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its description, which stands until there is an excerpt.
    pub description: String,
    /// `YYYY-MM-DD`.
    pub date: String,
}

/// The list of what was found.
#[cfg(feature = "hydrate")]
pub fn results(found: &[Found], base: &str) -> String {
    let mut out = String::new();
    for Found { slug, title, description, date } in found {
        html!(
            &mut out,
            "<article class=\"post full\"><h2><a href=\"" (base) "/posts/" (slug) "/\">" (title) "</a></h2><p>" (description)
            "</p><div class=\"meta ui\"><time datetime=\"" (date) "\">" (date::short(date)) "</time></div></article>"
        );
    }
    out
}

/// A stretch of an article, whose parts are by turns plain and asked for.
#[cfg(feature = "hydrate")]
pub fn excerpt(parts: &[String]) -> String {
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 0 {
            html!(&mut out, (part));
        } else {
            html!(&mut out, "<mark>" (part) "</mark>");
        }
    }
    out
}

#[cfg(all(test, feature = "hydrate"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_text() {
        let parts = ["a <", "b", ""].map(str::to_owned);
        assert_eq!(excerpt(&parts), "a &lt;<mark>b</mark>");
    }
}
