//! Places of charts.

use leptos::prelude::*;

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
}

/// All places. `content` gives the markup of a slot: a chart's, or the table's behind it, whose
/// slot ends in `-table`.
pub(super) fn panels(panels: &'static [Panel], content: &dyn Fn(&str) -> String, is_live: bool) -> impl IntoView {
    panels
        .iter()
        .map(|panel| {
            let table = [panel.slot, "-table"].concat();
            let table_html = content(&table);
            // A drawing is an image; where arrow keys read it, it is a thing to operate.
            let keys = is_live.then(|| [panel.title, ": arrow keys read its values"].concat());
            view! {
                <div class="lab-panel" class:lab-half={panel.width == Width::Half}>
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
        .collect_view()
}
