//! Places of charts.

use crate::chart::{Chart, push_escaped};

/// What a lab shows of a report.
#[derive(Debug)]
pub struct Picture {
    /// One for each panel, in order.
    pub charts: Vec<Chart>,
    /// Single numbers: what each is, and how much.
    pub numbers: Vec<(&'static str, String)>,
}

/// The slot of the single numbers.
pub const NUMBERS: &str = "numbers";

impl Picture {
    /// The single numbers as HTML.
    pub fn numbers_html(&self) -> String {
        let mut out = String::new();
        for (what, amount) in &self.numbers {
            out.push_str("<div><dt>");
            push_escaped(&mut out, what);
            out.push_str("</dt><dd>");
            push_escaped(&mut out, amount);
            out.push_str("</dd></div>");
        }
        out
    }
}

/// A chart's place in a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its name, unique in the lab; lower-case letters and hyphens.
    pub slot: &'static str,
    /// What stands there, in a few words.
    pub title: &'static str,
    /// How much of the column it takes.
    pub width: Width,
}

/// How much of the column a chart takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// All of it.
    Full,
    /// Half, where there is room for two.
    Half,
    /// Half, and as high as two.
    Tall,
}

impl Width {
    fn class(self) -> &'static str {
        match self {
            Self::Full => "lab-panel",
            Self::Half => "lab-panel lab-half",
            Self::Tall => "lab-panel lab-half lab-tall",
        }
    }
}

/// The place of one chart.
pub(crate) fn push_panel(out: &mut String, panel: &Panel, content: &dyn Fn(&str) -> String, is_live: bool) {
    // A drawing is an image; where arrow keys read it, it is a thing to operate.
    let (keys, state) = if is_live {
        ("\" tabindex=\"0\" role=\"application\" aria-label=\"", "")
    } else {
        ("\" data-title=\"", " disabled")
    };
    let Panel { slot, title, width } = panel;
    let (chart, table) = (content(slot), content(&[slot, "-table"].concat()));
    let pieces = [
        "<div class=\"",
        width.class(),
        "\"><div class=\"stage\" data-slot=\"",
        slot,
        keys,
        title,
        if is_live { ": arrow keys read its values" } else { "" },
        "\">",
        &chart,
        "</div><div class=\"lab-under\"><details><summary>Table</summary>\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"",
        title,
        "\" data-slot=\"",
        slot,
        "-table\">",
        &table,
        "</div></details><p class=\"lab-read\" aria-live=\"polite\" data-read=\"",
        slot,
        "\"></p><button class=\"btn bare client\" type=\"button\" aria-label=\"Save as SVG: ",
        title,
        "\" data-save=\"",
        slot,
        "\"",
        state,
        ">SVG</button></div></div>",
    ];
    pieces.iter().for_each(|piece| out.push_str(piece));
}

/// The place of the single numbers.
pub(crate) fn push_numbers(out: &mut String, content: &dyn Fn(&str) -> String) {
    let numbers = content(NUMBERS);
    ["<dl class=\"lab-panel lab-half lab-numbers ui\" data-slot=\"", NUMBERS, "\">", &numbers, "</dl>"]
        .iter()
        .for_each(|piece| out.push_str(piece));
}
