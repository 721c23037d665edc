//! What a figure does: asked by its reader, told by its worker, seen or not.
//!
//! A state machine without effects. Each entry answers with what is to be [done](Do), and its fields
//! say what is to be shown.

use super::{DEFAULT_SEED, Phase, ask::Ask, share::Shared};
use crate::{
    chart::number::fixed,
    model::About,
    parameters::{ParameterError, Values},
    protocol::{Command, Event, PROTOCOL, RunId},
};

/// What is to be done after an entry, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Do {
    /// Load a worker.
    Launch,
    /// Post a command to it.
    Send(Command),
    /// End it.
    End,
    /// Call [`Session::restart`] in a moment, unless asked again before: a slider is being moved.
    RestartSoon,
    /// Show this report.
    Draw(Vec<u8>),
    /// Show the page's picture.
    DrawStill,
    /// Copy a link with this text in it.
    Share(String),
    /// Save the numbers of all charts.
    SaveCsv,
}

/// How a worker was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// Its file did not come, or it ended with an error.
    Ended,
    /// It said what cannot be read.
    Garbled,
    /// This browser cannot run it.
    NoSimd,
}

/// [`Session::tick`] is called so often.
pub const TICK_MS: i32 = 500;

/// Without an answer for so many ticks a worker counts as hung: two seconds.
const N_SILENT_TICKS: u32 = 4;

/// Without a sign of life for so many ticks a worker counts as not coming: thirty seconds.
const N_LOADING_TICKS: u32 = 60;

/// One figure's session.
#[derive(Clone, Debug)]
pub struct Session {
    about: &'static About,
    /// As the article sets them.
    given: Values,
    /// Settings of the controls.
    pub values: Values,
    /// Of the next run.
    pub seed: u64,
    /// What the figure is at.
    pub phase: Phase,
    /// Completed steps of what is shown.
    pub step: u32,
    /// What happened last, in a sentence.
    pub status: String,
    /// Why it cannot go on, or what could not be read; empty if nothing is wrong.
    pub problem: String,
    /// Index of the preset that was chosen last, if its settings still hold.
    pub preset: Option<usize>,
    /// Settings and seed of the current run.
    of_run: Option<(Values, u64)>,
    run: RunId,
    pause_at: u32,
    worker: Worker,
    is_seen: bool,
    /// Whether the run was paused because nobody sees it.
    is_held: bool,
    /// Answers to `Pause` that are under way.
    n_pauses: u32,
    /// Whether a command waits for its answer.
    is_awaited: bool,
    n_silent: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worker {
    None,
    Loading,
    Ready,
}

impl Session {
    /// Before anything is asked.
    pub fn new(about: &'static About, given: Values) -> Self {
        Self {
            about,
            values: given.clone(),
            given,
            seed: DEFAULT_SEED,
            phase: Phase::Still,
            step: 0,
            status: String::new(),
            problem: String::new(),
            preset: None,
            of_run: None,
            run: 0,
            pause_at: 0,
            worker: Worker::None,
            is_seen: true,
            is_held: false,
            n_pauses: 0,
            is_awaited: false,
            n_silent: 0,
        }
    }

    /// Of a figure whose picture shows the end of a run.
    pub fn at_end(about: &'static About, given: Values, step: u32) -> Self {
        Self { step, ..Self::new(about, given) }
    }

    /// What is known of the lab.
    pub fn about(&self) -> &'static About {
        self.about
    }

    /// Settings of what is shown, as far as a run has shown anything.
    pub fn shown_values(&self) -> &Values {
        self.of_run.as_ref().map_or(&self.given, |(values, _)| values)
    }

    /// Does what a reader asks.
    pub fn ask(&mut self, ask: Ask) -> Vec<Do> {
        match ask {
            Ask::Run if self.can_resume() => {
                self.phase = Phase::Running;
                self.status = "Running.".to_owned();
                self.send(Command::Resume)
            }
            Ask::Run => self.start(0),
            Ask::Pause if self.phase.is_under_way() => {
                let do_list = if self.phase == Phase::Running && !self.is_held {
                    self.n_pauses += 1;
                    self.send(Command::Pause)
                } else {
                    Vec::new()
                };
                if self.phase == Phase::Starting {
                    // Nothing has begun: there is nothing to go on with.
                    self.of_run = None;
                }
                self.is_held = false;
                self.phase = Phase::Paused;
                self.status = self.at("Paused");
                do_list
            }
            Ask::Step if self.phase.is_under_way() => Vec::new(),
            Ask::Step if self.can_resume() => {
                self.phase = Phase::Paused;
                self.send(Command::Step)
            }
            Ask::Step => self.start(1),
            Ask::Stop if matches!(self.phase, Phase::Starting | Phase::Running | Phase::Paused) => {
                let is_begun = self.worker == Worker::Ready && self.of_run.is_some();
                self.is_held = false;
                self.phase = Phase::Finished;
                self.status = self.at("Stopped");
                if is_begun {
                    self.send(Command::Stop)
                } else {
                    self.of_run = None;
                    Vec::new()
                }
            }
            Ask::Reset => self.reset(),
            Ask::Set { name, text } => match self.values.set(name, &text) {
                Ok(()) => self.changed(),
                Err(error) => self.refuse(&error),
            },
            Ask::Seed(text) => match text.trim().parse() {
                Ok(seed) => {
                    self.seed = seed;
                    self.changed()
                }
                Err(_) => {
                    self.problem = "The seed must be a whole number from 0 to 18,446,744,073,709,551,615.".to_owned();
                    Vec::new()
                }
            },
            Ask::NewSeed => {
                self.seed = self.seed.wrapping_add(1);
                self.changed()
            }
            Ask::Preset(preset_idx) => self.take_preset(preset_idx),
            Ask::Share => {
                let step = if self.is_of_settings() { self.step } else { 0 };
                vec![Do::Share(Shared { values: self.values.clone(), seed: self.seed, step }.encode())]
            }
            Ask::Csv => vec![Do::SaveCsv],
            Ask::Pause | Ask::Stop => Vec::new(),
        }
    }

    /// Begins a run anew, if one is under way: its settings were changed.
    pub fn restart(&mut self) -> Vec<Do> {
        if self.phase.is_under_way() { self.start(0) } else { Vec::new() }
    }

    /// Opens what a link says, or tells why not.
    pub fn open(&mut self, shared: Result<Shared, String>) -> Vec<Do> {
        match shared {
            Ok(shared) => {
                self.values = shared.values;
                self.seed = shared.seed;
                if shared.step > 0 { self.start(shared.step) } else { Vec::new() }
            }
            Err(why) => {
                self.problem =
                    format!("The link’s settings cannot be used: {why}. The article’s own stand here instead.");
                Vec::new()
            }
        }
    }

    /// Hears the worker. Events of an earlier run are dropped.
    pub fn hear(&mut self, event: Event) -> Vec<Do> {
        self.n_silent = 0;
        match event {
            Event::Ready { protocol } if protocol != PROTOCOL => self.fail(
                "The computation is of another version than this page. Reload the page to get both anew.".to_owned(),
                true,
            ),
            Event::Ready { .. } => {
                self.worker = Worker::Ready;
                if self.phase == Phase::Starting && !self.is_held { self.begin() } else { Vec::new() }
            }
            Event::Progress { run, step, report, .. } if run == self.run => {
                self.step = step;
                vec![Do::Draw(report)]
            }
            Event::Paused { run } if run == self.run => {
                self.is_awaited = false;
                if self.n_pauses > 0 {
                    self.n_pauses -= 1;
                } else if !self.is_held && self.phase == Phase::Running {
                    self.phase = Phase::Paused;
                }
                if self.phase == Phase::Paused {
                    self.status = self.at("Paused");
                }
                Vec::new()
            }
            Event::Done { run } if run == self.run => {
                self.is_awaited = false;
                self.is_held = false;
                self.phase = Phase::Finished;
                self.status = self.at(if self.step >= self.about.n_steps { "Finished" } else { "Stopped" });
                Vec::new()
            }
            Event::Failed { run, message } if run == self.run || run == 0 => {
                let message = ["The run cannot go on: ", message.trim_end_matches('.'), "."].concat();
                self.fail(message, false)
            }
            Event::Progress { .. } | Event::Paused { .. } | Event::Done { .. } | Event::Failed { .. } => Vec::new(),
        }
    }

    /// The worker is lost.
    pub fn lose(&mut self, loss: Loss) -> Vec<Do> {
        let what = match loss {
            Loss::NoSimd => {
                "The computation needs WebAssembly SIMD, which this browser lacks. Browsers since 2023 have it."
            }
            Loss::Ended if self.worker == Worker::Ready => "The computation ended unexpectedly.",
            Loss::Ended => "The computation could not be loaded. The network may be down.",
            Loss::Garbled => "The computation sent what this page cannot read.",
        };
        self.fail(what.to_owned(), true)
    }

    /// Half a second has passed; silence is noticed.
    pub fn tick(&mut self) -> Vec<Do> {
        let is_expected = self.is_awaited || (self.phase == Phase::Running && !self.is_held);
        if !self.is_seen || !(is_expected || self.worker == Worker::Loading) {
            self.n_silent = 0;
            return Vec::new();
        }
        self.n_silent += 1;
        if self.worker == Worker::Loading {
            if self.n_silent < N_LOADING_TICKS {
                return Vec::new();
            }
            return self.fail("The computation has not been loaded after thirty seconds.".to_owned(), true);
        }
        if self.n_silent < N_SILENT_TICKS {
            return Vec::new();
        }
        self.fail("The computation has not answered for two seconds and was ended.".to_owned(), true)
    }

    /// Whether anybody can see the figure has changed. Runs that nobody sees pause.
    pub fn see(&mut self, is_seen: bool) -> Vec<Do> {
        if self.is_seen == is_seen {
            return Vec::new();
        }
        self.is_seen = is_seen;
        self.n_silent = 0;
        if is_seen {
            let was_held = std::mem::take(&mut self.is_held);
            match (was_held, self.phase) {
                (true, Phase::Running) => self.send(Command::Resume),
                (true, Phase::Starting) => self.launch_or_begin(),
                _ => Vec::new(),
            }
        } else if self.phase == Phase::Running {
            self.is_held = true;
            self.n_pauses += 1;
            self.send(Command::Pause)
        } else {
            self.is_held = self.phase == Phase::Starting;
            Vec::new()
        }
    }

    /// Whether what is shown belongs to the settings of the controls.
    pub fn is_of_settings(&self) -> bool {
        match &self.of_run {
            Some((values, seed)) => *values == self.values && *seed == self.seed,
            None => self.given == self.values && self.seed == DEFAULT_SEED,
        }
    }

    fn can_resume(&self) -> bool {
        matches!(self.phase, Phase::Paused | Phase::Finished)
            && self.worker == Worker::Ready
            && self.of_run.is_some()
            && self.is_of_settings()
            && self.step < self.about.n_steps
    }

    fn start(&mut self, pause_at: u32) -> Vec<Do> {
        self.pause_at = pause_at;
        self.of_run = Some((self.values.clone(), self.seed));
        self.problem.clear();
        self.phase = Phase::Starting;
        self.step = 0;
        self.is_held = !self.is_seen;
        if self.is_held { Vec::new() } else { self.launch_or_begin() }
    }

    fn launch_or_begin(&mut self) -> Vec<Do> {
        match self.worker {
            Worker::Ready => self.begin(),
            Worker::Loading => Vec::new(),
            Worker::None => {
                self.worker = Worker::Loading;
                self.n_silent = 0;
                self.status = "Loading the computation.".to_owned();
                vec![Do::Launch]
            }
        }
    }

    fn begin(&mut self) -> Vec<Do> {
        self.run += 1;
        self.n_pauses = 0;
        self.step = 0;
        self.phase = Phase::Running;
        self.status = "Running.".to_owned();
        let settings = self.values.list().to_vec();
        self.send(Command::Start { run: self.run, settings, seed: self.seed, pause_at: self.pause_at })
    }

    fn send(&mut self, command: Command) -> Vec<Do> {
        self.is_awaited = true;
        self.n_silent = 0;
        vec![Do::Send(command)]
    }

    fn reset(&mut self) -> Vec<Do> {
        let is_halted = !matches!(self.phase, Phase::Running | Phase::Starting);
        let worker = self.worker;
        let fresh = Self::new(self.about, self.given.clone());
        // Events of the run that was under way are dropped.
        *self = Self { run: self.run + 1, worker, is_seen: self.is_seen, status: "Reset.".to_owned(), ..fresh };
        let mut do_list = vec![Do::DrawStill];
        if worker == Worker::Ready && !is_halted {
            do_list.push(Do::Send(Command::Stop));
        }
        do_list
    }

    fn take_preset(&mut self, preset_idx: usize) -> Vec<Do> {
        let Some(preset) = self.about.presets.get(preset_idx) else { return Vec::new() };
        match Values::decode(self.about.parameters, preset.settings) {
            Ok(values) => {
                self.values = values;
                self.preset = Some(preset_idx);
                self.start(0)
            }
            Err(error) => self.refuse(&error),
        }
    }

    fn changed(&mut self) -> Vec<Do> {
        self.problem.clear();
        self.preset = None;
        if self.phase.is_under_way() {
            return vec![Do::RestartSoon];
        }
        self.status =
            if self.is_of_settings() { String::new() } else { "The picture shows earlier settings.".to_owned() };
        Vec::new()
    }

    fn refuse(&mut self, error: &ParameterError) -> Vec<Do> {
        self.problem = match error {
            ParameterError::Type { name, expected, found } => {
                let parameter = self.about.parameters.iter().find(|parameter| parameter.name == *name);
                format!("{} must be {expected}, not “{found}”.", parameter.map_or(*name, |parameter| parameter.label))
            }
            other => format!("{other}."),
        };
        Vec::new()
    }

    fn fail(&mut self, what: String, is_worker_lost: bool) -> Vec<Do> {
        let is_begun = self.step > 0 && self.of_run.is_some();
        self.problem = what;
        if is_begun {
            self.problem.push_str(&format!(" The picture shows step {}; a new run begins from the first.", self.step));
        }
        self.phase = Phase::Failed;
        self.status.clear();
        self.is_held = false;
        self.is_awaited = false;
        if !is_worker_lost {
            return Vec::new();
        }
        self.worker = Worker::None;
        vec![Do::End]
    }

    fn at(&self, what: &str) -> String {
        if self.of_run.is_some() {
            format!("{what} at step {}.", fixed(f64::from(self.step), 0))
        } else {
            format!("{what}.")
        }
    }
}

#[cfg(test)]
mod tests;
