//! The worker of one figure.

use crate::wire::{SIMD, WORKER, Wire, takes};
use js_sys::{Array, Reflect, Uint8Array};
use labs::{
    parts::session::Loss,
    protocol::{Command, Event, decode, encode},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

/// A worker that has been started. It ends when this is dropped.
pub struct Link {
    stage: HtmlElement,
    wire: Wire,
}

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
        if !takes(SIMD) {
            return Err(Loss::NoSimd);
        }
        let wire = Wire::start(url, lab, read, hear)?;
        let _ = Reflect::set(stage, &WORKER.into(), &wire.worker);
        Ok(Self { stage: stage.clone(), wire })
    }

    /// Posts a command.
    pub fn send(&self, command: &Command) {
        let bytes = Uint8Array::from(encode(command).as_slice());
        let _ = self.wire.worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = Reflect::set(&self.stage, &WORKER.into(), &JsValue::UNDEFINED);
    }
}

/// An event's bytes.
fn read(data: &JsValue) -> Option<Event> {
    decode(&data.dyn_ref::<Uint8Array>()?.to_vec()).ok()
}
