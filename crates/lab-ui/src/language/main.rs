//! The figure that fine-tunes a language model, as a wasm module of its own.
//!
//! It is larger than what shows the other labs, and wanted by one article alone; it needs no view library. The client
//! fetches it in the place of the labs' module when this lab comes near.

#[path = "../browser.rs"]
#[allow(dead_code, reason = "the other labs' module uses the rest")]
mod browser;
mod ears;
mod figure;
mod hands;
#[path = "../hub/mod.rs"]
mod hub;
#[path = "../keep.rs"]
mod keep;
#[path = "../paint.rs"]
#[allow(dead_code, reason = "the other labs' module uses the rest")]
mod paint;
#[path = "../panic.rs"]
mod panic;
mod patch;
#[path = "../pointer.rs"]
mod pointer;
mod regions;
#[path = "../wire.rs"]
mod wire;

use figure::LanguageFigure;
use pointer::Charted;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

fn main() {}

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: heap::Allocator = heap::Allocator::new();

thread_local! {
    static MOUNTED: RefCell<Vec<Rc<LanguageFigure>>> = const { RefCell::new(Vec::new()) };
}

/// Makes the figure `id` live, as the labs' module does. Its workers lie where the page says.
#[wasm_bindgen]
pub fn mount(stage: HtmlElement, _lab: &str, settings: &str, id: &str, _worker_url: &str) {
    panic::tell(&stage);
    unmount(&stage);
    match LanguageFigure::mount(&stage, settings, id) {
        Ok(figure) => MOUNTED.with_borrow_mut(|mounted| mounted.push(figure)),
        Err(why) => panic::fail(&stage, &why),
    }
}

/// Ends all that [`mount`] has begun in `stage`.
#[wasm_bindgen]
pub fn unmount(stage: &HtmlElement) {
    let figure = MOUNTED.with_borrow_mut(|mounted| {
        let at = mounted.iter().position(|figure| figure.stage().is_same_node(Some(stage)))?;
        Some(mounted.swap_remove(at))
    });
    if let Some(figure) = figure {
        figure.end();
    }
}
