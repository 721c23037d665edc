//! A lab's stage: charts and controls.

use super::{FigureState, Host, buttons, controls, panels::panels};
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
                    <div class="lab-settings" inner_html=controls::controls(values, id)></div>
                    {buttons::keep(host)}
                    <details class="lab-help" inner_html=controls::meanings(about.parameters, id)></details>
                </fieldset>
            </div>
        }
        .into_any()
    }
}
