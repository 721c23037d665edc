//! Rotary positions: pairs of channels turned by an angle that grows with the position.
//!
//! Of each head, the first `R` channels are turned. Pair `i` is made of channels `i` and `i + R/2` (the half-split
//! form, not neighbouring channels) and turns by `t · base^(−2i/R)` at position `t`.
//!
//! Source: Su et al. 2021, §3.2; the split is that of GPT-NeoX, `rotate_half`.

use super::Config;
use crate::angle::sin_cos;

/// Cosines and sines of all pairs at the positions of a sequence.
#[derive(Debug, Clone, Default)]
pub(super) struct Rotary {
    /// `[T, R/2]` of (cosine, sine).
    turns: Vec<(f32, f32)>,
    half: usize,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Forward,
    /// The transposed rotation, for gradients.
    Back,
}

impl Rotary {
    /// Adds what is missing up to `time` positions.
    pub(super) fn extend_to(&mut self, config: &Config, time: usize) {
        let width = config.rotary_width();
        self.half = width / 2;
        if self.half == 0 {
            return;
        }
        for t in self.turns.len() / self.half..time {
            for i in 0..self.half {
                // The frequency and the angle are rounded to f32, as transformers does.
                let exponent = 2.0 * i as f64 / width as f64;
                let frequency = libm::exp(-exponent * libm::log(config.rotary_base.into())) as f32;
                let (sin, cos) = sin_cos(f64::from(t as f32 * frequency));
                self.turns.push((cos as f32, sin as f32));
            }
        }
    }

    /// Turns queries and keys of one position in place.
    ///
    /// # Shapes
    /// `row`: `[H, 3, D]`: query, key and value of each head
    pub(super) fn turn(&self, config: &Config, position: usize, way: Turn, row: &mut [f32]) {
        let (d, half) = (config.head_width(), self.half);
        let turns = &self.turns[position * half..][..half];
        for head in row.chunks_exact_mut(3 * d) {
            let (query, rest) = head.split_at_mut(d);
            for part in [query, &mut rest[..d]] {
                let (low, high) = part.split_at_mut(half);
                for ((low, high), &(cos, sin)) in low.iter_mut().zip(high).zip(turns) {
                    let sin = if way == Turn::Forward { sin } else { -sin };
                    (*low, *high) = (*low * cos - *high * sin, *high * cos + *low * sin);
                }
            }
        }
    }
}
