//! A run from its checkpoint. The whole is read once to see that nothing is damaged, before any of it is let in.

use super::failure::{Failure, Reason};
use super::history::History;
use super::keep::Weights;
use super::load::Loaded;
use super::prepare::{Data, Preparing};
use super::run::Run;
use super::state::{BEST, FIRST_MOMENTS, SECOND_MOMENTS, STATE, State, WEIGHTS, read_settings};
use crate::protocol::RunId;
use crate::sft::protocol::{Event, Held, Role};
use crate::sft::settings::Settings;
use ml::checkpoint::{self, Build, Header, Reader};

/// Where a checkpoint lies.
pub trait Source {
    /// Puts the next bytes, a megabyte or so, in place of what `chunk` holds; whether there were any.
    ///
    /// # Errors
    /// Why they cannot be read, in words for the reader.
    fn next(&mut self, chunk: &mut Vec<u8>) -> Result<bool, String>;

    /// Goes back to the first byte.
    fn rewind(&mut self);
}

/// In the payloads of a message.
pub(super) struct Payloads<'a> {
    parts: &'a [Vec<u8>],
    at: usize,
}

impl<'a> Payloads<'a> {
    pub(super) fn new(parts: &'a [Vec<u8>]) -> Self {
        Self { parts, at: 0 }
    }
}

impl Source for Payloads<'_> {
    fn next(&mut self, chunk: &mut Vec<u8>) -> Result<bool, String> {
        chunk.clear();
        let Some(part) = self.parts.get(self.at) else { return Ok(false) };
        chunk.extend_from_slice(part);
        self.at += 1;
        Ok(true)
    }

    fn rewind(&mut self) {
        self.at = 0;
    }
}

/// A checkpoint that is whole.
#[derive(Debug)]
pub(super) struct Found {
    header: Header,
    settings: Settings,
    state: State,
    /// Names of the sections and bytes of their data.
    sections: Vec<(String, u64)>,
}

/// Reads all of a checkpoint, and keeps what is neither weight nor moment.
pub(super) fn inspect(source: &mut dyn Source) -> Result<Found, Failure> {
    let (mut reader, mut chunk) = (Reader::new(), Vec::new());
    let (mut header, mut sections, mut state) = (None, Vec::new(), Vec::new());
    source.rewind();
    while source.next(&mut chunk).map_err(Reason::Source)? {
        let mut rest = chunk.as_slice();
        while let Some(event) = reader.next(&mut rest)? {
            match event {
                checkpoint::Event::Header(found) => header = Some(found),
                checkpoint::Event::Section(name, length) => sections.push((name, length)),
                checkpoint::Event::Data(data) if sections.last().is_some_and(|(name, _)| name == STATE) => {
                    state.extend_from_slice(data);
                }
                _ => {}
            }
        }
    }
    reader.finish()?;
    let header: Header = header.ok_or(checkpoint::CheckpointError::NotACheckpoint)?;
    let settings = read_settings(&header.settings)?;
    Ok(Found { settings, state: State::read(&state)?, header, sections })
}

impl Found {
    pub(super) fn held(&self, now: &Build, fingerprint: Option<u32>) -> Held {
        Held {
            serial: self.header.serial,
            step: self.step(),
            n_steps: self.state.n_steps,
            settings: self.settings.clone(),
            differences: self.header.build.differences(now).iter().map(ToString::to_string).collect(),
            fits_model: fingerprint.is_none_or(|fingerprint| fingerprint == self.state.fingerprint),
        }
    }

    fn step(&self) -> u32 {
        u32::try_from(self.header.step).unwrap_or(u32::MAX)
    }

    /// That it belongs to the model that is loaded, and has all that it should.
    pub(super) fn check(&self, loaded: &Loaded) -> Result<(), Failure> {
        if self.state.fingerprint != loaded.fingerprint {
            return Err(Reason::OtherModel.into());
        }
        let bytes = 4 * self.settings.n_trained(&loaded.config()) as u64;
        let expected = [WEIGHTS, FIRST_MOMENTS, SECOND_MOMENTS].into_iter().chain(self.state.best_step.map(|_| BEST));
        let expected: Vec<_> = expected.map(|name| (name.to_owned(), bytes)).collect();
        if self.sections.get(1..) != Some(&expected) || self.step() > self.state.n_steps {
            return Err(Reason::Checkpoint("other parts than its settings ask for").into());
        }
        Ok(())
    }
}

/// Makes the run that a checkpoint holds. `found` is of the same bytes as `source`, and was checked.
pub(super) fn take_up(
    found: Found,
    source: &mut dyn Source,
    run: RunId,
    role: Role,
    loaded: &mut Loaded,
    build: &Build,
) -> Result<(Run, Data, Event), Failure> {
    let data = Preparing::new(found.state.data.clone())?.finish(loaded);
    let State { watched, sampling, steps, evaluations, best_step, .. } = found.state.clone();
    let mut taken = Run::begin(run, found.settings.clone(), role, watched.clone(), sampling, loaded, &data)?;
    if taken.n_steps != found.state.n_steps {
        taken.leave(loaded)?;
        return Err(Reason::Checkpoint("another number of steps than its data ask for").into());
    }
    let mut best = vec![0.0; best_step.map_or(0, |_| found.settings.n_trained(&loaded.config()))];
    if let Err(why) = restore(&found, source, loaded, &mut best) {
        taken.leave(loaded)?;
        return Err(why);
    }
    let now = Build { n_workers: role.n_workers, ..build.clone() };
    let event = Event::TakenUp {
        run,
        held: found.held(&now, None),
        data: found.state.data.clone(),
        steps: steps.clone(),
        evaluations: evaluations.clone(),
        watched,
    };
    let history = History::told(steps, evaluations);
    let best = best_step.map(|step| (step, Weights::of(&best)));
    Ok((taken.resumed(found.step(), history, best), data, event))
}

/// Fills weights and moments, then the best weights.
fn restore(found: &Found, source: &mut dyn Source, loaded: &mut Loaded, best: &mut [f32]) -> Result<(), Failure> {
    let mut filling = Filling { reader: Reader::new(), source, chunk: Vec::new(), at: 0 };
    filling.source.rewind();
    filling.skip_to(WEIGHTS)?;
    loaded.engine.trainer()?.restore(found.state.n_updates, |values| filling.fill(values))?;
    if !best.is_empty() {
        filling.fill(best)?;
    }
    Ok(())
}

/// Reads numbers of sections one after the other.
struct Filling<'a> {
    reader: Reader,
    source: &'a mut dyn Source,
    chunk: Vec<u8>,
    /// How much of the chunk was read.
    at: usize,
}

const CHANGED: Reason = Reason::Checkpoint("other bytes than a moment ago");

impl Filling<'_> {
    /// Calls `take` with each event until it says that it has enough.
    fn each(&mut self, take: &mut dyn FnMut(checkpoint::Event<'_>) -> bool) -> Result<(), Failure> {
        loop {
            let mut rest = &self.chunk[self.at..];
            while let Some(event) = self.reader.next(&mut rest)? {
                let is_enough = take(event);
                if is_enough {
                    self.at = self.chunk.len() - rest.len();
                    return Ok(());
                }
            }
            self.at = 0;
            if !self.source.next(&mut self.chunk).map_err(Reason::Source)? {
                return Err(CHANGED.into());
            }
        }
    }

    fn skip_to(&mut self, wanted: &str) -> Result<(), Failure> {
        self.each(&mut |event| matches!(event, checkpoint::Event::Section(name, _) if name == wanted))
    }

    /// Fills `values` with the data of the section at hand, up to its end.
    fn fill(&mut self, values: &mut [f32]) -> Result<(), Failure> {
        let mut filled = 0;
        // The beginning of a number that a chunk has cut.
        let (mut cut, mut n_cut) = ([0; 4], 0);
        self.each(&mut |event| match event {
            checkpoint::Event::Data(mut data) => {
                while n_cut > 0 && n_cut < 4 && !data.is_empty() {
                    (cut[n_cut], n_cut) = (data[0], n_cut + 1);
                    data = &data[1..];
                }
                let mut put = |bytes: [u8; 4]| {
                    if let Some(value) = values.get_mut(filled) {
                        *value = f32::from_le_bytes(bytes);
                    }
                    filled += 1;
                };
                if n_cut == 4 {
                    put(cut);
                    n_cut = 0;
                }
                let (whole, rest) = data.as_chunks::<4>();
                whole.iter().for_each(|bytes| put(*bytes));
                if !rest.is_empty() {
                    cut[..rest.len()].copy_from_slice(rest);
                    n_cut = rest.len();
                }
                false
            }
            checkpoint::Event::SectionEnd => true,
            _ => false,
        })?;
        if filled == values.len() && n_cut == 0 { Ok(()) } else { Err(CHANGED.into()) }
    }
}
