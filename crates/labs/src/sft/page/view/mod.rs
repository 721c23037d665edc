//! The figure as text: its places, and what stands in each of them.
//!
//! A region is written anew whenever the page has changed, and what differs from what stands there is put in its place;
//! fields that the reader types into are touched only where their own value changed.

mod charts;
mod data;
mod files;
mod model;
mod run;
mod said;
mod settings;

pub use charts::{PANELS, picture};
pub use said::said;

use super::Page;
use crate::parts::controls::push;
use crate::parts::{push_numbers, push_panel};

/// A place whose text follows the page.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// Its name; lower-case letters and hyphens.
    pub name: &'static str,
    /// What stands there, in the figure of this id.
    pub text: fn(&Page, &str) -> String,
}

/// Answers of the watched prompts. Before the first run, the page's own picture stands there.
pub const SAID: &str = "said";

/// All of them.
pub const REGIONS: &[Region] = &[
    Region { name: "run", text: |page, _| run::run_bar(page) },
    Region { name: SAID, text: |page, _| said::said(page) },
    Region { name: "presets", text: |page, _| run::presets(page) },
    Region { name: "model", text: model::model },
    Region { name: "main", text: settings::main },
    Region { name: "fine", text: settings::fine },
    Region { name: "share", text: |_, _| files::share() },
    Region { name: "data", text: data::data },
    Region { name: "mask", text: |page, _| data::mask(page) },
    Region { name: "try", text: said::trial },
    Region { name: "files", text: |page, _| files::files(page) },
];

/// What is opened by a click, and holds nothing in a still picture.
const FOLDED: [(&str, &str, &str); 4] = [
    ("data", "Pairs and template", "lab-pairs"),
    ("mask", "What the loss counts, token by token", "lab-mask"),
    ("try", "Ask it something of your own", "lab-try"),
    ("files", "Take it away, take it up again", "lab-files"),
];

/// The stage of the figure `id`. `content` gives the markup of the charts' slots and of [`SAID`] as they stand there
/// before the first run.
pub fn stage(page: &Page, id: &str, content: &dyn Fn(&str) -> String, is_live: bool) -> String {
    let mut out = String::from("<div class=\"lab-body lab-sft\" data-phase=\"still\"><div class=\"lab-charts\">");
    let region = |out: &mut String, name: &str, class: &str, text: &str| {
        push(out, &["<div class=\"", class, "\" data-region=\"", name, "\">", text, "</div>"]);
    };
    let text_of = |name: &str| {
        let found = REGIONS.iter().find(|region| region.name == name);
        found.map(|region| (region.text)(page, id)).unwrap_or_default()
    };
    push_panel(&mut out, &PANELS[0], content, is_live);
    region(&mut out, SAID, "lab-panel lab-said ui", &content(SAID));
    PANELS[1..].iter().for_each(|panel| push_panel(&mut out, panel, content, is_live));
    push_numbers(&mut out, content);
    out.push_str("</div>");
    let state = if is_live { "" } else { " disabled" };
    push(&mut out, &["<fieldset class=\"lab-drive ui client\"", state, "><legend class=\"lab-legend\">Run</legend>"]);
    region(&mut out, "run", "lab-bar", &text_of("run"));
    push(
        &mut out,
        &[
            "</fieldset><fieldset class=\"lab-controls ui client\"",
            state,
            "><legend class=\"lab-legend\">Settings</legend>",
        ],
    );
    for name in ["presets", "model", "main"] {
        region(&mut out, name, "lab-settings", &text_of(name));
    }
    let fine = if is_live { text_of("fine") } else { String::new() };
    out.push_str("<details class=\"lab-help lab-more\"><summary>More settings</summary>");
    region(&mut out, "fine", "lab-settings", &fine);
    out.push_str("</details>");
    region(&mut out, "share", "lab-settings", &text_of("share"));
    push(&mut out, &["<details class=\"lab-help\">", &settings::meanings(id, is_live), "</details></fieldset>"]);
    push(
        &mut out,
        &["<fieldset class=\"lab-wide ui client\"", state, "><legend class=\"lab-legend\">Pairs and files</legend>"],
    );
    for (name, title, class) in FOLDED {
        let text = if is_live { text_of(name) } else { String::new() };
        push(&mut out, &["<details class=\"lab-help ", class, "\"><summary>", title, "</summary>"]);
        region(&mut out, name, "lab-inside", &text);
        out.push_str("</details>");
    }
    out.push_str("</fieldset></div>");
    out
}

/// A button that asks for something.
fn push_button(out: &mut String, ask: &str, words: &str, is_possible: bool) {
    let state = if is_possible { "" } else { " disabled" };
    push(out, &["<button class=\"btn\" type=\"button\"", state, " data-ask=\"", ask, "\">", words, "</button>"]);
}
