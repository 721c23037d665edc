//! Markdown against the specifications.

mod commonmark;
mod examples;
mod gfm;
mod notes;
mod robustness;
