//! The labs' figures as a wasm module of their own.
//!
//! The client fetches it when a lab comes near, one instance for each figure of a page, so that a
//! trap ends one figure only. It mounts the lab's view over the page's still picture and has all
//! effects: worker, timers, observers, address, clipboard, downloads. Whatever it begins ends with
//! [`unmount`].

mod browser;
mod fields;
mod figure;
mod keep;
mod paint;
mod panic;
mod patch;
mod pointer;
mod wire;
mod worker;

use figure::LiveFigure;
use pointer::Charted;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

fn main() {}

thread_local! {
    static MOUNTED: RefCell<Vec<Rc<LiveFigure>>> = const { RefCell::new(Vec::new()) };
}

/// Makes the figure `id` live: what stands in `stage` gives way to the view of the lab called `lab`,
/// which shows the same drawings until the first report comes. `settings` are the article's. The
/// worker at `worker_url` is started with the first run.
#[wasm_bindgen]
pub fn mount(stage: HtmlElement, lab: &str, settings: &str, id: &str, worker_url: &str) {
    panic::tell(&stage);
    unmount(&stage);
    match LiveFigure::mount(&stage, lab, settings, id, worker_url) {
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
