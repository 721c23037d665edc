//! Labs: their module comes when the reader comes near one, and what goes wrong in it stays in its figure.
//!
//! The client links no lab. It imports the lab module once for each figure of a page, each time under
//! a query of its own, so that each figure has a WebAssembly instance of its own and a trap ends one
//! lab alone. Instances are kept for the figures of later pages; one that failed is never used again.
//! What stands in a figure's stage meanwhile is a property of the stage, where `start.js` finds it if
//! the client fails.

use super::{navigation, renderer::start_module};
use leptos::{prelude::document, task::spawn_local};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{CustomEvent, Element, Event, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// An instance of the lab module.
    #[derive(Clone)]
    type Module;

    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Module,
        stage: &Stage,
        lab: &str,
        settings: &str,
        id: &str,
        worker_url: &str,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn unmount(this: &Module, stage: &Stage) -> Result<JsValue, JsValue>;

    /// What the drawings and the controls of a lab stand in.
    #[wasm_bindgen(extends = Element)]
    #[derive(Clone, PartialEq)]
    type Stage;

    /// Whether the reader's coming near is waited for, or was.
    #[wasm_bindgen(method, getter, js_name = labSeen)]
    fn is_seen(this: &Stage) -> Option<bool>;

    #[wasm_bindgen(method, setter, js_name = labSeen)]
    fn set_seen(this: &Stage, is_seen: bool);

    /// What the build has put there; only while a lab stands in its place.
    #[wasm_bindgen(method, getter, js_name = labStill)]
    fn still(this: &Stage) -> Option<String>;

    #[wasm_bindgen(method, setter, js_name = labStill)]
    fn set_still(this: &Stage, html: Option<String>);

    /// The address of the instance that shows the lab: the traces of its errors name it.
    #[wasm_bindgen(method, setter, js_name = labModule)]
    fn set_module(this: &Stage, url: Option<&str>);

    /// The worker that the lab module has started; it would outlive a module that fails.
    #[wasm_bindgen(method, getter, js_name = labWorker)]
    fn worker(this: &Stage) -> Option<Worker>;

    type Worker;

    #[wasm_bindgen(method)]
    fn terminate(this: &Worker);

    type IntersectionObserver;

    #[wasm_bindgen(constructor)]
    fn new(callback: &JsValue, options: &JsValue) -> IntersectionObserver;

    #[wasm_bindgen(method)]
    fn observe(this: &IntersectionObserver, target: &Stage);

    #[wasm_bindgen(method)]
    fn unobserve(this: &IntersectionObserver, target: &Stage);

    #[wasm_bindgen(method)]
    fn disconnect(this: &IntersectionObserver);

    type Entry;

    #[wasm_bindgen(method, getter, js_name = isIntersecting)]
    fn is_intersecting(this: &Entry) -> bool;

    #[wasm_bindgen(method, getter)]
    fn target(this: &Entry) -> Stage;
}

/// A place for one instance of the lab module.
struct Slot {
    /// Counts the instances that failed here.
    generation: u32,
    module: Option<Module>,
    /// What the instance is for, while a page has it.
    stage: Option<Stage>,
}

thread_local! {
    static SLOTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
    static OBSERVER: IntersectionObserver = observer();
}

/// Listens for failures of labs, for the life of the document.
pub fn attend() {
    navigation::on_document("lab-failed", |event| {
        let why = event.unchecked_ref::<CustomEvent>().detail().as_string();
        if let Some(stage) = event.target() {
            let why = why.as_deref().unwrap_or("This lab broke off by a fault of its own.");
            fail(stage.unchecked_ref(), why, "Restart this lab");
        }
    });
}

/// Waits for the reader to come near the labs of the page that has arrived.
pub fn watch() {
    let Ok(stages) = document().query_selector_all("figure[data-lab] > .lab-stage") else { return };
    for stage_idx in 0..stages.length() {
        let Some(stage) = stages.item(stage_idx) else { continue };
        let stage: Stage = stage.unchecked_into();
        if stage.is_seen().is_none() {
            stage.set_seen(true);
            OBSERVER.with(|observer| observer.observe(&stage));
        }
    }
}

/// Ends all labs of the page that is about to be left.
pub fn leave() {
    OBSERVER.with(IntersectionObserver::disconnect);
    for slot_idx in 0..SLOTS.with_borrow(Vec::len) {
        let (stage, module) =
            SLOTS.with_borrow_mut(|slots| (slots[slot_idx].stage.take(), slots[slot_idx].module.clone()));
        if let (Some(stage), Some(module)) = (stage, module)
            && stage.still().is_some()
            && module.unmount(&stage).is_err()
        {
            give_up(slot_idx);
        }
    }
}

/// Answers the button of a lab that failed.
pub fn on_click(event: &Event) {
    let button = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(note) = button.and_then(|button| button.closest("[data-lab-again]").ok()??.parent_element()) else {
        return;
    };
    if let Some(stage) = note.previous_element_sibling() {
        note.remove();
        spawn_local(bring(stage.unchecked_into(), true));
    }
}

/// Calls when a stage comes within one height of the window.
fn observer() -> IntersectionObserver {
    let near = Closure::<dyn FnMut(js_sys::Array)>::new(|entries: js_sys::Array| {
        for entry_idx in 0..entries.length() {
            let entry: Entry = entries.get(entry_idx).unchecked_into();
            if entry.is_intersecting() {
                OBSERVER.with(|observer| observer.unobserve(&entry.target()));
                spawn_local(bring(entry.target(), false));
            }
        }
    });
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"rootMargin".into(), &"100%".into());
    IntersectionObserver::new(&near.into_js_value(), &options)
}

/// Loads an instance for a stage and shows its lab there.
async fn bring(stage: Stage, is_asked_for: bool) {
    let Some(figure) = stage.parent_element() else { return };
    // Neither after the client has failed nor over a translator's work, which the lab would undo.
    let has = |element: Result<Option<Element>, JsValue>| element.is_ok_and(|element| element.is_some());
    if has(figure.closest("[data-client=failed]")) || has(figure.query_selector("font")) {
        return;
    }
    let slot_idx = take_slot(&stage);
    let url = url_of(slot_idx);
    let loaded = load(slot_idx, &url).await;
    // The reader may have gone on meanwhile.
    if slot_of(&stage) != Some(slot_idx) || !stage.is_connected() {
        return;
    }
    let Some(module) = loaded else {
        let why = "This lab did not come: the connection failed, or the site has changed since this page was loaded.";
        return fail(&stage, why, "Try again");
    };
    stage.set_still(Some(stage.inner_html()));
    stage.set_module(Some(&url));
    let [lab, settings] = ["data-lab", "data-settings"].map(|name| figure.get_attribute(name).unwrap_or_default());
    if module.mount(&stage, &lab, &settings, &figure.id(), &address("lab-worker")).is_err() {
        return fail(&stage, "This lab could not start.", "Restart this lab");
    }
    if is_asked_for && let Ok(Some(control)) = stage.query_selector("button:enabled") {
        // The button that was pressed is gone, and the keyboard's place with it.
        let _ = control.unchecked_ref::<HtmlElement>().focus();
    }
}

/// The instance of a slot, fetched if need be.
async fn load(slot_idx: usize, url: &str) -> Option<Module> {
    let module = SLOTS.with_borrow(|slots| slots[slot_idx].module.clone());
    if module.is_some() {
        return module;
    }
    let module: Module = start_module(url).await.ok()?.unchecked_into();
    SLOTS.with_borrow_mut(|slots| slots[slot_idx].module = Some(module.clone()));
    Some(module)
}

/// Puts the still back into a stage, with a sentence and a way on. Once for each failure.
fn fail(stage: &Stage, why: &str, way_on: &str) {
    let Some(slot_idx) = slot_of(stage) else { return };
    give_up(slot_idx);
    stage.set_module(None);
    if let Some(worker) = stage.worker() {
        worker.terminate();
    }
    if let Some(still) = stage.still() {
        stage.set_still(None);
        stage.set_inner_html(&still);
    }
    let note = "<p class=\"lab-failure ui\" role=\"alert\"><span></span> \
                <button class=\"btn client\" type=\"button\" data-lab-again></button></p>";
    let _ = stage.insert_adjacent_html("afterend", note);
    if let Some(note) = stage.next_element_sibling() {
        for (part, text) in [(note.first_element_child(), why), (note.last_element_child(), way_on)] {
            part.iter().for_each(|part| part.set_text_content(Some(text)));
        }
    }
}

fn slot_of(stage: &Stage) -> Option<usize> {
    SLOTS.with_borrow(|slots| slots.iter().position(|slot| slot.stage.as_ref() == Some(stage)))
}

/// The first free slot.
fn take_slot(stage: &Stage) -> usize {
    SLOTS.with_borrow_mut(|slots| {
        let slot_idx = slots.iter().position(|slot| slot.stage.is_none()).unwrap_or(slots.len());
        if slot_idx == slots.len() {
            slots.push(Slot { generation: 0, module: None, stage: None });
        }
        slots[slot_idx].stage = Some(stage.clone());
        slot_idx
    })
}

/// Forgets a slot's instance; the next one there is a fresh one.
fn give_up(slot_idx: usize) {
    SLOTS.with_borrow_mut(|slots| {
        let slot = &mut slots[slot_idx];
        slot.generation += 1;
        (slot.module, slot.stage) = (None, None);
    });
}

/// `URL`, `URL?2`, and after a failure `URL?2.1`: for a browser, each is a module of its own.
fn url_of(slot_idx: usize) -> String {
    let (url, number) = (address("lab-ui"), slot_idx + 1);
    match SLOTS.with_borrow(|slots| slots[slot_idx].generation) {
        0 if slot_idx == 0 => url,
        0 => format!("{url}?{number}"),
        generation => format!("{url}?{number}.{generation}"),
    }
}

/// Where a module lies. Plain Trunk gives its extra modules no hash and no link.
fn address(module: &str) -> String {
    let link = document().get_element_by_id(&[module, "-js"].concat());
    link.and_then(|link| link.get_attribute("href")).unwrap_or_else(|| ["/", module, ".js"].concat())
}
