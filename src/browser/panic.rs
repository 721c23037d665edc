//! A panic ends the client, never the page.

use leptos::prelude::document;
use std::panic::PanicHookInfo;
use wasm_bindgen::JsValue;

/// Makes a panic say one line in the console and mark the document. `start.js` sees the mark and
/// from then on keeps events from the client, so that links and Back load pages.
pub fn report_once() {
    std::panic::set_hook(Box::new(report));
}

fn report(info: &PanicHookInfo<'_>) {
    let Some(html) = document().document_element() else { return };
    if html.get_attribute("data-client").as_deref() == Some("failed") {
        return;
    }
    let _ = html.set_attribute("data-client", "failed");
    let line = format!("The page goes on as a plain site: {info}");
    web_sys::console::error_1(&JsValue::from_str(&line));
}
