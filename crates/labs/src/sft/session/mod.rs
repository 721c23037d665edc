//! What the worker drives: a model, its data and its run, in pieces of work between which commands are heard.
//!
//! A step of training is never interleaved with anything else: what the page asks for, evaluations and samples are
//! [`jobs`](job::Job), which wait for the step's end. Pure: time and memory are told from [`Outside`].
//!
//! Order of reading: [`Session`] (commands in, messages out), `engine` and `load` (the model), `prepare` (the data),
//! `run` and `step` (training), `exchange` (over several workers), then the jobs.

mod engine;
mod evaluate;
mod exchange;
mod explain;
mod export;
mod failure;
mod generate;
pub(super) mod history;
mod job;
mod keep;
mod load;
mod memory;
mod prepare;
mod probe;
mod read;
mod rewind;
mod run;
mod sample;
mod score;
mod state;
mod step;
mod write;

pub use exchange::Buffer;
pub use load::fingerprint_of;
use read::Payloads;
pub use read::Source;

use super::protocol::{AskId, Command, Event, Shard};
use crate::protocol::RunId;
use failure::{Failure, Reason};
use job::{Desk, Job, JobProgress};
use load::Loaded;
use ml::checkpoint::Build;
use ml::tokenizer::unicode::{Normalize, normalize};
use prepare::{Data, Preparing};
use run::{Mode, Run, RunProgress};
use std::collections::VecDeque;

/// A slice ends with the first piece of work that is done after so many milliseconds. A piece takes up to 8 on a desktop; if
/// it takes five times as long on a phone, a command still waits for less than 100.
pub const SLICE_MS: f64 = 24.0;

/// Questions that wait at once, at most.
const MOST_WAITING: usize = 64;

/// What only the world around knows.
pub trait Outside {
    /// Milliseconds since some moment.
    fn now_ms(&self) -> f64;
    /// Bytes that this worker holds.
    fn memory_bytes(&self) -> u64;
    /// Posts a message at once, ahead of those that wait, so that its payloads need not be kept. Whether it did.
    fn post(&self, _event: &Event, _payloads: &[&[u8]]) -> bool {
        false
    }
}

/// An event and its payloads.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What is said.
    pub event: Event,
    /// See [`Event`].
    pub payloads: Vec<Vec<u8>>,
}

/// What is to be told, in order.
#[derive(Debug, Default)]
pub(super) struct Outbox(VecDeque<Message>);

impl Outbox {
    fn tell(&mut self, event: Event) {
        self.0.push_back(Message { event, payloads: Vec::new() });
    }

    fn send(&mut self, event: Event, payloads: Vec<Vec<u8>>) {
        self.0.push_back(Message { event, payloads });
    }

    fn refuse(&mut self, ask: AskId, why: &Failure) {
        self.tell(Event::Refused { ask, message: why.sentence() });
    }
}

/// One worker's session.
pub struct Session {
    build: Build,
    normalize: Normalize,
    loaded: Option<Loaded>,
    data: Option<Data>,
    preparing: Option<Preparing>,
    run: Option<Run>,
    jobs: VecDeque<Box<dyn Job>>,
    out: Outbox,
}

impl Session {
    /// Before anything is loaded. `build` is what checkpoints say of this program.
    pub fn new(build: Build) -> Self {
        Self::normalizing(build, normalize)
    }

    /// The same, with something else than our tables to bring texts into form C: what a browser has built in.
    pub fn normalizing(build: Build, normalize: Normalize) -> Self {
        let (loaded, data, preparing, run) = (None, None, None, None);
        Self { build, normalize, loaded, data, preparing, run, jobs: VecDeque::new(), out: Outbox::default() }
    }

    /// The next message to the page.
    pub fn next_message(&mut self) -> Option<Message> {
        self.out.0.pop_front()
    }

    /// The run's number; 0 if none had begun.
    pub fn run_id(&self) -> RunId {
        self.run.as_ref().map_or(0, Run::id)
    }

    /// Obeys a command; another worker's gradients come by [`take_gradients`](Self::take_gradients) instead.
    pub fn obey(&mut self, command: Command, payloads: Vec<Vec<u8>>) {
        let ask = ask_of(&command);
        if let Err(why) = self.try_obey(command, payloads) {
            match why {
                Obstacle::Refused(why) => self.out.refuse(ask, &why),
                Obstacle::Failed(run, why) => self.out.tell(Event::Failed { run, message: why.sentence() }),
            }
        }
    }

    fn try_obey(&mut self, command: Command, payloads: Vec<Vec<u8>>) -> Result<(), Obstacle> {
        match command {
            Command::Load => {
                self.give_up_run();
                self.loaded = None;
                let loaded = Loaded::read(payloads, self.normalize).map_err(|why| Obstacle::Failed(0, why))?;
                self.out.tell(loaded.event());
                self.loaded = Some(loaded);
                // What was tokenized for another model is not good for this one.
                if let Some(data) = self.data.take() {
                    self.preparing = Some(Preparing::new(data.into_set())?);
                }
            }
            Command::SetData(set) => {
                let preparing = Preparing::new(set)?;
                self.give_up_run();
                self.data = None;
                self.preparing = Some(preparing);
            }
            Command::Start { run, settings, role, watched, sampling } => {
                self.give_up_run();
                let begun = match (&mut self.loaded, &self.data) {
                    (None, _) => Err(Reason::NoModel.into()),
                    (_, None) => Err(Reason::NoData.into()),
                    (Some(loaded), Some(data)) => Run::begin(run, settings, role, watched, sampling, loaded, data),
                };
                self.run = Some(begun.map_err(|why| Obstacle::Failed(run, why))?);
            }
            Command::Pause => self.halt(Mode::Paused),
            Command::Stop => self.halt(Mode::Ended),
            Command::Resume => self.go_on(Mode::Running)?,
            Command::Step => self.go_on(Mode::Stepping)?,
            Command::Rewind(kept) => {
                self.run.as_ref().ok_or(Reason::NoRun)?.check_kept(kept)?;
                self.halt(Mode::Paused);
                self.jobs.push_back(Box::new(rewind::Rewind(kept)));
            }
            Command::Explain { ask, instruction, completion, sequence_len, masks_prompt } => {
                let loaded = self.loaded.as_ref().ok_or(Reason::NoModel)?;
                let data = self.data.as_ref().ok_or(Reason::NoData)?;
                let asked = explain::Asked { ask, sequence_len, masks_prompt };
                self.out.tell(explain::explain(loaded, data, &super::data::Pair { instruction, completion }, asked));
            }
            Command::Probe { ask, settings } => self.queue(Box::new(probe::Probe::new(ask, settings)))?,
            Command::Generate { ask, text, is_raw, sampling } => {
                self.queue(Box::new(generate::Generate::new(ask, text, is_raw, sampling)?))?;
            }
            Command::Score { ask, instruction, completion } => {
                self.queue(Box::new(score::Score::new(ask, instruction, completion)))?;
            }
            Command::Export { ask, export } => self.queue(Box::new(export::Exporting::new(ask, export)))?,
            Command::WriteCheckpoint { ask, serial } => {
                self.run.as_ref().ok_or(Reason::NoRun)?;
                self.queue(Box::new(write::Writing::new(ask, serial)))?;
            }
            Command::InspectCheckpoint { ask } => self.inspect_checkpoint(ask, &mut Payloads::new(&payloads))?,
            Command::ReadCheckpoint { run, role } => self.read_checkpoint(run, role, &mut Payloads::new(&payloads)),
            // With their buffers they come by `take_gradients`.
            Command::Gradients(_) => return Err(Reason::Gradients("two buffers should come with them").into()),
        }
        Ok(())
    }

    /// Obeys [`Command::Gradients`]. The dense ones lie anywhere, and are let go of once they are summed.
    pub fn take_gradients(&mut self, shard: Shard, dense: Box<dyn Buffer>, rows: Vec<u8>) {
        let run = self.run.as_mut().ok_or_else(|| Reason::NoRun.into());
        if let Err(why) = run.and_then(|run| run.take_gradients(shard, dense, rows)) {
            self.out.refuse(0, &why);
        }
    }

    /// Tells what a checkpoint holds.
    ///
    /// # Errors
    /// A sentence, if it is not whole or not of this lab.
    fn inspect_checkpoint(&mut self, ask: AskId, source: &mut dyn Source) -> Result<(), Failure> {
        let found = read::inspect(source)?;
        let n_workers = self.run.as_ref().map_or(1, |run| run.role().n_workers);
        let fingerprint = self.loaded.as_ref().map(|loaded| loaded.fingerprint);
        let held = found.held(&Build { n_workers, ..self.build.clone() }, fingerprint);
        self.out.tell(Event::Inspected { ask, held });
        Ok(())
    }

    /// As [`Command::InspectCheckpoint`], from wherever the checkpoint lies.
    pub fn inspect(&mut self, ask: AskId, source: &mut dyn Source) {
        if let Err(why) = self.inspect_checkpoint(ask, source) {
            self.out.refuse(ask, &why);
        }
    }

    /// As [`Command::ReadCheckpoint`], from wherever the checkpoint lies.
    pub fn read_checkpoint(&mut self, run: RunId, role: super::protocol::Role, source: &mut dyn Source) {
        let taken = read::inspect(source).and_then(|found| {
            let loaded = self.loaded.as_mut().ok_or(Reason::NoModel)?;
            // Up to here nothing was changed: a checkpoint that is damaged leaves everything as it was.
            found.check(loaded)?;
            if let Some(mut run) = self.run.take() {
                run.leave(loaded)?;
            }
            drop_jobs(&mut self.jobs, &mut self.out);
            read::take_up(found, source, run, role, loaded, &self.build)
        });
        match taken {
            Ok((run, data, event)) => {
                (self.run, self.data, self.preparing) = (Some(run), Some(data), None);
                self.out.tell(event);
            }
            Err(why) => self.out.tell(Event::Failed { run, message: why.sentence() }),
        }
    }

    fn queue(&mut self, job: Box<dyn Job>) -> Result<(), Failure> {
        if self.loaded.is_none() {
            return Err(Reason::NoModel.into());
        }
        if self.jobs.len() >= MOST_WAITING {
            return Err(Reason::Busy.into());
        }
        self.jobs.push_back(job);
        Ok(())
    }

    fn halt(&mut self, mode: Mode) {
        if let Some(run) = &mut self.run {
            run.halt(mode, &mut self.out);
        }
    }

    fn go_on(&mut self, mode: Mode) -> Result<(), Failure> {
        self.run.as_mut().ok_or(Reason::NoRun)?.go_on(mode)
    }

    /// Ends what is under way, and brings the loaded weights back.
    fn give_up_run(&mut self) {
        drop_jobs(&mut self.jobs, &mut self.out);
        if let (Some(mut run), Some(loaded)) = (self.run.take(), &mut self.loaded)
            && let Err(why) = run.leave(loaded)
        {
            self.loaded = None;
            self.out.tell(Event::Failed { run: run.id(), message: why.sentence() });
        }
        // A probe may have been under way.
        if let Some(loaded) = &mut self.loaded {
            loaded.engine.rest();
        }
    }

    /// Works for about [`SLICE_MS`]. Answers whether there is more to do.
    pub fn slice(&mut self, outside: &dyn Outside) -> bool {
        let until = outside.now_ms() + SLICE_MS;
        while self.advance(outside) {
            if outside.now_ms() >= until {
                return true;
            }
        }
        false
    }

    /// Does one piece of work. Answers whether there is more to do.
    pub fn advance(&mut self, outside: &dyn Outside) -> bool {
        if let (Some(preparing), Some(loaded)) = (&mut self.preparing, &self.loaded) {
            if let Some(data) = preparing.advance(loaded) {
                self.out.tell(data.event());
                (self.data, self.preparing) = (Some(data), None);
            }
            return true;
        }
        let is_between = self.run.as_ref().is_none_or(Run::is_between_steps);
        if is_between && !self.jobs.is_empty() {
            self.advance_job(outside);
            return true;
        }
        let (Some(run), Some(loaded), Some(data)) = (&mut self.run, &mut self.loaded, &self.data) else { return false };
        if !run.is_under_way() && self.jobs.is_empty() {
            return false;
        }
        match run.advance(loaded, data, outside, &mut self.out) {
            Ok(RunProgress::Working) => true,
            Ok(RunProgress::Waiting) => false,
            Ok(RunProgress::Due(jobs)) => {
                self.jobs.extend(jobs);
                true
            }
            Err(why) => {
                run.fail(&why, &mut self.out);
                true
            }
        }
    }

    fn advance_job(&mut self, outside: &dyn Outside) {
        let (Some(loaded), Some(mut job)) = (&mut self.loaded, self.jobs.pop_front()) else { return };
        let data = self.data.as_ref();
        let mut desk = Desk { loaded, data, run: self.run.as_mut(), out: &mut self.out, outside, build: &self.build };
        match job.advance(&mut desk) {
            Ok(JobProgress::Working) => self.jobs.push_front(job),
            Ok(JobProgress::Finished) => {}
            Err(why) => match (job.ask(), &mut self.run) {
                (Some(ask), _) => self.out.refuse(ask, &why),
                (None, Some(run)) => run.fail(&why, &mut self.out),
                (None, None) => self.out.refuse(0, &why),
            },
        }
    }
}

/// Ends what waits. Of a checkpoint it is told, since its file stays open and half written until then.
fn drop_jobs(jobs: &mut VecDeque<Box<dyn Job>>, out: &mut Outbox) {
    for job in jobs.drain(..).filter(|job| job.is_checkpoint()) {
        out.refuse(job.ask().unwrap_or(0), &Reason::RunOver.into());
    }
}

/// Why a command was not obeyed.
enum Obstacle {
    /// All is as before.
    Refused(Failure),
    /// There is no such run.
    Failed(RunId, Failure),
}

impl<E: Into<Failure>> From<E> for Obstacle {
    fn from(why: E) -> Self {
        Self::Refused(why.into())
    }
}

fn ask_of(command: &Command) -> AskId {
    match command {
        Command::Explain { ask, .. }
        | Command::Probe { ask, .. }
        | Command::Generate { ask, .. }
        | Command::Score { ask, .. }
        | Command::Export { ask, .. }
        | Command::WriteCheckpoint { ask, .. }
        | Command::InspectCheckpoint { ask } => *ask,
        _ => 0,
    }
}

#[cfg(test)]
pub(in crate::sft) mod tests;
