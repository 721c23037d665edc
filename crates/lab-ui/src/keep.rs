//! What a reader takes away: links, numbers, drawings.

use crate::{
    browser::{document, window},
    pointer::Charted,
};
use js_sys::{Array, encode_uri_component};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, Element, HtmlAnchorElement, Url};

/// Copies a link that restores what the figure `id` shows. `tell` is given words about it.
pub fn share(id: &str, text: &str, tell: impl FnOnce(String) + 'static) {
    let location = window().location();
    let (origin, path) = (location.origin().unwrap_or_default(), location.pathname().unwrap_or_default());
    let query = if text.is_empty() { String::new() } else { ["?", id, "=", &escaped(text)].concat() };
    let link = [&origin, &path, &query, "#", id].concat();
    let copied = window().navigator().clipboard().write_text(&link);
    spawn_local(async move {
        let is_copied = JsFuture::from(copied).await.is_ok();
        tell(if is_copied { "Link copied.".to_owned() } else { ["Copy this link: ", &link].concat() });
    });
}

/// `=` and `;` mean nothing in a query's value, and stay readable.
fn escaped(text: &str) -> String {
    let escaped = String::from(encode_uri_component(text));
    let mut parts = escaped.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_at_checked(2) {
            Some(("3D", rest)) => out.extend(["=", rest]),
            Some(("3B", rest)) => out.extend([";", rest]),
            _ => out.extend(["%", part]),
        }
    }
    out
}

/// Saves a file.
pub fn save(name: &str, kind: &str, text: &str) {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options);
    let Some(url) = blob.ok().and_then(|blob| Url::create_object_url_with_blob(&blob).ok()) else { return };
    if let Ok(link) = document().create_element("a").map(|link| link.unchecked_into::<HtmlAnchorElement>()) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    let _ = Url::revoke_object_url(&url);
}

/// What a drawing takes from the page's style.
const PROPERTIES: [&str; 9] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-opacity",
    "stroke-dasharray",
    "font-family",
    "font-size",
    "text-anchor",
];

/// Saves the drawing of a slot, as it stands there, with the page's colours in it.
pub fn save_drawing(figure: &dyn Charted, slot: &str) {
    let selector = [".stage[data-slot=\"", slot, "\"] svg"].concat();
    let Ok(drawings) = figure.stage().query_selector_all(&selector) else { return };
    let drawings =
        (0..drawings.length()).filter_map(|drawing_idx| drawings.item(drawing_idx)?.dyn_into::<Element>().ok());
    // Of two forms the one that is shown.
    let Some(shown) = drawings.into_iter().find(|drawing| drawing.client_width() > 0) else { return };
    let Some(copy) = shown.clone_node_with_deep(true).ok().and_then(|copy| copy.dyn_into::<Element>().ok()) else {
        return;
    };
    paint_like(&shown, &copy);
    for (from, to) in elements(&shown).zip(elements(&copy)) {
        paint_like(&from, &to);
    }
    let _ = copy.set_attribute("xmlns", "http://www.w3.org/2000/svg");
    save(&[figure.id(), "-", slot, ".svg"].concat(), "image/svg+xml", &copy.outer_html());
}

fn elements(svg: &Element) -> impl Iterator<Item = Element> {
    let found = svg.query_selector_all("*").ok();
    let n_elements = found.as_ref().map_or(0, web_sys::NodeList::length);
    (0..n_elements).filter_map(move |element_idx| found.as_ref()?.item(element_idx)?.dyn_into().ok())
}

fn paint_like(from: &Element, to: &Element) {
    let Ok(Some(style)) = window().get_computed_style(from) else { return };
    for property in PROPERTIES {
        if let Ok(value) = style.get_property_value(property) {
            let _ = to.set_attribute(property, &value);
        }
    }
    let _ = to.remove_attribute("class");
}
