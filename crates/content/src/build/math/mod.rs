//! LaTeX to MathML, at build time.
//!
//! A formula passes four rooms:
//!
//! | room | what it does |
//! |---|---|
//! | `token`, `expand` | cuts the LaTeX into tokens with their places, replaces macros |
//! | `rewrite`, `commands`, `operators`, `text`, `table`, `boxes` | turns what the converter lacks into what it knows, or into finished MathML |
//! | `core` | the converter, [`math_core`], behind a shield against its panics |
//! | `polish` | no `style` attribute, finished pieces in their places, marks for the style sheet |
//!
//! What is finished early stands in the converter's input as a private character. So the converter
//! sees only rows of symbols, scripts, fractions, roots, fences and accents: tables, text, colours
//! and frames are ours, and so are all errors about structure, with offsets into the author's text.
//!
//! The output is MathML Core; its looks are classes, listed with their rules in [`classes`].

mod boxes;
mod builtin;
pub mod classes;
mod color;
mod columns;
mod commands;
mod core;
mod cursor;
mod diagram;
mod draft;
mod expand;
mod grid;
mod length;
mod macros;
mod names;
mod operators;
mod page;
mod polish;
mod rewrite;
mod signs;
mod spaces;
mod table;
#[cfg(test)]
mod tests;
mod text;
mod token;

use crate::build::formula::{FormulaError, Formulas};
pub use macros::MacroError;
use std::collections::BTreeMap;

/// Converts formulas, with the site's macros.
#[derive(Debug)]
pub struct Engine {
    core: core::Core,
    macros: macros::Macros,
}

impl Engine {
    /// An engine that knows `macros`: `\R` → `\mathbb{R}`, with `#1` to `#9` for arguments.
    ///
    /// # Errors
    /// [`MacroError`] with the name of the first macro that is not usable.
    pub fn new(macros: &BTreeMap<String, String>) -> Result<Self, MacroError> {
        Ok(Self { core: core::Core::new(), macros: macros::Macros::new(macros)? })
    }

    /// The MathML of a formula: `<math>…</math>`, and behind it `<span class="tag">…</span>` if a
    /// display formula has a `\tag`. A `\tag` in one of several rows becomes a cell of that row.
    /// Rows without `\tag` have no number, starred environment or not.
    ///
    /// # Errors
    /// [`FormulaError`] with the offset in `tex` of what is broken or unknown; it never panics and
    /// never shows a formula in part.
    pub fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError> {
        page::convert(&self.core, &self.macros, tex, display).map_err(|mut error| {
            error.offset =
                (0..=error.offset.min(tex.len())).rev().find(|offset| tex.is_char_boundary(*offset)).unwrap_or(0);
            error
        })
    }
}

impl Formulas for Engine {
    fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError> {
        self.convert(tex, display)
    }
}
