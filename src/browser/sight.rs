//! What comes into the reader's sight.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Element, Node};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = sightObserver)]
    fn sight_observer(call: &JsValue, margin: &str) -> Observer;

    /// Calls with each element that comes into sight.
    pub type Observer;

    #[wasm_bindgen(method)]
    pub fn observe(this: &Observer, target: &Node);

    /// Watches nothing any more.
    #[wasm_bindgen(method)]
    pub fn disconnect(this: &Observer);
}

/// An observer, for the life of the document, that calls with each element that comes into the window or is no further
/// from it than `margin`, a length or a percentage of the window.
pub fn observer<T: JsCast>(margin: &str, mut call: impl FnMut(T) + 'static) -> Observer {
    watcher(margin, move |element, is_in_sight| {
        if is_in_sight {
            call(element.unchecked_into());
        }
    })
}

/// The same, told of each element at first, and whenever it comes or leaves. `margin` as in CSS, all four sides if need be.
pub fn watcher(margin: &str, call: impl FnMut(Element, bool) + 'static) -> Observer {
    let call = Closure::<dyn FnMut(Element, bool)>::new(call);
    sight_observer(&call.into_js_value(), margin)
}

/// Begins to watch all elements that `selector` finds.
pub fn watch(observer: &Observer, selector: &str) {
    let Ok(found) = document().query_selector_all(selector) else { return };
    for idx in 0..found.length() {
        found.item(idx).iter().for_each(|element| observer.observe(element));
    }
}
