//! A checkpoint in chunks, made between two steps.
//!
//! [`ml::checkpoint::Writer`] borrows what it writes as long as it lives, which a worker that returns to its event loop
//! after each chunk cannot; [`Stream`] gives the same bytes and borrows for one chunk at a time.

use super::failure::Failure;
use super::job::{Desk, Job, JobProgress};
use super::keep::Weights;
use super::state::{BEST, FIRST_MOMENTS, SECOND_MOMENTS, STATE, State, WEIGHTS, write_settings};
use crate::sft::protocol::{AskId, Chunk, Event};
use ml::checkpoint::{Build, Crc32, Header, Section, Writer, bytes_of};

/// The longest chunk.
const CHUNK: usize = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Header,
    Section(usize),
    Data(usize, usize),
    Sum(usize),
    End,
    Nothing,
}

/// The bytes of a checkpoint, without borrowing its sections in between.
#[derive(Debug)]
pub(super) struct Stream {
    header: Vec<u8>,
    next: Next,
    crc: Crc32,
    at: u64,
    total: u64,
}

impl Stream {
    pub(super) fn new(header: &Header, sections: &[Section<'_>]) -> Self {
        let mut empty = Writer::new(header, &[]);
        let total = Writer::new(header, sections).len();
        let header = empty.next_chunk().unwrap_or_default().to_vec();
        Self { header, next: Next::Header, crc: Crc32::new(), at: 0, total }
    }

    /// The next chunk and where it begins.
    pub(super) fn next_chunk(&mut self, sections: &[Section<'_>]) -> Option<(u64, Vec<u8>)> {
        let mut chunk = Vec::new();
        let mut is_data = false;
        match self.next {
            Next::Header => {
                chunk = std::mem::take(&mut self.header);
                // It brings its own sum.
                chunk.truncate(chunk.len().saturating_sub(4));
                self.next = if sections.is_empty() { Next::End } else { Next::Section(0) };
            }
            Next::Section(at) => {
                let Section { name, data } = sections.get(at)?;
                chunk.push(1);
                chunk.extend((name.len() as u32).to_le_bytes());
                chunk.extend(name.bytes());
                chunk.extend((data.len() as u64).to_le_bytes());
                self.next = if data.is_empty() { Next::Sum(at) } else { Next::Data(at, 0) };
            }
            Next::Data(at, from) => {
                let data = sections.get(at)?.data.get(from..)?;
                chunk.extend_from_slice(&data[..data.len().min(CHUNK)]);
                is_data = true;
                let end = from + chunk.len();
                self.next = if chunk.len() == data.len() { Next::Sum(at) } else { Next::Data(at, end) };
            }
            Next::Sum(at) => self.next = if at + 1 < sections.len() { Next::Section(at + 1) } else { Next::End },
            Next::End => {
                chunk.push(0);
                chunk.extend((sections.len() as u32).to_le_bytes());
                self.next = Next::Nothing;
            }
            Next::Nothing => return None,
        }
        self.crc.update(&chunk);
        if !is_data {
            chunk.extend(self.crc.sum().to_le_bytes());
        }
        let at = self.at;
        self.at += chunk.len() as u64;
        Some((at, chunk))
    }
}

/// Answers the page with the run's state.
#[derive(Debug)]
pub(super) struct Writing {
    ask: AskId,
    serial: u64,
    is_settling: bool,
    is_settled: bool,
    stream: Option<Stream>,
    state: Vec<u8>,
    /// The best weights, where they are kept in less than 32 bits.
    best: Vec<f32>,
}

impl Writing {
    pub(super) fn new(ask: AskId, serial: u64) -> Self {
        let (state, best) = (Vec::new(), Vec::new());
        Self { ask, serial, is_settling: false, is_settled: false, stream: None, state, best }
    }

    fn begin(&mut self, desk: &mut Desk<'_>) -> Result<Header, Failure> {
        let run = desk.run.as_ref().ok_or(Failure::NoRun)?;
        let data = desk.data.ok_or(Failure::NoData)?;
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

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !self.is_settled {
            self.is_settled = desk.loaded.engine.settle(&mut self.is_settling)?;
            return Ok(JobProgress::Working);
        }
        let header = if self.stream.is_none() { Some(self.begin(desk)?) } else { None };
        let run = desk.run.as_ref().ok_or(Failure::NoRun)?;
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
            self.stream = Some(Stream::new(&header, &sections));
        }
        let Some(stream) = &mut self.stream else { return Ok(JobProgress::Finished) };
        let total = stream.total;
        match stream.next_chunk(&sections) {
            Some((at, bytes)) => {
                desk.out.send(Event::Chunk(Chunk { ask: self.ask, at, total }), vec![bytes]);
                Ok(JobProgress::Working)
            }
            None => Ok(JobProgress::Finished),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ml::checkpoint::Variant;

    #[test]
    fn a_stream_has_the_bytes_of_a_writer() {
        let header = Header {
            serial: 3,
            build: Build { code_version: "1".into(), variant: Variant::Native, n_workers: 1 },
            step: 5,
            epoch: 1,
            sample: 2,
            seed: 9,
            draws: vec![4],
            settings: vec![1, 2, 3],
        };
        let long: Vec<u8> = (0..(CHUNK * 2 + 17)).map(|at| (at % 251) as u8).collect();
        for sections in [
            vec![],
            vec![Section { name: "a", data: &long }, Section { name: "empty", data: &[] }],
            vec![Section { name: "é", data: &long[..CHUNK] }],
        ] {
            let mut writer = Writer::new(&header, &sections);
            let mut expected = Vec::new();
            while let Some(chunk) = writer.next_chunk() {
                expected.extend_from_slice(chunk);
            }
            let (mut stream, mut found) = (Stream::new(&header, &sections), Vec::new());
            while let Some((at, chunk)) = stream.next_chunk(&sections) {
                assert_eq!(at, found.len() as u64);
                found.extend(chunk);
            }
            assert_eq!((found.len() as u64, found == expected), (stream.total, true));
        }
    }
}
