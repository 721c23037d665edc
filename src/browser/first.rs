//! The body of the page that the document came with.
//!
//! Reading a long article out of the document takes a phone as long as a frame, and nobody needs it before the reader
//! leaves the page. So the page stands in the store without its body at first, as the view has it too, and gets it when
//! it is left.

use crate::store::{Load, Store};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::{cell::RefCell, sync::Arc};
use web_sys::Element;

thread_local! {
    static FIRST: RefCell<Option<First>> = const { RefCell::new(None) };
}

struct First {
    path: String,
    /// Nothing until it was read.
    html: Option<String>,
}

/// Reads the body of the page at `path`, in a task of its own, before anything in it can change.
pub fn read_soon(path: &str, main: Element) {
    FIRST.set(Some(First { path: path.to_owned(), html: None }));
    let read = move || {
        FIRST.with_borrow_mut(|first| first.iter_mut().for_each(|first| first.html = Some(main.inner_html())));
    };
    Timeout::new(0, read).forget();
}

/// Whether the reader is still on the page that the document came with.
pub fn is_shown() -> bool {
    FIRST.with_borrow(Option::is_some)
}

/// Gives the store the body, just before another page takes its place. Who leaves sooner than it was read will have it
/// fetched when they come back.
pub fn settle(store: Store) {
    let Some(First { path, html }) = FIRST.take() else { return };
    // The view must not hear of it: what it shows is this very body.
    store.pages.update_untracked(|pages| match html {
        Some(html) => {
            if let Some(Load::Ready(page)) = pages.get_mut(&path) {
                Arc::make_mut(page).html = html;
            }
        }
        None => drop(pages.remove(&path)),
    });
}
