//! A checkpoint in chunks, made between two steps.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use super::keep::Weights;
use super::state::{BEST, FIRST_MOMENTS, SECOND_MOMENTS, STATE, State, WEIGHTS, write_settings};
use crate::sft::protocol::{AskId, Chunk, Event};
use ml::checkpoint::{Build, Header, Section, Writer, bytes_of};

/// Answers the page with the run's state.
#[derive(Debug)]
pub(super) struct Writing {
    ask: AskId,
    serial: u64,
    is_settling: bool,
    is_settled: bool,
    writer: Option<Writer>,
    /// How many bytes have been given.
    at: u64,
    state: Vec<u8>,
    /// The best weights, where they are kept in less than 32 bits.
    best: Vec<f32>,
}

impl Writing {
    pub(super) fn new(ask: AskId, serial: u64) -> Self {
        let (state, best) = (Vec::new(), Vec::new());
        Self { ask, serial, is_settling: false, is_settled: false, writer: None, at: 0, state, best }
    }

    fn begin(&mut self, desk: &mut Desk<'_>) -> Result<Header, Failure> {
        let run = desk.run.as_ref().ok_or(Reason::NoRun)?;
        let data = desk.data.ok_or(Reason::NoData)?;
        let n_updates = desk.loaded.engine.trainer()?.n_steps();
        self.state = State::of(run, data.set(), desk.loaded.fingerprint, n_updates);
        if let Some((_, best @ (Weights::Half(_) | Weights::Brain(_)))) = &run.shelf.best {
            self.best.resize(best.len(), 0.0);
            best.put(&mut self.best);
        }
        let (epoch, sample) = run.cursor();
        Ok(Header {
            serial: self.serial,
            build: Build { n_workers: run.role().n_workers, ..desk.build.clone() },
            step: run.step.into(),
            epoch,
            sample,
            seed: run.settings.seed,
            draws: Vec::new(),
            settings: write_settings(&run.settings),
        })
    }
}

impl Job for Writing {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn is_checkpoint(&self) -> bool {
        true
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !self.is_settled {
            self.is_settled = desk.loaded.engine.settle(&mut self.is_settling)?;
            return Ok(JobProgress::Working);
        }
        let header = if self.writer.is_none() { Some(self.begin(desk)?) } else { None };
        let run = desk.run.as_ref().ok_or(Reason::NoRun)?;
        let trainer = desk.loaded.engine.trainer()?;
        let [first, second] = trainer.moments()?;
        let mut sections = vec![
            Section { name: STATE, data: &self.state },
            Section { name: WEIGHTS, data: bytes_of(trainer.trained_weights()) },
            Section { name: FIRST_MOMENTS, data: bytes_of(first) },
            Section { name: SECOND_MOMENTS, data: bytes_of(second) },
        ];
        match &run.shelf.best {
            Some((_, Weights::Single(best))) => sections.push(Section { name: BEST, data: bytes_of(best) }),
            Some(_) => sections.push(Section { name: BEST, data: bytes_of(&self.best) }),
            None => {}
        }
        if let Some(header) = header {
            self.writer = Some(Writer::new(&header, &sections));
        }
        let Some(writer) = &mut self.writer else { return Ok(JobProgress::Finished) };
        let total = writer.len();
        match writer.next_chunk(&sections).map(<[u8]>::to_vec) {
            Some(bytes) => {
                let at = self.at;
                self.at += bytes.len() as u64;
                desk.out.send(Event::Chunk(Chunk { ask: self.ask, at, total }), vec![bytes]);
                Ok(JobProgress::Working)
            }
            None => Ok(JobProgress::Finished),
        }
    }
}
