//! The live labs of the blog: models that compute in the reader's own tab, and their views.
//!
//! A lab is a folder: `model.rs` is pure (no browser, no clock, no global random numbers) and runs
//! in a Web Worker, in tests and in the build, which makes the still picture of the article's page
//! with it; `view.rs` (feature `view`) shows its reports. Nothing here starts a worker or reads the
//! page: the crates `lab-worker` and `lab-ui` do.
//!
//! Order of reading: [`parameters`] (what a reader may set), [`model`] (what a lab computes),
//! [`protocol`] (what page and worker say to each other), [`runner`] (how a worker steps a model),
//! [`registry`] (all labs).

pub mod chart;
/// The template of `cargo xtask new-lab`: what it writes passes its tests because this does.
#[cfg(test)]
#[path = "../../../xtask/src/new_lab/template/mod.rs"]
pub mod lab_name;
pub mod model;
pub mod moe_routing;
pub mod parameters;
#[cfg(feature = "page")]
pub mod parts;
pub mod protocol;
pub mod registry;
pub mod runner;
pub mod sft;
#[cfg(all(feature = "view", not(target_arch = "wasm32")))]
pub mod still;
pub mod text;
