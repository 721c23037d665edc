//! Brings pages before the reader asks for them: what they point at, and the first of what stands before their eyes.

use super::{
    data,
    navigation::{anchor_of, destination, on_document, visit},
    pause,
    sight::{self, Observer},
};
use crate::store::Store;
use leptos::prelude::window;
use std::{
    cell::{Cell, RefCell},
    time::Duration,
};
use wasm_bindgen::JsValue;
use web_sys::HtmlAnchorElement;

/// How long after its arrival a page counts as at rest.
const REST: Duration = Duration::from_millis(2500);
/// How many articles a page brings because their links came into sight: some 30 KB each.
const MOST_SEEN: u32 = 2;

thread_local! {
    static SEEN: RefCell<Option<Observer>> = const { RefCell::new(None) };
    static N_LEFT: Cell<u32> = const { Cell::new(0) };
}

/// Attends to the reader for the life of the document.
pub fn attend(store: Store) {
    let bring = move |anchor: HtmlAnchorElement| {
        let destination = destination(store, &anchor)?;
        data::need(store, store.under_base(&destination.path));
        Some(())
    };
    for name in ["pointerover", "focusin", "touchstart"] {
        on_document(name, move |event| {
            anchor_of(&event).and_then(bring);
        });
    }
    SEEN.set(Some(sight::observer("0px", move |anchor| {
        if let Some(n_left) = N_LEFT.get().checked_sub(1)
            && bring(anchor).is_some()
        {
            N_LEFT.set(n_left);
        }
    })));
}

/// Waits until the page that has just arrived is at rest, then brings the first articles of its list, or its
/// neighbours, whose links come into sight. A finger gives no notice before it presses.
pub async fn look_ahead() {
    let arrived = visit();
    SEEN.with_borrow(|seen| seen.iter().for_each(Observer::disconnect));
    pause(REST).await;
    if visit() != arrived || saves_data() {
        return;
    }
    N_LEFT.set(MOST_SEEN);
    SEEN.with_borrow(|seen| seen.iter().for_each(|seen| sight::watch(seen, "main h3 > a, .pager > a")));
}

/// Whether the reader asks for as little as possible, or has so slow a line that it comes to the same.
fn saves_data() -> bool {
    let of = |value: &JsValue, key: &str| js_sys::Reflect::get(value, &key.into()).unwrap_or_default();
    let connection = of(&window().navigator(), "connection");
    of(&connection, "saveData").is_truthy()
        || of(&connection, "effectiveType").as_string().is_some_and(|kind| kind.ends_with("2g"))
}
