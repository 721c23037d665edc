//! Cards: what a citation, a note, a term or the number of a formula stands for, beside it, for the reader
//! who points at it or reaches it by keyboard. What is shown is a copy of what the link leads to.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// Links that have a card.
const WITH_CARD: &str = ".cite a, .fn a, a.term, a.xref[href^=\"#eq-\"], a.xref[href^=\"#tbl-\"]";

/// The card's id.
const ID: &str = "card";

/// Distance from the link and from the window's edge, in CSS pixels.
const GAP: f64 = 8.0;

/// Shows the card of the link that the reader points at or has reached.
pub fn on_point(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(target) = target else { return };
    if target.closest(&["#", ID].concat()).ok().flatten().is_some() {
        return;
    }
    hide();
    if let Some(link) = target.closest(WITH_CARD).ok().flatten() {
        show(&link);
    }
}

/// Puts the card away when the reader presses Escape.
pub fn on_key(event: &Event) {
    if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
        hide();
    }
}

/// Puts the card away.
pub fn hide() {
    if let Some(card) = document().get_element_by_id(ID) {
        card.remove();
    }
}

fn show(link: &Element) -> Option<()> {
    let card: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    card.set_id(ID);
    card.set_class_name("card");
    // A screen reader follows the link itself, which names the work or the note.
    card.set_attribute("aria-hidden", "true").ok()?;
    if let Some(meaning) = link.get_attribute("data-means") {
        card.set_text_content(Some(&meaning));
    } else {
        let href = link.get_attribute("href")?;
        let id = js_sys::decode_uri_component(href.strip_prefix('#')?).ok().map(String::from)?;
        card.set_inner_html(&document().get_element_by_id(&id)?.inner_html());
        without_places(&card);
    }
    document().body()?.append_child(&card).ok()?;
    place(&card, link);
    Some(())
}

/// A copy must not have the ids of what it is a copy of, nor be a stop of the Tab key.
fn without_places(card: &Element) {
    let Ok(marked) = card.query_selector_all("[id], [tabindex], a, .back") else { return };
    for at in 0..marked.length() {
        let Some(element) = marked.get(at).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        if element.class_list().contains("back") {
            element.remove();
            continue;
        }
        let _ = element.remove_attribute("id");
        let _ = element.set_attribute("tabindex", "-1");
    }
}

/// Below the link, or above it where the window ends.
fn place(card: &HtmlElement, link: &Element) {
    let window = leptos::prelude::window();
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (at, own) = (link.get_bounding_client_rect(), card.get_bounding_client_rect());
    let left = (at.left() - GAP).min(width - own.width() - GAP).max(GAP);
    let below = at.bottom() + GAP;
    let top = if below + own.height() > height { at.top() - own.height() - GAP } else { below };
    let (scrolled_x, scrolled_y) = (window.scroll_x().unwrap_or_default(), window.scroll_y().unwrap_or_default());
    let style = card.style();
    let _ = style.set_property("left", &pixels(left + scrolled_x));
    let _ = style.set_property("top", &pixels(top + scrolled_y));
}

/// A whole number of pixels: text of other numbers would cost kilobytes of code.
fn pixels(length: f64) -> String {
    [&(length.round() as i32).to_string(), "px"].concat()
}
