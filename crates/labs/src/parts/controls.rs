//! Sliders, choices and switches, made from a lab's list of parameters.

use super::{Ask, FigureState, Host};
use crate::{
    chart::number::significant,
    parameters::{Kind, Parameter, Scale, Value},
};
use leptos::prelude::*;

/// Steps of a slider that runs by factors.
const N_LOG_STEPS: f64 = 120.0;

/// The control of one parameter. `figure` is the figure's id, which makes the control's unique.
pub(super) fn control(parameter: &'static Parameter, figure: &str, state: FigureState, host: Host) -> AnyView {
    let id = [figure, "-", parameter.name].concat();
    let help = [&id, "-help"].concat();
    let text = move || state.values.with(|values| values.get(parameter.name).map(|value| parameter.text(value)));
    let ask = move |text: String| host.ask(Ask::Set { name: parameter.name, text });
    match parameter.kind {
        Kind::Whole { .. } | Kind::Number { .. } => {
            let unit = if parameter.unit.is_empty() { String::new() } else { [" (", parameter.unit, ")"].concat() };
            let (min, max, step) = slider_range(&parameter.kind);
            let place = move || {
                state.values.with(|values| values.get(parameter.name).and_then(|value| place(&parameter.kind, value)))
            };
            let name = [parameter.label, ", slider"].concat();
            view! {
                <div class="lab-ctl">
                    <label for=id.clone()>{parameter.label}{unit}</label>
                    <input
                        class="num" type="text" inputmode="decimal" autocomplete="off" id=id aria-describedby=help
                        value=text() prop:value=text on:change:target=move |event| ask(event.target().value())
                    />
                    <input
                        type="range" min=min max=max step=step aria-label=name
                        value=place() prop:value=move || place().map(|place| place.to_string())
                        aria-valuetext=text
                        on:input:target=move |event| {
                            let place = event.target().value().parse().unwrap_or(min);
                            ask(text_at(&parameter.kind, place));
                        }
                    />
                </div>
            }
            .into_any()
        }
        Kind::Choice { options, .. } => {
            let entries = options.iter().map(|(name, label)| {
                let is_chosen = text().as_deref() == Some(*name);
                view! { <option value=*name selected=is_chosen>{*label}</option> }
            });
            view! {
                <div class="lab-ctl lab-choice">
                    <label for=id.clone()>{parameter.label}</label>
                    <select
                        id=id aria-describedby=help prop:value=text
                        on:change:target=move |event| ask(event.target().value())
                    >
                        {entries.collect_view()}
                    </select>
                </div>
            }
            .into_any()
        }
        Kind::Switch { .. } => {
            let is_on = move || state.values.with(|values| values.is_on(parameter.name));
            view! {
                <div class="lab-ctl lab-switch">
                    <label for=id.clone()>{parameter.label}</label>
                    <input
                        type="checkbox" id=id aria-describedby=help checked=is_on() prop:checked=is_on
                        on:change:target=move |event| ask(event.target().checked().to_string())
                    />
                </div>
            }
            .into_any()
        }
    }
}

/// Ends and step of the slider of a number.
fn slider_range(kind: &Kind) -> (f64, f64, f64) {
    match *kind {
        Kind::Whole { min, max, .. } => (f64::from(min), f64::from(max), 1.0),
        Kind::Number { min, max, scale: Scale::Linear(step), .. } => (min, max, step),
        Kind::Number { scale: Scale::Log, .. } => (0.0, N_LOG_STEPS, 1.0),
        Kind::Choice { .. } | Kind::Switch { .. } => (0.0, 1.0, 1.0),
    }
}

/// Where a value stands on its slider.
fn place(kind: &Kind, value: Value) -> Option<f64> {
    match (value, *kind) {
        (Value::Whole(n), _) => Some(f64::from(n)),
        (Value::Number(x), Kind::Number { min, max, scale: Scale::Log, .. }) => {
            Some(((x / min).ln() / (max / min).ln() * N_LOG_STEPS).round())
        }
        (Value::Number(x), _) => Some(x),
        (Value::Choice(_) | Value::Switch(_), _) => None,
    }
}

/// The value at a place of the slider, as [`Parameter::parse`] reads it: by factors, to two digits.
fn text_at(kind: &Kind, place: f64) -> String {
    let Kind::Number { min, max, scale: Scale::Log, .. } = *kind else { return place.to_string() };
    let x = min * (max / min).powf(place / N_LOG_STEPS);
    let digits = 10f64.powi(1 - x.log10().floor() as i32);
    // Division by a power of ten gives the number that a reader would type.
    let rounded = if digits >= 1.0 { (x * digits).round() / digits } else { (x * digits).round() * (1.0 / digits) };
    rounded.clamp(min, max).to_string()
}

/// What the settings mean, folded.
pub(super) fn meanings(parameters: &'static [Parameter], figure: &str) -> impl IntoView + use<> {
    let entries = parameters.iter().map(|parameter| {
        let id = [figure, "-", parameter.name, "-help"].concat();
        let range = match parameter.kind {
            Kind::Whole { min, max, .. } => range(f64::from(min), f64::from(max)),
            Kind::Number { min, max, .. } => range(min, max),
            Kind::Choice { .. } | Kind::Switch { .. } => String::new(),
        };
        view! { <dt>{parameter.label}</dt><dd id=id>{parameter.help}{range}</dd> }
    });
    view! {
        <details class="lab-help">
            <summary>"What the settings mean"</summary>
            <dl>{entries.collect_view()}</dl>
        </details>
    }
}

fn range(min: f64, max: f64) -> String {
    format!(" From {} to {}.", significant(min, 6), significant(max, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: Kind = Kind::Number { min: 1e-4, max: 1.0, default: 0.01, scale: Scale::Log };

    #[test]
    fn a_slider_by_factors_meets_its_ends_and_round_numbers() {
        let texts = [0.0, 30.0, 60.0, 90.0, 120.0].map(|place| text_at(&LOG, place));
        assert_eq!(texts, ["0.0001", "0.001", "0.01", "0.1", "1"]);
        assert_eq!(place(&LOG, Value::Number(0.01)), Some(60.0));
        assert_eq!(text_at(&LOG, 69.0), "0.02");
    }

    #[test]
    fn every_place_of_a_slider_is_a_value() {
        let parameter = Parameter { name: "x", label: "x", unit: "", help: "", kind: LOG };
        for step_idx in 0..=N_LOG_STEPS as u32 {
            let text = text_at(&LOG, f64::from(step_idx));
            assert!(parameter.parse(&text).is_ok() && text.len() <= 8, "{text}");
        }
    }
}
