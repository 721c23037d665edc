//! Where the reader was in each entry of the history.
//!
//! Every entry carries a number in its `history.state`; the scroll offset of each is kept in the
//! session's storage, so that it outlives a reload. The browser's own restoration is off while the
//! client runs, since it would act before the article is in the page.

use leptos::prelude::window;
use wasm_bindgen::JsValue;
use web_sys::{History, ScrollRestoration, Storage};

/// The number of an entry of the history.
pub type Visit = u32;

const NEXT: &str = "next-visit";

fn history() -> Option<History> {
    window().history().ok()
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// A number that no entry of this session has.
fn new_visit() -> Visit {
    let next = storage()
        .and_then(|storage| storage.get_item(NEXT).ok().flatten())
        .and_then(|number| number.parse().ok())
        .unwrap_or(1);
    if let Some(storage) = storage() {
        let _ = storage.set_item(NEXT, &(next + 1).to_string());
    }
    next
}

/// The number of the current entry; gives it one if it has none.
pub fn current() -> Visit {
    let Some(history) = history() else { return 0 };
    if let Some(number) = history.state().ok().and_then(|state| state.as_f64()) {
        return number as Visit;
    }
    let visit = new_visit();
    let _ = history.replace_state(&JsValue::from_f64(visit.into()), "");
    visit
}

/// Adds an entry for `url` and gives its number.
pub fn push(url: &str) -> Visit {
    let visit = new_visit();
    if let Some(history) = history() {
        let _ = history.push_state_with_url(&JsValue::from_f64(visit.into()), "", Some(url));
    }
    visit
}

/// Remembers where the reader is, in whole CSS pixels from the top.
pub fn remember(visit: Visit) {
    if let (Some(storage), Ok(y)) = (storage(), window().scroll_y()) {
        let _ = storage.set_item(&format!("scroll-{visit}"), &(y.round() as i32).to_string());
    }
}

/// Where the reader was.
pub fn recall(visit: Visit) -> f64 {
    storage()
        .and_then(|storage| storage.get_item(&format!("scroll-{visit}")).ok().flatten())
        .and_then(|y| y.parse::<i32>().ok())
        .unwrap_or_default()
        .into()
}

/// Whether the client, and not the browser, brings the reader back to where they were.
pub fn restore_ourselves(ourselves: bool) {
    let mode = if ourselves { ScrollRestoration::Manual } else { ScrollRestoration::Auto };
    if let Some(history) = history() {
        let _ = history.set_scroll_restoration(mode);
    }
}
