//! The first moments: find what the page brought along, take it over or build it anew.

use super::{first, json, labs, navigation, panic, prefetch, renderer, search, theme, visits};
use crate::{
    App,
    page::{Note, Page},
    store::Store,
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Starts the client in this document. A phone needs a moment for each step, so that each is a task of its own and what
/// the reader does meanwhile is answered in between: the module's own start, what the page brought, the take-over, and
/// what has time until then.
pub fn start() {
    panic::report_once();
    soon(prepare);
}

/// Does `step` in a task of its own.
fn soon(step: impl FnOnce() + 'static) {
    Timeout::new(0, step).forget();
}

/// Finds what the page brought along, and gives its entry of the history a number.
fn prepare() {
    let document = document();
    let Some(root) = document.get_element_by_id("root").and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let note = document
        .get_element_by_id("boot")
        .and_then(|element| element.text_content())
        .and_then(|text| json::note(&text));
    visits::current();
    soon(move || take_over(root, note));
}

/// Takes the page over, or builds it anew. From the first listener to the view in one task: whoever clicks before stays
/// with the browser, whoever clicks after with the client.
fn take_over(root: HtmlElement, note: Option<Note>) {
    let main = root.query_selector("main").ok().flatten();
    match (note, main) {
        (Some(note), Some(main)) if is_here(&note) => {
            first::read_soon(&note.route, main);
            let page = Page { head: note.head, html: String::new() };
            let store = Store::new(note.base, note.site, Some((note.route, page)));
            attend(store);
            leptos::mount::hydrate_from(root, move || view! { <App store/> }).forget();
            navigation::resume();
        }
        (note, _) => {
            root.set_text_content(None);
            let site = note.map(|note| note.site).unwrap_or_default();
            let store = Store::new(written_base(), site, None);
            attend(store);
            navigation::expect_first();
            leptos::mount::mount_to(root, move || view! { <App store/> }).forget();
        }
    }
    soon(finish);
}

/// Listens to the reader.
fn attend(store: Store) {
    navigation::attend(store);
    prefetch::attend(store);
    search::attend(store);
}

/// Shows what needs the client, and begins what has time.
fn finish() {
    let Some(html) = document().document_element() else { return };
    // It may have failed since.
    if html.has_attribute("data-client") {
        return;
    }
    theme::follow_other_tabs();
    renderer::load_at_rest();
    labs::attend();
    let _ = html.set_attribute("data-client", "ready");
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
