//! Marks the section being read in the list of contents.

use super::sight::{self, Observer};
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement};

/// A section is being read once its heading has passed the last 70 % of the window's height: it lies above that line, be
/// it as far as it may. Asking the browser to tell of it, and not each heading for its place, spares it the layout of all
/// that is still left out.
const ABOVE_READING_LINE: &str = "9999999px 0px -70%";

/// A section of the page, as the list of contents names it.
struct Section {
    heading: Element,
    link: HtmlAnchorElement,
    has_passed: bool,
}

thread_local! {
    static SECTIONS: RefCell<Vec<Section>> = const { RefCell::new(Vec::new()) };
    static OBSERVER: Observer = sight::watcher(ABOVE_READING_LINE, told);
}

/// Marks the current section of the page that has arrived, now and as the reader goes on.
pub fn follow() {
    OBSERVER.with(|observer| {
        observer.disconnect();
        let sections = sections();
        sections.iter().for_each(|section| observer.observe(&section.heading));
        SECTIONS.set(sections);
    });
}

fn sections() -> Vec<Section> {
    let document = document();
    let Ok(links) = document.query_selector_all(".toc a") else { return Vec::new() };
    let section = |link_idx| {
        let link: HtmlAnchorElement = links.get(link_idx)?.dyn_into().ok()?;
        let heading = document.get_element_by_id(link.get_attribute("href")?.trim_start_matches('#'))?;
        Some(Section { heading, link, has_passed: false })
    };
    (0..links.length()).filter_map(section).collect()
}

/// A heading has passed the line, downwards or upwards.
fn told(heading: Element, has_passed: bool) {
    SECTIONS.with_borrow_mut(|sections| {
        sections.iter_mut().filter(|it| it.heading == heading).for_each(|it| it.has_passed = has_passed);
        let current = sections.iter().rposition(|it| it.has_passed);
        for (idx, Section { link, .. }) in sections.iter().enumerate() {
            let is_marked = link.has_attribute("aria-current");
            if (Some(idx) == current) != is_marked {
                let _ = if is_marked {
                    link.remove_attribute("aria-current")
                } else {
                    link.set_attribute("aria-current", "true")
                };
            }
        }
    });
}
