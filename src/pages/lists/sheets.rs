//! The way from page to page of a list that is cut.

use crate::{html::html, list::List};

/// Links to the newer and the older posts; nothing if all stand on one page.
pub fn write(out: &mut String, list: &List, base: &str) {
    let [newer, older] = list.neighbours();
    if newer.is_none() && older.is_none() {
        return;
    }
    html!(out, "<div class=\"page\"><nav class=\"pager full ui\" aria-label=\"Pages\">");
    if let Some(path) = newer {
        html!(out, "<a href=\"" (base) (path) "\" rel=\"prev\"><span>← Newer articles</span></a>");
    }
    if let Some(path) = older {
        html!(out, "<a href=\"" (base) (path) "\" rel=\"next\"><span>Older articles →</span></a>");
    }
    html!(out, "</nav></div>");
}
