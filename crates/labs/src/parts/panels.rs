//! Places of charts.

use crate::chart::{Chart, push_escaped};
use leptos::prelude::*;

/// What a lab shows of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// One for each panel, in order.
    pub charts: Vec<Chart>,
    /// Single numbers: what each is, and how much.
    pub numbers: Vec<(&'static str, String)>,
}

/// The slot of the single numbers.
pub const NUMBERS: &str = "numbers";

impl Picture {
    /// The single numbers as HTML.
    pub fn numbers_html(&self) -> String {
        let mut out = String::new();
        for (what, amount) in &self.numbers {
            out.push_str("<div><dt>");
            push_escaped(&mut out, what);
            out.push_str("</dt><dd>");
            push_escaped(&mut out, amount);
            out.push_str("</dd></div>");
        }
        out
    }
}

/// A chart's place in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its name, unique in the lab; lower-case letters and hyphens.
    pub slot: &'static str,
    /// What stands there, in a few words.
    pub title: &'static str,
    /// How much of the column it takes.
    pub width: Width,
}

/// How much of the column a chart takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// All of it.
    Full,
    /// Half, where there is room for two.
    Half,
    /// Half, and as high as two.
    Tall,
}

impl Width {
    fn class(self) -> &'static str {
        match self {
            Self::Full => "lab-panel",
            Self::Half => "lab-panel lab-half",
            Self::Tall => "lab-panel lab-half lab-tall",
        }
    }
}

/// All places. `content` gives the markup of a slot: a chart's, or the table's behind it, whose
/// slot ends in `-table`.
pub(super) fn panels(
    panels: &'static [Panel],
    content: &dyn Fn(&str) -> String,
    is_live: bool,
) -> impl IntoView + use<> {
    let charts = panels
        .iter()
        .map(|panel| {
            let table = [panel.slot, "-table"].concat();
            let table_html = content(&table);
            // A drawing is an image; where arrow keys read it, it is a thing to operate.
            let keys = is_live.then(|| [panel.title, ": arrow keys read its values"].concat());
            view! {
                <div class=panel.width.class()>
                    <div
                        class="stage"
                        data-slot=panel.slot
                        tabindex=is_live.then_some("0")
                        role=is_live.then_some("application")
                        aria-label=keys
                        inner_html=content(panel.slot)
                    ></div>
                    <div class="lab-under">
                        <p class="lab-read" data-read=panel.slot aria-live="polite"></p>
                        <button class="btn bare client" type="button" data-save=panel.slot disabled=!is_live>
                            "SVG"
                        </button>
                        <details>
                            <summary>"Table"</summary>
                            <div class="table" tabindex="0" role="region" aria-label=panel.title data-slot=table inner_html=table_html></div>
                        </details>
                    </div>
                </div>
            }
        })
        .collect_view();
    view! { {charts}<dl class="lab-panel lab-half lab-numbers ui" data-slot=NUMBERS inner_html=content(NUMBERS)></dl> }
}
