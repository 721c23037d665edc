//! The fields of a run's settings.

use super::super::Page;
use super::model::{duration, megabytes};
use super::push_button;
use crate::chart::{Form, number::fixed};
use crate::parameters::Parameter;
use crate::parts::controls::{self, push, push_control, push_seed};
use crate::sft::about::PARAMETERS;

/// Those that are seen at once.
const MAIN: [&str; 4] = ["learning_rate", "epochs", "batch", "train"];
/// Those of an adapter.
const LORA: [&str; 6] = ["rank", "alpha", "qkv", "dense", "expand", "contract"];
/// The rest, in order.
const FINE: [&str; 13] = [
    "mask",
    "length",
    "warm_up",
    "final",
    "decay",
    "clip",
    "evaluate",
    "sample",
    "best",
    "temperature",
    "top_k",
    "top_p",
    "workers",
];

fn push_all(out: &mut String, page: &Page, id: &str, names: &[&str]) {
    for name in names {
        if let Some(parameter) = PARAMETERS.iter().find(|parameter| parameter.name == *name)
            && let Some(value) = page.values.get(name)
        {
            push_control(out, parameter, value, id);
        }
    }
}

/// What is set most.
pub(super) fn main(page: &Page, id: &str) -> String {
    let mut out = String::new();
    push_all(&mut out, page, id, &MAIN);
    if page.values.choice("train") == "lora" {
        push_all(&mut out, page, id, &LORA);
    }
    push_seed(&mut out, page.seed, id);
    let keeps = if page.keeps_training { " checked" } else { "" };
    push(
        &mut out,
        &[
            "<div class=\"lab-ctl lab-switch\"><label for=\"",
            id,
            "-keep\">Keep training out of sight</label><input type=\"checkbox\" id=\"",
            id,
            "-keep\" data-type=\"keep-training\"",
            keeps,
            "></div><div class=\"lab-row\">",
        ],
    );
    push_button(&mut out, "estimate", "Estimate time and memory", true);
    out.push_str("</div>");
    if let Some(estimate) = page.estimate {
        push(
            &mut out,
            &[
                "<p class=\"lab-note\" role=\"status\">",
                &fixed(estimate.n_steps.into(), 0),
                " steps, ",
                &duration(estimate.seconds.into()),
                ", at ",
                &fixed(estimate.tokens_per_s.into(), 0),
                " tokens/s in one worker; ",
                &megabytes(estimate.memory_bytes),
                " of memory.",
            ],
        );
        let cut = estimate.truncation;
        if cut.n_cut + cut.n_dropped > 0 {
            let [n_cut, n_dropped] = [cut.n_cut, cut.n_dropped].map(|n| fixed(n.into(), 0));
            push(&mut out, &[" ", &n_cut, " pairs lose their end, and ", &n_dropped, " have no room at all."]);
        }
        out.push_str("</p>");
    }
    out
}

/// What is set seldom.
pub(super) fn fine(page: &Page, id: &str) -> String {
    let mut out = String::new();
    push_all(&mut out, page, id, &FINE);
    out.push_str(&super::charts::rate(page).draw(Form::Narrow, None));
    out
}

/// What the settings mean; of a still picture, those that are seen.
pub(super) fn meanings(id: &str, is_live: bool) -> String {
    if is_live {
        return controls::meanings(PARAMETERS, id);
    }
    let is_seen = |parameter: &&Parameter| MAIN.contains(&parameter.name) || parameter.name == "model";
    controls::meanings(&PARAMETERS.iter().filter(is_seen).copied().collect::<Vec<_>>(), id)
}
