//! The content of the blog: what a post is, and how its Markdown becomes segments of a page.
//!
//! Pure: no browser, no files, no clock. The same [`render::render`] runs at build time and in the
//! reader's browser and gives the same bytes. What needs files, other posts, labs or a heavy crate
//! (formulas, image sizes, inlined SVG, sanitized raw HTML) is worked out once by `build` (feature
//! `build`) and travels in the [`sidecar::Sidecar`], `posts/<slug>/post.json`.

#[cfg(feature = "build")]
pub mod build;
pub mod date;
pub mod flat;
pub mod highlight;
pub mod manifest;
pub mod render;
pub mod sidecar;
pub mod slug;
pub mod suggest;
