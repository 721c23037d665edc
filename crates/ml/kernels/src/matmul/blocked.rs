//! The loops around the tiles.

use super::tile::{Place, Tile, height, span};
use super::{Form, Product, Steps, Write};
use crate::lanes::{self, Kernel, Lanes};
use std::ops::Range;

/// Terms of a sum that are computed at once: a panel of so many rows fits the first-level cache.
const K_BLOCK: usize = 256;
/// Rows of the left operand that stay in the second-level cache while all panels go by.
const M_BLOCK: usize = 96;
/// With fewer rows than this, copying the right operand costs more than it saves.
const FEW_ROWS: usize = 8;

pub(super) struct Blocked<'a> {
    pub(super) product: Product,
    pub(super) steps: Steps,
    pub(super) a: &'a [f32],
    pub(super) b: &'a [f32],
    pub(super) c: &'a mut [f32],
    pub(super) panels: &'a mut Vec<f32>,
    pub(super) left: &'a mut Vec<f32>,
}

impl Kernel for Blocked<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { product, steps, a, b, c, panels, left: turned } = self;
        let Product { form, m, k, n, write } = product;
        if m == 0 || n == 0 {
            return;
        }
        if k == 0 {
            if write == Write::Assign {
                (0..m).for_each(|row| c[row * steps.c..][..n].fill(0.0));
            }
            return;
        }
        if form == Form::Abt && (m < FEW_ROWS / 2 || n == 1) {
            return dots::<L>(product, steps, [a, b], c);
        }
        // Down the columns of a wide left operand, each number is in a line of the cache of its own, and lines that are a
        // power of two apart displace each other: where it is read often, a copy in order pays.
        let turns = form == Form::Atb && n > 4 * L::N;
        for from in (0..k).step_by(K_BLOCK) {
            let terms = K_BLOCK.min(k - from);
            let right = Right::new::<L>((product, steps.b), b, from, terms, panels);
            let write = if from == 0 { write } else { Write::Add };
            for top in (0..m).step_by(M_BLOCK) {
                let rows = top..m.min(top + M_BLOCK);
                if turns {
                    turn::<L>(&a[from * steps.a..], steps.a, rows.clone(), terms, turned);
                }
                for left in (0..n).step_by(2 * L::N) {
                    let cols = left..n.min(left + 2 * L::N);
                    let mut row = rows.start;
                    while row < rows.end {
                        let height = height::<L>(rows.end - row);
                        let place = Place { rows: row..row + height, cols: cols.clone() };
                        let (a, a_row_step, a_step) = match form {
                            Form::Ab | Form::Abt => (&a[row * steps.a + from..], steps.a, 1),
                            Form::Atb if turns => (&turned[(row - top) * terms..], 1, height),
                            Form::Atb => (&a[from * steps.a + row..], 1, steps.a),
                        };
                        let (b, b_step) = right.panel::<L>(&cols);
                        Tile { a, a_row_step, a_step, b, b_step, terms }.compute::<L>(place, write, c, steps.c);
                        row += height;
                    }
                }
            }
        }
    }
}

/// Copies rows of the result's left operand, stored as columns, in tiles: `[terms, height]` each.
#[inline(always)]
fn turn<L: Lanes>(a: &[f32], step: usize, rows: Range<usize>, terms: usize, turned: &mut Vec<f32>) {
    if turned.len() < span(&rows) * terms {
        turned.resize(span(&rows) * terms, 0.0);
    }
    let mut row = rows.start;
    while row < rows.end {
        let height = height::<L>(rows.end - row);
        let tile = &mut turned[(row - rows.start) * terms..][..height * terms];
        let a = &a[row..];
        match height {
            6 if L::TILE_ROWS > 4 => lanes::pack::<6>(terms, a, step, tile),
            4 => lanes::pack::<4>(terms, a, step, tile),
            _ => lanes::pack::<1>(terms, a, step, tile),
        }
        row += height;
    }
}

/// The rows of the right operand that a block of terms needs.
struct Right<'a> {
    /// The operand itself, from the first of these rows.
    plain: Option<&'a [f32]>,
    panels: &'a [f32],
    step: usize,
    terms: usize,
}

impl<'a> Right<'a> {
    #[inline(always)]
    #[expect(clippy::manual_memcpy, reason = "as in `Tile::sums`")]
    fn new<L: Lanes>(
        (product, step): (Product, usize),
        b: &'a [f32],
        from: usize,
        terms: usize,
        panels: &'a mut Vec<f32>,
    ) -> Self {
        let Product { form, m, n, .. } = product;
        let plain = (form != Form::Abt && m <= FEW_ROWS).then(|| &b[from * step..]);
        let width = 2 * L::N;
        // Of a plain operand, only a last panel that is not full is copied.
        let first = if plain.is_some() { n / width * width } else { 0 };
        let len = n.next_multiple_of(width) * terms;
        if panels.len() < len {
            panels.resize(len, 0.0);
        }
        let mut left = first;
        while left < n {
            let cols = width.min(n - left);
            let panel = &mut panels[left * terms..][..width * terms];
            if cols < width {
                panel.fill(0.0);
            }
            match form {
                Form::Ab | Form::Atb => {
                    for term in 0..terms {
                        let source = &b[(from + term) * step + left..][..cols];
                        let to = &mut panel[term * width..][..width];
                        if cols == width {
                            L::read(source).write(to);
                            L::read(&source[L::N..]).write(&mut to[L::N..]);
                        } else {
                            // By indices, as in the tile.
                            for col in 0..cols {
                                to[col] = source[col];
                            }
                        }
                    }
                }
                Form::Abt => {
                    lanes::transpose::<L>([cols, terms], (&b[left * step + from..], step), (panel, width));
                }
            }
            left += width;
        }
        Self { plain, panels, step, terms }
    }

    /// The panel of some columns, and how far apart its rows are.
    #[inline(always)]
    fn panel<L: Lanes>(&self, cols: &Range<usize>) -> (&[f32], usize) {
        match self.plain {
            Some(b) if span(cols) == 2 * L::N => (&b[cols.start..], self.step),
            _ => (&self.panels[cols.start * self.terms..], 2 * L::N),
        }
    }
}

/// `A·Bᵀ` as inner products of rows: where it is used, no copy pays.
#[inline(always)]
fn dots<L: Lanes>(product: Product, steps: Steps, [a, b]: [&[f32]; 2], c: &mut [f32]) {
    let Product { m, k, n, write, .. } = product;
    for row in 0..m {
        let a = &a[row * steps.a..][..k];
        for (col, c) in c[row * steps.c..][..n].iter_mut().enumerate() {
            let sum = lanes::dot::<L>(a, &b[col * steps.b..][..k]);
            *c = if write == Write::Add { *c + sum } else { sum };
        }
    }
}
