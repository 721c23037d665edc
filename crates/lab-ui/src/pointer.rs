//! Pointer and keys over charts.

use crate::{browser::Listener, keep, paint::Painter};
use labs::chart::Direction;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, MouseEvent};

/// A figure that is mounted, with charts.
pub trait Charted {
    /// Where it stands.
    fn stage(&self) -> &HtmlElement;
    /// Its id on the page.
    fn id(&self) -> &str;
    /// What it shows.
    fn painter(&self) -> &RefCell<Painter>;
    /// Has it drawn before the next frame.
    fn ask_frame(&self);
    /// Ends all it has begun.
    fn end(&self);
}

/// Listeners over the whole stage.
pub fn listen(figure: &Rc<dyn Charted>) -> Vec<Listener> {
    let hear = |event: &'static str, act: fn(&Rc<dyn Charted>, &Event)| {
        let heard = Rc::downgrade(figure);
        Listener::new(figure.stage(), event, move |event| {
            if let Some(figure) = heard.upgrade() {
                act(&figure, &event);
            }
        })
    };
    vec![
        hear("pointermove", point),
        hear("pointerdown", point),
        hear("pointerout", leave),
        hear("focusout", leave),
        hear("keydown", press),
        hear("click", click),
        hear("toggle", |figure, _| figure.painter().borrow().paint_tables()),
    ]
}

fn target(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// The chart that an event is about.
fn slot(event: &Event) -> Option<String> {
    target(event, ".stage[data-slot]")?.get_attribute("data-slot")
}

fn redraw(figure: &Rc<dyn Charted>, act: impl FnOnce(&mut Painter) -> bool) {
    if act(&mut figure.painter().borrow_mut()) {
        figure.ask_frame();
    }
}

fn point(figure: &Rc<dyn Charted>, event: &Event) {
    if let Some(slot) = slot(event) {
        let pointer: &MouseEvent = event.unchecked_ref();
        let place = (f64::from(pointer.client_x()), f64::from(pointer.client_y()));
        redraw(figure, |painter| painter.point(&slot, place));
    }
}

fn leave(figure: &Rc<dyn Charted>, event: &Event) {
    let Some(left) = target(event, ".stage[data-slot]") else { return };
    let to = event.unchecked_ref::<MouseEvent>().related_target();
    let to = to.and_then(|to| to.dyn_into::<Element>().ok());
    if to.is_some_and(|to| left.contains(Some(&to))) {
        return;
    }
    if let Some(slot) = left.get_attribute("data-slot") {
        redraw(figure, |painter| painter.leave(&slot));
    }
}

fn press(figure: &Rc<dyn Charted>, event: &Event) {
    let Some(slot) = slot(event) else { return };
    let key: &KeyboardEvent = event.unchecked_ref();
    if key.ctrl_key() || key.alt_key() || key.meta_key() {
        return;
    }
    let direction = match key.key().as_str() {
        "ArrowLeft" => Direction::Left,
        "ArrowRight" => Direction::Right,
        "ArrowUp" => Direction::Up,
        "ArrowDown" => Direction::Down,
        "Home" => Direction::First,
        "End" => Direction::Last,
        "Escape" => return redraw(figure, |painter| painter.leave(&slot)),
        _ => return,
    };
    event.prevent_default();
    redraw(figure, |painter| painter.go(&slot, direction));
}

fn click(figure: &Rc<dyn Charted>, event: &Event) {
    let slot = target(event, "[data-save]").and_then(|button| button.get_attribute("data-save"));
    if let Some(slot) = slot {
        keep::save_drawing(&**figure, &slot);
    }
}
