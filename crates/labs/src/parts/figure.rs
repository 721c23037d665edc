//! A lab's stage: charts and controls.

use super::{
    DEFAULT_SEED, FigureState, Host, Panel, buttons,
    controls::{self, push_control, push_seed},
    push_numbers, push_panel,
};
use crate::{parameters::Values, registry::View};
use leptos::prelude::*;

/// What a stage is made from.
pub struct Figure<'a> {
    /// The lab.
    pub view: View,
    /// The figure's id on its page.
    pub id: &'a str,
    /// Settings of the controls.
    pub values: &'a Values,
    /// What is shown.
    pub state: FigureState,
    /// Whom the controls ask.
    pub host: Host,
    /// Markup of each slot of the panels, drawn at build or taken over from the page.
    pub content: &'a dyn Fn(&str) -> String,
    /// Whether controls work: in a still they only keep their place.
    pub is_live: bool,
}

impl Figure<'_> {
    /// The stage.
    pub fn stage(self) -> AnyView {
        let Self { view, id, values, state, host, content, is_live } = self;
        let about = view.about;
        view! {
            <div class="lab-body" data-phase=move || state.phase.get().name()>
                <div class="lab-charts" inner_html=panels(view.panels, content, is_live)></div>
                <fieldset class="lab-drive ui client" disabled=!is_live>
                    <legend class="lab-legend">"Run"</legend>
                    {buttons::run_bar(about, state, host)}
                </fieldset>
                <fieldset class="lab-controls ui client" disabled=!is_live>
                    <legend class="lab-legend">"Settings"</legend>
                    {buttons::presets(about, state, host)}
                    <div class="lab-settings" inner_html=controls(values, id)></div>
                    {buttons::keep(host)}
                    <details class="lab-help" inner_html=controls::meanings(about.parameters, id)></details>
                </fieldset>
            </div>
        }
        .into_any()
    }
}

/// All places, written as text. `content` gives the markup of a slot: a chart's, or the table's
/// behind it, whose slot ends in `-table`.
fn panels(panels: &[Panel], content: &dyn Fn(&str) -> String, is_live: bool) -> String {
    let mut out = String::new();
    panels.iter().for_each(|panel| push_panel(&mut out, panel, content, is_live));
    push_numbers(&mut out, content);
    out
}

/// Controls of all parameters and of the seed, set to `values`. `figure` is the figure's id, which
/// makes the controls' unique.
fn controls(values: &Values, figure: &str) -> String {
    let mut out = String::new();
    for parameter in values.spec() {
        if let Some(value) = values.get(parameter.name) {
            push_control(&mut out, parameter, value, figure);
        }
    }
    push_seed(&mut out, DEFAULT_SEED, figure);
    out
}
