//! What only the build does: it reads what authors write, says what is wrong with it, and works out
//! what the renderer must not.
//!
//! Pure like the rest of the crate: files come as bytes and as [`Folder`], labs as [`Labs`], the
//! converter of formulas as [`Formulas`]; the day is an argument. Nothing stops at the first fault:
//! each function returns what is right together with all [`Diagnostic`]s.

mod ascii;
#[cfg(test)]
mod attacks;
mod bibliography;
pub mod calendar;
mod citations;
pub mod codes;
mod config;
mod diagnostic;
mod escape;
mod formula;
pub mod front_matter;
mod glossary;
pub mod html;
mod images;
#[cfg(test)]
mod kinds;
mod lab;
mod link;
pub mod math;
#[cfg(test)]
mod mutations;
mod place;
mod post;
mod publish;
mod quotes;
pub mod related;
mod sanitizer;
mod series;
mod spelling;
mod stray;
mod svg;
mod text;
mod tree;
mod unused;
pub mod yaml;

pub use ascii::ascii_slug;
pub use bibliography::{Bibliography, Work, parse_bibliography};
pub use config::{Comments, Config, Counts, Embeds, Hub, MODEL_FILES, parse_config};
pub use diagnostic::{Diagnostic, Lines, Severity, Source};
pub use formula::{FormulaError, Formulas, Remembering};
pub use glossary::{Glossary, parse_glossary};
pub use images::{Folder, decode_percent};
pub use lab::{Lab, Labs, Refusal, Setting, Value};
pub use link::link_posts;
pub use post::{Given, Post, is_published, parse_post};
pub use publish::{Neighbours, neighbours, sidecar};
pub use quotes::typographic;
pub use series::series_places;
pub use spelling::{DictionaryError, OwnWords, Spelled, Spelling, Text};
pub use svg::{Drawing, sanitize_svg};
pub use text::decode;
pub use unused::unused_files;
