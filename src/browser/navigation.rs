//! From page to page without loading one: links, Back and Forward, and what follows an arrival.
//!
//! A click first brings the data and only then changes the address, so that the page read before
//! stays until the next one is whole. The router reads the address when a `popstate` event tells it
//! to; the client's own pushes send one, since the router's own push misses entries after the
//! reader has gone back by more than one step.

use super::{cards, copy, data, document_head, first, labs, pause, prefetch, search, sections, visits};
use crate::{
    page::Page,
    store::{Failure, Load, Store},
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::Duration,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{
    Event, FocusOptions, HtmlAnchorElement, HtmlElement, MouseEvent, PopStateEvent, ScrollBehavior,
    ScrollIntoViewOptions, Url,
};

/// Where to bring the reader once the next page is in the document.
enum Target {
    /// To the anchor, or to the top if it is empty or unknown.
    Anchor(String),
    /// To this offset from the top, in CSS pixels.
    Offset(f64),
    /// The document's first page, built anew: as the browser would have done, without moving the focus.
    First,
}

thread_local! {
    static VISIT: Cell<visits::Visit> = const { Cell::new(0) };
    static PATH: RefCell<String> = RefCell::default();
    static TARGET: RefCell<Option<Target>> = RefCell::default();
    /// Counts clicks: only the last one navigates.
    static CLICKS: Cell<u32> = const { Cell::new(0) };
    /// Ends the browser's view transition when the page has arrived.
    static ARRIVAL: RefCell<Option<js_sys::Function>> = RefCell::default();
}

/// The number of the visit that the reader is on.
pub fn visit() -> visits::Visit {
    VISIT.get()
}

/// How long a click may wait for data before the page says that it is under way.
const PATIENCE: Duration = Duration::from_millis(250);

/// Attends to links, history and buttons for the life of the document. Called before the router
/// starts, so that its listeners come after these.
pub fn attend(store: Store) {
    VISIT.set(visits::current());
    PATH.set(pathname());
    visits::restore_ourselves(true);
    listen("popstate", move |event| follow_history(store, &event));
    listen("pagehide", |_| {
        // The next document, or this one again, is the browser's to restore.
        visits::remember(VISIT.get());
        visits::restore_ourselves(false);
    });
    listen("pageshow", |_| visits::restore_ourselves(true));
    for name in ["pointerover", "focusin"] {
        on_document(name, |event| cards::on_point(&event));
    }
    on_document("keydown", |event| cards::on_key(&event));
    on_document("click", move |event| {
        cards::hide();
        copy::on_click(&event);
        labs::on_click(&event);
        retry(store, &event);
        follow_click(store, &event);
    });
}

/// Brings the reader back to their place after a reload, now and when the browser has ended its own
/// work: it may be slower than the client, and prefers the address's anchor to the place.
pub fn resume() {
    let offset = visits::recall(VISIT.get());
    if offset > 0.0 {
        return_to(offset);
        let has_anchor = window().location().hash().is_ok_and(|hash| !hash.is_empty());
        if has_anchor && document().ready_state() != "complete" {
            listen("load", move |_| return_to(offset));
        }
    }
}

/// Tells that the first page is built anew, so that the browser could not bring the reader to their place.
pub fn expect_first() {
    TARGET.set(Some(Target::First));
}

/// Answers the button of a page that did not come.
fn retry(store: Store, event: &Event) {
    let button = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    if button.is_some_and(|button| button.has_attribute("data-retry")) {
        data::again(store, store.under_base(&pathname()));
    }
}

/// Fetches what the page at `path` shows, and brings the reader there when it is in the document.
pub fn show(store: Store, path: Memo<String>) {
    Effect::new(move |_| data::need(store, path.get()));
    Effect::new(move |_| match store.page(&path.get()) {
        Load::Ready(page) => arrived(store, page),
        Load::Failed(Failure::Missing) => spawn_local(data::bring_not_found(store, path.get())),
        Load::Failed(_) => spawn_local(async {
            pause(Duration::ZERO).await;
            arrive();
        }),
        Load::Absent => {}
    });
}

/// Listens on the window.
pub fn listen(name: &str, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = window().add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Listens on the document, where events arrive before they reach the router's listener.
pub fn on_document(name: &str, handler: impl FnMut(Event) + 'static) {
    let handler = Closure::<dyn FnMut(Event)>::new(handler);
    let _ = document().add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Path, search and hash of the current address.
fn here() -> String {
    let location = window().location();
    [Ok(pathname()), location.search(), location.hash()].into_iter().filter_map(Result::ok).collect()
}

/// The current path, its letters as a person would write them.
pub fn pathname() -> String {
    unescaped(&window().location().pathname().unwrap_or_default())
}

/// `/tags/caf%C3%A9/` → `/tags/café/`; a path that is no UTF-8 stays as it is.
pub fn unescaped(path: &str) -> String {
    js_sys::decode_uri(path).map_or_else(|_| path.to_owned(), String::from)
}

/// A place of this site that the client can show.
pub struct Destination {
    /// On this server.
    pub path: String,
    search: String,
    hash: String,
}

/// The anchor that an event happened in.
pub fn anchor_of(event: &Event) -> Option<HtmlAnchorElement> {
    event.target()?.dyn_into::<web_sys::Element>().ok()?.closest("a[href]").ok()??.dyn_into().ok()
}

/// Where a link leads, if the client can show it: under the base, a page rather than a file, and none that this document's
/// policy is wrong for.
pub fn destination(store: Store, anchor: &HtmlAnchorElement) -> Option<Destination> {
    if anchor.has_attribute("download")
        || !anchor.target().is_empty()
        || anchor.rel().split(' ').any(|rel| rel == "external")
    {
        return None;
    }
    let url = Url::new(&anchor.href()).ok()?;
    let path = unescaped(&url.pathname());
    let is_ours = url.origin() == window().location().origin().ok()? && path.starts_with(&format!("{}/", store.base()));
    let is_shown = is_ours
        && path.ends_with('/')
        && (path == pathname() || !store.is_apart(&path) && !store.is_apart(&pathname()));
    is_shown.then(|| Destination { path, search: url.search(), hash: url.hash() })
}

fn follow_click(store: Store, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    if mouse.default_prevented()
        || mouse.button() != 0
        || mouse.meta_key()
        || mouse.alt_key()
        || mouse.ctrl_key()
        || mouse.shift_key()
    {
        return;
    }
    let Some(anchor) = anchor_of(event) else { return };
    // Whatever the client does not follow, the browser shall: the router must not see it.
    event.stop_propagation();
    let Some(destination) = destination(store, &anchor) else { return };
    visits::remember(VISIT.get());
    if destination.path == pathname() && !destination.hash.is_empty() {
        return;
    }
    event.prevent_default();
    spawn_local(go(store, destination));
}

async fn go(store: Store, destination: Destination) {
    let click = CLICKS.get() + 1;
    CLICKS.set(click);
    spawn_local(async move {
        pause(PATIENCE).await;
        if CLICKS.get() == click {
            set_busy(true);
        }
    });
    let failure = data::bring(store, store.under_base(&destination.path)).await;
    if CLICKS.get() != click {
        return;
    }
    CLICKS.set(click + 1);
    set_busy(false);
    let Destination { path, search, hash } = destination;
    let url = format!("{path}{search}{hash}");
    // A page left open across a deploy: what it knows is gone, the server knows better.
    if matches!(failure, Some(Failure::Missing | Failure::Unreadable)) {
        let _ = window().location().set_href(&url);
        return;
    }
    visits::remember(VISIT.get());
    in_transition(move || {
        if PATH.with_borrow(|shown| *shown != path) {
            labs::leave();
            first::settle(store);
        }
        TARGET.set(Some(Target::Anchor(hash)));
        // As a browser does, a link to the very same address adds no entry.
        if here() != url {
            VISIT.set(visits::push(&url));
        }
        if let Ok(event) = PopStateEvent::new("popstate") {
            let _ = window().dispatch_event(&event);
        }
        if PATH.replace(path.clone()) == path {
            arrive();
        }
    });
}

/// Marks the page as busy; the style sheet shows a quiet line.
fn set_busy(busy: bool) {
    if let Some(body) = document().body() {
        let _ = if busy { body.set_attribute("aria-busy", "true") } else { body.remove_attribute("aria-busy") };
    }
}

/// Runs `change` inside a view transition where the browser has them and motion is welcome.
fn in_transition(change: impl FnOnce() + 'static) {
    let start = js_sys::Reflect::get(&document(), &JsValue::from_str("startViewTransition"))
        .ok()
        .and_then(|start| start.dyn_into::<js_sys::Function>().ok());
    let is_still =
        window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches());
    match start {
        Some(start) if !is_still => {
            // The browser holds the old picture until the promise is kept: until the page has arrived.
            let update = Closure::once_into_js(move || {
                let arrival = js_sys::Promise::new(&mut |resolve, _| ARRIVAL.set(Some(resolve)));
                change();
                JsValue::from(arrival)
            });
            let _ = start.call1(&document(), &update);
        }
        _ => change(),
    }
}

fn follow_history(store: Store, event: &Event) {
    if !event.is_trusted() {
        return;
    }
    CLICKS.set(CLICKS.get() + 1);
    set_busy(false);
    let has_number = event.dyn_ref::<PopStateEvent>().is_some_and(|event| event.state().as_f64().is_some());
    let path = pathname();
    let left = VISIT.replace(visits::current());
    let is_same_page = PATH.replace(path.clone()) == path;
    if !has_number {
        // A link to an anchor of this page: its click remembered the place, and the browser has left it.
        return;
    }
    visits::remember(left);
    let offset = visits::recall(VISIT.get());
    if is_same_page {
        return_to(offset);
    } else {
        labs::leave();
        first::settle(store);
        TARGET.set(Some(Target::Offset(offset)));
        let page = store.under_base(&path);
        if matches!(untrack(|| store.page(&page)), Load::Failed(_)) {
            data::again(store, page);
        }
    }
}

/// A page's body is there.
fn arrived(store: Store, page: Arc<Page>) {
    spawn_local(async move {
        // The views have been told; once the event loop comes round they stand in the document.
        pause(Duration::ZERO).await;
        // The document came with its own.
        if !first::is_shown() {
            document_head::apply(store, &page.head);
        }
        arrive();
        search::arrive(store);
        sections::follow();
        labs::watch();
        prefetch::look_ahead().await;
    });
}

/// Brings the reader to their target, if a navigation set one.
fn arrive() {
    match TARGET.take() {
        Some(Target::Anchor(hash)) => {
            focus_heading();
            scroll_to_anchor(&hash);
        }
        Some(Target::Offset(y)) => {
            focus_heading();
            return_to(y);
        }
        Some(Target::First) => match visits::recall(VISIT.get()) {
            0.0 => scroll_to_anchor(&window().location().hash().unwrap_or_default()),
            y => return_to(y),
        },
        None => {}
    }
    if let Some(resolve) = ARRIVAL.take() {
        let _ = resolve.call0(&JsValue::UNDEFINED);
    }
}

/// Moves the focus to the page's title, so that a screen reader begins there.
fn focus_heading() {
    let heading =
        document().query_selector("main h1").ok().flatten().and_then(|heading| heading.dyn_into::<HtmlElement>().ok());
    if let Some(heading) = heading {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = heading.focus_with_options(&options);
    }
}

/// To the element that `hash` names, or to the top.
fn scroll_to_anchor(hash: &str) {
    let anchor = hash.strip_prefix('#').filter(|anchor| !anchor.is_empty());
    let anchor = anchor.and_then(|anchor| js_sys::decode_uri_component(anchor).ok()).map(String::from);
    match anchor.and_then(|anchor| document().get_element_by_id(&anchor)) {
        Some(element) => {
            // At once, as after a load: a page that slides by says nothing.
            let options = ScrollIntoViewOptions::new();
            options.set_behavior(ScrollBehavior::Instant);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
        None => return_to(0.0),
    }
}

#[wasm_bindgen]
extern "C" {
    /// Scrolls to this offset at once, and once more when the fonts are there. The page's first script defines it.
    #[wasm_bindgen(js_name = returnTo)]
    fn return_to(y: f64);
}
