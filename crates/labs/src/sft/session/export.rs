//! Files of weights to take away.

use super::failure::{Failure, Reason};
use super::job::{Desk, Job, JobProgress};
use crate::sft::export::tensors;
use crate::sft::protocol::{AskId, Chunk, Event, Export};
use ml::safetensors::{Dtype, Writer};

/// Answers the page with a file.
#[derive(Debug)]
pub(super) struct Exporting {
    ask: AskId,
    export: Export,
    is_settling: bool,
}

impl Exporting {
    pub(super) fn new(ask: AskId, export: Export) -> Self {
        Self { ask, export, is_settling: false }
    }
}

impl Job for Exporting {
    fn ask(&self) -> Option<AskId> {
        Some(self.ask)
    }

    fn advance(&mut self, desk: &mut Desk<'_>) -> Result<JobProgress, Failure> {
        if !desk.loaded.engine.settle(&mut self.is_settling)? {
            return Ok(JobProgress::Working);
        }
        let loaded = &*desk.loaded;
        match self.export {
            Export::Model { is_half } => {
                let dtype = if is_half { Dtype::F16 } else { Dtype::F32 };
                let model = loaded.engine.model()?;
                let merged = match loaded.engine.adapter() {
                    Some(adapter) => {
                        let mut merged = model.clone();
                        adapter.merge_into(&mut merged)?;
                        Some(merged)
                    }
                    None => None,
                };
                let model = merged.as_ref().unwrap_or(model);
                self.tensors(dtype, model.layout().entries(), model.weights(), desk.out)?;
            }
            Export::Adapter => {
                let adapter = loaded.engine.adapter().ok_or(Reason::NoAdapter)?;
                self.tensors(Dtype::F32, adapter.entries(), adapter.weights(), desk.out)?;
            }
        }
        Ok(JobProgress::Finished)
    }
}

impl Exporting {
    /// Sends a file of weights in chunks.
    fn tensors(
        &self,
        dtype: Dtype,
        entries: &[ml::neox::Entry],
        weights: &[f32],
        out: &mut super::Outbox,
    ) -> Result<(), Failure> {
        tensors(entries, weights, |tensors| {
            let mut writer = Writer::new(dtype, tensors, &[("format", "pt")])?;
            let (total, mut at) = (writer.file_len(), 0);
            while let Some(chunk) = writer.next_chunk() {
                let length = chunk.len() as u64;
                out.send(Event::Chunk(Chunk { ask: self.ask, at, total }), vec![chunk.to_vec()]);
                at += length;
            }
            Ok(())
        })
    }
}
