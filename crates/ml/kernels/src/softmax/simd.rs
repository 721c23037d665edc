//! The fast kernels: one row after the other, a register at a time.

use crate::lanes::{self, Kernel, Lanes};

/// Which function of a row.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Softmax,
    LogSoftmax,
    LogSumExp,
}

pub(super) struct Forward<'a> {
    pub(super) of: Of,
    pub(super) cols: usize,
    pub(super) x: &'a [f32],
    pub(super) y: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { of, cols, x, y } = self;
        let y_cols = if matches!(of, Of::LogSumExp) { 1 } else { cols };
        for (x, y) in x.chunks_exact(cols).zip(y.chunks_exact_mut(y_cols)) {
            let max = lanes::largest::<L>(x);
            let shift = L::splat(max);
            match of {
                Of::Softmax => {
                    lanes::map(x, y, |x: L| lanes::exp(x.sub(shift)));
                    let reciprocal = L::splat(1.0 / lanes::sum(y, |y: L| y));
                    lanes::rewrite(y, |y: L| y.mul(reciprocal));
                }
                Of::LogSoftmax => {
                    let log = L::splat(libm::logf(lanes::sum(x, |x: L| lanes::exp(x.sub(shift)))));
                    // In this order nothing is lost where the row is large and the differences are not.
                    lanes::map(x, y, |x: L| x.sub(shift).sub(log));
                }
                Of::LogSumExp => y.fill(max + libm::logf(lanes::sum(x, |x: L| lanes::exp(x.sub(shift))))),
            }
        }
    }
}

pub(super) struct Backward<'a> {
    pub(super) of: Of,
    pub(super) cols: usize,
    /// Of `LogSumExp`.
    pub(super) x: &'a [f32],
    pub(super) y: &'a [f32],
    pub(super) d_y: &'a [f32],
    pub(super) d_x: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { of, cols, x, y, d_y, d_x } = self;
        for (row, d_x) in d_x.chunks_exact_mut(cols).enumerate() {
            let here = row * cols..(row + 1) * cols;
            match of {
                Of::Softmax => {
                    let (y, d_y) = (&y[here.clone()], &d_y[here]);
                    let inner = L::splat(lanes::dot::<L>(y, d_y));
                    lanes::update_2(d_x, y, d_y, |d_x: L, y, d_y| y.mul_add(d_y.sub(inner), d_x));
                }
                Of::LogSoftmax => {
                    let (y, d_y) = (&y[here.clone()], &d_y[here]);
                    let sum = L::splat(lanes::sum(d_y, |d_y: L| d_y));
                    lanes::update_2(d_x, y, d_y, |d_x: L, y, d_y| d_x.add(d_y.sub(lanes::exp(y).mul(sum))));
                }
                Of::LogSumExp => {
                    let (y, d_y) = (L::splat(y[row]), L::splat(d_y[row]));
                    lanes::update(d_x, &x[here], |d_x: L, x| d_y.mul_add(lanes::exp(x.sub(y)), d_x));
                }
            }
        }
    }
}
