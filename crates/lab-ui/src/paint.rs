//! Draws charts: what has changed, what can be seen, and one in a frame, since the browser's own work on
//! a new drawing (style, layout, paint) is more than ours.

use crate::{
    browser::{document, window},
    patch::set_drawing,
};
use labs::{
    chart::{Chart, Cursor, Direction, Form},
    parts::{NUMBERS, Panel, Picture, Width, session::Loss},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A table that stands open follows a run so often, in milliseconds.
const TABLE_MS: f64 = 1000.0;

/// Rows of a table.
const N_TABLE_ROWS: usize = 12;

/// A drawing of full width is the wide one if there is room for so many `rem`, as in the style sheet.
const WIDE_REM: f64 = 32.0;

/// Makes the picture of a report that has come.
pub type Pending = Box<dyn FnOnce() -> Result<Picture, Loss>>;

/// The charts of one figure.
pub struct Painter {
    places: Vec<Place>,
    charts: Vec<Chart>,
    /// The single numbers that the build has put there.
    still_numbers: String,
    numbers: Option<Element>,
    /// Of a report that came since the last frame.
    pending: Option<Pending>,
    /// Where the next frame begins, so that each chart has its turn.
    next_idx: usize,
    is_under_way: bool,
    tables_drawn_ms: f64,
}

/// A chart's place.
struct Place {
    slot: &'static str,
    width: Width,
    /// What the build has drawn, and the table behind it.
    still: String,
    still_table: String,
    element: Option<Element>,
    form: Form,
    is_seen: bool,
    is_stale: bool,
    cursor: Option<Cursor>,
}

impl Painter {
    /// Keeps what the page shows.
    pub fn taking_over(panels: &'static [Panel], stage: &HtmlElement) -> Self {
        let html = |slot: &str| find(stage, "data-slot", slot).map(|element| element.inner_html()).unwrap_or_default();
        let places = panels.iter().map(|panel| Place {
            slot: panel.slot,
            width: panel.width,
            still: html(panel.slot),
            still_table: html(&table_of(panel.slot)),
            element: None,
            form: Form::Narrow,
            is_seen: true,
            is_stale: false,
            cursor: None,
        });
        Self {
            places: places.collect(),
            charts: Vec::new(),
            still_numbers: html(NUMBERS),
            numbers: None,
            pending: None,
            next_idx: 0,
            is_under_way: false,
            tables_drawn_ms: 0.0,
        }
    }

    /// What the build has put into a slot.
    pub fn still(&self, slot: &str) -> String {
        if slot == NUMBERS {
            return self.still_numbers.clone();
        }
        let place = self
            .places
            .iter()
            .find(|place| slot.strip_prefix(place.slot).is_some_and(|rest| rest.is_empty() || rest == "-table"));
        place
            .map(|place| if slot == place.slot { place.still.clone() } else { place.still_table.clone() })
            .unwrap_or_default()
    }

    /// Finds the elements of the charts' slots.
    pub fn find_slots(&mut self, stage: &HtmlElement) -> Vec<Element> {
        self.numbers = find(stage, "data-slot", NUMBERS);
        for place in &mut self.places {
            place.element = find(stage, "data-slot", place.slot);
        }
        self.places.iter().filter_map(|place| place.element.clone()).collect()
    }

    /// Takes note of whether a chart can be seen. Answers whether it is to be drawn.
    pub fn see(&mut self, element: &Element, is_seen: bool) -> bool {
        let place = self.places.iter_mut().find(|place| place.element.as_ref() == Some(element));
        place.is_some_and(|place| {
            place.is_seen = is_seen;
            is_seen && place.is_stale
        })
    }

    /// Takes note of how wide the charts are. Answers whether any is to be drawn anew.
    pub fn measure(&mut self) -> bool {
        let root = document().document_element();
        let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
        let size = style.and_then(|style| style.get_property_value("font-size").ok());
        let rem = size.map(|size| js_sys::parse_float(&size)).filter(|rem| rem.is_finite()).unwrap_or(16.0);
        let has_charts = !self.charts.is_empty();
        let mut is_changed = false;
        for place in &mut self.places {
            let width = place.element.as_ref().map_or(0, Element::client_width);
            let is_wide = place.width == Width::Full && f64::from(width) > WIDE_REM * rem;
            let form = if is_wide { Form::Wide } else { Form::Narrow };
            if std::mem::replace(&mut place.form, form) != form && has_charts {
                place.is_stale = true;
                is_changed = true;
            }
        }
        is_changed
    }

    /// Whether a run is under way: readers of tables and values then hear less often of changes.
    pub fn set_under_way(&mut self, is_under_way: bool) {
        if std::mem::replace(&mut self.is_under_way, is_under_way) && !is_under_way {
            self.tables_drawn_ms = 0.0;
        }
    }

    /// Takes a report; the next frame shows it.
    pub fn take_report(&mut self, report: Pending) {
        self.pending = Some(report);
    }

    /// Drops what an earlier run has told.
    pub fn forget_pending(&mut self) {
        self.pending = None;
    }

    /// Brings the page's drawings back.
    pub fn draw_still(&mut self) {
        self.forget_pending();
        self.charts.clear();
        if let Some(numbers) = &self.numbers {
            numbers.set_inner_html(&self.still_numbers);
        }
        for place in &mut self.places {
            place.is_stale = false;
            place.cursor = None;
            if let Some(element) = &place.element {
                element.set_inner_html(&place.still);
                set_html(element, &table_of(place.slot), &place.still_table);
                tell(element, place.slot, "");
            }
        }
    }

    /// Draws for a part of a frame. Answers whether there is more to draw.
    pub fn paint(&mut self) -> Result<bool, Loss> {
        if let Some(pending) = self.pending.take() {
            let picture = pending()?;
            if let Some(numbers) = &self.numbers {
                numbers.set_inner_html(&picture.numbers_html());
            }
            self.charts = picture.charts;
            self.places.iter_mut().for_each(|place| place.is_stale = true);
            return Ok(true);
        }
        for _ in 0..self.places.len() {
            let place_idx = self.next_idx;
            self.next_idx = (self.next_idx + 1) % self.places.len();
            if self.paint_one(place_idx) {
                return Ok(true);
            }
        }
        if !self.charts.is_empty() && (!self.is_under_way || now() - self.tables_drawn_ms > TABLE_MS) {
            self.tables_drawn_ms = now();
            self.paint_tables();
        }
        Ok(false)
    }

    /// Draws a chart if that is due, and answers whether it was.
    fn paint_one(&mut self, place_idx: usize) -> bool {
        let is_under_way = self.is_under_way;
        let (Some(place), Some(chart)) = (self.places.get_mut(place_idx), self.charts.get(place_idx)) else {
            return false;
        };
        let Some(element) = &place.element else { return false };
        if !place.is_stale || !place.is_seen {
            return false;
        }
        place.is_stale = false;
        set_drawing(element, &chart.draw(place.form, place.cursor));
        if let Some(cursor) = place.cursor.filter(|_| !is_under_way) {
            tell(element, place.slot, &chart.read(cursor));
        }
        true
    }

    /// Fills the tables that stand open.
    pub fn paint_tables(&self) {
        for (place, chart) in self.places.iter().zip(&self.charts) {
            let Some(element) = &place.element else { continue };
            let table = element.parent_element().and_then(|panel| panel.query_selector("details[open]").ok().flatten());
            if table.is_some() {
                set_html(element, &table_of(place.slot), &chart.table(N_TABLE_ROWS).html());
            }
        }
    }

    /// Reads what is nearest to a place of the window. Answers whether a chart is to be drawn.
    pub fn point(&mut self, slot: &str, client: (f64, f64)) -> bool {
        let Some((place, chart)) = self.place(slot) else { return false };
        let svg = place.element.as_ref().and_then(|element| element.query_selector("svg").ok().flatten());
        let Some(svg) = svg else { return false };
        let rect = svg.get_bounding_client_rect();
        let scale = place.form.width() / rect.width().max(1.0);
        let cursor = chart.nearest(place.form, ((client.0 - rect.left()) * scale, (client.1 - rect.top()) * scale));
        place.set_cursor(cursor, chart)
    }

    /// Reads what an arrow key leads to. Answers whether a chart is to be drawn.
    pub fn go(&mut self, slot: &str, direction: Direction) -> bool {
        let Some((place, chart)) = self.place(slot) else { return false };
        place.set_cursor(chart.next(place.cursor, direction), chart)
    }

    /// Reads nothing any more. Answers whether a chart is to be drawn.
    pub fn leave(&mut self, slot: &str) -> bool {
        self.place(slot).is_some_and(|(place, chart)| place.set_cursor(None, chart))
    }

    fn place(&mut self, slot: &str) -> Option<(&mut Place, &Chart)> {
        self.places.iter_mut().zip(&self.charts).find(|(place, _)| place.slot == slot)
    }

    /// The numbers of all charts, if a run has given any.
    pub fn csv(&self) -> Option<String> {
        if self.charts.is_empty() {
            return None;
        }
        let mut out = String::from("chart,series,x,y\n");
        for (place, chart) in self.places.iter().zip(&self.charts) {
            chart.push_csv(&mut out, place.slot);
        }
        Some(out)
    }
}

impl Place {
    fn set_cursor(&mut self, cursor: Option<Cursor>, chart: &Chart) -> bool {
        if self.cursor == cursor {
            return false;
        }
        self.cursor = cursor;
        self.is_stale = true;
        if let Some(element) = &self.element {
            tell(element, self.slot, &cursor.map(|cursor| chart.read(cursor)).unwrap_or_default());
        }
        true
    }
}

fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

fn table_of(slot: &str) -> String {
    [slot, "-table"].concat()
}

/// The element of `root` with this attribute.
fn find(root: &Element, attribute: &str, value: &str) -> Option<Element> {
    root.query_selector(&["[", attribute, "=\"", value, "\"]"].concat()).ok().flatten()
}

fn set_html(slot: &Element, other: &str, html: &str) {
    if let Some(other) = slot.parent_element().and_then(|panel| find(&panel, "data-slot", other)) {
        other.set_inner_html(html);
    }
}

fn tell(slot: &Element, name: &str, words: &str) {
    if let Some(line) = slot.parent_element().and_then(|panel| find(&panel, "data-read", name)) {
        line.unchecked_into::<HtmlElement>().set_text_content(Some(words));
    }
}
