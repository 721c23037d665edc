//! The last words of an instance that traps.

use std::cell::RefCell;
use wasm_bindgen::JsValue;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, console};

thread_local! {
    static STAGE: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// Has a panic tell the client, through `stage`, that this instance is lost.
pub fn tell(stage: &HtmlElement) {
    STAGE.set(Some(stage.clone()));
    std::panic::set_hook(Box::new(|info| {
        console::error_1(&JsValue::from_str(&info.to_string()));
        let stage = STAGE.with(|stage| stage.try_borrow().ok().and_then(|stage| stage.clone()));
        if let Some(stage) = stage {
            fail(&stage, "This lab broke off by a fault of its own.");
        }
    }));
}

/// Tells the client that the figure around `stage` cannot go on.
pub fn fail(stage: &HtmlElement, why: &str) {
    let init = CustomEventInit::new();
    init.set_bubbles(true);
    init.set_detail(&JsValue::from_str(why));
    if let Ok(event) = CustomEvent::new_with_event_init_dict("lab-failed", &init) {
        let _ = stage.dispatch_event(&event);
    }
}
