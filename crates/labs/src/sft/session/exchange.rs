//! Gradients of several workers, summed in the order of their numbers.

use super::failure::{Failure, Reason};
use super::{Outbox, Outside};
use crate::sft::protocol::{Event, Role, Shard};
use ml::checkpoint::{bytes_of, bytes_of_mut, numbers_of};
use ml::neox::{Batch, Trainer};

/// Bytes that lie where they arrived until they are read.
pub trait Buffer {
    /// How many.
    fn size(&self) -> usize;

    /// Fills `into` with those from `at` on, of which there are as many.
    fn read(&self, at: usize, into: &mut [u8]);
}

impl Buffer for Vec<u8> {
    fn size(&self) -> usize {
        self.len()
    }

    fn read(&self, at: usize, into: &mut [u8]) {
        if let Some(from) = self.get(at..at + into.len()) {
            into.copy_from_slice(from);
        }
    }
}

/// What a worker computed: its gradients as [`Event::Gradients`] has them.
pub(super) struct Part {
    shard: Shard,
    dense: Box<dyn Buffer>,
    rows: Vec<u8>,
}

/// What came of other workers.
#[derive(Default)]
pub(super) struct Exchange {
    parts: Vec<Part>,
    /// The tokens of the step's whole batch, in the order of the workers.
    tokens: Vec<u32>,
}

impl Exchange {
    /// Makes a gradient known, of zero, for each token of some batches. All workers do this in one order, so that their
    /// sums over all tokens with a gradient have one order too.
    pub(super) fn note(&mut self, batches: &[Batch], trainer: &mut Trainer) -> Result<(), Failure> {
        let nothing = vec![0.0; trainer.model().config().width];
        for &token in batches.iter().flat_map(Batch::tokens) {
            trainer.add_embedding_gradient(token, &nothing)?;
            self.tokens.push(token);
        }
        Ok(())
    }

    /// Tells this worker's gradients.
    pub(super) fn send(
        &mut self,
        role: Role,
        mut shard: Shard,
        is_empty: bool,
        trainer: &Trainer,
        outside: &dyn Outside,
        out: &mut Outbox,
    ) {
        let mut dense = bytes_of(trainer.dense_gradients());
        let zeros;
        if is_empty {
            // Without a pass, what stands there is of the step before.
            zeros = vec![0; dense.len()];
            dense = &zeros;
        }
        let mut rows = Vec::new();
        for &token in trainer.tokens_with_gradient() {
            shard.tokens.push(token);
            rows.extend_from_slice(bytes_of(trainer.embedding_gradient(token)));
        }
        if role.n_workers > 2 {
            self.parts.push(Part { shard: shard.clone(), dense: Box::new(dense.to_vec()), rows: rows.clone() });
        }
        // Of Pythia-14M the dense ones are 30 MB, so they are not copied where they can go at once.
        let event = Event::Gradients(shard);
        if !outside.post(&event, &[dense, &rows]) {
            out.send(event, vec![dense.to_vec(), rows]);
        }
    }

    /// Takes another worker's.
    pub(super) fn take(
        &mut self,
        role: Role,
        shard: Shard,
        dense: Box<dyn Buffer>,
        rows: Vec<u8>,
    ) -> Result<(), Failure> {
        if shard.worker >= role.n_workers || shard.worker == role.worker {
            return Err(Reason::Gradients("there is no such worker").into());
        }
        let is_cut = !rows.len().is_multiple_of(4 * shard.tokens.len().max(1));
        if is_cut || !dense.size().is_multiple_of(4) || numbers_of(&rows).is_none() {
            return Err(Reason::Gradients("a buffer of them is cut").into());
        }
        self.parts.retain(|part| !part.is_of(shard.worker, shard.step));
        self.parts.push(Part { shard, dense, rows });
        Ok(())
    }

    /// Whether those of all others are there.
    pub(super) fn is_whole(&self, role: Role, step: u32) -> bool {
        let is_there = |worker| self.parts.iter().any(|part| part.is_of(worker, step));
        (0..role.n_workers).all(|worker| worker == role.worker || is_there(worker))
    }

    /// Sums the gradients of all workers in `trainer`, and gives the sum of their losses.
    ///
    /// Of two workers each adds the other's to its own: a sum of two is the same either way. Of more, all begin anew.
    pub(super) fn sum(&mut self, role: Role, step: u32, own_loss: f64, trainer: &mut Trainer) -> Result<f64, Failure> {
        let begins_anew = role.n_workers > 2;
        if begins_anew {
            trainer.clear_gradients();
            let nothing = vec![0.0; trainer.model().config().width];
            self.tokens.iter().try_for_each(|&token| trainer.add_embedding_gradient(token, &nothing))?;
        }
        self.tokens.clear();
        let mut loss = 0.0;
        let mut parts = std::mem::take(&mut self.parts);
        for worker in 0..role.n_workers {
            let Some(Part { shard, dense, rows }) = parts.iter().find(|part| part.is_of(worker, step)) else {
                loss += own_loss;
                continue;
            };
            loss += shard.loss;
            let mut at = 0;
            trainer.read_dense_gradients(dense.size() / 4, &mut |part| {
                let part = bytes_of_mut(part);
                dense.read(at, part);
                at += part.len();
            })?;
            let width = rows.len() / 4 / shard.tokens.len().max(1);
            let Some(rows) = numbers_of(rows) else { continue };
            for (&token, row) in shard.tokens.iter().zip(rows.chunks_exact(width.max(1))) {
                trainer.add_embedding_gradient(token, row)?;
            }
        }
        parts.retain(|part| part.shard.step > step);
        self.parts = parts;
        Ok(loss)
    }
}

impl Part {
    fn is_of(&self, worker: u32, step: u32) -> bool {
        (self.shard.worker, self.shard.step) == (worker, step)
    }
}
