//! One live figure: does what its session says.

use crate::{
    browser::{Frame, Interval, Listener, Sight, Sizes, Timer, window},
    fields::{self, Fields},
    keep,
    paint::Painter,
    pointer::{self, Charted},
    worker::Link,
};
use labs::{
    parameters::{Parameter, Values},
    parts::{
        Ask, Figure, FigureState, Host, Picture,
        session::{Do, Loss, Session, TICK_MS},
        share::Shared,
    },
    protocol::{Command, DecodeError},
    registry,
};
use leptos::{mount::mount_to, prelude::*};
use std::{
    any::Any,
    cell::{Cell, RefCell},
    rc::Rc,
};
use web_sys::{HtmlElement, UrlSearchParams, VisibilityState};

/// A change while a run is under way restarts it after so many milliseconds without a further one.
const RESTART_MS: i32 = 150;

/// A figure that is mounted.
pub struct LiveFigure {
    /// Where it stands.
    stage: HtmlElement,
    id: String,
    /// What is shown of a report.
    picture: fn(&Values, &[u8]) -> Result<Picture, DecodeError>,
    worker_url: String,
    /// How many workers were lost.
    n_lost: Cell<u32>,
    session: RefCell<Session>,
    state: FigureState,
    painter: RefCell<Painter>,
    link: RefCell<Option<Link>>,
    fields: RefCell<Fields>,
    is_in_window: Cell<bool>,
    bound: RefCell<Option<Bound>>,
}

/// What a figure holds of the browser; all of it ends with it.
struct Bound {
    frame: Frame,
    restart: Timer,
    tick: Option<Interval>,
    _sight: Sight,
    _sizes: Sizes,
    _listeners: Vec<Listener>,
    _view: Box<dyn Any>,
}

impl LiveFigure {
    /// Puts the lab's view into `stage`.
    ///
    /// # Errors
    /// If there is no such lab, or the article's settings are none of it.
    pub fn mount(
        stage: &HtmlElement,
        lab: &str,
        settings: &str,
        id: &str,
        worker_url: &str,
    ) -> Result<Rc<Self>, String> {
        let view = registry::view(lab).ok_or("This lab is of another version than its article. Reload the page.")?;
        let given = Values::decode(view.about.parameters, settings)
            .map_err(|error| format!("This lab’s settings cannot be used: {error}."))?;
        let session = Session::at_end(view.about, given, view.about.n_steps);
        let painter = Painter::taking_over(view.panels, stage);
        let fields = Fields::new(&session);
        // The view's owner must hold the signals, so they are made within it; the figure waits for them.
        let made: Rc<RefCell<Option<Rc<Self>>>> = Rc::default();
        let stage_of_view = stage.clone();
        stage.set_inner_html("");
        let handle = mount_to(stage.clone(), {
            let (made, id, worker_url) = (made.clone(), id.to_owned(), worker_url.to_owned());
            move || {
                let figure = Rc::new(Self {
                    stage: stage_of_view,
                    picture: view.picture,
                    worker_url,
                    n_lost: Cell::new(0),
                    state: FigureState::new(&session),
                    session: RefCell::new(session),
                    painter: RefCell::new(painter),
                    link: RefCell::default(),
                    fields: RefCell::new(fields),
                    is_in_window: Cell::new(true),
                    bound: RefCell::default(),
                    id,
                });
                let asked = Rc::downgrade(&figure);
                let host = Host::new(move |ask| {
                    if let Some(figure) = asked.upgrade() {
                        figure.ask(ask);
                    }
                });
                let (painter, session) = (figure.painter.borrow(), figure.session.borrow());
                let content = |slot: &str| painter.still(slot);
                let parts = Figure {
                    view,
                    id: &figure.id,
                    values: &session.values,
                    state: figure.state,
                    host,
                    content: &content,
                    is_live: true,
                };
                let stage = parts.stage();
                drop((painter, session));
                made.replace(Some(figure));
                stage
            }
        });
        let figure = made.take().ok_or("This lab could not start.")?;
        figure.bind(Box::new(handle));
        figure.open_link();
        Ok(figure)
    }

    /// What may be set.
    pub fn parameters(&self) -> &'static [Parameter] {
        self.session.borrow().about().parameters
    }

    fn bind(self: &Rc<Self>, view: Box<dyn Any>) {
        let call = |call: fn(&Rc<Self>)| {
            let figure = Rc::downgrade(self);
            move || {
                if let Some(figure) = figure.upgrade() {
                    call(&figure);
                }
            }
        };
        let figure = Rc::downgrade(self);
        let sight = Sight::new(move |element, is_seen| {
            let Some(figure) = figure.upgrade() else { return };
            if element.is_same_node(Some(&figure.stage)) {
                figure.is_in_window.set(is_seen);
                figure.look();
            } else if figure.painter.borrow_mut().see(&element, is_seen) {
                figure.ask_frame();
            }
        });
        sight.watch(&self.stage);
        self.painter.borrow_mut().find_slots(&self.stage).iter().for_each(|slot| sight.watch(slot));
        let looked = call(|figure| figure.look());
        let document: &web_sys::EventTarget = &document();
        let mut listeners = vec![Listener::new(document, "visibilitychange", move |_| looked())];
        let charted: Rc<dyn Charted> = self.clone();
        listeners.extend(pointer::listen(&charted));
        listeners.extend(fields::listen(self));
        let bound = Bound {
            frame: Frame::new(call(|figure| figure.paint())),
            restart: Timer::new(call(|figure| figure.act(Session::restart))),
            tick: None,
            _sight: sight,
            _sizes: Sizes::new(
                &self.stage,
                call(|figure| {
                    if figure.painter.borrow_mut().measure() {
                        figure.ask_frame();
                    }
                }),
            ),
            _listeners: listeners,
            _view: view,
        };
        self.bound.replace(Some(bound));
    }

    /// Takes over what the page's address says of this figure.
    fn open_link(self: &Rc<Self>) {
        let search = window().location().search().unwrap_or_default();
        let text = UrlSearchParams::new_with_str(&search).ok().and_then(|query| query.get(&self.id));
        if let Some(text) = text {
            let about = self.session.borrow().about();
            self.act(|session| session.open(Shared::decode(about, &text)));
        }
    }

    /// Passes on whether anybody can see the figure.
    fn look(self: &Rc<Self>) {
        let is_seen = self.is_in_window.get() && document().visibility_state() == VisibilityState::Visible;
        self.act(|session| session.see(is_seen));
    }

    /// Passes on what the reader asks for.
    pub fn ask(self: &Rc<Self>, ask: Ask) {
        self.act(|session| session.ask(ask));
    }

    /// Has the session decide, the view follow, and does the rest.
    pub fn act(self: &Rc<Self>, decide: impl FnOnce(&mut Session) -> Vec<Do>) {
        let do_list = decide(&mut self.session.borrow_mut());
        self.state.follow(&self.session.borrow());
        self.fields.borrow_mut().follow(&self.stage, &self.session.borrow());
        self.painter.borrow_mut().set_under_way(self.session.borrow().phase.is_under_way());
        for todo in do_list {
            self.perform(todo);
        }
    }

    /// Tells something politely.
    pub fn tell(self: &Rc<Self>, what: &str) {
        self.act(|session| {
            session.status = what.to_owned();
            Vec::new()
        });
    }

    fn perform(self: &Rc<Self>, todo: Do) {
        match todo {
            Do::Launch => self.launch(),
            Do::Send(command) => {
                if matches!(command, Command::Start { .. }) {
                    self.painter.borrow_mut().forget_pending();
                }
                if let Some(link) = &*self.link.borrow() {
                    link.send(&command);
                }
            }
            Do::End => {
                self.link.take();
                if let Some(bound) = &mut *self.bound.borrow_mut() {
                    bound.tick = None;
                }
            }
            Do::RestartSoon => {
                if let Some(bound) = &mut *self.bound.borrow_mut() {
                    bound.restart.set(RESTART_MS);
                }
            }
            Do::Draw(report) => {
                let values = self.session.borrow().shown_values().clone();
                let picture = self.picture;
                let pending = move || picture(&values, &report).map_err(|_| Loss::Garbled);
                self.painter.borrow_mut().take_report(Box::new(pending));
                self.ask_frame();
            }
            Do::DrawStill => self.painter.borrow_mut().draw_still(),
            Do::Share(text) => {
                let figure = Rc::downgrade(self);
                keep::share(&self.id, &text, move |words| {
                    if let Some(figure) = figure.upgrade() {
                        figure.tell(&words);
                    }
                });
            }
            Do::SaveCsv => {
                let csv = self.painter.borrow().csv();
                match csv {
                    Some(csv) => keep::save(&[&self.id, ".csv"].concat(), "text/csv", &csv),
                    None => self.tell("There is no run to save yet; the tables hold the picture’s numbers."),
                }
            }
        }
    }

    fn launch(self: &Rc<Self>) {
        let figure = Rc::downgrade(self);
        let lab = self.session.borrow().about().name;
        // A browser may keep the answer that there is no such file: it is asked under another address.
        let url = match self.n_lost.get() {
            0 => self.worker_url.clone(),
            n_lost => [&self.worker_url, "?", &n_lost.to_string()].concat(),
        };
        let link = Link::start(&self.stage, &url, lab, move |said| {
            let Some(figure) = figure.upgrade() else { return };
            match said {
                Ok(event) => figure.act(|session| session.hear(event)),
                Err(loss) => {
                    figure.n_lost.set(figure.n_lost.get() + 1);
                    figure.act(|session| session.lose(loss));
                }
            }
        });
        match link {
            Ok(link) => {
                self.link.replace(Some(link));
                let figure = Rc::downgrade(self);
                let tick = Interval::new(TICK_MS, move || {
                    if let Some(figure) = figure.upgrade() {
                        figure.act(Session::tick);
                    }
                });
                if let Some(bound) = &mut *self.bound.borrow_mut() {
                    bound.tick = Some(tick);
                }
            }
            Err(loss) => self.act(|session| session.lose(loss)),
        }
    }

    fn paint(self: &Rc<Self>) {
        if let Some(bound) = &mut *self.bound.borrow_mut() {
            bound.frame.arrived();
        }
        let painted = self.painter.borrow_mut().paint();
        match painted {
            Ok(true) => self.ask_frame(),
            Ok(false) => {}
            Err(loss) => self.act(|session| session.lose(loss)),
        }
    }
}

impl Charted for LiveFigure {
    fn stage(&self) -> &HtmlElement {
        &self.stage
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn painter(&self) -> &RefCell<Painter> {
        &self.painter
    }

    /// Has [`Self::paint`] called before the next frame.
    fn ask_frame(&self) {
        if let Some(bound) = &mut *self.bound.borrow_mut() {
            bound.frame.ask();
        }
    }

    fn end(&self) {
        self.link.take();
        self.bound.take();
    }
}
