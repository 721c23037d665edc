//! What starts, holds and keeps a run, and tells how far it is.

use super::{Ask, FigureState, Host, Phase};
use crate::{chart::number::fixed, model::About};
use leptos::prelude::*;

fn button(label: &'static str, ask: Ask, host: Host) -> impl IntoView {
    view! { <button class="btn" type="button" on:click=move |_| host.ask(ask.clone())>{label}</button> }
}

/// Run, step, stop, reset; how far the run is.
pub(super) fn run_bar(about: &'static About, state: FigureState, host: Host) -> impl IntoView {
    let is_under_way = move || state.phase.get().is_under_way();
    let go = move || match state.phase.get() {
        Phase::Starting | Phase::Running => "Pause",
        Phase::Paused => "Go on",
        Phase::Still | Phase::Finished | Phase::Failed => "Run",
    };
    let ask_go = move |_| host.ask(if state.phase.get_untracked().is_under_way() { Ask::Pause } else { Ask::Run });
    let n_steps = fixed(f64::from(about.n_steps), 0);
    let count = move || fixed(f64::from(state.step.get()), 0);
    let origin = move || if state.phase.get() == Phase::Still { "run at build" } else { "" };
    view! {
        <div class="lab-run">
            <button class="btn go" type="button" on:click=ask_go>
                <svg viewBox="0 0 10 10" aria-hidden="true">
                    <path d=move || if is_under_way() { "M1 0H4V10H1ZM6 0H9V10H6Z" } else { "M1 0L10 5 1 10Z" }/>
                </svg>
                <span>{go}</span>
            </button>
            {button("Step", Ask::Step, host)}
            {button("Stop", Ask::Stop, host)}
            {button("Reset", Ask::Reset, host)}
        </div>
        <div class="lab-count">
            <span>"step "<b>{count}</b>" of "{n_steps}</span><span>{origin}</span>
            <progress aria-label="Steps" max=about.n_steps.to_string() value=state.step.get_untracked().to_string() prop:value=move || f64::from(state.step.get())></progress>
        </div>
        // As properties: an empty text written at build would be a space, and take room.
        <p class="lab-status" role="status" prop:textContent=move || state.status.get()></p>
        <p class="lab-problem" role="alert" prop:textContent=move || state.problem.get()></p>
    }
}

/// Settings worth one click, and what to watch for.
pub(super) fn presets(about: &'static About, state: FigureState, host: Host) -> Option<impl IntoView> {
    if about.presets.is_empty() {
        return None;
    }
    let buttons = about.presets.iter().enumerate().map(|(preset_idx, preset)| {
        let is_chosen = move || if state.preset.get() == Some(preset_idx) { "true" } else { "false" };
        view! {
            <button class="btn" type="button" aria-pressed=is_chosen on:click=move |_| host.ask(Ask::Preset(preset_idx))>
                {preset.label}
            </button>
        }
    });
    let watch = move || {
        state.preset.get().and_then(|preset_idx| about.presets.get(preset_idx)).map_or("", |preset| preset.watch)
    };
    Some(view! {
        <div class="lab-presets" role="group" aria-label="Presets">{buttons.collect_view()}</div>
        <p class="lab-watch" aria-live="polite" prop:textContent=watch></p>
    })
}

/// What a reader may take away.
pub(super) fn keep(host: Host) -> impl IntoView {
    view! {
        <div class="lab-keep" role="group" aria-label="Keep">
            {button("Copy link", Ask::Share, host)}
            {button("Save CSV", Ask::Csv, host)}
        </div>
    }
}
