//! The fields of a figure's settings: what is typed and slid, and what they show.

use crate::{browser::Listener, figure::LiveFigure, pointer::Charted};
use js_sys::Reflect;
use labs::{
    parameters::{Parameter, Value, Values},
    parts::{
        Ask,
        controls::{SEED, place, text_at},
        session::Session,
    },
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement};

/// What the fields show.
pub struct Fields {
    values: Values,
    seed: u64,
    problem: String,
}

impl Fields {
    /// As the article sets them.
    pub fn new(session: &Session) -> Self {
        Self { values: session.values.clone(), seed: session.seed, problem: String::new() }
    }

    /// Shows the settings of a session where they have changed, and where something was refused.
    pub fn follow(&mut self, stage: &HtmlElement, session: &Session) {
        let is_refused = session.problem != self.problem;
        if session.values == self.values && session.seed == self.seed && !is_refused {
            return;
        }
        *self = Self { values: session.values.clone(), seed: session.seed, problem: session.problem.clone() };
        set(stage, "data-set", SEED, "value", &self.seed.to_string().into());
        for parameter in self.values.spec() {
            if let Some(value) = self.values.get(parameter.name) {
                show(stage, parameter, value);
            }
        }
    }
}

fn show(stage: &HtmlElement, parameter: &Parameter, value: Value) {
    let text = JsValue::from_str(&parameter.text(value));
    if let Value::Switch(is_on) = value {
        return set(stage, "data-set", parameter.name, "checked", &is_on.into());
    }
    set(stage, "data-set", parameter.name, "value", &text);
    if let Some(place) = place(&parameter.kind, value) {
        set(stage, "data-slide", parameter.name, "value", &place.into());
        set(stage, "data-slide", parameter.name, "ariaValueText", &text);
    }
}

fn set(stage: &HtmlElement, attribute: &str, name: &str, property: &str, value: &JsValue) {
    let selector = ["[", attribute, "=\"", name, "\"]"].concat();
    if let Ok(Some(field)) = stage.query_selector(&selector) {
        let _ = Reflect::set(&field, &property.into(), value);
    }
}

/// Listeners over the whole stage.
pub fn listen(figure: &Rc<LiveFigure>) -> Vec<Listener> {
    let hear = |event: &'static str, act: fn(&Rc<LiveFigure>, &Element)| {
        let heard = Rc::downgrade(figure);
        Listener::new(figure.stage(), event, move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let (Some(figure), Some(target)) = (heard.upgrade(), target) {
                act(&figure, &target);
            }
        })
    };
    vec![hear("change", change), hear("input", slide), hear("click", click)]
}

fn parameter(figure: &LiveFigure, name: &str) -> Option<&'static Parameter> {
    figure.parameters().iter().find(|parameter| parameter.name == name)
}

fn property(field: &Element, name: &str) -> JsValue {
    Reflect::get(field, &name.into()).unwrap_or_default()
}

fn change(figure: &Rc<LiveFigure>, field: &Element) {
    let Some(name) = field.get_attribute("data-set") else { return };
    let is_box = field.get_attribute("type").as_deref() == Some("checkbox");
    let text = if is_box {
        property(field, "checked").is_truthy().to_string()
    } else {
        property(field, "value").as_string().unwrap_or_default()
    };
    match parameter(figure, &name) {
        Some(parameter) => figure.ask(Ask::Set { name: parameter.name, text }),
        None if name == SEED => figure.ask(Ask::Seed(text)),
        None => {}
    }
}

fn slide(figure: &Rc<LiveFigure>, field: &Element) {
    let parameter = field.get_attribute("data-slide").and_then(|name| parameter(figure, &name));
    let at = property(field, "valueAsNumber").as_f64();
    if let (Some(parameter), Some(at)) = (parameter, at) {
        figure.ask(Ask::Set { name: parameter.name, text: text_at(&parameter.kind, at) });
    }
}

fn click(figure: &Rc<LiveFigure>, target: &Element) {
    if target.has_attribute("data-new-seed") {
        figure.ask(Ask::NewSeed);
    }
}
