//! Keeps the document's `<head>` true after a navigation.

use crate::{head::Head, store::Store};
use leptos::prelude::*;

/// Writes title, description, canonical address and social tags, each only where it differs.
pub fn apply(store: Store, head: &Head) {
    let document = document();
    if document.title() != head.title {
        document.set_title(&head.title);
    }
    let origin = canonical_origin();
    let address = format!("{origin}{}", store.url(&head.path));
    let title = head.title.split(" · ").next().unwrap_or_default();
    set("meta[name=description]", "content", &head.description);
    set("link[rel=canonical]", "href", &address);
    set("meta[property='og:url']", "content", &address);
    set("meta[property='og:title']", "content", title);
    set("meta[property='og:description']", "content", &head.description);
    set("meta[property='og:type']", "content", head.kind.name());
    picture(store, head, title);
    set("meta[name='twitter:title']", "content", title);
    set("meta[name='twitter:description']", "content", &head.description);
}

/// The origin that the build wrote into the page, else the one that it was loaded from.
fn canonical_origin() -> String {
    let written =
        document().query_selector("link[rel=canonical]").ok().flatten().and_then(|link| link.get_attribute("href"));
    written
        .and_then(|href| web_sys::Url::new(&href).ok())
        .map(|url| url.origin())
        .or_else(|| window().location().origin().ok())
        .unwrap_or_default()
}

fn set(selector: &str, attribute: &str, value: &str) {
    if let Ok(Some(element)) = document().query_selector(selector)
        && element.get_attribute(attribute).as_deref() != Some(value)
    {
        let _ = element.set_attribute(attribute, value);
    }
}

/// The tags of the page's picture, all anew: another page's may be of another kind, or none.
fn picture(store: Store, head: &Head, title: &str) {
    let document = document();
    while let Ok(Some(old)) = document.query_selector("meta[property^='og:image'], meta[name='twitter:image:alt']") {
        old.remove();
    }
    let card = document.query_selector("meta[name='twitter:card']").ok().flatten();
    // A page without prerendered head has no tags of this kind; nobody who reads them runs scripts.
    if let (Some(card), Some(image)) = (card, &head.image) {
        let address = [canonical_origin(), store.url(image)].concat();
        let alt = [title, " – ", &store.site.with_untracked(|site| site.title.clone())].concat();
        let _ = card.insert_adjacent_html("beforebegin", &head.picture(&address, &alt));
    }
    set("meta[name='twitter:card']", "content", head.twitter_card());
}
