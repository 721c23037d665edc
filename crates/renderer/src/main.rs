//! The Markdown renderer as a wasm module of its own.
//!
//! A prerendered page needs no renderer, so the client goes without one and fetches this module when
//! the page is at rest or the reader points at a link. A panic here ends this module's instance
//! only: the client sees an exception and loads the prerendered page instead.

use content::{
    flat,
    render::{Place, plain_text, render as render_markdown},
};
use wasm_bindgen::prelude::wasm_bindgen;

fn main() {}

/// Renders a post's file. `resolved` and the answer are in the flat form of [`content::flat`]; the
/// answer is empty where `resolved` is not in that form.
#[wasm_bindgen]
pub fn render(markdown: &str, resolved: Vec<String>, base: &str, slug: &str) -> Vec<String> {
    match flat::read_resolved(resolved) {
        Some(resolved) => flat::write_rendered(render_markdown(markdown, &resolved, Place { base, slug })),
        None => Vec::new(),
    }
}

/// The words of a post's file as one text, code and formulas left out: what a search shows a stretch of.
#[wasm_bindgen]
pub fn prose(markdown: &str) -> String {
    plain_text(markdown)
}
