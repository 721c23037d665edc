//! Labs: their module comes when the reader comes near one, and what goes wrong in it stays in its figure.
//!
//! The client links no lab. It imports the lab module once for each figure of a page, each time under
//! a query of its own, so that each figure has a WebAssembly instance of its own and a trap ends one
//! lab alone. Instances are kept for the figures of later pages; one that failed is never used again.
//! The still of a figure is kept as a property of its stage meanwhile, where `start.js` finds it if the
//! client fails.

use super::{
    navigation,
    renderer::start_module,
    sight::{self, Observer},
};
use leptos::{prelude::document, task::spawn_local};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::{Element, Event, HtmlElement};

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

    /// Keeps what stands in the stage, as a property of it, with the address of the instance that will
    /// stand in its place. The page's first script defines it.
    #[wasm_bindgen(js_name = keepStill)]
    fn keep_still(stage: &Stage, url: &str);

    /// Puts back what was kept, if anything was, and ends the worker of the lab that stood there.
    #[wasm_bindgen(js_name = putStillBack)]
    fn put_still_back(stage: &Stage);
}

/// The lab whose figure has a module of its own, and that module.
const OF_ITS_OWN: (&str, &str) = ("sft", "lab-ui-language");

/// A place for one instance of a lab module.
struct Slot {
    /// Which module.
    of: &'static str,
    /// Where the instance comes from. Never used again once the instance has failed.
    url: String,
    module: Option<Module>,
    /// What the instance is for, while a page has it.
    stage: Option<Stage>,
}

thread_local! {
    static SLOTS: RefCell<Vec<Slot>> = const { RefCell::new(Vec::new()) };
    /// How many slots have been made.
    static N_MADE: Cell<u32> = const { Cell::new(0) };
    static OBSERVER: Observer = sight::observer("100%", |stage| spawn_local(bring(stage, false)));
}

/// Listens for failures of labs, for the life of the document.
pub fn attend() {
    navigation::on_document("lab-failed", |event| {
        let why = js_sys::Reflect::get(&event, &"detail".into()).ok().and_then(|why| why.as_string());
        if let Some(stage) = event.target() {
            let why = why.as_deref().unwrap_or("This lab broke off by a fault of its own.");
            fail(stage.unchecked_ref(), why, "Restart this lab");
        }
    });
}

/// Waits for the reader to come near the labs of the page that has arrived. Once more for the same
/// page changes nothing.
pub fn watch() {
    OBSERVER.with(|observer| sight::watch(observer, "figure[data-lab] > .lab-stage"));
}

/// Ends all labs of the page that is about to be left.
pub fn leave() {
    OBSERVER.with(Observer::disconnect);
    // What a module does meanwhile may come back here.
    let mut slots = SLOTS.take();
    slots.retain_mut(|slot| match (slot.stage.take(), &slot.module) {
        (Some(stage), Some(module)) => module.unmount(&stage).is_ok(),
        _ => true,
    });
    SLOTS.set(slots);
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

/// Loads an instance for a stage and shows its lab there.
async fn bring(stage: Stage, is_asked_for: bool) {
    let Some(figure) = stage.parent_element() else { return };
    // Neither after the client or this lab has failed, nor over a translator's work, which the lab would undo.
    let has = |element: Result<Option<Element>, JsValue>| element.is_ok_and(|element| element.is_some());
    if has(figure.closest("[data-client=failed]"))
        || has(figure.query_selector("font, .lab-failure"))
        || slot_of(&stage).is_some()
    {
        return;
    }
    let is_of_its_own = figure.get_attribute("data-lab").is_some_and(|lab| lab == OF_ITS_OWN.0);
    let (url, mut module) = take_slot(&stage, if is_of_its_own { OF_ITS_OWN.1 } else { "lab-ui" });
    if module.is_none() {
        module = start_module(&url).await.ok().map(JsCast::unchecked_into);
    }
    // The reader may have gone on meanwhile.
    let Some(slot_idx) = slot_of(&stage) else { return };
    SLOTS.with_borrow_mut(|slots| slots[slot_idx].module.clone_from(&module));
    let Some(module) = module else {
        let why = "This lab did not come: the connection failed, or the site has changed since this page was loaded.";
        return fail(&stage, why, "Try again");
    };
    keep_still(&stage, &url);
    let [lab, settings] = ["data-lab", "data-settings"].map(|name| figure.get_attribute(name).unwrap_or_default());
    if module.mount(&stage, &lab, &settings, &figure.id(), &address("lab-worker")).is_err() {
        return fail(&stage, "This lab could not start.", "Restart this lab");
    }
    if is_asked_for && let Ok(Some(control)) = stage.query_selector("button:enabled") {
        // The button that was pressed is gone, and the keyboard's place with it.
        let _ = control.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Puts the still back into a stage, with a sentence and a way on. Once for each failure.
fn fail(stage: &Stage, why: &str, way_on: &str) {
    let Some(slot_idx) = slot_of(stage) else { return };
    SLOTS.with_borrow_mut(|slots| slots.remove(slot_idx));
    put_still_back(stage);
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

/// The first free slot of a module: its address and the instance that it holds. To a browser `URL`, `URL?2` and
/// `URL?3` are modules of their own.
fn take_slot(stage: &Stage, of: &'static str) -> (String, Option<Module>) {
    SLOTS.with_borrow_mut(|slots| {
        let slot_idx = slots.iter().position(|slot| slot.stage.is_none() && slot.of == of).unwrap_or_else(|| {
            let number = N_MADE.get() + 1;
            N_MADE.set(number);
            let mut url = address(of);
            if number > 1 {
                url = [&url, "?", &number.to_string()].concat();
            }
            slots.push(Slot { of, url, module: None, stage: None });
            slots.len() - 1
        });
        slots[slot_idx].stage = Some(stage.clone());
        (slots[slot_idx].url.clone(), slots[slot_idx].module.clone())
    })
}

/// Where a module lies. Plain Trunk gives its extra modules no hash and no link.
fn address(module: &str) -> String {
    let link = document().get_element_by_id(&[module, "-js"].concat());
    link.and_then(|link| link.get_attribute("href")).unwrap_or_else(|| ["/", module, ".js"].concat())
}
