//! The client: what every page shows, and what a reader's browser does with it.
//!
//! A page's body is a pure function of its data (`pages`), so that the build and the browser give
//! the same bytes; Leptos holds the frame around it, the routes and the state. `press` renders all
//! of it to HTML at build time (feature `ssr`); the browser takes that HTML over (feature `hydrate`),
//! or builds the page from nothing where no prerendered page came (plain `trunk serve`, or
//! `404.html` under an address that exists). Bodies are HTML rather than views because each type of
//! view costs a reader kilobytes: ARCHITECTURE.md has the figures.
//! All effects (fetch, storage, scroll, focus, history) live in `browser`; nothing else touches them.

mod app;
#[cfg(feature = "hydrate")]
pub mod browser;
#[cfg(not(feature = "hydrate"))]
#[path = "still.rs"]
mod browser;
pub mod head;
mod html;
pub mod list;
pub mod page;
mod pages;
#[cfg(feature = "ssr")]
pub mod prerender;
mod store;

pub use app::App;
