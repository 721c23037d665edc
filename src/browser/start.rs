//! The first moments: find what the page brought along, take it over or build it anew.

use super::{first, json, labs, navigation, panic, prefetch, renderer, search, theme};
use crate::{
    App,
    page::{Note, Page},
    store::Store,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Starts the client in this document, in a task of its own: the module's own start has been long enough on a phone.
pub fn start() {
    panic::report_once();
    Timeout::new(0, take_over).forget();
}

/// Takes the page over, or builds it anew.
fn take_over() {
    let document = document();
    let Some(root) = document.get_element_by_id("root").and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let note = document
        .get_element_by_id("boot")
        .and_then(|element| element.text_content())
        .and_then(|text| json::note(&text));
    let main = root.query_selector("main").ok().flatten();
    match (note, main) {
        (Some(note), Some(main)) if is_here(&note) => {
            first::read_soon(&note.route, main);
            let page = Page { head: note.head, html: String::new() };
            let store = Store::new(note.base, note.site, Some((note.route, page)));
            navigation::attend(store);
            prefetch::attend(store);
            search::attend(store);
            leptos::mount::hydrate_from(root, move || view! { <App store/> }).forget();
            navigation::resume();
        }
        (note, _) => {
            root.set_text_content(None);
            let site = note.map(|note| note.site).unwrap_or_default();
            let store = Store::new(written_base(), site, None);
            navigation::attend(store);
            prefetch::attend(store);
            search::attend(store);
            navigation::expect_first();
            leptos::mount::mount_to(root, move || view! { <App store/> }).forget();
        }
    }
    theme::follow_other_tabs();
    renderer::load_at_rest();
    labs::attend();
    if let Some(html) = document.document_element() {
        let _ = html.set_attribute("data-client", "ready");
    }
}

/// The base path that the build wrote into the page.
fn written_base() -> String {
    document().document_element().and_then(|html| html.get_attribute("data-base")).unwrap_or_default()
}

/// Whether the page is the one that the address bar names. It is not where `404.html` was served
/// for an address that the client knows, or where a cache gave an old answer.
fn is_here(note: &Note) -> bool {
    let path = navigation::pathname();
    let trimmed = |path: &str| path.trim_end_matches("index.html").trim_end_matches('/').to_owned();
    !note.route.is_empty() && trimmed(&path) == trimmed(&format!("{}{}", note.base, note.route))
}
