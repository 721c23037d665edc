//! Sliders, choices and switches, made from a lab's list of parameters.
//!
//! They are written as text, since a view of each would cost the lab module more than all charts. What
//! a reader sets is told by an element's `data-set`: the parameter's name, or [`SEED`].

use crate::{
    chart::{number::significant, push_escaped},
    parameters::{Kind, Parameter, Scale, Value},
};
use ml::decimal::shortest;

/// Steps of a slider that runs by factors.
const N_LOG_STEPS: f64 = 120.0;

/// What the field of the seed sets.
pub const SEED: &str = "seed";

/// The control of the seed.
pub(crate) fn push_seed(out: &mut String, seed: u64, figure: &str) {
    let seed = seed.to_string();
    push(
        out,
        &[
            "<div class=\"lab-ctl lab-seed\"><label for=\"",
            figure,
            "-seed\">Seed</label>\
         <button class=\"btn bare\" type=\"button\" data-new-seed>New seed</button>\
         <input class=\"num\" type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" id=\"",
            figure,
            "-seed\" data-set=\"seed\" value=\"",
            &seed,
            "\"></div>",
        ],
    );
}

/// The control of one parameter.
pub(crate) fn push_control(out: &mut String, parameter: &Parameter, value: Value, figure: &str) {
    let class = match parameter.kind {
        Kind::Whole { .. } | Kind::Number { .. } => "lab-ctl",
        Kind::Choice { .. } => "lab-ctl lab-choice",
        Kind::Switch { .. } => "lab-ctl lab-switch",
    };
    let text = parameter.text(value);
    let id = [figure, "-", parameter.name].concat();
    push(out, &["<div class=\"", class, "\"><label for=\"", &id, "\">"]);
    push_escaped(out, parameter.label);
    if !parameter.unit.is_empty() {
        push_escaped(out, &[" (", parameter.unit, ")"].concat());
    }
    let own = ["\" id=\"", &id, "\" data-set=\"", parameter.name, "\" aria-describedby=\"", &id, "-help\""].concat();
    out.push_str("</label>");
    match parameter.kind {
        Kind::Whole { .. } | Kind::Number { .. } => {
            let (min, max, step) = slider_range(&parameter.kind);
            let [min, max, step] = [min, max, step].map(shortest);
            let at = shortest(place(&parameter.kind, value).unwrap_or_default());
            push(
                out,
                &[
                    "<input class=\"num\" type=\"text\" inputmode=\"decimal\" autocomplete=\"off",
                    &own,
                    " value=\"",
                    &text,
                    "\"><input type=\"range\" data-slide=\"",
                    parameter.name,
                    "\" min=\"",
                    &min,
                    "\" max=\"",
                    &max,
                    "\" step=\"",
                    &step,
                    "\" value=\"",
                    &at,
                    "\" aria-valuetext=\"",
                    &text,
                    "\" aria-label=\"",
                ],
            );
            push_escaped(out, parameter.label);
            out.push_str(", slider\">");
        }
        Kind::Choice { options, .. } => {
            push(out, &["<select class=\"choice", &own, ">"]);
            for (name, label) in options {
                let selected = if text == *name { "\" selected>" } else { "\">" };
                push(out, &["<option value=\"", name, selected]);
                push_escaped(out, label);
                out.push_str("</option>");
            }
            out.push_str("</select>");
        }
        Kind::Switch { .. } => {
            let checked = if value == Value::Switch(true) { " checked>" } else { ">" };
            push(out, &["<input type=\"checkbox", &own, checked]);
        }
    }
    out.push_str("</div>");
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
pub fn place(kind: &Kind, value: Value) -> Option<f64> {
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
pub fn text_at(kind: &Kind, place: f64) -> String {
    let Kind::Number { min, max, scale: Scale::Log, .. } = *kind else { return shortest(place) };
    let x = min * (max / min).powf(place / N_LOG_STEPS);
    let digits = 10f64.powi(1 - x.log10().floor() as i32);
    // Division by a power of ten gives the number that a reader would type.
    let rounded = if digits >= 1.0 { (x * digits).round() / digits } else { (x * digits).round() * (1.0 / digits) };
    // `clamp` would write down limits that cross, and brings the standard library's writing of floats for it.
    shortest(rounded.max(min).min(max))
}

/// What the settings mean, folded.
pub(crate) fn meanings(parameters: &[Parameter], figure: &str) -> String {
    let mut out = String::from("<summary>What the settings mean</summary><dl>");
    for parameter in parameters {
        out.push_str("<dt>");
        push_escaped(&mut out, parameter.label);
        push(&mut out, &["</dt><dd id=\"", figure, "-", parameter.name, "-help\">"]);
        push_escaped(&mut out, parameter.help);
        let range = match parameter.kind {
            Kind::Whole { min, max, .. } => Some((f64::from(min), f64::from(max))),
            Kind::Number { min, max, .. } => Some((min, max)),
            Kind::Choice { .. } | Kind::Switch { .. } => None,
        };
        if let Some((min, max)) = range {
            push(&mut out, &[" From ", &significant(min, 6), " to ", &significant(max, 6), "."]);
        }
        out.push_str("</dd>");
    }
    out.push_str("</dl>");
    out
}

/// Adds pieces of text.
pub(crate) fn push(out: &mut String, pieces: &[&str]) {
    pieces.iter().for_each(|piece| out.push_str(piece));
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
