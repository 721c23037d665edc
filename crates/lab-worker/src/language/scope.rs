//! The worker's global scope: its clock, its memory, its messages.

use js_sys::{Array, Uint8Array};
use labs::protocol::encode;
use labs::sft::protocol::Event;
use labs::sft::session::{Message, Outside};
use ml::tokenizer::unicode::Normalized;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type MessageEvent;

    #[wasm_bindgen(method, getter)]
    fn data(this: &MessageEvent) -> JsValue;

    #[wasm_bindgen(js_name = now, js_namespace = performance)]
    fn performance_now() -> f64;

    #[wasm_bindgen(js_namespace = ["String", "prototype", "normalize"], js_name = call)]
    fn form_c(text: &str) -> String;

    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(message: &Array, transfer: &Array);

    #[wasm_bindgen(js_name = addEventListener)]
    fn add_event_listener(kind: &str, listener: &Closure<dyn FnMut(MessageEvent)>);
}

/// So large an array is worth keeping: one of Pythia-14M's gradients has 30 MB, and for a new one the system clears and
/// maps memory page by page, which takes longer than to fill it.
const LARGE: u32 = 1 << 20;

thread_local! {
    /// The last large array that came before any other, as only gradients do, to be sent again with other contents.
    static SPARE: Cell<Option<Uint8Array>> = const { Cell::new(None) };
}

/// The browser's clock and this module's memory.
#[derive(Debug)]
pub struct World;

impl Outside for World {
    fn now_ms(&self) -> f64 {
        performance_now()
    }

    #[cfg(target_arch = "wasm32")]
    fn memory_bytes(&self) -> u64 {
        const PAGE: u64 = 1 << 16;
        core::arch::wasm32::memory_size::<0>() as u64 * PAGE
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn memory_bytes(&self) -> u64 {
        0
    }

    fn post(&self, event: &Event, payloads: &[&[u8]]) -> bool {
        post_parts(event, payloads.iter().copied());
        true
    }
}

/// Form C of a text by the browser's tables: ours would add 8 KB to this worker.
pub fn normalize(text: &str) -> Normalized<'_> {
    if text.is_ascii() { Normalized::unchanged(text) } else { Normalized::from_outside(text, form_c(text)) }
}

/// A message of the page.
#[derive(Debug)]
pub struct Received {
    /// A command as bytes.
    pub command: Vec<u8>,
    /// The buffers that follow it.
    pub payloads: Vec<Vec<u8>>,
    /// A handle of a file, if one follows instead.
    pub file: Option<JsValue>,
}

/// Tells the page. The bytes move to it; they are not copied again.
pub fn post(message: Message) {
    post_parts(&message.event, message.payloads.iter().map(Vec::as_slice));
}

fn post_parts<'a>(event: &Event, payloads: impl Iterator<Item = &'a [u8]>) {
    let (parts, buffers) = (Array::new(), Array::new());
    let add = |bytes: &[u8]| {
        let part = match SPARE.take() {
            Some(spare) if spare.length() as usize == bytes.len() => {
                // SAFETY: the view is read at once, and nothing is allocated meanwhile.
                spare.set(unsafe { Uint8Array::view(bytes) }.as_ref(), 0);
                spare
            }
            spare => {
                SPARE.set(spare);
                Uint8Array::from(bytes)
            }
        };
        buffers.push(&part.buffer());
        parts.push(&part);
    };
    add(&encode(event));
    payloads.for_each(add);
    post_message(&parts, &buffers);
}

/// Hands each message of the page to `receive`, for the life of the worker.
pub fn listen(mut receive: impl FnMut(Option<Received>) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| receive(read(&message.data())));
    add_event_listener("message", &listener);
    listener.forget();
}

/// A copy of what an array holds. Its own `to_vec` carries what would tell of lengths that differ: 1 KB after gzip.
fn bytes(array: &Uint8Array) -> Vec<u8> {
    let len = array.length() as usize;
    let mut bytes = Vec::with_capacity(len);
    // SAFETY: the view is of this memory alone, and gone before anything else is done with it; after it every byte is
    // written, so that none need be zero before.
    unsafe {
        Uint8Array::view_mut_raw(bytes.as_mut_ptr(), len).set(array, 0);
        bytes.set_len(len);
    }
    bytes
}

/// An array of a command's bytes and what follows them; nothing where it is none.
fn read(data: &JsValue) -> Option<Received> {
    let mut parts = data.dyn_ref::<Array>()?.iter();
    let command = bytes(parts.next()?.dyn_ref::<Uint8Array>()?);
    let mut received = Received { command, payloads: Vec::new(), file: None };
    for part in parts {
        match part.dyn_ref::<Uint8Array>() {
            Some(part) => {
                if received.payloads.is_empty() && part.length() >= LARGE {
                    SPARE.set(Some(part.clone()));
                }
                received.payloads.push(bytes(part));
            }
            None => received.file = Some(part),
        }
    }
    Some(received)
}
