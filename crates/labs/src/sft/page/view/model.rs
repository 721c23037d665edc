//! Which model, and how it comes.

use super::super::Page;
use super::super::models::{Coming, Which};
use super::push_button;
use crate::chart::{
    number::{fixed, short},
    push_escaped,
};
use crate::parts::controls::{push, push_control};
use crate::sft::about::PARAMETERS;

/// `2.7 MB`.
pub(super) fn megabytes(bytes: u64) -> String {
    let n = bytes as f64 / 1e6;
    [&fixed(n, if n < 10.0 { 1 } else { 0 }), " MB"].concat()
}

/// `about 40 s`, `about 3 min`.
pub(super) fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => ["about ", &fixed(s.max(1.0), 0), " s"].concat(),
        s if s < 5400.0 => ["about ", &fixed(s / 60.0, 0), " min"].concat(),
        s => ["about ", &short(s / 3600.0), " h"].concat(),
    }
}

/// The choice, the download, and what is known.
pub(super) fn model(page: &Page, id: &str) -> String {
    let mut out = String::new();
    if let Some(parameter) = PARAMETERS.iter().find(|parameter| parameter.name == "model")
        && let Some(value) = page.values.get("model")
    {
        push_control(&mut out, parameter, value, id);
    }
    let (which, models) = (Which::of(&page.values), &page.models);
    match (models.coming, which) {
        (_, Which::Disk) => out.push_str(
            "<label class=\"lab-file\">Choose <code>config.json</code>, <code>tokenizer.json</code> and \
             <code>model.safetensors</code> of a GPT-NeoX together<input type=\"file\" multiple data-file=\"model\"></label>",
        ),
        // It is small and soon there; the run bar counts it.
        (_, Which::Pocket) => {}
        (Some((_, coming)), Which::Hub) => push_coming(&mut out, coming),
        (None, Which::Hub) => push_hub(&mut out, page),
    }
    if let Some(info) = models.info_of(which) {
        let [n_layers, width, n_heads, vocabulary] = info.shape.map(|n| fixed(n.into(), 0));
        let [all, body] = [info.n_weights, info.n_body_weights].map(|n| fixed(n as f64, 0));
        push(
            &mut out,
            &[
                "<p class=\"lab-note\">",
                &all,
                " weights, ",
                &body,
                " of them in its body: ",
                &n_layers,
                " blocks of ",
                &width,
                " channels and ",
                &n_heads,
                " heads, ",
                &vocabulary,
                " tokens, context ",
                &fixed(info.context.into(), 0),
                ".</p>",
            ],
        );
    }
    out
}

fn push_coming(out: &mut String, coming: Coming) {
    let total = coming.total.map(|total| [" of ", &megabytes(total)].concat()).unwrap_or_default();
    let left = coming.seconds_left.map(|left| [", ", &duration(left), " left"].concat()).unwrap_or_default();
    // Without a total there is no share of it to show.
    let [value, max] = [coming.done, coming.total.unwrap_or(0)].map(|n| n.to_string());
    let share = coming.total.map(|_| [" max=\"", &max, "\" value=\"", &value, "\""].concat()).unwrap_or_default();
    push(
        out,
        &[
            "<progress aria-label=\"Bytes of the model\"",
            &share,
            "></progress><p class=\"lab-note\">",
            &megabytes(coming.done),
            &total,
            &left,
            "</p>",
        ],
    );
    push_button(out, "cancel", "Cancel", true);
}

fn push_hub(out: &mut String, page: &Page) {
    let models = &page.models;
    let Some(title) = &models.hub_title else {
        out.push_str(
            "<p class=\"lab-note\">This page may not ask the model hub. Open the article by its own address, or take the \
             three files from your disk.</p>",
        );
        return;
    };
    out.push_str("<p class=\"lab-note\">");
    push_escaped(out, title);
    match models.kept {
        Some((bytes, is_whole)) => {
            let words = if is_whole { " is kept on this device: " } else { " is kept in part: " };
            push(out, &[words, &megabytes(bytes), ".</p>"]);
        }
        None => {
            let place = if models.is_kept_for_good { "on this device" } else { "until you leave the page" };
            push(out, &[" comes from the Hugging Face hub when you ask for it, and is kept ", place, ".</p>"]);
        }
    }
    out.push_str("<div class=\"lab-row\">");
    if models.at_hand != Some(Which::Hub) {
        push_button(out, "bring", if models.kept.is_some() { "Load it" } else { "Fetch it" }, true);
    }
    if models.kept.is_some() {
        push_button(out, "forget", "Delete it", true);
    }
    out.push_str("</div>");
}
