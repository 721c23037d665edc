//! The worker's global scope: its name, its clock, its messages.

use js_sys::{Array, Uint8Array};
use labs::protocol::{Event, encode};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Message;

    #[wasm_bindgen(method, getter)]
    fn data(this: &Message) -> JsValue;

    #[wasm_bindgen(thread_local_v2, js_name = name)]
    static NAME: String;

    #[wasm_bindgen(js_name = now, js_namespace = performance)]
    fn performance_now() -> f64;

    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(message: &Uint8Array, transfer: &Array);

    #[wasm_bindgen(js_name = addEventListener)]
    fn add_event_listener(kind: &str, listener: &Closure<dyn FnMut(Message)>);
}

/// What the page has named this worker: a lab.
pub fn name() -> String {
    NAME.with(String::clone)
}

/// Milliseconds since some moment.
pub fn now() -> f64 {
    performance_now()
}

/// Tells the page. The bytes move to it; they are not copied again.
pub fn post(event: Event) {
    let bytes = Uint8Array::from(encode(&event).as_slice());
    post_message(&bytes, &Array::of1(&bytes.buffer()));
}

/// Hands each message of the page to `obey`, for the life of the worker.
pub fn listen(mut obey: impl FnMut(Option<Vec<u8>>) + 'static) {
    let listener = Closure::<dyn FnMut(Message)>::new(move |message: Message| {
        obey(message.data().dyn_ref::<Uint8Array>().map(Uint8Array::to_vec));
    });
    add_event_listener("message", &listener);
    listener.forget();
}
