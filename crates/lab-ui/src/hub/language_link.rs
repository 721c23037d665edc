//! The workers of a lab that fine-tunes a language model.

use super::addresses;
use crate::wire::{SIMD, WORKER, Wire, takes};
use js_sys::{Array, Reflect, Uint8Array};
use labs::{
    parts::session::Loss,
    protocol::{decode, encode},
    sft::protocol::{Command, Event},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

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
        // Three vectors, multiplied and added.
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
    wire: Wire,
}

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
        let wire = Wire::start(&url, "sft", read, hear)?;
        registered(stage).push(&wire.worker);
        Ok(Self { stage: stage.clone(), wire })
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
        let _ = self.wire.worker.post_message_with_transfer(&message, &buffers);
    }

    /// Sends a command about the file of a [handle](super::slots::Slots::handle).
    pub fn send_with_file(&self, command: &Command, handle: &JsValue) {
        let bytes = Uint8Array::from(encode(command).as_slice());
        let _ = self.wire.worker.post_message(&Array::of2(&bytes, handle));
    }
}

impl Drop for LanguageLink {
    fn drop(&mut self) {
        let own: &JsValue = self.wire.worker.as_ref();
        let others: Array = registered(&self.stage).iter().filter(|worker| worker != own).collect();
        let _ = Reflect::set(&self.stage, &WORKER.into(), &others);
    }
}

/// The stage's list of workers.
fn registered(stage: &HtmlElement) -> Array {
    match Reflect::get(stage, &WORKER.into()).map(JsCast::dyn_into::<Array>) {
        Ok(Ok(workers)) => workers,
        _ => {
            let workers = Array::new();
            let _ = Reflect::set(stage, &WORKER.into(), &workers);
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

/// A copy of a buffer, for a further worker.
pub fn copy(payload: &Uint8Array) -> Uint8Array {
    payload.slice(0, payload.length())
}
