//! Changes a drawing to a newer one by touching only what differs: axes and words mostly stay, and the browser then
//! has neither to shape text nor to lay it out again.

use crate::browser::document;
use web_sys::Element;

/// Makes `place` hold the single element that `html` is.
pub fn set_drawing(place: &Element, html: &str) {
    // The build leaves two forms of each drawing, of which the style sheet shows one.
    let old = place.first_element_child().filter(|_| place.child_element_count() == 1);
    let (Some(old), Ok(sheet)) = (old, document().create_element("div")) else {
        return place.set_inner_html(html);
    };
    sheet.set_inner_html(html);
    if let Some(new) = sheet.first_element_child() {
        patch(&old, &new);
    }
}

/// Makes `old`, which stands in the page, equal to `new`, which does not and may be taken apart.
fn patch(old: &Element, new: &Element) {
    if old.is_equal_node(Some(new)) {
        return;
    }
    let n_children = old.child_element_count();
    let is_alike = n_children > 0 && n_children == new.child_element_count() && old.tag_name() == new.tag_name();
    if !is_alike {
        let _ = old.replace_with_with_node_1(new);
        return;
    }
    for name in new.get_attribute_names() {
        let Some(name) = name.as_string() else { continue };
        let value = new.get_attribute(&name).unwrap_or_default();
        if old.get_attribute(&name).as_ref() != Some(&value) {
            let _ = old.set_attribute(&name, &value);
        }
    }
    let (mut olds, mut news) = (old.first_element_child(), new.first_element_child());
    while let (Some(old), Some(new)) = (olds, news) {
        // Either may leave its place in the next line.
        (olds, news) = (old.next_element_sibling(), new.next_element_sibling());
        patch(&old, &new);
    }
}
