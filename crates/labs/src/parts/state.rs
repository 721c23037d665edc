//! What a view shows of a session, and whom it asks.

use super::{Ask, Phase, session::Session};
use leptos::prelude::*;

/// Whom a view asks. In a still nobody answers.
#[derive(Clone, Copy)]
pub struct Host(StoredValue<Box<dyn Fn(Ask)>, LocalStorage>);

impl Host {
    /// A host that does what it is asked.
    pub fn new(answer: impl Fn(Ask) + 'static) -> Self {
        Self(StoredValue::new_local(Box::new(answer)))
    }

    /// Asks for something.
    pub fn ask(self, ask: Ask) {
        self.0.try_with_value(|answer| answer(ask));
    }
}

/// What a view shows of a [`Session`].
#[derive(Clone, Copy, Debug)]
pub struct FigureState {
    /// What the figure is at.
    pub phase: RwSignal<Phase>,
    /// Completed steps of what is shown.
    pub step: RwSignal<u32>,
    /// What happened last, told politely.
    pub status: RwSignal<String>,
    /// Why the figure cannot go on, or what could not be read.
    pub problem: RwSignal<String>,
    /// Index of the preset that was chosen.
    pub preset: RwSignal<Option<usize>>,
}

impl FigureState {
    /// Of this session.
    pub fn new(session: &Session) -> Self {
        Self {
            phase: RwSignal::new(session.phase),
            step: RwSignal::new(session.step),
            status: RwSignal::new(session.status.clone()),
            problem: RwSignal::new(session.problem.clone()),
            preset: RwSignal::new(session.preset),
        }
    }

    /// Tells the view what has changed, and only that.
    pub fn follow(&self, session: &Session) {
        follow(self.phase, &session.phase);
        follow(self.step, &session.step);
        follow(self.status, &session.status);
        follow(self.problem, &session.problem);
        follow(self.preset, &session.preset);
    }
}

fn follow<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, now: &T) {
    if signal.try_with_untracked(|shown| shown != now) == Some(true) {
        signal.set(now.clone());
    }
}
