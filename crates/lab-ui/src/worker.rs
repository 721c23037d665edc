//! The worker of one figure.

use js_sys::{Array, Reflect, Uint8Array, WebAssembly};
use labs::{
    parts::session::Loss,
    protocol::{Command, Event, decode, encode},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlElement, MessageEvent, Worker, WorkerOptions, WorkerType};

/// A worker that has been started. It ends when this is dropped.
pub struct Link {
    stage: HtmlElement,
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// The property of the stage that tells the client which worker to end if this module traps.
const WORKER: &str = "labWorker";

impl Link {
    /// Starts the script at `url` for the lab called `lab`. `hear` is told what it says, and how it is lost.
    ///
    /// # Errors
    /// If this browser cannot run it.
    pub fn start(
        stage: &HtmlElement,
        url: &str,
        lab: &str,
        hear: impl Fn(Result<Event, Loss>) + Clone + 'static,
    ) -> Result<Self, Loss> {
        if !has_simd() {
            return Err(Loss::NoSimd);
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(lab);
        let worker = Worker::new_with_options(url, &options).map_err(|_| Loss::Ended)?;
        let tell = hear.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = event.data().dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
            let event = bytes.ok().and_then(|bytes| decode(&bytes).ok());
            tell(event.ok_or(Loss::Garbled));
        });
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            // The figure tells it; the page around it need not.
            event.prevent_default();
            hear(Err(if event.type_() == "error" { Loss::Ended } else { Loss::Garbled }));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        let _ = Reflect::set(stage, &WORKER.into(), &worker);
        Ok(Self { stage: stage.clone(), worker, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a command.
    pub fn send(&self, command: &Command) {
        let bytes = Uint8Array::from(encode(command).as_slice());
        let _ = self.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        let _ = Reflect::set(&self.stage, &WORKER.into(), &JsValue::UNDEFINED);
    }
}

/// Whether the browser takes a module with one function that makes a vector of 128 bits.
fn has_simd() -> bool {
    const MODULE: [u8; 29] = [
        0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
        1, 5, 1, 0x60, 0, 1, 0x7b, // one type: from nothing to v128
        3, 2, 1, 0, // one function of it
        10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b, // i32.const 0, i8x16.splat, end
    ];
    WebAssembly::validate(&Uint8Array::from(MODULE.as_slice())).unwrap_or(false)
}
