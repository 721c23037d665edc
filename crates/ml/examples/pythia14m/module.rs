//! The module that `run.mjs` runs in Node: the same [`job`] in WebAssembly.
//!
//! Numbers go in and out through one buffer. A failure is a NaN.

#![allow(missing_docs, reason = "the functions are those of `job`")]

mod job;

use job::Job;
use std::cell::RefCell;

#[derive(Default)]
struct State {
    buffer: Vec<f32>,
    tokens: Vec<u32>,
    job: Option<Job>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with(f: impl FnOnce(&mut State) -> Option<f64>) -> f64 {
    STATE.with_borrow_mut(|state| f(state).unwrap_or(f64::NAN))
}

/// Room for `len` numbers.
#[unsafe(no_mangle)]
pub extern "C" fn buffer(len: usize) -> *mut f32 {
    STATE.with_borrow_mut(|state| {
        state.buffer = vec![0.0; len];
        state.buffer.as_mut_ptr()
    })
}

/// A model of the weights in the buffer, which it takes.
#[unsafe(no_mangle)]
pub extern "C" fn load() -> f64 {
    with(|state| {
        state.job = None;
        state.job = Some(Job::new(std::mem::take(&mut state.buffer)).ok()?);
        Some(0.0)
    })
}

/// The tokens in the buffer, as bits.
#[unsafe(no_mangle)]
pub extern "C" fn set_batch(half: bool) -> f64 {
    with(|state| {
        state.tokens = state.buffer.iter().map(|x| x.to_bits()).collect();
        state.job.as_mut()?.set_batch(&state.tokens, half).ok()?;
        Some(0.0)
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn pass() -> f64 {
    with(|state| state.job.as_mut()?.pass().ok())
}

#[unsafe(no_mangle)]
pub extern "C" fn update(learning_rate: f32, weight_decay: f32, max_norm: f32) -> f64 {
    with(|state| state.job.as_mut()?.update(learning_rate, weight_decay, max_norm).ok().map(|()| 0.0))
}

#[unsafe(no_mangle)]
pub extern "C" fn clear() {
    STATE.with_borrow_mut(|state| state.job.iter_mut().for_each(Job::clear));
}

/// Step `t` of ten with the tokens in the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn step(t: u32) -> f64 {
    with(|state| {
        let tokens: Vec<u32> = state.buffer.iter().map(|x| x.to_bits()).collect();
        state.job.as_mut()?.step(&tokens, t).ok()
    })
}

/// A model before pre-training, and random tokens.
#[unsafe(no_mangle)]
pub extern "C" fn initial(half: bool) -> f64 {
    with(|state| {
        if state.job.is_none() {
            state.job = Some(Job::initial().ok()?);
        }
        state.job.as_mut()?.set_random_batch(half).ok()?;
        Some(0.0)
    })
}

/// One slice of a pass that is begun with the first; 0 when it is finished.
#[unsafe(no_mangle)]
pub extern "C" fn slice() -> f64 {
    with(|state| state.job.as_mut()?.slice().ok().map(f64::from))
}

/// Into the buffer; how many.
#[unsafe(no_mangle)]
pub extern "C" fn gradients() -> f64 {
    with(|state| {
        state.buffer = Vec::new();
        state.buffer = state.job.as_ref()?.gradients();
        Some(state.buffer.len() as f64)
    })
}

/// Into the buffer; how many.
#[unsafe(no_mangle)]
pub extern "C" fn logits() -> f64 {
    with(|state| {
        state.buffer = Vec::new();
        state.buffer = state.job.as_ref()?.logits(&state.tokens).ok()?;
        Some(state.buffer.len() as f64)
    })
}

/// The weights, of the present, into the buffer; how many.
#[unsafe(no_mangle)]
pub extern "C" fn weights() -> f64 {
    with(|state| {
        state.buffer = Vec::new();
        let job = state.job.as_mut()?;
        job.settle().ok()?;
        state.buffer = job.trainer.model().weights().to_vec();
        Some(state.buffer.len() as f64)
    })
}

/// Where the buffer is.
#[unsafe(no_mangle)]
pub extern "C" fn buffer_at() -> *const f32 {
    STATE.with_borrow(|state| state.buffer.as_ptr())
}
