//! Changes what stands in the page to something newer by touching only what differs: axes and words mostly stay, the
//! browser then has neither to shape text nor to lay it out again, and what the reader is at keeps its focus.

use crate::browser::document;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Node};

/// Makes `place` hold the single element that `html` is.
pub fn set_drawing(place: &Element, html: &str) {
    // The build leaves two forms of each drawing, of which the style sheet shows one.
    if place.child_element_count() == 1 { set_content(place, html) } else { place.set_inner_html(html) }
}

/// Makes `place` hold what `html` is. A field keeps what was typed into it unless its own value has changed, and what
/// stands open stays open.
pub fn set_content(place: &Element, html: &str) {
    match document().create_element("div") {
        Ok(sheet) => {
            sheet.set_inner_html(html);
            patch_children(place, &sheet);
        }
        Err(_) => place.set_inner_html(html),
    }
}

/// Makes `old`, which stands in the page, equal to `new`, which does not and may be taken apart.
fn patch(old: &Node, new: &Node) {
    if old.is_equal_node(Some(new)) {
        return;
    }
    if old.node_name() != new.node_name() {
        if let Some(parent) = old.parent_node() {
            let _ = parent.replace_child(new, old);
        }
        return;
    }
    let (Some(old_element), Some(new_element)) = (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) else {
        return old.set_node_value(new.node_value().as_deref());
    };
    patch_attributes(old_element, new_element);
    patch_children(old, new);
    if old.node_name() == "TEXTAREA" {
        set(old, "value", &new.text_content().unwrap_or_default().into());
    }
}

fn patch_children(old: &Node, new: &Node) {
    let (mut olds, mut news) = (old.first_child(), new.first_child());
    loop {
        match (olds, news) {
            (Some(old), Some(new)) => {
                // Either may leave its place in the next line.
                (olds, news) = (old.next_sibling(), new.next_sibling());
                patch(&old, &new);
            }
            (None, Some(new)) => {
                (olds, news) = (None, new.next_sibling());
                let _ = old.append_child(&new);
            }
            (Some(gone), None) => {
                (olds, news) = (gone.next_sibling(), None);
                let _ = old.remove_child(&gone);
            }
            (None, None) => return,
        }
    }
}

fn patch_attributes(old: &Element, new: &Element) {
    for name in names(new) {
        let value = new.get_attribute(&name).unwrap_or_default();
        if old.get_attribute(&name).as_ref() != Some(&value) {
            let _ = old.set_attribute(&name, &value);
            // What a reader has set is no longer told by the attribute.
            match name.as_str() {
                "value" => set(old, "value", &value.into()),
                "checked" | "selected" => set(old, &name, &JsValue::TRUE),
                _ => {}
            }
        }
    }
    for name in names(old) {
        if name != "open" && !new.has_attribute(&name) {
            let _ = old.remove_attribute(&name);
            if name == "checked" {
                set(old, &name, &JsValue::FALSE);
            }
        }
    }
}

fn names(element: &Element) -> impl Iterator<Item = String> {
    element.get_attribute_names().into_iter().filter_map(|name| name.as_string())
}

fn set(of: &Node, property: &str, value: &JsValue) {
    let _ = Reflect::set(of, &property.into(), value);
}
