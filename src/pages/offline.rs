//! Without a network, in place of a page that was not kept. Its client then builds the page that the address asks for, if
//! the data are there.

use crate::html::html;

/// Says what is missing, and where to go on.
pub fn write(out: &mut String, base: &str) {
    html!(
        out,
        "<div class=\"page prose\"><header class=\"title wide\"><h1 tabindex=\"-1\">You are offline</h1>\
         <p>This page cannot be fetched now, and was not kept. Kept are the articles that you have read.</p></header>\
         <p><a href=\"" (base) "/\">All articles</a></p></div>"
    );
}
