//! One tile of the result: the inner loop.

use super::Write;
use crate::lanes::{Lanes, MAX_LANES};
use std::ops::Range;

/// Where a tile is in the result.
pub(super) struct Place {
    /// As many as [`height`] says.
    pub(super) rows: Range<usize>,
    /// At most two registers.
    pub(super) cols: Range<usize>,
}

/// How many are in a range. Its own `len` compares two bounds that it works out, and carries what tells of a difference.
#[inline(always)]
pub(super) fn span(range: &Range<usize>) -> usize {
    range.end - range.start
}

/// How many of `left` rows the next tile takes.
#[inline(always)]
pub(crate) fn height<L: Lanes>(left: usize) -> usize {
    // Eight rows are better two tiles of four than one of six and two of one.
    if L::TILE_ROWS == 6 && (left == 6 || left >= 10) {
        6
    } else if left >= 4 {
        4
    } else {
        1
    }
}

/// The operands of a tile. Element `(row, term)` of the left one is at `row · a_row_step + term · a_step`, row `term`
/// of the right one at `term · b_step`.
pub(crate) struct Tile<'a> {
    pub(crate) a: &'a [f32],
    pub(crate) a_row_step: usize,
    pub(crate) a_step: usize,
    pub(crate) b: &'a [f32],
    pub(crate) b_step: usize,
    pub(crate) terms: usize,
}

impl Tile<'_> {
    /// Writes or adds the tile to `c`, whose rows are `n` long.
    #[inline(always)]
    pub(super) fn compute<L: Lanes>(&self, place: Place, write: Write, c: &mut [f32], n: usize) {
        // Few heights, since each is a loop of its own in the program: `height` gives no other.
        match span(&place.rows) {
            1 => self.sized::<L, 1>(place, write, c, n),
            4 => self.sized::<L, 4>(place, write, c, n),
            6 if L::TILE_ROWS > 4 => self.sized::<L, 6>(place, write, c, n),
            _ => {}
        }
    }

    /// The same, of `R` rows. What lies past the last column is computed too, and not written.
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "see `sums`")]
    fn sized<L: Lanes, const R: usize>(&self, place: Place, write: Write, c: &mut [f32], n: usize) {
        let sums = self.sums::<L, R, 2>();
        let (cols, first) = (span(&place.cols), place.rows.start * n + place.cols.start);
        let c = &mut c[first..];
        if cols == 2 * L::N {
            assert!((R - 1) * n + 2 * L::N <= c.len());
            for row in 0..R {
                for i in 0..2 {
                    // SAFETY: asserted above for the last row.
                    let c = unsafe { c.as_mut_ptr().add(row * n + i * L::N) };
                    // SAFETY: as above.
                    let sum = if write == Write::Add { unsafe { L::load(c) }.add(sums[row][i]) } else { sums[row][i] };
                    // SAFETY: as above.
                    unsafe { sum.store(c) };
                }
            }
            return;
        }
        for row in 0..R {
            let c = &mut c[row * n..][..cols];
            let mut full = [0.0; 2 * MAX_LANES];
            for i in 0..2 {
                sums[row][i].write(&mut full[i * L::N..]);
            }
            for i in 0..cols {
                c[i] = if write == Write::Add { c[i] + full[i] } else { full[i] };
            }
        }
    }

    /// The sums by plain loops over indices: iterators of the standard library are not always inlined into a function
    /// that has more features turned on, and arithmetic that is checked keeps the loops from being unrolled. Either
    /// way the sums would live in memory.
    #[inline(always)]
    pub(crate) fn sums<L: Lanes, const R: usize, const C: usize>(&self) -> [[L; C]; R] {
        assert!(self.a_row_step == 1 || self.a_step == 1);
        // One of the two steps is known when this is compiled, so the loop needs fewer registers for addresses.
        if self.a_step == 1 {
            self.sums_of_steps::<L, R, C>(self.a_row_step, 1)
        } else {
            self.sums_of_steps::<L, R, C>(1, self.a_step)
        }
    }

    /// The same where the left numbers of a term lie side by side, and those of the next term behind them: both steps are
    /// known.
    #[inline(always)]
    pub(crate) fn sums_in_order<L: Lanes, const R: usize, const C: usize>(&self) -> [[L; C]; R] {
        assert!(self.a_row_step == 1 && self.a_step == R);
        self.sums_of_steps::<L, R, C>(1, R)
    }

    /// One term after the other, and pointers that go along. The browser unrolls such a loop itself; several terms written
    /// out are taken for one large sum, whose operands are all loaded first, into more registers than there are.
    #[inline(always)]
    fn sums_of_steps<L: Lanes, const R: usize, const C: usize>(&self, a_row_step: usize, a_step: usize) -> [[L; C]; R] {
        let mut sums = [[L::zero(); C]; R];
        let Some(last) = self.terms.checked_sub(1) else { return sums };
        assert!((R - 1) * a_row_step + last * a_step < self.a.len());
        assert!(last * self.b_step + C * L::N <= self.b.len());
        let (mut a, mut b) = (self.a.as_ptr(), self.b.as_ptr());
        for _ in 0..self.terms {
            // SAFETY: asserted above for the last term and row, and no step is negative; so for those before.
            unsafe { add_term::<L, R, C>(&mut sums, a, a_row_step, b) };
            (a, b) = (a.wrapping_add(a_step), b.wrapping_add(self.b_step));
        }
        sums
    }
}

/// Adds what one term gives: the products of a left number of each row with `C` registers of the right row.
///
/// # Safety
/// A left number of each row, and `C` registers of the right row, must be valid for reads.
#[inline(always)]
#[expect(clippy::needless_range_loop, reason = "see `Tile::sums`")]
pub(crate) unsafe fn add_term<L: Lanes, const R: usize, const C: usize>(
    sums: &mut [[L; C]; R],
    a: *const f32,
    a_row_step: usize,
    b: *const f32,
) {
    let mut right = [L::zero(); C];
    for i in 0..C {
        // SAFETY: the caller's promise.
        right[i] = unsafe { L::load(b.add(i * L::N)) };
    }
    for row in 0..R {
        // SAFETY: the caller's promise.
        let left = L::splat(unsafe { *a.add(row * a_row_step) });
        for i in 0..C {
            sums[row][i] = left.mul_add(right[i], sums[row][i]);
        }
    }
}
