//! What the reader does.

use crate::{
    browser::Listener,
    figure::LanguageFigure,
    hub::pick::{self, MOST_BYTES_OF_PAIRS},
    pointer::Charted,
};
use js_sys::Reflect;
use labs::{
    parts::controls::text_at,
    sft::{
        about::PARAMETERS,
        page::{FileOf, Page, ask::Ask, models::Which},
    },
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event};

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
    vec![hear("click", click), hear("change", change), hear("input", slide)]
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

fn property(field: &Element, name: &str) -> JsValue {
    Reflect::get(field, &name.into()).unwrap_or_default()
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
        if of == "model" {
            let files = pick::model(&picked).await;
            let Some(figure) = figure.upgrade() else { return };
            match files {
                Ok(files) => {
                    figure.files.replace(files.to_vec());
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
