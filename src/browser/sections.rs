//! Marks the section being read in the list of contents.

use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// A section is being read once its heading has passed this part of the window's height.
const READING_LINE: f64 = 0.3;

thread_local! {
    static IS_LISTENING: Cell<bool> = const { Cell::new(false) };
    static IS_DUE: Cell<bool> = const { Cell::new(false) };
}

/// Marks the current section now, and again whenever the reader scrolls.
pub fn follow() {
    mark_soon();
    if !IS_LISTENING.replace(true) {
        super::navigation::listen("scroll", |_| mark_soon());
    }
}

fn mark_soon() {
    if !IS_DUE.replace(true) {
        request_animation_frame(|| {
            IS_DUE.set(false);
            mark();
        });
    }
}

fn mark() {
    let document = document();
    let Ok(links) = document.query_selector_all(".toc a") else { return };
    let links: Vec<HtmlAnchorElement> =
        (0..links.length()).filter_map(|link_idx| links.get(link_idx)?.dyn_into().ok()).collect();
    let line = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default() * READING_LINE;
    let has_passed = |link: &HtmlAnchorElement| {
        let id = link.get_attribute("href").unwrap_or_default();
        let heading: Option<Element> = document.get_element_by_id(id.trim_start_matches('#'));
        heading.is_some_and(|heading| heading.get_bounding_client_rect().top() < line)
    };
    let current = links.iter().rposition(has_passed);
    for (link_idx, link) in links.iter().enumerate() {
        let is_marked = link.has_attribute("aria-current");
        if (Some(link_idx) == current) != is_marked {
            let _ = if is_marked {
                link.remove_attribute("aria-current")
            } else {
                link.set_attribute("aria-current", "true")
            };
        }
    }
}
