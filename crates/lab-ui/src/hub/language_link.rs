//! The workers of a lab that fine-tunes a language model.

use super::addresses;
use js_sys::{Array, Reflect, Uint8Array, WebAssembly};
use labs::{
    parts::session::Loss,
    protocol::{decode, encode},
    sft::protocol::{Command, Event},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlElement, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Which of its two builds this browser can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// With vectors of 128 bits.
    Simd,
    /// With fused multiplication and addition besides; the last bits of its sums may be others.
    RelaxedSimd,
}

impl Variant {
    /// The quickest that this browser takes; nothing where it knows no SIMD.
    pub fn best() -> Option<Self> {
        // One function that makes a vector, and one that multiplies and adds three of them.
        const SIMD: &[u8] = &[0x41, 0, 0xfd, 0x0f];
        const RELAXED: &[u8] = &[0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0x41, 0, 0xfd, 0x0f, 0xfd, 0x85, 0x02];
        if takes(RELAXED) { Some(Self::RelaxedSimd) } else { takes(SIMD).then_some(Self::Simd) }
    }

    fn module(self) -> &'static str {
        match self {
            Self::Simd => "lm-worker",
            Self::RelaxedSimd => "lm-worker-relaxed",
        }
    }
}

/// What a worker said, and the buffers that came with it.
pub struct Said {
    /// What it said.
    pub event: Event,
    /// As [`Event`] lists them; they can be transferred to another worker as they are.
    pub payloads: Vec<Uint8Array>,
}

/// A worker that has been started. It ends when this is dropped.
pub struct LanguageLink {
    stage: HtmlElement,
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

/// The property of the stage that tells the client which workers to end if this module traps.
const WORKERS: &str = "labWorker";

impl LanguageLink {
    /// Starts a worker of this variant. `hear` is told what it says, beginning with [`Event::Ready`], and how it is lost;
    /// commands that are sent before it is ready are lost. `n_lost` is how many were lost before: a browser may keep the
    /// answer that there is no such file, and another number asks under another address.
    ///
    /// # Errors
    /// If this browser cannot run it.
    pub fn start(
        stage: &HtmlElement,
        variant: Variant,
        n_lost: u32,
        hear: impl Fn(Result<Said, Loss>) + Clone + 'static,
    ) -> Result<Self, Loss> {
        let mut url = addresses::script(variant.module());
        if n_lost > 0 {
            url = [&url, "?", &n_lost.to_string()].concat();
        }
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name("sft");
        let worker = Worker::new_with_options(&url, &options).map_err(|_| Loss::Ended)?;
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
        registered(stage).push(&worker);
        Ok(Self { stage: stage.clone(), worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a command and the buffers that belong to it, which are gone from here afterwards. Whoever needs them again,
    /// as for a second worker, sends a copy.
    pub fn send(&self, command: &Command, payloads: &[Uint8Array]) {
        let bytes = Uint8Array::from(encode(command).as_slice());
        let (message, buffers) = (Array::of1(&bytes), Array::of1(&bytes.buffer()));
        for payload in payloads {
            message.push(payload);
            buffers.push(&payload.buffer());
        }
        let _ = self.worker.post_message_with_transfer(&message, &buffers);
    }

    /// Sends a command about the file of a [handle](super::slots::Slots::handle).
    pub fn send_with_file(&self, command: &Command, handle: &JsValue) {
        let bytes = Uint8Array::from(encode(command).as_slice());
        let _ = self.worker.post_message(&Array::of2(&bytes, handle));
    }
}

impl Drop for LanguageLink {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        let own: &JsValue = self.worker.as_ref();
        let others: Array = registered(&self.stage).iter().filter(|worker| worker != own).collect();
        let _ = Reflect::set(&self.stage, &WORKERS.into(), &others);
    }
}

/// The stage's list of workers.
fn registered(stage: &HtmlElement) -> Array {
    match Reflect::get(stage, &WORKERS.into()).map(JsCast::dyn_into::<Array>) {
        Ok(Ok(workers)) => workers,
        _ => {
            let workers = Array::new();
            let _ = Reflect::set(stage, &WORKERS.into(), &workers);
            workers
        }
    }
}

/// An array of an event's bytes and what follows them.
fn read(data: &JsValue) -> Option<Said> {
    let mut parts = data.dyn_ref::<Array>()?.iter();
    let event = decode(&parts.next()?.dyn_ref::<Uint8Array>()?.to_vec()).ok()?;
    let payloads = parts.map(|part| part.dyn_into().ok()).collect::<Option<_>>()?;
    Some(Said { event, payloads })
}

/// Whether the browser takes a module with one function, of this code, that gives a vector of 128 bits.
fn takes(code: &[u8]) -> bool {
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

/// A copy of a buffer, for a further worker.
pub fn copy(payload: &Uint8Array) -> Uint8Array {
    payload.slice(0, payload.length())
}
