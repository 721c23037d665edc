//! The figure that fine-tunes a language model: does what its page says.
//!
//! [`labs::sft::page`] decides. Order of reading: [`LanguageFigure`], `hands` (what a page asks to be done), `ears` (what
//! the reader does).

use crate::{
    browser::{Frame, Interval, Listener, Sight, Sizes, document, window},
    ears,
    hands::{self, Fetching},
    hub::{
        addresses,
        download::Download,
        language_link::LanguageLink,
        shelf::Shelf,
        slots::{N_SLOTS, Slots},
    },
    paint::Painter,
    pointer::{self, Charted},
    regions::Regions,
};
use js_sys::{Date, Uint8Array};
use labs::{
    parameters::Values,
    parts::{Phase, session::Loss},
    sft::{
        about::ABOUT,
        page::{Do, Page, TICK_MS, view},
        protocol::AskId,
    },
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlElement, UrlSearchParams, VisibilityState};

/// How long a page that goes stays for its worker's sake, in milliseconds: two steps and the writing of a small model.
/// A browser that waits less for a page ends it earlier; then the last whole checkpoint counts.
const STAY_MS: f64 = 800.0;

/// How many ticks a link waits at most: ten seconds, which the weights and moments of a large model may take.
const N_PATIENT_TICKS: u32 = 20;

/// A figure that is mounted.
pub struct LanguageFigure {
    pub(crate) stage: HtmlElement,
    pub(crate) id: String,
    pub(crate) page: RefCell<Page>,
    pub(crate) painter: RefCell<Painter>,
    regions: RefCell<Regions>,
    /// By the workers' numbers.
    pub(crate) links: RefCell<Vec<Option<LanguageLink>>>,
    /// How many workers were lost.
    pub(crate) n_lost: Cell<u32>,
    /// The three files of the model that was brought last.
    pub(crate) files: RefCell<Vec<Uint8Array>>,
    /// The shape of an adapter, as a worker takes it, and its file of weights, if one is added.
    pub(crate) adapter: RefCell<Vec<Uint8Array>>,
    /// Parts of files that come from a worker.
    pub(crate) collected: RefCell<Vec<(AskId, Vec<Uint8Array>)>>,
    pub(crate) fetching: RefCell<Option<Fetching>>,
    pub(crate) downloads: RefCell<Vec<Download>>,
    pub(crate) shelf: RefCell<Option<Shelf>>,
    pub(crate) slots: RefCell<Option<Slots>>,
    /// The files of checkpoints, once a run has opened them.
    pub(crate) handles: RefCell<[Option<JsValue>; N_SLOTS]>,
    /// Whether the page is about to go, and nothing can be waited for.
    pub(crate) is_going: Cell<bool>,
    /// The link that the reader wants to follow, and for how many ticks.
    departure: RefCell<Option<(HtmlElement, u32)>>,
    /// Whether such a link is being followed, so that all is written.
    has_departed: Cell<bool>,
    is_in_window: Cell<bool>,
    /// Whether the charts follow the page; before the first run they are the build's.
    pub(crate) is_drawn: Cell<bool>,
    bound: RefCell<Option<Bound>>,
}

/// What a figure holds of the browser; all of it ends with it.
struct Bound {
    frame: Frame,
    _tick: Interval,
    _sight: Sight,
    _sizes: Sizes,
    _listeners: Vec<Listener>,
}

impl LanguageFigure {
    /// Makes what stands in `stage` live.
    ///
    /// # Errors
    /// If the article's settings are none of the lab.
    pub fn mount(stage: &HtmlElement, settings: &str, id: &str) -> Result<Rc<Self>, String> {
        let given = Values::decode(ABOUT.parameters, settings)
            .map_err(|error| format!("This lab’s settings cannot be used: {error}."))?;
        let page = Page::new(given);
        let mut painter = Painter::taking_over(view::PANELS, stage);
        let regions = Regions::taking_over(stage);
        let content = |slot: &str| if slot == view::SAID { regions.said().to_owned() } else { painter.still(slot) };
        let html = view::stage(&page, id, &content, true);
        stage.set_inner_html(&html);
        let slots = painter.find_slots(stage);
        let figure = Rc::new(Self {
            stage: stage.clone(),
            id: id.to_owned(),
            page: RefCell::new(page),
            painter: RefCell::new(painter),
            regions: RefCell::new(regions),
            links: RefCell::default(),
            n_lost: Cell::new(0),
            files: RefCell::default(),
            adapter: RefCell::default(),
            collected: RefCell::default(),
            fetching: RefCell::default(),
            downloads: RefCell::default(),
            shelf: RefCell::default(),
            slots: RefCell::default(),
            handles: RefCell::default(),
            is_going: Cell::new(false),
            departure: RefCell::default(),
            has_departed: Cell::new(false),
            is_in_window: Cell::new(true),
            is_drawn: Cell::new(false),
            bound: RefCell::default(),
        });
        figure.bind(&slots);
        figure.look_around();
        figure.open_link();
        Ok(figure)
    }

    fn bind(self: &Rc<Self>, slots: &[web_sys::Element]) {
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
        slots.iter().for_each(|slot| sight.watch(slot));
        let (looked, going) = (call(Self::look), call(Self::go));
        let document: &web_sys::EventTarget = &document();
        let charted: Rc<dyn Charted> = self.clone();
        let mut listeners = vec![
            Listener::new(document, "visibilitychange", move |_| looked()),
            Listener::new(&window(), "pagehide", move |_| going()),
        ];
        listeners.extend(pointer::listen(&charted));
        listeners.extend(ears::listen(self));
        let measure = call(|figure| {
            if figure.painter.borrow_mut().measure() {
                figure.ask_frame();
            }
        });
        self.bound.replace(Some(Bound {
            frame: Frame::new(call(Self::paint)),
            _tick: Interval::new(
                TICK_MS,
                call(|figure| {
                    figure.has_departed.set(false);
                    figure.depart(true);
                    let is_expecting = figure.page.borrow().is_expecting();
                    if is_expecting {
                        figure.act(Page::tick);
                    }
                }),
            ),
            _sight: sight,
            _sizes: Sizes::new(&self.stage, measure),
            _listeners: listeners,
        }));
    }

    /// Finds what an earlier visit has left.
    fn look_around(self: &Rc<Self>) {
        self.page.borrow_mut().models.hub_title = addresses::hub().map(|model| model.title);
        let figure = Rc::downgrade(self);
        let id = self.id.clone();
        spawn_local(async move {
            let (slots, shelf) = (Slots::open(&id).await, Shelf::open().await);
            let sizes = match &slots {
                Some(slots) => Some(slots.sizes().await),
                None => None,
            };
            let Some(figure) = figure.upgrade() else { return };
            figure.slots.replace(slots);
            figure.page.borrow_mut().models.is_kept_for_good = shelf.is_lasting();
            figure.shelf.replace(Some(shelf));
            if let Some(sizes) = sizes {
                let noted = hands::noted();
                figure.act(|page| {
                    page.found_checkpoints(sizes, &noted);
                    Vec::new()
                });
            }
            figure.count_kept();
            figure.go_on_fetching();
        });
    }

    /// Takes over what the page's address says of this figure.
    fn open_link(self: &Rc<Self>) {
        let search = window().location().search().unwrap_or_default();
        let text = UrlSearchParams::new_with_str(&search).ok().and_then(|query| query.get(&self.id));
        if let Some(text) = text {
            self.act(|page| {
                page.open(&text);
                Vec::new()
            });
        }
    }

    /// Passes on whether anybody can see the figure.
    fn look(self: &Rc<Self>) {
        let is_shown = document().visibility_state() == VisibilityState::Visible;
        if !is_shown {
            // This may be the last that the page hears.
            self.act(Page::leave);
        }
        let is_seen = self.is_in_window.get() && is_shown;
        self.act(|page| page.see(is_seen));
    }

    /// Has the page decide, and does the rest; what has changed is shown in the next frame.
    pub(crate) fn act(self: &Rc<Self>, decide: impl FnOnce(&mut Page) -> Vec<Do>) {
        let todo = decide(&mut self.page.borrow_mut());
        self.settle(todo);
    }

    fn settle(self: &Rc<Self>, todo: Vec<Do>) {
        self.painter.borrow_mut().set_under_way(self.page.borrow().phase.is_under_way());
        self.regions.borrow_mut().is_stale = true;
        self.ask_frame();
        for one in todo {
            self.perform(one, &[]);
        }
        self.depart(false);
    }

    /// The reader wants to follow a link. Whether it must wait until what was computed is written.
    pub(crate) fn leave_by(self: &Rc<Self>, link: HtmlElement) -> bool {
        // Whoever asks again does not want to wait.
        if self.has_departed.get() || self.departure.take().is_some() {
            self.has_departed.set(true);
            return false;
        }
        self.act(Page::leave);
        let has_to_wait = self.page.borrow().checkpoints.is_writing();
        if has_to_wait {
            self.departure.replace(Some((link, 0)));
            self.act(|page| {
                page.status =
                    "Writing a checkpoint before the page goes; a second click does not wait for it.".to_owned();
                Vec::new()
            });
        }
        has_to_wait
    }

    /// Follows the link that waits, once it may or has waited for long enough.
    fn depart(&self, is_tick: bool) {
        let mut departure = self.departure.borrow_mut();
        let Some((_, n_ticks)) = &mut *departure else { return };
        *n_ticks += u32::from(is_tick);
        if *n_ticks < N_PATIENT_TICKS && self.page.borrow().checkpoints.is_writing() {
            return;
        }
        let link = departure.take();
        drop(departure);
        self.has_departed.set(true);
        if let Some((link, _)) = link {
            link.click();
        }
    }

    /// The page goes, by whatever way: what was computed is written while that can be done. A worker needs no
    /// page for it once it has its command, but ends with the page; so the page stays for a moment longer.
    fn go(self: &Rc<Self>) {
        if self.has_departed.get() {
            return;
        }
        self.is_going.set(true);
        self.act(Page::leave);
        self.is_going.set(false);
        if self.page.borrow().checkpoints.is_writing() {
            let until = now_ms() + STAY_MS;
            while now_ms() < until {
                std::hint::spin_loop();
            }
        }
    }

    pub(crate) fn lose(self: &Rc<Self>, loss: Loss) {
        self.n_lost.set(self.n_lost.get() + 1);
        self.act(|page| page.lose(loss));
    }

    fn paint(self: &Rc<Self>) {
        if let Some(bound) = &mut *self.bound.borrow_mut() {
            bound.frame.arrived();
        }
        let followed = self.regions.borrow_mut().follow(&self.stage, &self.page.borrow(), &self.id);
        if followed.is_new && self.page.borrow().has_shown() {
            self.is_drawn.set(true);
            let figure = Rc::downgrade(self);
            let picture = move || figure.upgrade().map(|it| view::picture(&it.page.borrow())).ok_or(Loss::Ended);
            self.painter.borrow_mut().take_report(Box::new(picture));
        }
        // Words and drawings take turns while a run goes on.
        let is_enough = followed.has_changed && self.page.borrow().phase == Phase::Running;
        let is_more = is_enough || matches!(self.painter.borrow_mut().paint(), Ok(true));
        if is_more || followed.is_more {
            self.ask_frame();
        }
    }
}

impl Charted for LanguageFigure {
    fn stage(&self) -> &HtmlElement {
        &self.stage
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn painter(&self) -> &RefCell<Painter> {
        &self.painter
    }

    fn ask_frame(&self) {
        if let Some(bound) = &mut *self.bound.borrow_mut() {
            bound.frame.ask();
        }
    }

    fn end(&self) {
        self.downloads.take();
        self.links.take();
        self.bound.take();
    }
}

/// The browser's clock.
pub(crate) fn now_ms() -> f64 {
    window().performance().map_or_else(Date::now, |performance| performance.now())
}
