//! What the lab's figure does: asked by its reader, told by its workers and by the browser.
//!
//! A state machine without effects, as [`crate::parts::session`] is for the other labs. Each entry answers with what is
//! to be [done](Do); what is to be shown follows from the fields, as text that [`view`] writes.
//!
//! Order of reading: [`Page`] (what there is), [`ask`] (what a reader wants), `pursue` (what must be there before), `hear`
//! (workers), `outside` (files, time, sight), `keep` (what is taken away and taken up), [`view`].

pub mod ask;
mod crew;
mod hear;
mod keep;
pub mod models;
mod outside;
pub mod pairs;
mod pursue;
pub mod report;
pub mod verdict;
pub mod view;
pub mod watch;

#[cfg(test)]
mod tests;

pub use keep::{config_file, note};
pub use outside::{FileOf, TICK_MS};

use super::about::{ABOUT, settings};
use super::preset::Preset;
use super::protocol::{AskId, Command, Estimate, Export, Held, Kept, Sampling, Shard, ShownToken};
use super::settings::Settings;
use crate::chart::number::fixed;
use crate::parameters::Values;
use crate::parts::{DEFAULT_SEED, Phase};
use crate::protocol::RunId;
use crew::Crew;
use models::{Models, Which};
use pairs::Pairs;
use report::Report;
use verdict::Verdict;

/// What is to be done after an entry, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Do {
    /// Fetch a model's files, or ask the reader for them.
    Bring(Which),
    /// Give a download up; what has come is kept.
    CancelBring,
    /// Delete what is kept of a model.
    Forget(Which),
    /// Let go of the reader's adapter.
    DropAdapter,
    /// Start the worker of this number.
    Launch(u32),
    /// End the worker of this number.
    End(u32),
    /// Send a command to a worker.
    Send(u32, Command, With),
    /// Hand the payloads of the event at hand on to these workers.
    Relay(Vec<u32>, Shard),
    /// Keep the payload of the event at hand, for the file of a question.
    Collect(AskId),
    /// Save what was collected for a question, under this name.
    SaveCollected(AskId, &'static str),
    /// Save one of the model's own files, under its name.
    SaveModelFile(usize),
    /// Save a text: name, kind, contents.
    SaveText(&'static str, &'static str, String),
    /// Copy a link with this text in it.
    Share(String),
    /// Open both files of checkpoints: a page that is about to go has no time for it.
    OpenCheckpoints,
    /// Delete both files of checkpoints.
    DropCheckpoints,
    /// Keep a note about the checkpoints where the next visit finds it.
    Note(String),
    /// Show the picture of the page again.
    DrawStill,
}

/// What accompanies a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// Nothing.
    Nothing,
    /// The three files of the model that was brought, and the two of an adapter if one is to be added; copies.
    Model,
    /// The file of a checkpoint's slot. So many bytes must have room there, or else [`Page::refused`] is to be told.
    Slot(usize, u64),
    /// What was collected for a question; a copy.
    Collected(AskId),
}

/// What the reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    /// A run; whether it pauses after its first step.
    Run { once: bool },
    /// Tokens are counted.
    Count,
    /// One pair is shown as tokens.
    Explain(usize),
    /// What a run would take.
    Probe,
    /// A run is taken up from a checkpoint.
    TakeUp,
}

/// A pair as the model reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    /// Its row.
    pub row: usize,
    /// All tokens.
    pub tokens: Vec<ShownToken>,
    /// How many of them a sequence takes.
    pub n_taken: usize,
}

/// A prompt of the reader's own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trial {
    ask: AskId,
    /// What was asked.
    pub prompt: String,
    /// What came.
    pub answer: String,
    /// Whether that is all.
    pub is_done: bool,
}

/// What a run was begun with.
#[derive(Clone, Debug, PartialEq)]
struct OfRun {
    values: Values,
    seed: u64,
    pairs: u32,
    settings: Settings,
}

/// The figure.
#[derive(Debug)]
pub struct Page {
    /// As the article sets them.
    given: Values,
    /// Settings of the controls.
    pub values: Values,
    /// Of the next run.
    pub seed: u64,
    /// What the figure is at.
    pub phase: Phase,
    /// What happened last, in a sentence.
    pub status: String,
    /// What is wrong; empty if nothing is.
    pub problem: String,
    /// Completed steps of what is shown.
    pub step: u32,
    /// Steps of the run.
    pub n_steps: u32,
    /// Index of the preset that was chosen last, if its settings still hold.
    pub preset: Option<usize>,
    /// The pairs.
    pub pairs: Pairs,
    /// The models.
    pub models: Models,
    /// The run that is shown.
    pub report: Report,
    /// Answers that were judged.
    pub verdict: Verdict,
    /// A pair as tokens.
    pub mask: Option<Mask>,
    /// What a run would take.
    pub estimate: Option<Estimate>,
    /// A prompt of the reader's own.
    pub trial: Trial,
    /// Whether a run goes on though nobody sees it.
    pub keeps_training: bool,
    /// Checkpoints that were found or written.
    pub checkpoints: keep::Checkpoints,
    /// Which watched prompt's tokens are shown.
    pub chosen: usize,
    /// Prompts that the reader wants to watch; none: those of the first pairs.
    pub watched: Vec<String>,
    /// Counts changes that must be shown even where a field has been typed into.
    pub n_resets: u32,
    crew: Crew,
    goal: Option<Goal>,
    of_run: Option<OfRun>,
    run: RunId,
    last_ask: AskId,
    /// The question that shows a pair as tokens.
    explains: AskId,
    /// Questions whose answers are files.
    exports: Vec<(AskId, keep::File)>,
    is_seen: bool,
    /// Whether the run was paused because nobody sees it.
    is_held: bool,
    /// Answers to `Pause` that are under way.
    n_pauses: u32,
    /// Whether `Pause` or `Stop` waits for its answer.
    is_awaited: bool,
    n_silent: u32,
}

impl Page {
    /// Before anything is asked; its picture shows the end of a run.
    pub fn new(given: Values) -> Self {
        let preset = preset_of(&given);
        Self {
            values: given.clone(),
            given,
            seed: DEFAULT_SEED,
            phase: Phase::Still,
            status: String::new(),
            problem: String::new(),
            step: ABOUT.n_steps,
            n_steps: ABOUT.n_steps,
            preset: None,
            pairs: Pairs::of(preset),
            models: Models::default(),
            report: Report::default(),
            verdict: Verdict::default(),
            mask: None,
            estimate: None,
            trial: Trial::default(),
            keeps_training: false,
            checkpoints: keep::Checkpoints::default(),
            chosen: 2,
            watched: Vec::new(),
            n_resets: 0,
            crew: Crew::default(),
            goal: None,
            of_run: None,
            run: 0,
            last_ask: 0,
            explains: 0,
            exports: Vec::new(),
            is_seen: true,
            is_held: false,
            n_pauses: 0,
            is_awaited: false,
            n_silent: 0,
        }
    }

    /// Settings of the next run.
    pub fn settings(&self) -> Settings {
        settings(&self.values, self.seed)
    }

    /// Settings of the run that is shown, if there is one.
    pub fn settings_of_run(&self) -> Option<&Settings> {
        self.of_run.as_ref().map(|of_run| &of_run.settings)
    }

    /// How answers are drawn.
    pub fn sampling(&self) -> Sampling {
        Sampling {
            temperature: self.values.number("temperature") as f32,
            top_k: self.values.whole("top_k"),
            top_p: self.values.number("top_p") as f32,
            seed: self.seed,
            ..Sampling::default()
        }
    }

    /// Whether what is shown belongs to the settings of the controls and the pairs of the table.
    pub fn is_of_settings(&self) -> bool {
        match &self.of_run {
            Some(of_run) => {
                of_run.values == self.values && of_run.seed == self.seed && of_run.pairs == self.pairs.version
            }
            None => self.given == self.values && self.seed == DEFAULT_SEED && self.pairs.version == 1,
        }
    }

    /// Whether a run has been begun since the page came, or since it was reset: only then is there more to show than the
    /// page's picture.
    pub fn has_shown(&self) -> bool {
        self.of_run.is_some() || !self.report.seen.is_empty()
    }

    /// Whether a worker has a run, which a new one would end.
    pub fn has_run(&self) -> bool {
        self.of_run.is_some() && self.crew.is_ready()
    }

    /// Whether the run can go on.
    pub fn can_go_on(&self) -> bool {
        let halts = match self.phase {
            Phase::Paused => true,
            Phase::Finished => self.is_of_settings(),
            _ => false,
        };
        halts && self.has_run() && self.step < self.n_steps
    }

    /// Whether a checkpoint, an export or a question about the run's model makes sense now.
    pub fn has_weights(&self) -> bool {
        self.has_run() && self.phase != Phase::Starting
    }

    /// Whether the run that is shown went back, or can go back, to its best.
    pub fn has_best(&self) -> bool {
        self.has_run()
            && self.report.best().is_some()
            && self.of_run.as_ref().is_some_and(|run| run.settings.keeps_best)
    }

    fn send(&mut self, command: Command) -> Do {
        Do::Send(0, command, With::Nothing)
    }

    /// A command that is answered at once.
    fn send_awaited(&mut self, command: Command) -> Vec<Do> {
        self.is_awaited = true;
        self.n_silent = 0;
        vec![self.send(command)]
    }

    fn next_ask(&mut self) -> AskId {
        self.last_ask += 1;
        self.last_ask
    }

    /// The run cannot go on.
    fn fail(&mut self, what: String) {
        self.problem = what;
        self.phase = Phase::Failed;
        self.status.clear();
        self.goal = None;
        self.verdict.under_way = None;
        (self.is_held, self.is_awaited, self.n_pauses) = (false, false, 0);
    }

    fn at(&self, what: &str) -> String {
        format!("{what} at step {} of {}.", fixed(self.step.into(), 0), fixed(self.n_steps.into(), 0))
    }

    /// What a checkpoint holds, as the worker told.
    fn taken_up_words(held: &Held) -> String {
        let mut words = format!("Taken up at step {} of {}.", held.step, held.n_steps);
        for difference in &held.differences {
            words.push(' ');
            words.push_str(difference);
        }
        words
    }
}

fn preset_of(values: &Values) -> Preset {
    let name = values.choice("data");
    Preset::ALL.into_iter().find(|preset| preset.name() == name).unwrap_or(Preset::Style)
}

/// Of the reader's wish to go back, for [`ask::Ask`].
pub type Back = Kept;
/// Of the reader's wish for weights, for [`ask::Ask`].
pub type Weights = Export;
