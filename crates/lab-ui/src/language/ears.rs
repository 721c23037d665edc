//! What the reader does.

use crate::{
    browser::{Listener, window},
    figure::LanguageFigure,
    hub::{
        addresses::FILES,
        pick::{self, ADAPTER_FILES, MOST_BYTES_OF_PAIRS},
    },
    pointer::Charted,
};
use js_sys::{Reflect, Uint8Array};
use labs::{
    parts::controls::text_at,
    protocol::encode,
    sft::{
        about::PARAMETERS,
        export::adapter_shape,
        page::{FileOf, Page, ask::Ask, models::Which},
    },
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlElement};

/// Listeners over the whole stage.
pub(crate) fn listen(figure: &Rc<LanguageFigure>) -> Vec<Listener> {
    let hear = |event: &'static str, act: fn(&Rc<LanguageFigure>, &Element)| {
        let heard = Rc::downgrade(figure);
        Listener::new(figure.stage(), event, move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let (Some(figure), Some(target)) = (heard.upgrade(), target) {
                act(&figure, &target);
            }
        })
    };
    let followed = Rc::downgrade(figure);
    let follow = Listener::new(&window(), "click", move |event: Event| {
        if let Some(figure) = followed.upgrade() {
            follow(&figure, &event);
        }
    });
    vec![hear("click", click), hear("change", change), hear("input", slide), follow]
}

fn ask(figure: &Rc<LanguageFigure>, ask: Option<Ask>) {
    if let Some(ask) = ask {
        figure.act(|page| page.ask(ask));
    }
}

fn click(figure: &Rc<LanguageFigure>, target: &Element) {
    if target.has_attribute("data-new-seed") {
        return ask(figure, Some(Ask::NewSeed));
    }
    let button = target.closest("[data-ask]").ok().flatten();
    if let Some(what) = button.and_then(|button| button.get_attribute("data-ask")) {
        ask(figure, Ask::of(&what, ""));
    }
}

fn property(of: &JsValue, name: &str) -> JsValue {
    Reflect::get(of, &name.into()).unwrap_or_default()
}

/// A link that leads away is followed once what the run has computed is written.
pub(crate) fn follow(figure: &Rc<LanguageFigure>, event: &Event) {
    let is = |name: &&str| property(event, name).is_truthy();
    if event.default_prevented() || ["button", "ctrlKey", "metaKey", "shiftKey", "altKey"].iter().any(is) {
        return;
    }
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let link = target.and_then(|target| target.closest("a[href]:not([download], [target])").ok().flatten());
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) else { return };
    let page_of = |address: &str| address.split('#').next().unwrap_or_default().to_owned();
    let leads_to = property(&link, "href").as_string().unwrap_or_default();
    if page_of(&leads_to) != page_of(&window().location().href().unwrap_or_default()) && figure.leave_by(link) {
        event.prevent_default();
        event.stop_immediate_propagation();
    }
}

fn change(figure: &Rc<LanguageFigure>, field: &Element) {
    if let Some(of) = field.get_attribute("data-file") {
        return read(figure, field, &of);
    }
    let typed = if field.get_attribute("type").as_deref() == Some("checkbox") {
        property(field, "checked").is_truthy().to_string()
    } else {
        property(field, "value").as_string().unwrap_or_default()
    };
    let what = field.get_attribute("data-type").or_else(|| {
        let name = field.get_attribute("data-set")?;
        Some(["set:", &name].concat())
    });
    ask(figure, what.and_then(|what| Ask::of(&what, &typed)));
}

fn slide(figure: &Rc<LanguageFigure>, field: &Element) {
    let Some(name) = field.get_attribute("data-slide") else { return };
    let parameter = PARAMETERS.iter().find(|parameter| parameter.name == name);
    if let (Some(parameter), Some(at)) = (parameter, property(field, "valueAsNumber").as_f64()) {
        ask(figure, Some(Ask::Set(name, text_at(&parameter.kind, at))));
    }
}

/// Reads what was chosen from the disk.
fn read(figure: &Rc<LanguageFigure>, input: &Element, of: &str) {
    let picked = pick::picked(input);
    pick::forget(input);
    if picked.is_empty() {
        return;
    }
    let (figure, of) = (Rc::downgrade(figure), of.to_owned());
    spawn_local(async move {
        let names: Option<&[&str]> = match of.as_str() {
            "model" => Some(&FILES),
            "adapter" => Some(&ADAPTER_FILES),
            _ => None,
        };
        if let Some(names) = names {
            let files = pick::together(&picked, names).await;
            let Some(figure) = figure.upgrade() else { return };
            match files {
                Ok(files) if of == "adapter" => match adapter_shape(&files[0].to_vec()) {
                    Ok(shape) => {
                        let shape = Uint8Array::from(encode(&shape).as_slice());
                        figure.adapter.replace(vec![shape, files[1].clone()]);
                        figure.act(Page::came_adapter);
                    }
                    Err(why) => figure.tell_problem(&why.to_string()),
                },
                Ok(files) => {
                    figure.files.replace(files);
                    figure.act(|page| page.came(Which::Disk));
                }
                Err(why) => figure.tell_problem(&why),
            }
            return;
        }
        let of = if of == "held-out" { FileOf::HeldOut } else { FileOf::Pairs };
        let bytes = pick::bytes(&picked[0], MOST_BYTES_OF_PAIRS).await;
        let Some(figure) = figure.upgrade() else { return };
        match bytes {
            Ok(bytes) => {
                let bytes = bytes.to_vec();
                figure.act(|page| page.read_file(of, &bytes));
            }
            Err(why) => figure.tell_problem(&why),
        }
    });
}

impl LanguageFigure {
    fn tell_problem(self: &Rc<Self>, why: &str) {
        self.act(|page: &mut Page| {
            page.came_not(why);
            Vec::new()
        });
    }
}
