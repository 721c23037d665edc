//! The figure with its workers and without a browser: for tests, and for the run that is recorded.
//!
//! Workers are sessions that are stepped in turn, and messages go from hand to hand. No time passes but what is counted.

use super::page::{Do, Page, With};
use super::protocol::{AskId, Command, Event};
use super::session::{Outside, Session};
use crate::parameters::Values;
use ml::checkpoint::{Build, Variant};
use std::cell::Cell;
use std::collections::{HashMap, VecDeque};

/// A clock that goes on by a millisecond whenever it is read.
#[derive(Debug, Default)]
struct Clock(Cell<f64>);

impl Outside for Clock {
    fn now_ms(&self) -> f64 {
        self.0.set(self.0.get() + 1.0);
        self.0.get()
    }

    fn memory_bytes(&self) -> u64 {
        0
    }
}

/// The figure and all that a browser would be to it.
pub struct Rehearsal {
    /// The figure.
    pub page: Page,
    /// What it asked to be done and is none of the workers' affair, in order.
    pub asked: Vec<Do>,
    /// Files that were saved.
    pub saved: Vec<(&'static str, Vec<u8>)>,
    /// The two files of checkpoints.
    pub slots: [Vec<u8>; 2],
    /// An adapter's shape, as a worker takes it, and its weights.
    pub adapter: Vec<Vec<u8>>,
    files: Vec<Vec<u8>>,
    workers: Vec<Session>,
    collected: HashMap<AskId, Vec<u8>>,
    writing: Vec<(AskId, usize)>,
    clock: Clock,
}

impl Rehearsal {
    /// With the three files of a model, whichever is asked for.
    pub fn new(values: Values, files: Vec<Vec<u8>>) -> Self {
        Self {
            page: Page::new(values),
            asked: Vec::new(),
            saved: Vec::new(),
            slots: Default::default(),
            adapter: Vec::new(),
            files,
            workers: Vec::new(),
            collected: HashMap::new(),
            writing: Vec::new(),
            clock: Clock::default(),
        }
    }

    /// Has the figure decide, and does it all.
    pub fn act(&mut self, decide: impl FnOnce(&mut Page) -> Vec<Do>) {
        let todo = decide(&mut self.page);
        self.perform(todo, &[]);
    }

    fn perform(&mut self, todo: Vec<Do>, payloads: &[Vec<u8>]) {
        let mut queue = VecDeque::from(todo);
        while let Some(next) = queue.pop_front() {
            match next {
                Do::Bring(which) => queue.extend(self.page.came(which)),
                Do::Launch(at) => {
                    let build = Build { code_version: "rehearsal".into(), variant: Variant::Native, n_workers: 1 };
                    self.workers.push(Session::new(build));
                    let ready = Event::Ready { protocol: super::protocol::PROTOCOL };
                    queue.extend(self.page.hear(at, ready, 0));
                }
                Do::End(at) => self.workers.truncate(at as usize),
                Do::Send(to, command, with) => self.send(to, command, with),
                Do::Relay(others, shard) => {
                    for other in others {
                        self.obey(other, Command::Gradients(shard.clone()), payloads.to_vec());
                    }
                }
                Do::Collect(ask) => {
                    self.collected.entry(ask).or_default().extend(payloads.iter().flatten());
                }
                Do::SaveCollected(ask, name) => {
                    let file = self.collected.remove(&ask).unwrap_or_default();
                    self.saved.push((name, file));
                }
                Do::SaveText(name, _, text) => self.saved.push((name, text.into_bytes())),
                Do::DropAdapter => self.adapter.clear(),
                other => self.asked.push(other),
            }
        }
    }

    fn send(&mut self, to: u32, command: Command, with: With) {
        let payloads = match with {
            With::Nothing => Vec::new(),
            With::Model => self.files.iter().chain(&self.adapter).cloned().collect(),
            With::Collected(ask) => vec![self.collected.get(&ask).cloned().unwrap_or_default()],
            With::Slot(slot, _) => match command {
                Command::WriteCheckpoint { ask, .. } => {
                    self.slots[slot].clear();
                    self.writing.push((ask, slot));
                    Vec::new()
                }
                _ => vec![self.slots[slot].clone()],
            },
        };
        self.obey(to, command, payloads);
    }

    fn obey(&mut self, to: u32, command: Command, payloads: Vec<Vec<u8>>) {
        let Some(worker) = self.workers.get_mut(to as usize) else { return };
        match (command, payloads.as_slice()) {
            (Command::Gradients(shard), [dense, rows]) => {
                worker.take_gradients(shard, Box::new(dense.clone()), rows.clone());
            }
            (command, _) => worker.obey(command, payloads),
        }
    }

    /// Lets each worker do one piece of work, and the figure hear what came of it. Whether there is more to do.
    pub fn advance(&mut self) -> bool {
        let mut has_more = false;
        for at in 0..self.workers.len() {
            let Some(worker) = self.workers.get_mut(at) else { break };
            has_more |= worker.advance(&self.clock);
            while let Some(message) = self.workers.get_mut(at).and_then(Session::next_message) {
                has_more = true;
                self.hear(at as u32, message.event, message.payloads);
            }
        }
        has_more
    }

    fn hear(&mut self, from: u32, event: Event, payloads: Vec<Vec<u8>>) {
        if let Event::Chunk(chunk) = &event
            && let Some((_, slot)) = self.writing.iter().find(|(ask, _)| *ask == chunk.ask)
        {
            // As the worker does it, which has the file.
            let bytes = &payloads[0];
            self.slots[*slot].extend_from_slice(bytes);
            if chunk.at + bytes.len() as u64 == chunk.total {
                let written = Event::Written { ask: chunk.ask, size_bytes: chunk.total };
                self.hear(from, written, Vec::new());
            }
            return;
        }
        let n_bytes = payloads.first().map_or(0, |bytes| bytes.len() as u64);
        let todo = self.page.hear(from, event, n_bytes);
        self.perform(todo, &payloads);
    }

    /// Works until there is nothing to do.
    pub fn work(&mut self) {
        while self.advance() {}
    }

    /// Works until `is_so`, or there is nothing to do.
    pub fn work_until(&mut self, is_so: impl Fn(&Page) -> bool) {
        while !is_so(&self.page) && self.advance() {}
    }
}
