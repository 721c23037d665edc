//! Gradients of several workers, summed in the order of their numbers.

use super::failure::{Failure, Reason};
use super::{Outbox, Outside};
use crate::sft::protocol::{Event, Role, Shard};
use ml::checkpoint::{bytes_of, numbers_of};
use ml::neox::{Batch, Trainer};

/// What came of other workers.
#[derive(Debug, Default)]
pub(super) struct Exchange {
    shards: Vec<(Shard, Vec<Vec<u8>>)>,
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
            self.shards.push((shard.clone(), vec![dense.to_vec(), rows.clone()]));
        }
        // Of Pythia-14M the dense ones are 30 MB, so they are not copied where they can go at once.
        let event = Event::Gradients(shard);
        if !outside.post(&event, &[dense, &rows]) {
            out.send(event, vec![dense.to_vec(), rows]);
        }
    }

    /// Takes another worker's.
    pub(super) fn take(&mut self, role: Role, shard: Shard, payloads: Vec<Vec<u8>>) -> Result<(), Failure> {
        if shard.worker >= role.n_workers || shard.worker == role.worker {
            return Err(Reason::Gradients("there is no such worker").into());
        }
        let [_, rows] = payloads.as_slice() else {
            return Err(Reason::Gradients("two buffers should come with them").into());
        };
        let is_cut = !shard.tokens.is_empty() && !rows.len().is_multiple_of(4 * shard.tokens.len());
        if is_cut || payloads.iter().any(|payload| numbers_of(payload).is_none()) {
            return Err(Reason::Gradients("a buffer of them is cut").into());
        }
        self.shards.retain(|(other, _)| (other.worker, other.step) != (shard.worker, shard.step));
        self.shards.push((shard, payloads));
        Ok(())
    }

    fn find(&self, worker: u32, step: u32) -> Option<&(Shard, Vec<Vec<u8>>)> {
        self.shards.iter().find(|(shard, _)| (shard.worker, shard.step) == (worker, step))
    }

    /// Whether those of all others are there.
    pub(super) fn is_whole(&self, role: Role, step: u32) -> bool {
        (0..role.n_workers).all(|worker| worker == role.worker || self.find(worker, step).is_some())
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
        let mut shards = std::mem::take(&mut self.shards);
        for worker in 0..role.n_workers {
            let Some((shard, payloads)) = shards.iter().find(|(shard, _)| (shard.worker, shard.step) == (worker, step))
            else {
                loss += own_loss;
                continue;
            };
            loss += shard.loss;
            // Where the buffers arrived they are read: the dense ones are 30 MB of Pythia-14M's.
            let [Some(dense), Some(rows)] = [0, 1].map(|at| numbers_of(payloads.get(at)?)) else { continue };
            trainer.add_dense_gradients(dense)?;
            let width = rows.len() / shard.tokens.len().max(1);
            for (&token, row) in shard.tokens.iter().zip(rows.chunks_exact(width.max(1))) {
                trainer.add_embedding_gradient(token, row)?;
            }
        }
        shards.retain(|(shard, _)| shard.step > step);
        self.shards = shards;
        Ok(loss)
    }
}
