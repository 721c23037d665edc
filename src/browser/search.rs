//! The search: brings what a question needs of the index, and shows what it finds.

use super::{fetch, navigation, renderer, renderer::start_module, visits::Visit};
use crate::{
    pages::{self, Found},
    store::{Failure, Store},
};
use futures::channel::oneshot;
use leptos::{
    prelude::{document, window},
    task::spawn_local,
};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Element, Event, HtmlElement, HtmlInputElement, KeyboardEvent};

#[wasm_bindgen]
extern "C" {
    /// The module that answers.
    #[derive(Clone)]
    type Module;

    #[wasm_bindgen(method, catch)]
    fn open(this: &Module, directory: &[u8]) -> Result<bool, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn give(this: &Module, path: &str, bytes: &[u8]) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn answer(this: &Module, question: &str, n_first: usize, n_best: usize) -> Result<Vec<String>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn excerpt(this: &Module, text: &str, question: &str, n_words: usize) -> Result<Vec<String>, JsValue>;
}

/// Posts that are listed.
const N_BEST: usize = 20;
/// Of these, how many are shown before the others have come: a phone's window has room for no more.
const N_FIRST: usize = 4;
/// How many show a stretch of their text: each is a file of some kilobytes.
const N_EXCERPTS: usize = 8;
/// Words of a stretch.
const N_WORDS: usize = 32;

thread_local! {
    /// With its index.
    static FINDER: RefCell<Option<Module>> = const { RefCell::new(None) };
    /// Counts questions: only the last is answered.
    static ASKED: Cell<u32> = const { Cell::new(0) };
    /// The visit whose question was taken over. A page is told of again when others come into the store.
    static VISIT: Cell<Option<Visit>> = const { Cell::new(None) };
    /// Whether the reader came by the key, to type.
    static IS_CALLED: Cell<bool> = const { Cell::new(false) };
}

/// Attends to the field and its keys for the life of the document.
pub fn attend(store: Store) {
    navigation::on_document("input", move |event| {
        if field().is_some_and(|field| is_at(&event, &field)) {
            ask(store);
        }
    });
    navigation::on_document("submit", |event| {
        if place("form.search").is_some_and(|form| is_at(&event, &form)) {
            event.prevent_default();
            focus(links().first());
        }
    });
    navigation::on_document("keydown", on_key);
}

/// Takes the page's question over from its address.
pub fn arrive(store: Store) {
    let field = field();
    let visit = field.is_some().then(navigation::visit);
    if VISIT.replace(visit) == visit {
        return;
    }
    let Some(field) = field else { return };
    let search = window().location().search().unwrap_or_default();
    // As a form or this page writes it; nothing else stands there.
    let question = search.strip_prefix("?q=").unwrap_or_default().replace('+', " ");
    field.set_value(&js_sys::decode_uri_component(&question).map(String::from).unwrap_or_default());
    if IS_CALLED.take() {
        focus(Some(&field));
    }
    ask(store);
}

fn field() -> Option<HtmlInputElement> {
    document().get_element_by_id("q")?.dyn_into().ok()
}

fn is_at(event: &Event, element: &Element) -> bool {
    event.target().is_some_and(|target| &target == element.unchecked_ref::<web_sys::EventTarget>())
}

fn place(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

fn say(words: &str) {
    place(".search-status").iter().for_each(|place| place.set_text_content(Some(words)));
}

/// So that the address can be kept and sent, and Back comes to the same answer. Only with the answer: a browser does much
/// at a change of the address, and some refuse one for each letter.
fn keep_in_address() {
    let Some(field) = field() else { return };
    let question = &field.value();
    let question = String::from(js_sys::encode_uri_component(question));
    let search = if question.is_empty() { String::new() } else { ["?q=", &question].concat() };
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or_default();
        let _ = history.replace_state_with_url(&state, "", Some(&(navigation::pathname() + &search)));
    }
}

/// Answers what stands in the field, unless it changes meanwhile.
fn ask(store: Store) {
    let asked = ASKED.get() + 1;
    ASKED.set(asked);
    let Some(question) = field().map(|field| field.value()) else { return };
    spawn_local(async move {
        if question.trim().is_empty() {
            show("", "");
            busy(false);
            // Whoever comes here is going to ask.
            let _ = finder(store).await;
            return;
        }
        let mut n_shown = 0;
        let told = tell(store, &question, asked, &mut n_shown).await;
        if ASKED.get() != asked {
            return;
        }
        match told {
            Ok(()) => {}
            Err(failure) if n_shown == 0 => show(&["The search did not come. ", &failure.to_string()].concat(), ""),
            Err(failure) => say(&["The other articles did not come. ", &failure.to_string()].concat()),
        }
        busy(false);
    });
}

/// Shows the first articles that answer, then the others when they have come, then stretches of their text.
async fn tell(store: Store, question: &str, asked: u32, n_shown: &mut usize) -> Result<(), Failure> {
    let finder = finder(store).await?;
    loop {
        let mut list = finder.answer(question, N_FIRST, N_BEST).unwrap_or_default().into_iter();
        let (Some(status), Some(n_lacking)) = (list.next(), list.next()) else { return Err(Failure::Unreadable) };
        let lacking: Vec<_> = list.by_ref().take(n_lacking.parse().unwrap_or_default()).collect();
        let found = found(list);
        // Nothing is told before the first are known.
        if lacking.is_empty() || !found.is_empty() {
            let more = pages::results(found.get(*n_shown..).unwrap_or_default(), &store.base());
            if *n_shown == 0 {
                show(&status, &more);
            } else if let Some(place) = results() {
                let _ = place.insert_adjacent_html("beforeend", &more);
            }
            *n_shown = found.len();
        }
        busy(!lacking.is_empty());
        if lacking.is_empty() {
            excerpts(store, &finder, question, &found, asked).await;
            return Ok(());
        }
        bring(store, &finder, lacking).await?;
        if ASKED.get() != asked {
            return Ok(());
        }
    }
}

fn found(mut list: impl Iterator<Item = String>) -> Vec<Found> {
    let mut found = Vec::new();
    while let (Some(slug), Some(title), Some(description), Some(date)) =
        (list.next(), list.next(), list.next(), list.next())
    {
        found.push(Found { slug, title, description, date });
    }
    found
}

fn results() -> Option<Element> {
    place(".search-results")
}

fn show(status: &str, found: &str) {
    say(status);
    results().iter().for_each(|place| place.set_inner_html(found));
    keep_in_address();
}

/// Tells whether more is coming.
fn busy(is_busy: bool) {
    let Some(place) = results() else { return };
    let _ = match is_busy {
        true => place.set_attribute("aria-busy", "true"),
        false => place.remove_attribute("aria-busy"),
    };
}

/// The module with the index's directory, fetched once.
async fn finder(store: Store) -> Result<Module, Failure> {
    if let Some(finder) = FINDER.with_borrow(Clone::clone) {
        return Ok(finder);
    }
    let link = document().get_element_by_id("finder-js").and_then(|link| link.get_attribute("href"));
    let url = link.unwrap_or_else(|| "/finder.js".to_owned());
    let directory_url = store.url("/search/index.bin");
    let (module, directory) = futures::join!(start_module(&url), fetch::bytes(&directory_url));
    let module: Module = module.map_err(|_| Failure::Network)?.unchecked_into();
    // Another question may have been there first, and its index has files by now.
    if FINDER.with_borrow(Option::is_none) {
        if !module.open(&directory?).unwrap_or_default() {
            return Err(Failure::Unreadable);
        }
        FINDER.set(Some(module.clone()));
    }
    Ok(module)
}

/// Gives the module files of the index.
async fn bring(store: Store, finder: &Module, paths: impl IntoIterator<Item = String>) -> Result<(), Failure> {
    // All are asked for at once; each is taken when its turn has come.
    let mut files = Vec::new();
    for path in paths {
        let url = store.url(&["/search/", &path].concat());
        let (sender, file) = oneshot::channel();
        spawn_local(async move { drop(sender.send(fetch::bytes(&url).await)) });
        files.push((path, file));
    }
    for (path, file) in files {
        let bytes = file.await.map_err(|_| Failure::Network)??;
        finder.give(&path, &bytes).map_err(|_| Failure::Unreadable)?;
    }
    Ok(())
}

/// Puts a stretch of its text into each of the first results.
async fn excerpts(store: Store, finder: &Module, question: &str, found: &[Found], asked: u32) {
    let Ok(renderer) = renderer::load().await else { return };
    for (at, post) in found.iter().take(N_EXCERPTS).enumerate() {
        let markdown = fetch::text(&store.url(&["/posts/", &post.slug, "/index.md"].concat())).await;
        if ASKED.get() != asked {
            return;
        }
        let Some(text) = markdown.ok().and_then(|markdown| renderer.prose(&markdown)) else { continue };
        let parts = finder.excerpt(&text, question, N_WORDS).unwrap_or_default();
        // Where no word of the text was asked for, the description says more than the beginning.
        if parts.len() < 2 {
            continue;
        }
        if let Some(place) = links().get(at).and_then(|link| link.closest("article").ok()??.query_selector("p").ok()?) {
            place.set_inner_html(&pages::excerpt(&parts));
        }
    }
}

/// The links of the results, in order.
fn links() -> Vec<HtmlElement> {
    let found = document().query_selector_all(".search-results h2 a").ok();
    let n_links = found.as_ref().map_or(0, |found| found.length());
    (0..n_links).filter_map(|at| found.as_ref()?.item(at)?.dyn_into().ok()).collect()
}

fn focus(element: Option<&HtmlElement>) {
    element.iter().for_each(|element| drop(element.focus()));
}

/// `/` goes to the search from anywhere, arrows go through the results, Escape back to the field.
fn on_key(event: Event) {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
    if key.ctrl_key() || key.meta_key() || key.alt_key() || event.default_prevented() {
        return;
    }
    let active = document().active_element();
    let is_typing = active.as_ref().is_some_and(|active| {
        active.matches("input, textarea, select, [contenteditable], [role=application]").unwrap_or_default()
    });
    let field = field();
    match (key.key().as_str(), field) {
        ("/", Some(field)) if !is_typing => {
            event.prevent_default();
            field.select();
        }
        ("/", None) if !is_typing => {
            if let Some(link) = place("nav a[rel=search]").and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                event.prevent_default();
                IS_CALLED.set(true);
                link.click();
            }
        }
        (name @ ("ArrowDown" | "ArrowUp" | "Escape"), Some(field)) => {
            let links = links();
            let is_active = |element: &Element| active.as_ref() == Some(element);
            let at = links.iter().position(|link| is_active(link));
            let is_in_field = is_active(&field);
            let next = match (name, at) {
                ("ArrowDown", None) if is_in_field => links.first(),
                ("ArrowDown", Some(at)) => links.get(at + 1),
                ("ArrowUp", Some(at)) if at > 0 => links.get(at - 1),
                ("ArrowUp" | "Escape", Some(_)) => Some(field.unchecked_ref()),
                _ => return,
            };
            event.prevent_default();
            focus(next);
        }
        _ => {}
    }
}
