//! What is taken away, and what is taken up again.

use super::super::Page;
use super::push_button;
use crate::chart::number::fixed;
use crate::parts::controls::push;
use crate::sft::settings::Train;

/// A link and the numbers.
pub(super) fn share() -> String {
    let mut out = String::from("<div class=\"lab-keep\" role=\"group\" aria-label=\"Keep\">");
    push_button(&mut out, "share", "Copy link", true);
    push_button(&mut out, "csv", "Save CSV", true);
    out.push_str("</div>");
    out
}

/// Weights, what stands beside them, kept weights and checkpoints.
pub(super) fn files(page: &Page) -> String {
    let mut out = String::from(
        "<p class=\"lab-note\">The files load in Hugging Face transformers, an adapter in peft; “Your files” above reads \
         the three of a model back.</p><div class=\"lab-row\">",
    );
    let is_adapter = page.settings_of_run().is_some_and(|settings| matches!(settings.train, Train::Lora { .. }));
    for (ask, words) in [
        ("take:f32", "Weights, 32 bits"),
        ("take:f16", "Weights, 16 bits"),
        ("take:config", "config.json"),
        ("take:tokenizer", "tokenizer.json"),
    ] {
        push_button(&mut out, ask, words, true);
    }
    push_button(&mut out, "take:adapter", "Adapter", is_adapter);
    push_button(&mut out, "take:adapter-config", "adapter_config.json", is_adapter);
    out.push_str(
        "</div><div class=\"lab-row\"><label class=\"lab-file\">Add an adapter to the model: \
         <code>adapter_config.json</code> and <code>adapter_model.safetensors</code> together\
         <input type=\"file\" multiple data-file=\"adapter\"></label>",
    );
    if page.models.has_adapter {
        push_button(&mut out, "drop-adapter", "Without the adapter", true);
    }
    out.push_str("</div><div class=\"lab-row\">");
    push_button(&mut out, "rewind:start", "Back to the start", page.has_run());
    push_button(&mut out, "rewind:best", "Back to the best", page.has_best());
    push_button(&mut out, "check", "Judge the answers now", page.has_weights() && page.pairs.preset.is_some());
    out.push_str("</div><p class=\"lab-note\">");
    match (page.checkpoints.is_possible, page.checkpoints.written_at) {
        (false, _) => out.push_str("This browser has no place for checkpoints: a run is lost when the page is left."),
        (true, None) => {
            out.push_str("While a run goes on, a checkpoint is written every thirty seconds and when the page is left.")
        }
        (true, Some(step)) => push(&mut out, &["The last checkpoint holds step ", &fixed(step.into(), 0), "."]),
    }
    out.push_str("</p>");
    out
}
