//! All effects of the client: fetch, storage, history, scroll, focus, theme.
//!
//! Nothing outside this folder touches them. Each listener here is registered once for the life of
//! the document, so none needs to be taken off again.

mod cards;
mod copy;
mod data;
mod document_head;
mod fetch;
mod first;
mod json;
mod labs;
mod navigation;
mod panic;
mod prefetch;
mod renderer;
mod search;
mod sections;
mod sight;
mod start;
mod theme;
mod visits;

pub use navigation::{show, unescaped};
pub use start::start;
pub use theme::{Theme, next_theme, read_theme};

use std::time::Duration;

/// Waits without blocking; zero lets all that is due in the browser's event loop happen first.
async fn pause(time: Duration) {
    gloo_timers::future::sleep(time).await;
}
