//! A lab's stage: charts and controls.

use super::{FigureState, Host, buttons, controls, panels::panels};
use crate::registry::View;
use leptos::prelude::*;

/// What a stage is made from.
pub struct Figure<'a> {
    /// The lab.
    pub view: View,
    /// The figure's id on its page.
    pub id: &'a str,
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
        let Self { view, id, state, host, content, is_live } = self;
        let about = view.about;
        let controls: Vec<_> =
            about.parameters.iter().map(|parameter| controls::control(parameter, id, state, host)).collect();
        view! {
            <div class="lab-body" data-phase=move || state.phase.get().name()>
                <div class="lab-charts">{panels(view.panels, content, is_live)}</div>
                <fieldset class="lab-controls ui client" disabled=!is_live>
                    <legend class="lab-legend">"Controls"</legend>
                    {buttons::run_bar(about, state, host)}
                    {buttons::presets(about, state, host)}
                    {controls}
                    {buttons::seed(id, state, host)}
                    {buttons::keep(host)}
                    {controls::meanings(about.parameters, id)}
                </fieldset>
            </div>
        }
        .into_any()
    }
}
