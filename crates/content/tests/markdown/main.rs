//! Markdown against the specifications, and against what authors and chance may write.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

mod commonmark;
mod examples;
mod gfm;
mod notes;
mod robustness;
