//! What stands in the figure's regions.

use crate::patch::set_content;
use js_sys::Reflect;
use labs::{
    parts::Phase,
    sft::page::{
        Page,
        view::{REGIONS, SAID},
    },
};
use wasm_bindgen::JsValue;
use web_sys::{Element, HtmlElement};

/// The run bar's place in [`REGIONS`]: it counts the steps, and waits for no turn.
const RUN_BAR: usize = 0;

/// The regions of one figure.
pub struct Regions {
    /// As last put there, in the order of [`REGIONS`].
    shown: Vec<String>,
    /// What the build has written where answers stand.
    said: String,
    /// Whether the page may have changed.
    pub is_stale: bool,
    /// Regions that have not been asked since the page may have changed, from `next_idx` on, round and round.
    n_left: usize,
    next_idx: usize,
    phase: Phase,
    n_resets: u32,
}

/// What a frame has done.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Followed {
    /// The page may have changed since the frame before.
    pub is_new: bool,
    /// The document has changed.
    pub has_changed: bool,
    /// Regions are left for the next frames.
    pub is_more: bool,
}

impl Regions {
    /// Keeps what the page shows.
    pub fn taking_over(stage: &HtmlElement) -> Self {
        let said = find(stage, SAID).map(|region| region.inner_html()).unwrap_or_default();
        Self {
            shown: vec![String::new(); REGIONS.len()],
            said,
            is_stale: true,
            n_left: 0,
            next_idx: 0,
            phase: Phase::Still,
            n_resets: 0,
        }
    }

    /// What the build has written where answers stand.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// Shows what has changed: all at once, or while a run reports on itself the run bar and one other region a frame, so
    /// that the frames stay short.
    pub fn follow(&mut self, stage: &HtmlElement, page: &Page, id: &str) -> Followed {
        let mut followed = Followed { is_new: std::mem::take(&mut self.is_stale), ..Followed::default() };
        if followed.is_new {
            self.n_left = REGIONS.len();
        }
        let is_same = std::mem::replace(&mut self.phase, page.phase) == page.phase && self.n_resets == page.n_resets;
        if followed.is_new
            && !is_same
            && let Some(body) = stage.first_element_child()
        {
            let _ = body.set_attribute("data-phase", page.phase.name());
        }
        let is_short = is_same && page.phase == Phase::Running;
        if is_short && followed.is_new {
            followed.has_changed |= self.show(RUN_BAR, stage, page, id);
        }
        let n_now = if is_short { self.n_left.min(1) } else { self.n_left };
        for _ in 0..n_now {
            followed.has_changed |= self.show(self.next_idx, stage, page, id);
            self.next_idx = (self.next_idx + 1) % REGIONS.len();
        }
        self.n_left -= n_now;
        followed.is_more = self.n_left > 0;
        if page.n_resets != self.n_resets {
            self.n_resets = page.n_resets;
            put_fields_back(stage);
        }
        followed
    }

    /// Shows one region. Answers whether that has changed the document.
    fn show(&mut self, region_idx: usize, stage: &HtmlElement, page: &Page, id: &str) -> bool {
        let (Some(region), Some(shown)) = (REGIONS.get(region_idx), self.shown.get_mut(region_idx)) else {
            return false;
        };
        let text = if region.name == SAID && !page.has_shown() { self.said.clone() } else { (region.text)(page, id) };
        let place = (text != *shown).then(|| find(stage, region.name)).flatten();
        if let Some(place) = &place {
            set_content(place, &text);
            *shown = text;
        }
        place.is_some()
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
