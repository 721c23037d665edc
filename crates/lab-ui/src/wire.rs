//! A worker and what it says, for both programs: which commands and events travel is their own affair.

use js_sys::{Uint8Array, WebAssembly};
use labs::parts::session::Loss;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

/// The property of the stage that tells the client which worker, or list of workers, to end if this module traps.
pub const WORKER: &str = "labWorker";

/// `i32.const 0`, `i8x16.splat`: a vector of 128 bits.
pub const SIMD: &[u8] = &[0x41, 0, 0xfd, 0x0f];

/// A worker that has been started. It ends when this is dropped.
pub struct Wire {
    /// The worker.
    pub worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Wire {
    /// Starts the script at `url` under a name. `hear` is told what `read` makes of each message, and how the worker is
    /// lost.
    ///
    /// # Errors
    /// If this browser cannot run it.
    pub fn start<T: 'static>(
        url: &str,
        name: &str,
        read: fn(&JsValue) -> Option<T>,
        hear: impl Fn(Result<T, Loss>) + Clone + 'static,
    ) -> Result<Self, Loss> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let worker = Worker::new_with_options(url, &options).map_err(|_| Loss::Ended)?;
        let tell = hear.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            tell(read(&event.data()).ok_or(Loss::Garbled));
        });
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            // The figure tells it; the page around it need not.
            event.prevent_default();
            hear(Err(if event.type_() == "error" { Loss::Ended } else { Loss::Garbled }));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

/// Whether the browser takes a module with one function, of this code, that gives a vector of 128 bits.
pub fn takes(code: &[u8]) -> bool {
    const HEAD: [u8; 20] = [
        0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
        1, 5, 1, 0x60, 0, 1, 0x7b, // one type: from nothing to v128
        3, 2, 1, 0,  // one function of it
        10, // code follows
    ];
    let n = code.len() as u8;
    let module = [&HEAD, [n + 4, 1, n + 2, 0].as_slice(), code, &[0x0b]].concat();
    WebAssembly::validate(&Uint8Array::from(module.as_slice())).unwrap_or(false)
}
