//! One tile of the result: the inner loop.

use super::Write;
use crate::kernels::lanes::{Lanes, MAX_LANES};
use std::ops::Range;

/// Where a tile is in the result.
pub(super) struct Place {
    /// At most [`Lanes::TILE_ROWS`].
    pub(super) rows: Range<usize>,
    /// At most two registers.
    pub(super) cols: Range<usize>,
}

/// The operands of a tile. Element `(row, term)` of the left one is at `row · a_row_step + term · a_step`, row `term`
/// of the right one at `term · b_step`.
pub(super) struct Tile<'a> {
    pub(super) a: &'a [f32],
    pub(super) a_row_step: usize,
    pub(super) a_step: usize,
    pub(super) b: &'a [f32],
    pub(super) b_step: usize,
    pub(super) terms: usize,
}

impl Tile<'_> {
    /// Writes or adds the tile to `c`, whose rows are `n` long.
    #[inline(always)]
    pub(super) fn compute<L: Lanes>(&self, place: Place, write: Write, c: &mut [f32], n: usize) {
        let wide = place.cols.len() > L::N;
        match (place.rows.len(), wide) {
            (1, true) => self.sized::<L, 1, 2>(place, write, c, n),
            (2, true) => self.sized::<L, 2, 2>(place, write, c, n),
            (3, true) => self.sized::<L, 3, 2>(place, write, c, n),
            (4, true) => self.sized::<L, 4, 2>(place, write, c, n),
            (5, true) if L::TILE_ROWS > 4 => self.sized::<L, 5, 2>(place, write, c, n),
            (6, true) if L::TILE_ROWS > 4 => self.sized::<L, 6, 2>(place, write, c, n),
            (1, false) => self.sized::<L, 1, 1>(place, write, c, n),
            (2, false) => self.sized::<L, 2, 1>(place, write, c, n),
            (3, false) => self.sized::<L, 3, 1>(place, write, c, n),
            (4, false) => self.sized::<L, 4, 1>(place, write, c, n),
            (5, false) if L::TILE_ROWS > 4 => self.sized::<L, 5, 1>(place, write, c, n),
            (6, false) if L::TILE_ROWS > 4 => self.sized::<L, 6, 1>(place, write, c, n),
            _ => {}
        }
    }

    /// The same, of `R` rows and `C` registers.
    #[inline(always)]
    fn sized<L: Lanes, const R: usize, const C: usize>(&self, place: Place, write: Write, c: &mut [f32], n: usize) {
        let sums = self.sums::<L, R, C>();
        let cols = place.cols.len();
        for (row, sums) in place.rows.zip(sums) {
            let c = &mut c[row * n + place.cols.start..][..cols];
            if cols == C * L::N {
                for (sum, c) in sums.into_iter().zip(c.chunks_exact_mut(L::N)) {
                    let sum = if write == Write::Add { L::read(c).add(sum) } else { sum };
                    sum.write(c);
                }
            } else {
                let mut full = [0.0; 2 * MAX_LANES];
                for (sum, full) in sums.into_iter().zip(full.chunks_exact_mut(L::N)) {
                    sum.write(full);
                }
                for (c, sum) in c.iter_mut().zip(full) {
                    *c = if write == Write::Add { *c + sum } else { sum };
                }
            }
        }
    }

    #[inline(always)]
    fn sums<L: Lanes, const R: usize, const C: usize>(&self) -> [[L; C]; R] {
        let mut sums = [[L::zero(); C]; R];
        let Some(last) = self.terms.checked_sub(1) else { return sums };
        assert!((R - 1) * self.a_row_step + last * self.a_step < self.a.len());
        assert!(last * self.b_step + C * L::N <= self.b.len());
        for term in 0..self.terms {
            let mut b = [L::zero(); C];
            for (i, b) in b.iter_mut().enumerate() {
                // SAFETY: asserted above for the last term, and the steps are not negative.
                *b = unsafe { L::load(self.b.as_ptr().add(term * self.b_step + i * L::N)) };
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                // SAFETY: asserted above for the last row and term.
                let a = unsafe { *self.a.get_unchecked(row * self.a_row_step + term * self.a_step) };
                for (sum, b) in sums.iter_mut().zip(b) {
                    *sum = L::splat(a).mul_add(b, *sum);
                }
            }
        }
        sums
    }
}
