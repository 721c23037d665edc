//! Labs: their module comes when the reader comes near one, and what goes wrong in it stays in its figure.
//!
//! The client links no lab. It imports the lab module once for each figure of a page, each time under
//! a query of its own, so that each figure has a WebAssembly instance of its own and a trap ends one
//! lab alone. Instances are kept for the figures of later pages; one that failed is never used again.
//! What stands in a figure's stage meanwhile is a property of the stage, where `start.js` finds it if
//! the client fails.

use super::{navigation, pause, renderer::import_module};
use leptos::{prelude::document, task::spawn_local};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{
    CustomEvent, Element, Event, HtmlElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
};

#[wasm_bindgen]
extern "C" {
    /// An instance of the lab module.
    #[derive(Clone)]
    type Module;

    #[wasm_bindgen(method, js_name = default, catch)]
    async fn init(this: &Module) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn mount(
        this: &Module,
        stage: &HtmlElement,
        lab: &str,
        settings: &str,
        id: &str,
        worker_url: &str,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn unmount(this: &Module, stage: &HtmlElement) -> Result<JsValue, JsValue>;

    /// What the drawing and the controls of a lab stand in.
    #[wasm_bindgen(extends = HtmlElement)]
    #[derive(Clone)]
    type Stage;

    /// What the build has put there.
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
}

/// A place for one instance of the lab module.
struct Slot {
    /// Counts the instances that failed here.
    generation: u32,
    module: Option<Module>,
    /// The figure that it is for, while a page has it.
    figure: Option<Element>,
}

thread_local! {
    static SLOTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
    /// The figures of this page that are waited for, or were.
    static FIGURES: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
    static OBSERVER: Option<IntersectionObserver> = observer();
}

/// Listens for failures of labs, for the life of the document.
pub fn attend() {
    navigation::on_document("lab-failed", |event| {
        let why = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
        let stage = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(figure) = stage.and_then(|stage| stage.closest("figure.lab").ok().flatten()) else { return };
        spawn_local(async move {
            // The failing module may still be at work: what is taken from it now it would miss.
            pause(Duration::ZERO).await;
            let why = why.unwrap_or_else(|| "This lab broke off by a fault of its own.".to_owned());
            fail(&figure, &why, "Restart this lab");
        });
    });
}

/// Waits for the reader to come near the labs of the page that has arrived.
pub fn watch() {
    let Ok(found) = document().query_selector_all("figure.lab[data-lab]") else { return };
    for figure_idx in 0..found.length() {
        let Some(figure) = found.item(figure_idx).and_then(|figure| figure.dyn_into::<Element>().ok()) else {
            continue;
        };
        let is_new = FIGURES.with_borrow_mut(|figures| {
            let is_new = !figures.contains(&figure);
            figures.extend(is_new.then(|| figure.clone()));
            is_new
        });
        if is_new {
            OBSERVER.with(|observer| observer.iter().for_each(|observer| observer.observe(&figure)));
        }
    }
}

/// Ends all labs of the page that is about to be left.
pub fn leave() {
    FIGURES.take();
    OBSERVER.with(|observer| observer.iter().for_each(IntersectionObserver::disconnect));
    for slot_idx in 0..SLOTS.with_borrow(Vec::len) {
        let (figure, module) =
            SLOTS.with_borrow_mut(|slots| (slots[slot_idx].figure.take(), slots[slot_idx].module.clone()));
        if let (Some(stage), Some(module)) = (figure.as_ref().and_then(stage_of), module)
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
    let Some(note) = button.and_then(|button| button.closest("[data-lab-again]").ok().flatten()?.parent_element())
    else {
        return;
    };
    if let Ok(Some(figure)) = note.closest("figure.lab") {
        note.remove();
        spawn_local(bring(figure, true));
    }
}

/// Calls when a figure comes within one height of the window.
fn observer() -> Option<IntersectionObserver> {
    let near = Closure::<dyn FnMut(Vec<IntersectionObserverEntry>, IntersectionObserver)>::new(
        |entries: Vec<IntersectionObserverEntry>, observer: IntersectionObserver| {
            for entry in entries.iter().filter(|entry| entry.is_intersecting()) {
                observer.unobserve(&entry.target());
                spawn_local(bring(entry.target(), false));
            }
        },
    );
    let options = IntersectionObserverInit::new();
    options.set_root_margin("100%");
    IntersectionObserver::new_with_options(near.into_js_value().unchecked_ref(), &options).ok()
}

/// Loads an instance for a figure and shows its lab.
async fn bring(figure: Element, is_asked_for: bool) {
    // Neither a client that failed nor a translator's work, which the lab would undo.
    let has_failed = document().query_selector("[data-client=failed]").is_ok_and(|html| html.is_some());
    let is_translated = figure.query_selector("font").is_ok_and(|font| font.is_some());
    let Some(stage) = stage_of(&figure).filter(|_| !has_failed && !is_translated) else { return };
    let slot_idx = take_slot(&figure);
    let url = url_of(slot_idx);
    let loaded = load(slot_idx, &url).await;
    // The reader may have gone on meanwhile.
    if !is_shown_in(slot_idx, &figure) || !figure.is_connected() {
        return;
    }
    let Some(module) = loaded else {
        let why = "This lab did not come: the connection failed, or the site has changed since this page was loaded.";
        return fail(&figure, why, "Try again");
    };
    stage.set_still(Some(stage.inner_html()));
    stage.set_module(Some(&url));
    let [lab, settings] = ["data-lab", "data-settings"].map(|name| figure.get_attribute(name).unwrap_or_default());
    if module.mount(&stage, &lab, &settings, &figure.id(), &address("lab-worker")).is_err() {
        return fail(&figure, "This lab could not start.", "Restart this lab");
    }
    if is_asked_for && let Ok(Some(control)) = stage.query_selector("button:enabled") {
        // The button that was pressed is gone, and the keyboard's place with it.
        let _ = control.unchecked_into::<HtmlElement>().focus();
    }
}

/// The instance of a slot, fetched if need be.
async fn load(slot_idx: usize, url: &str) -> Option<Module> {
    let module = SLOTS.with_borrow(|slots| slots[slot_idx].module.clone());
    if module.is_some() {
        return module;
    }
    let module: Module = import_module(url).await.ok()?.unchecked_into();
    module.init().await.ok()?;
    SLOTS.with_borrow_mut(|slots| slots[slot_idx].module = Some(module.clone()));
    Some(module)
}

/// Puts the still back into a figure, with a sentence and a way on. Once for each failure.
fn fail(figure: &Element, why: &str, way_on: &str) {
    let Some(slot_idx) = SLOTS.with_borrow(|slots| slots.iter().position(|slot| slot.figure.as_ref() == Some(figure)))
    else {
        return;
    };
    give_up(slot_idx);
    let Some(stage) = stage_of(figure) else { return };
    if let Some(worker) = stage.worker() {
        worker.terminate();
    }
    if let Some(still) = stage.still() {
        stage.set_inner_html(&still);
    }
    stage.set_still(None);
    stage.set_module(None);
    let note = "<p class=\"lab-failure ui\" role=\"alert\"><span></span> \
                <button class=\"btn client\" type=\"button\" data-lab-again></button></p>";
    let _ = stage.insert_adjacent_html("afterend", note);
    for (part, text) in [(".lab-failure > span", why), ("[data-lab-again]", way_on)] {
        if let Ok(Some(part)) = figure.query_selector(part) {
            part.set_text_content(Some(text));
        }
    }
}

/// The first free slot, preferably with an instance in it.
fn take_slot(figure: &Element) -> usize {
    SLOTS.with_borrow_mut(|slots| {
        let slot_idx = slots.iter().position(|slot| slot.figure.is_none()).unwrap_or(slots.len());
        if slot_idx == slots.len() {
            slots.push(Slot { generation: 0, module: None, figure: None });
        }
        slots[slot_idx].figure = Some(figure.clone());
        slot_idx
    })
}

/// Forgets a slot's instance; the next one there is a fresh one.
fn give_up(slot_idx: usize) {
    SLOTS.with_borrow_mut(|slots| {
        let generation = slots[slot_idx].generation + 1;
        slots[slot_idx] = Slot { generation, module: None, figure: None };
    });
}

fn is_shown_in(slot_idx: usize, figure: &Element) -> bool {
    SLOTS.with_borrow(|slots| slots[slot_idx].figure.as_ref() == Some(figure))
}

/// `URL`, `URL?2`, and after a failure `URL?1.1`: for a browser, each is a module of its own.
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
    let link = document().get_element_by_id(&format!("{module}-js"));
    link.and_then(|link| link.get_attribute("href")).unwrap_or_else(|| format!("/{module}.js"))
}

fn stage_of(figure: &Element) -> Option<Stage> {
    Some(figure.query_selector(".lab-stage").ok()??.unchecked_into())
}
