//! Listeners, timers and observers, each of which ends when it is dropped.

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, IntersectionObserver, IntersectionObserverEntry, ResizeObserver, Window,
};

/// The window. There is one wherever a stage is.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// The document. There is one wherever a stage is.
pub fn document() -> Document {
    window().document().unwrap_or_else(|| JsValue::UNDEFINED.unchecked_into())
}

/// Hears one kind of event.
pub struct Listener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Hears `event` on its way down to where it happens in `target`.
    pub fn new(target: &EventTarget, event: &'static str, hear: impl FnMut(Event) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Event)>::new(hear);
        let _ = target.add_event_listener_with_callback_and_bool(event, closure.as_ref().unchecked_ref(), true);
        Self { target: target.clone(), event, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let hear = self.closure.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.event, hear, true);
    }
}

/// A call that comes again and again.
pub struct Interval {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Interval {
    /// Calls every `ms` milliseconds.
    pub fn new(ms: i32, call: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut()>::new(call);
        let function: &Function = closure.as_ref().unchecked_ref();
        let id = window().set_interval_with_callback_and_timeout_and_arguments_0(function, ms).unwrap_or_default();
        Self { id, _closure: closure }
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        window().clear_interval_with_handle(self.id);
    }
}

/// A call that can be put off.
pub struct Timer {
    id: Option<i32>,
    closure: Closure<dyn FnMut()>,
}

impl Timer {
    /// Nothing is due yet.
    pub fn new(call: impl FnMut() + 'static) -> Self {
        Self { id: None, closure: Closure::new(call) }
    }

    /// Due in `ms` milliseconds from now, whatever was asked before.
    pub fn set(&mut self, ms: i32) {
        self.cancel();
        let function = self.closure.as_ref().unchecked_ref();
        self.id = window().set_timeout_with_callback_and_timeout_and_arguments_0(function, ms).ok();
    }

    fn cancel(&mut self) {
        if let Some(id) = self.id.take() {
            window().clear_timeout_with_handle(id);
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// A call before the next frame.
pub struct Frame {
    id: Option<i32>,
    closure: Closure<dyn FnMut()>,
}

impl Frame {
    /// Nothing is asked for yet.
    pub fn new(call: impl FnMut() + 'static) -> Self {
        Self { id: None, closure: Closure::new(call) }
    }

    /// Asks for the call, once for each frame.
    pub fn ask(&mut self) {
        if self.id.is_none() {
            self.id = window().request_animation_frame(self.closure.as_ref().unchecked_ref()).ok();
        }
    }

    /// The call has come.
    pub fn arrived(&mut self) {
        self.id = None;
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            let _ = window().cancel_animation_frame(id);
        }
    }
}

/// Tells which elements are in the window.
pub struct Sight {
    observer: Option<IntersectionObserver>,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Sight {
    /// Calls with an element and whether any of it can be seen, at first and whenever that changes.
    pub fn new(mut see: impl FnMut(Element, bool) + 'static) -> Self {
        let closure = Closure::<dyn FnMut(Array)>::new(move |entries: Array| {
            for entry in entries.iter() {
                let entry: IntersectionObserverEntry = entry.unchecked_into();
                see(entry.target(), entry.is_intersecting());
            }
        });
        let observer = IntersectionObserver::new(closure.as_ref().unchecked_ref()).ok();
        Self { observer, _closure: closure }
    }

    /// Has this element watched.
    pub fn watch(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
    }
}

impl Drop for Sight {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}

/// Tells when an element has another size.
pub struct Sizes {
    observer: Option<ResizeObserver>,
    _closure: Closure<dyn FnMut(JsValue)>,
}

impl Sizes {
    /// Calls at first and whenever the size of `element` changes.
    pub fn new(element: &Element, mut call: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut(JsValue)>::new(move |_| call());
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
        if let Some(observer) = &observer {
            observer.observe(element);
        }
        Self { observer, _closure: closure }
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
