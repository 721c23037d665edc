//! Supervised fine-tuning in the tab: a GPT-NeoX model learns from pairs of instruction and completion.
//!
//! Order of reading: [`data`] (pairs, from text to labelled tokens), [`settings`] (of a run), [`protocol`] (what page and
//! worker say to each other), [`session`] (what the worker does), [`export`] (files to take away), [`preset`] and
//! [`check`] (pairs to begin with, and what tells whether an answer is as they teach), [`about`] (what a reader may set),
//! `page` (the figure, feature `page`).

pub mod about;
pub mod check;
pub mod data;
pub mod export;
#[cfg(feature = "page")]
pub mod page;
pub mod preset;
pub mod protocol;
#[cfg(all(feature = "view", not(target_arch = "wasm32")))]
pub mod recorded;
#[cfg(all(feature = "view", not(target_arch = "wasm32")))]
pub mod rehearsal;
pub mod session;
pub mod settings;
