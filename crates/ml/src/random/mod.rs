//! Random numbers that depend on (seed, stream, index) and never on the order of calls.
//!
//! The generator is Philox4x32-10: a keyed bijection of a 128-bit counter. It has no state to carry, so sample
//! 7,000 of a data set costs the same as sample 0 and is the same whoever asks first.
//!
//! | word of the counter | meaning |
//! |---|---|
//! | 0 | position: counts blocks of four numbers |
//! | 1, 2 | index, low word first |
//! | 3 | stream |
//!
//! The key is the seed, low word first.
//!
//! Source: Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", §3.3 and table 2.

mod philox;

pub use philox::philox4x32_10;
use std::f64::consts::TAU;

/// A sequence of random numbers.
#[derive(Debug, Clone)]
pub struct Random {
    key: [u32; 2],
    counter: u128,
    block: [u32; 4],
    /// How many numbers of `block` were given out.
    used: usize,
    /// The second normal number of a pair.
    spare: Option<f32>,
}

impl Random {
    /// The sequence `stream` of `seed`: that of index 0. Give each purpose (data, weights, shuffling) its own
    /// stream.
    pub fn new(seed: u64, stream: u32) -> Self {
        Self::at(seed, stream, 0)
    }

    /// The sequence of the sample `index` in `stream`. It holds 2³⁴ numbers, then runs on into that of the next
    /// index.
    pub fn at(seed: u64, stream: u32, index: u64) -> Self {
        let counter = u128::from(stream) << 96 | u128::from(index) << 32;
        Self { key: [seed as u32, (seed >> 32) as u32], counter, block: [0; 4], used: 4, spare: None }
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        if self.used == self.block.len() {
            let c = self.counter;
            self.block = philox4x32_10([c as u32, (c >> 32) as u32, (c >> 64) as u32, (c >> 96) as u32], self.key);
            self.counter = c.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Uniform in [0, 1): a multiple of 2⁻²⁴.
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / 16_777_216.0
    }

    /// Normal with mean 0 and variance 1; at most 6.67 from 0, since it is made of 32 bits.
    ///
    /// Source: Box and Muller 1958.
    pub fn normal(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        // In (0, 1], so that the logarithm is finite.
        let u = (f64::from(self.bits()) + 1.0) / 4_294_967_296.0;
        let angle = TAU * f64::from(self.bits()) / 4_294_967_296.0;
        let radius = libm::sqrt(-2.0 * libm::log(u));
        self.spare = Some((radius * libm::sin(angle)) as f32);
        (radius * libm::cos(angle)) as f32
    }

    /// Uniform among 0, 1, …, `n` − 1, without bias; 0 where `n` is 0.
    ///
    /// Source: Lemire 2019, "Fast random integer generation in an interval", algorithm 5.
    pub fn below(&mut self, n: u32) -> u32 {
        // Of the 2³² products' low words, the first 2³² mod n are in excess.
        let excess = n.wrapping_neg().checked_rem(n).unwrap_or(0);
        loop {
            let product = u64::from(self.bits()) * u64::from(n);
            if product as u32 >= excess {
                return (product >> 32) as u32;
            }
        }
    }

    /// Puts `items` into random order, each order equally likely.
    ///
    /// Source: Durstenfeld 1964, algorithm 235.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            // A slice that a lab shuffles is shorter than 2³²; a longer one would be shuffled in part.
            let bound = u32::try_from(last + 1).unwrap_or(u32::MAX);
            items.swap(last, self.below(bound) as usize);
        }
    }
}

#[cfg(test)]
mod tests;
