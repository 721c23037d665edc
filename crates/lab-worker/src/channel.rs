//! A way to be called again once the event loop has come round.
//!
//! Timers would wait at least 4 ms after a few calls; a message to oneself does not.

use wasm_bindgen::{JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type MessageChannel;

    #[wasm_bindgen(constructor)]
    fn new() -> MessageChannel;

    #[wasm_bindgen(method, getter)]
    fn port1(this: &MessageChannel) -> Port;

    #[wasm_bindgen(method, getter)]
    fn port2(this: &MessageChannel) -> Port;

    type Port;

    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &Port, message: &JsValue);

    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &Port, listener: &Closure<dyn FnMut()>);
}

thread_local! {
    static CHANNEL: MessageChannel = MessageChannel::new();
}

/// Has `work` called once for each [`ask`], for the life of the worker.
pub fn listen(work: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(work);
    CHANNEL.with(|channel| channel.port1().set_onmessage(&listener));
    listener.forget();
}

/// Asks for one call, after whatever waits in the event loop by now.
pub fn ask() {
    CHANNEL.with(|channel| channel.port2().post_message(&JsValue::NULL));
}
