//! The worker's global scope: its clock, its memory, its messages.

use js_sys::{Array, Uint8Array};
use labs::protocol::encode;
use labs::sft::protocol::Event;
use labs::sft::session::{Buffer, Message, Outside};
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
    /// The last large array of gradients that was summed, to be sent again with other contents.
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
    /// The command, and what follows it.
    parts: Array,
}

impl Received {
    fn array(&self, at: u32) -> Option<Uint8Array> {
        self.parts.get(at).dyn_into().ok()
    }

    /// Copies of the buffers that follow the command.
    pub fn payloads(&self) -> Vec<Vec<u8>> {
        (1..self.parts.length()).filter_map(|at| self.array(at)).map(|array| bytes(&array)).collect()
    }

    /// Of two the first where it arrived, to be read later, and a copy of the second.
    pub fn gradients(&self) -> Option<(Box<dyn Buffer>, Vec<u8>)> {
        let dense = (self.parts.length() == 3).then(|| self.array(1)).flatten()?;
        Some((Box::new(Arrived(dense)), bytes(&self.array(2)?)))
    }

    /// A handle of a file, if one follows instead.
    pub fn file(&self) -> Option<JsValue> {
        let part = self.parts.get(1);
        (part.is_object() && !part.is_instance_of::<Uint8Array>()).then_some(part)
    }
}

/// A buffer of gradients in the memory of the browser.
struct Arrived(Uint8Array);

impl Buffer for Arrived {
    fn size(&self) -> usize {
        self.0.length() as usize
    }

    fn read(&self, at: usize, into: &mut [u8]) {
        let part = self.0.subarray(at as u32, (at + into.len()) as u32);
        // SAFETY: the view is of this memory alone, and gone before anything else is done with it.
        unsafe { Uint8Array::view_mut_raw(into.as_mut_ptr(), into.len()) }.set(&part, 0);
    }
}

impl Drop for Arrived {
    fn drop(&mut self) {
        if self.0.length() >= LARGE {
            SPARE.set(Some(self.0.clone()));
        }
    }
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
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| receive(read(message.data())));
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
fn read(data: JsValue) -> Option<Received> {
    let parts: Array = data.dyn_into().ok()?;
    let command = bytes(parts.get(0).dyn_ref()?);
    Some(Received { command, parts })
}
