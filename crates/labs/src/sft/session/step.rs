//! What a step computes.

use super::failure::Failure;
use crate::sft::data::Example;
use ml::neox::Batch;

/// Positions of one pass: more are several passes, so that a slice stays short and memory bounded.
pub(super) const MICRO_POSITIONS: usize = 256;

/// How examples are cut to sequences.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) sequence_len: usize,
    pub(super) masks_prompt: bool,
}

impl Cut {
    /// How many of an example's tokens count as labels.
    pub(super) fn n_counted(&self, example: &Example) -> usize {
        let from = if self.masks_prompt { example.n_prompt.max(1) } else { 1 };
        example.cut(self.sequence_len).len().saturating_sub(from)
    }

    /// Batches of at most [`MICRO_POSITIONS`] positions, or of one longer sequence. Examples of which nothing counts
    /// are left out.
    pub(super) fn batches<'a>(&self, examples: impl Iterator<Item = &'a Example>) -> Result<Vec<Batch>, Failure> {
        let (mut batches, mut batch) = (Vec::new(), Batch::new());
        for example in examples.filter(|example| self.n_counted(example) > 0) {
            let tokens = example.cut(self.sequence_len);
            if batch.n_positions() > 0 && batch.n_positions() + tokens.len() - 1 > MICRO_POSITIONS {
                batches.push(std::mem::take(&mut batch));
            }
            batch.push(tokens, &example.counts(self.sequence_len, self.masks_prompt))?;
        }
        if batch.n_positions() > 0 {
            batches.push(batch);
        }
        Ok(batches)
    }
}

/// The part of a step's `n` examples that one of several workers computes.
pub(super) fn part(n: usize, worker: u32, n_workers: u32) -> std::ops::Range<usize> {
    let border = |worker: u32| n * worker as usize / n_workers.max(1) as usize;
    border(worker)..border(worker + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_bounded_and_leave_nothing_out() {
        let example = |n: u32, n_prompt| Example { tokens: (0..n).collect(), n_prompt };
        let examples = [example(101, 10), example(101, 10), example(101, 10), example(401, 10), example(5, 10)];
        let cut = Cut { sequence_len: 512, masks_prompt: true };
        let batches = cut.batches(examples.iter()).unwrap();
        assert_eq!(batches.iter().map(Batch::n_positions).collect::<Vec<_>>(), [200, 100, 400]);
        let counted: usize = examples.iter().map(|example| cut.n_counted(example)).sum();
        assert_eq!(batches.iter().map(Batch::n_counted).sum::<usize>(), counted);
        let short = Cut { sequence_len: 20, masks_prompt: false };
        assert_eq!(short.n_counted(&examples[0]), 20);
        assert!(short.batches([].into_iter()).unwrap().is_empty());
    }

    #[test]
    fn workers_share_a_batch_in_order() {
        assert_eq!((part(5, 0, 2), part(5, 1, 2)), (0..2, 2..5));
        assert_eq!((part(1, 0, 2), part(1, 1, 2)), (0..0, 0..1));
        assert_eq!(part(7, 0, 1), 0..7);
        let all: Vec<usize> = (0..3).flat_map(|worker| part(10, worker, 3)).collect();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
    }
}
