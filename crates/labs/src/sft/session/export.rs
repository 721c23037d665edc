//! Files of weights to take away.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use crate::sft::export::tensors;
use crate::sft::protocol::{AskId, Chunk, Event, Export};
use ml::neox::{Entry, Model};
use ml::safetensors::{Dtype, Place, Writer};

/// Answers the page with a file, a chunk at a time. No step comes between two chunks, so all are of the same weights.
#[derive(Debug)]
pub(super) struct Exporting {
    ask: AskId,
    export: Export,
    is_settling: bool,
    is_settled: bool,
    /// With the adapter in its weights; made for the first chunk.
    merged: Option<Model>,
    place: Place,
}

impl Exporting {
    pub(super) fn new(ask: AskId, export: Export) -> Self {
        let place = Place::default();
        Self { ask, export, is_settling: false, is_settled: false, merged: None, place }
    }
}

impl Job for Exporting {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !self.is_settled {
            self.is_settled = desk.loaded.engine.settle(&mut self.is_settling)?;
            return Ok(JobProgress::Working);
        }
        let engine = &desk.loaded.engine;
        let Export::Model { is_half } = self.export else {
            let adapter = engine.adapter().ok_or(Reason::NoAdapter)?;
            return chunk(self.ask, &mut self.place, Dtype::F32, (adapter.entries(), adapter.weights()), desk.out);
        };
        let model = engine.model()?;
        if let (Some(adapter), None) = (engine.adapter(), &self.merged) {
            let mut merged = model.clone();
            adapter.merge_into(&mut merged)?;
            self.merged = Some(merged);
            return Ok(JobProgress::Working);
        }
        let model = self.merged.as_ref().unwrap_or(model);
        let dtype = if is_half { Dtype::F16 } else { Dtype::F32 };
        chunk(self.ask, &mut self.place, dtype, (model.layout().entries(), model.weights()), desk.out)
    }
}

/// Sends the next chunk of a file of weights.
fn chunk(
    ask: AskId,
    place: &mut Place,
    dtype: Dtype,
    (entries, weights): (&[Entry], &[f32]),
    out: &mut super::Outbox,
) -> Result<JobProgress, Failure> {
    tensors(entries, weights, |tensors| {
        // Only names and lengths are worked out anew for each chunk.
        let mut writer = Writer::new(dtype, tensors, &[("format", "pt")])?;
        writer.go_on_from(*place);
        let (at, total) = (place.at, writer.file_len());
        let Some(bytes) = writer.next_chunk().map(<[u8]>::to_vec) else { return Ok(JobProgress::Finished) };
        *place = writer.place();
        out.send(Event::Chunk(Chunk { ask, at, total }), vec![bytes]);
        Ok(JobProgress::Working)
    })
}
