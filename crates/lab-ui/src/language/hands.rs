//! What a page asks to be done.

use crate::{
    browser::window,
    figure::{LanguageFigure, now_ms},
    hub::{
        addresses::{self, FILES, RemoteModel},
        download::{Download, Told},
        language_link::{self, LanguageLink, Said, Variant},
        pick,
    },
    keep,
};
use js_sys::Uint8Array;
use labs::{
    parts::session::Loss,
    sft::{
        page::{
            Do, Page, With, config_file,
            models::{Coming, Which},
        },
        protocol::{AskId, Command},
    },
};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Where the note about checkpoints is kept.
const NOTE: &str = "sft-checkpoint";

/// A model that is being fetched.
pub(crate) struct Fetching {
    which: Which,
    model: RemoteModel,
    /// Bytes of each file that are here, and of the whole file where that is known.
    files: [(u64, Option<u64>); 3],
    n_done: usize,
    /// When the first byte came, and how many were here then.
    begun: Option<(f64, u64)>,
}

impl LanguageFigure {
    /// Does one thing; `payloads` are those of the event at hand.
    pub(crate) fn perform(self: &Rc<Self>, todo: Do, payloads: &[Uint8Array]) {
        match todo {
            Do::Bring(which) => self.bring(which),
            Do::CancelBring => {
                self.downloads.take();
                self.fetching.take();
                self.count_kept();
            }
            Do::Forget(_) => self.forget(),
            Do::DropAdapter => drop(self.adapter.take()),
            Do::Launch(worker_idx) => self.launch(worker_idx),
            Do::End(worker_idx) => {
                if let Some(link) = self.links.borrow_mut().get_mut(worker_idx as usize) {
                    link.take();
                }
            }
            Do::Send(to, command, with) => self.send(to, command, with),
            Do::Relay(others, shard) => {
                // The last gets what came, and the others, where there are more than two, copies.
                let last = others.last().copied();
                for other in others {
                    let buffers = if Some(other) == last {
                        payloads.to_vec()
                    } else {
                        payloads.iter().map(language_link::copy).collect()
                    };
                    self.post(other, &Command::Gradients(shard.clone()), &buffers);
                }
            }
            Do::Collect(ask) => {
                let mut collected = self.collected.borrow_mut();
                match collected.iter_mut().find(|(of, _)| *of == ask) {
                    Some((_, parts)) => parts.extend_from_slice(payloads),
                    None => collected.push((ask, payloads.to_vec())),
                }
            }
            Do::SaveCollected(ask, name) => {
                let parts = self.take_collected(ask);
                pick::save(name, "application/octet-stream", &parts);
            }
            Do::SaveModelFile(at) => {
                let files = self.files.borrow();
                let Some(file) = files.get(at) else { return };
                // Of the configuration, what it says of the numbers' width is no longer true.
                if let Some(text) = (at == 0).then(|| config_file(&file.to_vec())).flatten() {
                    keep::save(FILES[at], "application/json", &text);
                } else {
                    pick::save(FILES[at], "application/json", std::slice::from_ref(file));
                }
            }
            Do::SaveText(name, kind, text) => keep::save(name, kind, &text),
            Do::Share(text) => {
                let figure = Rc::downgrade(self);
                keep::share(&self.id, &text, move |words| {
                    if let Some(figure) = figure.upgrade() {
                        figure.act(|page| {
                            page.status = words;
                            Vec::new()
                        });
                    }
                });
            }
            Do::OpenCheckpoints => self.open_checkpoints(),
            Do::DropCheckpoints => {
                self.handles.take();
                let slots = self.slots.borrow().clone();
                let figure = Rc::downgrade(self);
                spawn_local(async move {
                    let Some(slots) = slots else { return };
                    if let (Err(why), Some(figure)) = (slots.delete().await, figure.upgrade()) {
                        figure.act(|page| page.refused(0, &why));
                    }
                });
            }
            Do::Note(text) => {
                if let Ok(Some(storage)) = window().local_storage() {
                    let _ = storage.set_item(NOTE, &text);
                }
            }
            Do::DrawStill => {
                self.is_drawn.set(false);
                self.painter.borrow_mut().draw_still();
            }
        }
    }

    fn take_collected(&self, ask: AskId) -> Vec<Uint8Array> {
        let mut collected = self.collected.borrow_mut();
        let at = collected.iter().position(|(of, _)| *of == ask);
        at.map(|at| collected.swap_remove(at).1).unwrap_or_default()
    }

    fn post(&self, to: u32, command: &Command, payloads: &[Uint8Array]) {
        if let Some(Some(link)) = self.links.borrow().get(to as usize) {
            link.send(command, payloads);
        }
    }

    fn send(self: &Rc<Self>, to: u32, command: Command, with: With) {
        match with {
            With::Nothing => self.post(to, &command, &[]),
            With::Model => {
                let (files, adapter) = (self.files.borrow(), self.adapter.borrow());
                let copies: Vec<_> = files.iter().chain(&*adapter).map(language_link::copy).collect();
                self.post(to, &command, &copies);
            }
            With::Collected(ask) => {
                let copies: Vec<_> = self
                    .collected
                    .borrow()
                    .iter()
                    .filter(|(of, _)| *of == ask)
                    .flat_map(|(_, parts)| parts.iter().map(language_link::copy))
                    .collect();
                self.post(to, &command, &copies);
            }
            With::Slot(slot, size_bytes) => self.send_with_slot(to, command, slot, size_bytes),
        }
    }

    /// Opens both files of checkpoints, for [`LanguageFigure::go`].
    fn open_checkpoints(self: &Rc<Self>) {
        let (slots, figure) = (self.slots.borrow().clone(), Rc::downgrade(self));
        spawn_local(async move {
            let Some(slots) = slots else { return };
            let handles = [slots.handle(0).await.ok(), slots.handle(1).await.ok()];
            if let Some(figure) = figure.upgrade() {
                figure.handles.replace(handles);
            }
        });
    }

    fn send_with_slot(self: &Rc<Self>, to: u32, command: Command, slot: usize, size_bytes: u64) {
        // Whether there is room the browser tells too late for a page that goes; if there is none, the worker will say so.
        if let (true, Some(handle), Some(Some(link))) =
            (self.is_going.get(), &self.handles.borrow()[slot], self.links.borrow().get(to as usize))
        {
            return link.send_with_file(&command, handle);
        }
        let (slots, figure) = (self.slots.borrow().clone(), Rc::downgrade(self));
        let ask = match &command {
            Command::WriteCheckpoint { ask, .. } | Command::InspectCheckpoint { ask } => *ask,
            _ => 0,
        };
        spawn_local(async move {
            let handle = match slots {
                Some(slots) => match slots.check_room(slot, size_bytes).await {
                    Ok(()) => slots.handle(slot).await,
                    Err(why) => Err(why),
                },
                None => Err("This browser has no place for checkpoints.".to_owned()),
            };
            let Some(figure) = figure.upgrade() else { return };
            match handle {
                Ok(handle) => {
                    if let Some(Some(link)) = figure.links.borrow().get(to as usize) {
                        link.send_with_file(&command, &handle);
                    }
                }
                Err(why) => figure.act(|page| page.refused(ask, &why)),
            }
        });
    }

    fn launch(self: &Rc<Self>, worker_idx: u32) {
        let Some(variant) = Variant::best() else { return self.lose(Loss::NoSimd) };
        let figure = Rc::downgrade(self);
        let link = LanguageLink::start(&self.stage, variant, self.n_lost.get(), move |said| {
            let Some(figure) = figure.upgrade() else { return };
            match said {
                Ok(said) => figure.hear(worker_idx, said),
                Err(loss) => figure.lose(loss),
            }
        });
        match link {
            Ok(link) => {
                let mut links = self.links.borrow_mut();
                let n = links.len().max(worker_idx as usize + 1);
                links.resize_with(n, || None);
                links[worker_idx as usize] = Some(link);
            }
            Err(loss) => self.lose(loss),
        }
    }

    fn hear(self: &Rc<Self>, from: u32, said: Said) {
        let Said { event, payloads } = said;
        let n_bytes = payloads.first().map_or(0, |payload| u64::from(payload.length()));
        let todo = self.page.borrow_mut().hear(from, event, n_bytes);
        // What has changed is shown once for all that came meanwhile.
        self.act(|_| Vec::new());
        for one in todo {
            self.perform(one, &payloads);
        }
    }

    /// Fetches a model, or what is missing of it.
    fn bring(self: &Rc<Self>, which: Which) {
        let model = match which {
            Which::Pocket => Some(addresses::pocket()),
            Which::Hub => addresses::hub(),
            // The reader chooses, and the input says what came.
            Which::Disk => return,
        };
        let Some(model) = model else {
            return self.act(|page| {
                page.came_not("This page may not ask the model hub. Open the article by its own address.");
                Vec::new()
            });
        };
        self.fetching.replace(Some(Fetching { which, model, files: [(0, None); 3], n_done: 0, begun: None }));
        self.go_on_fetching();
    }

    /// Begins the downloads that were asked for, once there is a shelf for them.
    pub(crate) fn go_on_fetching(self: &Rc<Self>) {
        let (Some(shelf), Some(Fetching { model, .. })) = (&*self.shelf.borrow(), &*self.fetching.borrow()) else {
            return;
        };
        if !self.downloads.borrow().is_empty() {
            return;
        }
        // Weights first: they are nearly all of it.
        let downloads = [2, 1, 0].map(|file_idx| {
            let figure = Rc::downgrade(self);
            Download::start(shelf, &model.key, &model.files[file_idx], move |told| {
                if let Some(figure) = figure.upgrade() {
                    figure.told(file_idx, told);
                }
            })
        });
        self.downloads.borrow_mut().extend(downloads);
    }

    fn told(self: &Rc<Self>, file_idx: usize, told: Told) {
        let now = now_ms();
        let mut fetching = self.fetching.borrow_mut();
        let Some(of) = &mut *fetching else { return };
        match told {
            Told::Progress { received_bytes, total_bytes } => {
                of.files[file_idx] = (received_bytes, total_bytes);
                let coming = of.coming(now);
                drop(fetching);
                self.act(|page| {
                    page.comes(coming);
                    Vec::new()
                });
            }
            Told::Done { size_bytes } => {
                of.files[file_idx] = (size_bytes, Some(size_bytes));
                of.n_done += 1;
                if of.n_done == FILES.len() {
                    let (which, key) = (of.which, of.model.key.clone());
                    *fetching = None;
                    drop(fetching);
                    self.downloads.take();
                    self.read_shelf(which, key);
                }
            }
            Told::Failed(why) => {
                *fetching = None;
                drop(fetching);
                self.downloads.take();
                self.count_kept();
                self.act(|page| {
                    page.came_not(&why);
                    Vec::new()
                });
            }
        }
    }

    fn read_shelf(self: &Rc<Self>, which: Which, key: String) {
        let (shelf, figure) = (self.shelf.borrow().clone(), Rc::downgrade(self));
        spawn_local(async move {
            let mut files = Vec::new();
            let mut problem = None;
            for name in FILES {
                let Some(shelf) = &shelf else { return };
                match shelf.read(&key, name).await {
                    Ok(file) => files.push(file),
                    Err(why) => problem = Some(why),
                }
            }
            let Some(figure) = figure.upgrade() else { return };
            figure.count_kept();
            match problem {
                None => {
                    figure.files.replace(files);
                    figure.act(|page| page.came(which));
                }
                Some(why) => figure.act(|page| {
                    page.came_not(&why);
                    Vec::new()
                }),
            }
        });
    }

    /// Finds what is kept of the hub's model.
    pub(crate) fn count_kept(self: &Rc<Self>) {
        let (shelf, figure) = (self.shelf.borrow().clone(), Rc::downgrade(self));
        let Some(key) = addresses::hub().map(|model| model.key) else { return };
        spawn_local(async move {
            let Some(shelf) = shelf else { return };
            let kept = shelf.list().await.into_iter().find(|model| model.key == key);
            let kept = kept.map(|model| (model.size_bytes(), model.is_whole()));
            if let Some(figure) = figure.upgrade() {
                figure.act(|page: &mut Page| {
                    page.kept(kept);
                    Vec::new()
                });
            }
        });
    }

    fn forget(self: &Rc<Self>) {
        let (shelf, figure) = (self.shelf.borrow().clone(), Rc::downgrade(self));
        let Some(key) = addresses::hub().map(|model| model.key) else { return };
        spawn_local(async move {
            let Some(shelf) = shelf else { return };
            let deleted = shelf.delete(&key).await;
            let Some(figure) = figure.upgrade() else { return };
            if let Err(why) = deleted {
                figure.act(|page| page.refused(0, &why));
            }
            figure.count_kept();
        });
    }
}

impl Fetching {
    fn coming(&mut self, now: f64) -> Coming {
        let done = self.files.iter().map(|(done, _)| done).sum();
        let total: u64 = self.files.iter().filter_map(|(_, total)| *total).sum();
        let (since, at_first) = *self.begun.get_or_insert((now, done));
        let per_ms = (done - at_first.min(done)) as f64 / (now - since).max(1.0);
        let left = total.saturating_sub(done) as f64;
        let seconds_left = (per_ms > 0.0 && now - since > 500.0).then(|| left / per_ms / 1000.0);
        Coming { done, total: Some(total).filter(|total| *total > 0), seconds_left }
    }
}

/// The note about checkpoints that an earlier visit has left.
pub(crate) fn noted() -> String {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(NOTE).ok().flatten()).unwrap_or_default()
}
