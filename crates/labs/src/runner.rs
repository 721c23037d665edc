//! How a worker steps a model: slices between which commands are heard.
//!
//! Pure: the time is an argument. `lab-worker` calls [`Runner::slice`] from its event loop as long
//! as it answers that there is more to do.

use crate::{
    model::{Advance, Model},
    parameters::Values,
    protocol::{Command, Event, RunId, encode},
};

/// A slice ends with the first piece of work that is done after so many milliseconds.
pub const SLICE_MS: f64 = 12.0;

/// Progress is told no sooner than so many milliseconds after the last: 20 times a second.
pub const REPORT_MS: f64 = 50.0;

/// What a run does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing: none has begun, it halts, or it has ended.
    Halted,
    /// It goes on.
    Running,
    /// It goes on to the end of the step.
    Stepping,
}

/// Runs one model at a time.
#[derive(Debug)]
pub struct Runner<M> {
    model: Option<M>,
    run: RunId,
    pause_at: u32,
    state: State,
    reported_ms: f64,
}

impl<M: Model> Default for Runner<M> {
    fn default() -> Self {
        Self { model: None, run: 0, pause_at: 0, state: State::Halted, reported_ms: f64::NEG_INFINITY }
    }
}

impl<M: Model> Runner<M> {
    /// Obeys a command; what there is to tell goes to `tell`.
    pub fn obey(&mut self, command: Command, tell: &mut dyn FnMut(Event)) {
        match command {
            Command::Start { run, settings, seed, pause_at } => {
                *self = Self { run, pause_at, ..Self::default() };
                let model = match Values::of_list(M::ABOUT.parameters, &settings) {
                    Some(values) => M::new(&values, seed).map_err(|error| error.to_string()),
                    None => Err("The page asks for settings that this lab does not have.".to_owned()),
                };
                match model {
                    Ok(model) => {
                        self.model = Some(model);
                        self.state = State::Running;
                    }
                    Err(message) => tell(Event::Failed { run, message }),
                }
            }
            Command::Pause => self.halt(Event::Paused { run: self.run }, tell),
            Command::Stop => self.halt(Event::Done { run: self.run }, tell),
            Command::Resume if self.can_go_on() => self.state = State::Running,
            Command::Step if self.can_go_on() => self.state = State::Stepping,
            Command::Resume | Command::Step => {}
        }
    }

    /// Works for about [`SLICE_MS`]; `now` gives the time in milliseconds. Answers whether there is
    /// more to do.
    pub fn slice(&mut self, now: &dyn Fn() -> f64, tell: &mut dyn FnMut(Event)) -> bool {
        let until = now() + SLICE_MS;
        while self.state != State::Halted {
            let Some(model) = &mut self.model else { break };
            match model.advance() {
                Err(error) => {
                    // What was computed so far stays on the page; the model goes, since it cannot go on.
                    self.state = State::Halted;
                    self.model = None;
                    tell(Event::Failed { run: self.run, message: error.to_string() });
                }
                Ok(Advance::Finished) => self.halt(Event::Done { run: self.run }, tell),
                Ok(Advance::Stepped)
                    if self.state == State::Stepping || (self.pause_at > 0 && model.step() == self.pause_at) =>
                {
                    self.halt(Event::Paused { run: self.run }, tell);
                }
                Ok(Advance::Stepped | Advance::Within) => {}
            }
            if now() >= until {
                break;
            }
        }
        if self.state == State::Halted {
            return false;
        }
        if now() >= self.reported_ms + REPORT_MS {
            self.reported_ms = now();
            self.report(tell);
        }
        true
    }

    fn can_go_on(&self) -> bool {
        self.model.as_ref().is_some_and(|model| model.step() < M::ABOUT.n_steps)
    }

    fn halt(&mut self, event: Event, tell: &mut dyn FnMut(Event)) {
        self.state = State::Halted;
        self.report(tell);
        tell(event);
    }

    fn report(&self, tell: &mut dyn FnMut(Event)) {
        if let Some(model) = &self.model {
            let (step, loss) = (model.step(), model.loss());
            tell(Event::Progress { run: self.run, step, loss, report: encode(&model.report()) });
        }
    }
}

/// A [`Runner`] whose model's type is forgotten, so that one worker serves every lab.
pub trait Run {
    /// See [`Runner::obey`].
    fn obey(&mut self, command: Command, tell: &mut dyn FnMut(Event));
    /// See [`Runner::slice`].
    fn slice(&mut self, now: &dyn Fn() -> f64, tell: &mut dyn FnMut(Event)) -> bool;
}

impl<M: Model> Run for Runner<M> {
    fn obey(&mut self, command: Command, tell: &mut dyn FnMut(Event)) {
        self.obey(command, tell);
    }
    fn slice(&mut self, now: &dyn Fn() -> f64, tell: &mut dyn FnMut(Event)) -> bool {
        self.slice(now, tell)
    }
}

#[cfg(test)]
mod tests;
