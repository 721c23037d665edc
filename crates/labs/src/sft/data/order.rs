//! Which example stands where: the draw of held-out pairs, and the order of each epoch.
//!
//! Both follow from seed and place alone, so the cursor of a run over its data is the number of its steps.

use ml::random::Random;

/// Streams of random numbers of this lab's data.
const SPLIT_STREAM: u32 = 0x7370_6c74;
const EPOCH_STREAM: u32 = 0x6570_6f63;

/// Pairs by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// To train on, in their order.
    pub train: Vec<u32>,
    /// To test with, in their order.
    pub held_out: Vec<u32>,
}

/// Draws `percent` in a hundred of `n` pairs, rounded to the nearest number and at least one where any are wanted and
/// there are two.
pub fn split(n: usize, percent: u8, seed: u64) -> Split {
    let n = u32::try_from(n).unwrap_or(u32::MAX);
    let wanted = ((u64::from(n) * u64::from(percent) + 50) / 100) as u32;
    let wanted = if percent > 0 && n > 1 { wanted.clamp(1, n - 1) } else { 0 };
    let mut all: Vec<u32> = (0..n).collect();
    Random::new(seed, SPLIT_STREAM).shuffle(&mut all);
    let (held_out, train) = all.split_at(wanted as usize);
    let sorted = |part: &[u32]| {
        let mut is_in = vec![false; n as usize];
        part.iter().for_each(|&at| is_in[at as usize] = true);
        (0..n).filter(|&at| is_in[at as usize]).collect()
    };
    Split { train: sorted(train), held_out: sorted(held_out) }
}

/// How a run walks through its examples: each epoch takes all, in an order of its own; the last batch of an epoch has
/// what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// How many there are.
    pub n_examples: u32,
    /// In a batch.
    pub batch_size: u32,
    /// Of the order.
    pub seed: u64,
}

impl Walk {
    /// Batches of an epoch.
    pub fn steps_per_epoch(&self) -> u32 {
        self.n_examples.div_ceil(self.batch_size.max(1))
    }

    /// The epoch that step `step` belongs to, from 0, and the batch within it.
    pub fn place(&self, step: u32) -> (u32, u32) {
        let n = self.steps_per_epoch().max(1);
        (step / n, step % n)
    }

    /// The examples of a step. `order` keeps the order of an epoch between calls.
    pub fn batch<'a>(&self, step: u32, order: &'a mut Order) -> &'a [u32] {
        let (epoch, at) = self.place(step);
        if order.of != Some((*self, epoch)) {
            order.examples = (0..self.n_examples).collect();
            Random::at(self.seed, EPOCH_STREAM, u64::from(epoch)).shuffle(&mut order.examples);
            order.of = Some((*self, epoch));
        }
        let from = (at as usize * self.batch_size as usize).min(order.examples.len());
        &order.examples[from..order.examples.len().min(from + self.batch_size as usize)]
    }
}

/// The order of one epoch, kept so that it is not drawn for each step.
#[derive(Clone, Debug, Default)]
pub struct Order {
    of: Option<(Walk, u32)>,
    examples: Vec<u32>,
}
