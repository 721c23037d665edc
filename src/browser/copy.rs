//! Copy buttons of code blocks.

use super::pause;
use leptos::{prelude::window, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event};

/// How long the button says what it did.
const ANSWER: Duration = Duration::from_millis(1600);

/// Copies the exact source of the block whose button was pressed.
pub fn on_click(event: &Event) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(button) = button.and_then(|element| element.closest("[data-copy]").ok().flatten()) else { return };
    let code = button.closest(".code").ok().flatten().and_then(|block| block.query_selector("code").ok().flatten());
    let Some(source) = code.and_then(|code| code.text_content()) else { return };
    spawn_local(async move {
        let done = JsFuture::from(window().navigator().clipboard().write_text(&source)).await;
        let label = button.text_content();
        button.set_text_content(Some(if done.is_ok() { "Copied" } else { "Not allowed" }));
        pause(ANSWER).await;
        button.set_text_content(label.as_deref());
    });
}
