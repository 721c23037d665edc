//! What stands in the figure's regions.

use crate::patch::set_content;
use js_sys::Reflect;
use labs::sft::page::{
    Page,
    view::{REGIONS, SAID},
};
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement};

/// The regions of one figure.
pub struct Regions {
    /// As last put there, in the order of [`REGIONS`].
    shown: Vec<String>,
    /// What the build has written where answers stand.
    said: String,
    /// Whether the page may have changed.
    pub is_stale: bool,
    n_resets: u32,
}

impl Regions {
    /// Keeps what the page shows.
    pub fn taking_over(stage: &HtmlElement) -> Self {
        let said = find(stage, SAID).map(|region| region.inner_html()).unwrap_or_default();
        Self { shown: vec![String::new(); REGIONS.len()], said, is_stale: true, n_resets: 0 }
    }

    /// What the build has written where answers stand.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Shows what has changed. Answers whether the page may have.
    pub fn follow(&mut self, stage: &HtmlElement, page: &Page, id: &str) -> bool {
        if !std::mem::take(&mut self.is_stale) {
            return false;
        }
        if let Some(body) = stage.first_element_child() {
            let _ = body.set_attribute("data-phase", page.phase.name());
        }
        for (region, shown) in REGIONS.iter().zip(&mut self.shown) {
            let text =
                if region.name == SAID && !page.has_shown() { self.said.clone() } else { (region.text)(page, id) };
            if text != *shown
                && let Some(place) = find(stage, region.name)
            {
                set_content(&place, &text);
                *shown = text;
            }
        }
        if page.n_resets != self.n_resets {
            self.n_resets = page.n_resets;
            put_fields_back(stage);
        }
        true
    }
}

fn find(stage: &HtmlElement, name: &str) -> Option<Element> {
    stage.query_selector(&["[data-region=\"", name, "\"]"].concat()).ok().flatten()
}

/// Fields show again what stands in the page's text, whatever was typed.
fn put_fields_back(stage: &HtmlElement) {
    let Ok(fields) = stage.query_selector_all("input, textarea, option") else { return };
    for field in (0..fields.length()).filter_map(|field_idx| fields.item(field_idx)) {
        for (property, default) in
            [("value", "defaultValue"), ("checked", "defaultChecked"), ("selected", "defaultSelected")]
        {
            let value = Reflect::get(&field, &default.into()).unwrap_or(JsValue::UNDEFINED);
            if !value.is_undefined() {
                let _ = Reflect::set(&field, &property.into(), &value);
            }
        }
    }
}
