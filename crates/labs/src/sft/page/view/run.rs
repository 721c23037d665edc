//! The run bar, and the sets of pairs worth one click.

use super::super::Page;
use super::super::models::Which;
use super::model::megabytes;
use super::push_button;
use crate::chart::{number::fixed, push_escaped};
use crate::parts::Phase;
use crate::parts::controls::push;
use crate::sft::about::ABOUT;

/// Run, step, stop, reset; how far the run is; what is wrong.
pub(super) fn run_bar(page: &Page) -> String {
    let is_under_way = page.phase.is_under_way();
    let words = match page.phase {
        Phase::Starting | Phase::Running => "Pause",
        _ if page.can_go_on() => "Go on",
        _ => "Run",
    };
    let mark = if is_under_way { "M1 0H4V10H1ZM6 0H9V10H6Z" } else { "M1 0L10 5 1 10Z" };
    let mut out = String::from("<div class=\"lab-run\">");
    push(
        &mut out,
        &[
            "<button class=\"btn go\" type=\"button\" data-ask=\"go\"><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">\
             <path d=\"",
            mark,
            "\"/></svg><span>",
            words,
            "</span></button>",
        ],
    );
    for (ask, words) in [("step", "Step"), ("stop", "Stop"), ("reset", "Reset")] {
        push_button(&mut out, ask, words, true);
    }
    // While a run is being prepared, the picture's last step is none of its own.
    let step_of_run = if page.phase == Phase::Starting { 0 } else { page.step };
    let (step, n_steps) = (fixed(step_of_run.into(), 0), fixed(page.n_steps.into(), 0));
    // Short, so that it stands beside the count and moves nothing.
    let origin = match (page.verdict.progress(), page.models.coming) {
        (Some((n_answered, n)), _) => [&fixed(n_answered as f64, 0), " of ", &fixed(n as f64, 0)].concat(),
        (None, Some((Which::Pocket, coming))) => megabytes(coming.done),
        // What a page shows after a failed beginning is still its picture.
        _ if page.phase == Phase::Still || page.phase == Phase::Failed && !page.has_shown() => {
            "run at build".to_owned()
        }
        _ => String::new(),
    };
    let [value, max] = [step_of_run, page.n_steps.max(1)].map(|n| n.to_string());
    push(
        &mut out,
        &[
            "</div><div class=\"lab-count\"><span>step <b>",
            &step,
            "</b> of <i>",
            &n_steps,
            "</i></span><span>",
            &origin,
            "</span><progress aria-label=\"Steps\" max=\"",
            &max,
            "\" value=\"",
            &value,
            "\"></progress></div><p class=\"lab-status\" role=\"status\">",
        ],
    );
    push_escaped(&mut out, &page.status);
    out.push_str("</p><p class=\"lab-problem\" role=\"alert\">");
    push_escaped(&mut out, &page.problem);
    out.push_str("</p>");
    if page.checkpoints.found.is_some() && !is_under_way {
        out.push_str("<div class=\"lab-offer\"><p>A run of an earlier visit is kept.</p><div class=\"lab-row\">");
        push_button(&mut out, "take-up", "Take it up", true);
        push_button(&mut out, "drop", "Delete it", true);
        out.push_str("</div></div>");
    }
    out
}

/// Sets of pairs, and what to watch for.
pub(super) fn presets(page: &Page) -> String {
    let mut out = String::from("<div class=\"lab-presets\" role=\"group\" aria-label=\"Pairs to begin with\">");
    for (preset_idx, preset) in ABOUT.presets.iter().enumerate() {
        let pressed = if page.preset == Some(preset_idx) { "true" } else { "false" };
        let ask = preset_idx.to_string();
        push(
            &mut out,
            &[
                "<button class=\"btn\" type=\"button\" aria-pressed=\"",
                pressed,
                "\" data-ask=\"preset:",
                &ask,
                "\">",
                preset.label,
                "</button>",
            ],
        );
    }
    out.push_str("</div><p class=\"lab-watch\" aria-live=\"polite\">");
    out.push_str(page.preset.and_then(|preset_idx| ABOUT.presets.get(preset_idx)).map_or("", |preset| preset.watch));
    out.push_str("</p>");
    out
}
