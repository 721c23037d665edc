//! The fast kernels, of one chunk each.
//!
//! Each goes through the rows of its left operand in blocks that stay in the first-level cache while all panels of the
//! right one go by.

use crate::lanes::{self, Kernel, Lanes};
use crate::matmul::Write;
use crate::matmul::tile::{Tile, add_term, height};
use std::ops::Range;

/// Numbers in two registers: the width of a panel.
pub(super) struct Panel;

impl Kernel for Panel {
    type Output = usize;

    #[inline(always)]
    fn run<L: Lanes>(self) -> usize {
        2 * L::N
    }
}

/// Tokens whose weights are multiplied with all panels of `X` in turn: 24 KB of Pythia-14M's.
const TOKEN_BLOCK: usize = 48;
/// Channels likewise, with all panels of what was kept: 19 KB of a chunk.
const CHANNEL_BLOCK: usize = 24;
/// Tokens likewise, with all panels of columns of `X`: 12 KB for 256 rows.
const KEPT_BLOCK: usize = 12;

/// What is done with each tile of a few rows.
trait Tiles<L: Lanes> {
    /// Does the rows from `row` on, `R` of them.
    fn tile<const R: usize>(&mut self, row: usize);
}

/// Goes through `rows` in tiles as tall as the registers allow.
#[inline(always)]
fn each_tile<L: Lanes>(rows: Range<usize>, tiles: &mut impl Tiles<L>) {
    let mut row = rows.start;
    while row < rows.end {
        let height = height::<L>(rows.end - row);
        match height {
            6 if L::TILE_ROWS > 4 => tiles.tile::<6>(row),
            4 => tiles.tile::<4>(row),
            _ => tiles.tile::<1>(row),
        }
        row += height;
    }
}

/// `kept = exp(W·Xᵀ − shifts)`, its sums and its largest exponents.
pub(super) struct Forward<'a> {
    pub(super) width: usize,
    pub(super) weights: &'a [f32],
    pub(super) panels: &'a [f32],
    pub(super) shifts: &'a [f32],
    /// For a block of the weights.
    pub(super) turned: &'a mut [f32],
    pub(super) kept: &'a mut [f32],
    pub(super) sums: &'a mut [f32],
    pub(super) most: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { width, weights, panels, shifts, turned, kept, sums, most } = self;
        let (panel, tokens) = (2 * L::N, weights.len() / width);
        sums.fill(0.0);
        most.fill(f32::NEG_INFINITY);
        for block in (0..tokens).step_by(TOKEN_BLOCK) {
            let block = block..tokens.min(block + TOKEN_BLOCK);
            let weights = &weights[block.start * width..block.end * width];
            each_tile::<L>(0..block.len(), &mut TurnRows { width, weights, turned });
            for at in (0..shifts.len()).step_by(panel) {
                let x = &panels[at * width..][..panel * width];
                let kept = &mut kept[at * tokens + block.start * panel..][..panel * block.len()];
                each_tile::<L>(0..block.len(), &mut LogitTiles { width, turned, x, kept });
                exponentiate::<L>(kept, &shifts[at..], &mut sums[at..], &mut most[at..]);
            }
        }
    }
}

/// Two registers.
#[inline(always)]
fn two<L: Lanes>(from: &[f32]) -> [L; 2] {
    [L::read(from), L::read(&from[L::N..])]
}

/// Makes exponentials of a panel's logits. Apart from the tiles, whose sums take the registers that this needs.
#[inline(always)]
fn exponentiate<L: Lanes>(kept: &mut [f32], shifts: &[f32], sums: &mut [f32], most: &mut [f32]) {
    let shifts: [L; 2] = two(shifts);
    let (mut sum, mut largest): ([L; 2], [L; 2]) = (two(sums), two(most));
    let mut at = 0;
    while at < kept.len() {
        for i in 0..2 {
            let kept = &mut kept[at + i * L::N..];
            let exponent = L::read(kept).sub(shifts[i]);
            largest[i] = exponent.max(largest[i]);
            let e = lanes::exp_below_88(exponent);
            sum[i] = sum[i].add(e);
            e.write(kept);
        }
        at += 2 * L::N;
    }
    for i in 0..2 {
        sum[i].write(&mut sums[i * L::N..]);
        largest[i].write(&mut most[i * L::N..]);
    }
}

struct LogitTiles<'a> {
    width: usize,
    turned: &'a [f32],
    x: &'a [f32],
    kept: &'a mut [f32],
}

impl<L: Lanes> Tiles<L> for LogitTiles<'_> {
    #[inline(always)]
    fn tile<const R: usize>(&mut self, row: usize) {
        let (panel, width) = (2 * L::N, self.width);
        let a = &self.turned[row * width..];
        let tile = Tile { a, a_row_step: 1, a_step: R, b: self.x, b_step: panel, terms: width };
        let logits = tile.sums_in_order::<L, R, 2>();
        let kept = &mut self.kept[row * panel..][..R * panel];
        for r in 0..R {
            for i in 0..2 {
                logits[r][i].write(&mut kept[r * panel + i * L::N..]);
            }
        }
    }
}

/// Copies rows of `W` so that a tile of tokens finds its numbers in order: `[C, R]` for each tile.
struct TurnRows<'a> {
    width: usize,
    weights: &'a [f32],
    turned: &'a mut [f32],
}

impl<L: Lanes> Tiles<L> for TurnRows<'_> {
    #[inline(always)]
    fn tile<const R: usize>(&mut self, row: usize) {
        let width = self.width;
        let (from, to) = (&self.weights[row * width..][..R * width], &mut self.turned[row * width..][..R * width]);
        lanes::transpose::<L>([R, width], (from, width), (to, R));
    }
}

/// `d_x += Wᵀ·kept`, in panels of rows of `X`.
pub(super) struct BackwardX<'a> {
    pub(super) width: usize,
    pub(super) weights: &'a [f32],
    pub(super) kept: &'a [f32],
    pub(super) turned: &'a mut [f32],
    pub(super) d_x: &'a mut [f32],
}

impl Kernel for BackwardX<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { width, weights, kept, turned, d_x } = self;
        let (panel, tokens) = (2 * L::N, weights.len() / width);
        for block in (0..width).step_by(CHANNEL_BLOCK) {
            let block = block..width.min(block + CHANNEL_BLOCK);
            each_tile::<L>(block, &mut Turn { width, tokens, weights, turned });
        }
        for block in (0..width).step_by(CHANNEL_BLOCK) {
            for index in 0..d_x.len() / (panel * width) {
                let kept = &kept[index * panel * tokens..][..panel * tokens];
                let d_x = &mut d_x[index * panel * width..][..panel * width];
                let mut tiles = BackwardXTiles { tokens, turned, kept, d_x };
                each_tile::<L>(block..width.min(block + CHANNEL_BLOCK), &mut tiles);
            }
        }
    }
}

/// Copies `W` so that a tile of channels finds its numbers in order: `[tokens, R]` for each tile.
struct Turn<'a> {
    width: usize,
    tokens: usize,
    weights: &'a [f32],
    turned: &'a mut [f32],
}

impl<L: Lanes> Tiles<L> for Turn<'_> {
    #[inline(always)]
    fn tile<const R: usize>(&mut self, row: usize) {
        let to = &mut self.turned[row * self.tokens..][..R * self.tokens];
        lanes::pack::<R>(self.tokens, &self.weights[row..], self.width, to);
    }
}

struct BackwardXTiles<'a> {
    tokens: usize,
    turned: &'a [f32],
    kept: &'a [f32],
    d_x: &'a mut [f32],
}

impl<L: Lanes> Tiles<L> for BackwardXTiles<'_> {
    #[inline(always)]
    fn tile<const R: usize>(&mut self, row: usize) {
        let (panel, terms) = (2 * L::N, self.tokens);
        let a = &self.turned[row * terms..];
        let tile = Tile { a, a_row_step: 1, a_step: R, b: self.kept, b_step: panel, terms };
        let sums = tile.sums_in_order::<L, R, 2>();
        let d_x = &mut self.d_x[row * panel..][..R * panel];
        for r in 0..R {
            for i in 0..2 {
                let d_x = &mut d_x[r * panel + i * L::N..];
                L::read(d_x).add(sums[r][i]).write(d_x);
            }
        }
    }
}

/// `d_weights (+)= kept·X`, where the panels hold the columns of `X` times the factors.
pub(super) struct BackwardWeights<'a> {
    pub(super) width: usize,
    pub(super) kept: &'a [f32],
    pub(super) panels: &'a [f32],
    /// `U`, padded.
    pub(super) rows: usize,
    pub(super) write: Write,
    pub(super) d_weights: &'a mut [f32],
}

impl Kernel for BackwardWeights<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { width, kept, panels, rows, write, d_weights } = self;
        let tokens = d_weights.len() / width;
        for block in (0..tokens).step_by(KEPT_BLOCK) {
            for col in (0..width).step_by(2 * L::N) {
                let panel = &panels[col * rows..];
                let mut tiles = WeightTiles { width, tokens, kept, panel, col, rows, write, d_weights };
                each_tile::<L>(block..tokens.min(block + KEPT_BLOCK), &mut tiles);
            }
        }
    }
}

struct WeightTiles<'a> {
    width: usize,
    tokens: usize,
    kept: &'a [f32],
    /// The columns of `X` from `col` on.
    panel: &'a [f32],
    col: usize,
    rows: usize,
    write: Write,
    d_weights: &'a mut [f32],
}

impl WeightTiles<'_> {
    /// The sums of `R` tokens from `token` on, over all rows of `X`: a tile whose left operand lies in panels.
    #[inline(always)]
    fn sums<L: Lanes, const R: usize>(&self, token: usize) -> [[L; 2]; R] {
        let (panel, n_panels) = (2 * L::N, self.rows / (2 * L::N));
        let mut sums = [[L::zero(); 2]; R];
        assert!(token + R <= self.tokens && self.kept.len() >= n_panels * panel * self.tokens);
        assert!(self.panel.len() >= self.rows * panel);
        let mut a = self.kept.as_ptr().wrapping_add(token * panel);
        let mut b = self.panel.as_ptr();
        for _ in 0..n_panels {
            for _ in 0..panel {
                // SAFETY: asserted above: the right panel has as many numbers for each of `n_panels · panel` rows, and each of
                // the left ones `panel` numbers for each token.
                unsafe { add_term::<L, R, 2>(&mut sums, a, panel, b) };
                (a, b) = (a.wrapping_add(1), b.wrapping_add(panel));
            }
            // To the same token in the next panel.
            a = a.wrapping_add((self.tokens - 1) * panel);
        }
        sums
    }
}

impl<L: Lanes> Tiles<L> for WeightTiles<'_> {
    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "see `Tile::sums`")]
    fn tile<const R: usize>(&mut self, row: usize) {
        let panel = 2 * L::N;
        let sums = self.sums::<L, R>(row);
        let cols = panel.min(self.width - self.col);
        for r in 0..R {
            let d = &mut self.d_weights[(row + r) * self.width + self.col..][..cols];
            if cols == panel {
                for i in 0..2 {
                    let d = &mut d[i * L::N..];
                    let sum = if self.write == Write::Add { L::read(d).add(sums[r][i]) } else { sums[r][i] };
                    sum.write(d);
                }
            } else {
                let mut full = [0.0; 2 * lanes::MAX_LANES];
                for i in 0..2 {
                    sums[r][i].write(&mut full[i * L::N..]);
                }
                for i in 0..cols {
                    d[i] = if self.write == Write::Add { d[i] + full[i] } else { full[i] };
                }
            }
        }
    }
}
