//! What stands below every page.

use crate::html::html;
use content::manifest::Site;

/// Places, feeds, source, licence.
pub fn write(out: &mut String, site: &Site, base: &str) {
    html!(out, "<div class=\"bar full ui\">");
    for (path, name) in [
        ("/tags/", "Tags"),
        ("/archive/", "Archive"),
        ("/glossary/", "Glossary"),
        ("/about/", "About"),
        ("/atom.xml", "Atom"),
        ("/rss.xml", "RSS"),
        ("/feed.json", "JSON feed"),
    ] {
        if path == "/glossary/" && !site.glossary {
            continue;
        }
        html!(out, "<a href=\"" (base) (path) "\">" (name) "</a>");
    }
    if let Some(repository) = &site.repository {
        html!(out, "<a href=\"" (repository) "\" rel=\"external\">Source</a>");
    }
    html!(out, "<span class=\"push\">Text CC BY 4.0, code MIT. No trackers, no cookies.</span></div>");
}
