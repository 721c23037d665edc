//! Loops over slices, a register at a time. Slices of one call are equally long; the kernels check that.
//!
//! The numbers that are left over at the end go through the same function in a register of their own, so what an
//! element becomes does not depend on its place.

use super::{Lanes, MAX_LANES};

/// `y = f(x)`.
#[inline(always)]
pub(crate) fn map<L: Lanes>(x: &[f32], y: &mut [f32], f: impl Fn(L) -> L) {
    let mut ys = y.chunks_exact_mut(L::N);
    let xs = x.chunks_exact(L::N);
    let rest = xs.remainder();
    for (x, y) in xs.zip(&mut ys) {
        f(L::read(x)).write(y);
    }
    if !rest.is_empty() {
        f(L::read_some(rest, 0.0)).write_some(ys.into_remainder());
    }
}

/// `out = f(out, a)`.
#[inline(always)]
pub(crate) fn update<L: Lanes>(out: &mut [f32], a: &[f32], f: impl Fn(L, L) -> L) {
    let mut outs = out.chunks_exact_mut(L::N);
    let those = a.chunks_exact(L::N);
    let rest = those.remainder();
    for (out, a) in (&mut outs).zip(those) {
        f(L::read(out), L::read(a)).write(out);
    }
    if !rest.is_empty() {
        let out = outs.into_remainder();
        f(L::read_some(out, 0.0), L::read_some(rest, 0.0)).write_some(out);
    }
}

/// `out = f(out, a, b)`.
#[inline(always)]
pub(crate) fn update_2<L: Lanes>(out: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(L, L, L) -> L) {
    let mut outs = out.chunks_exact_mut(L::N);
    let (left, right) = (a.chunks_exact(L::N), b.chunks_exact(L::N));
    let (left_rest, right_rest) = (left.remainder(), right.remainder());
    for (out, (a, b)) in (&mut outs).zip(left.zip(right)) {
        f(L::read(out), L::read(a), L::read(b)).write(out);
    }
    if !left_rest.is_empty() {
        let out = outs.into_remainder();
        f(L::read_some(out, 0.0), L::read_some(left_rest, 0.0), L::read_some(right_rest, 0.0)).write_some(out);
    }
}

/// `Σ f(x)`.
#[inline(always)]
pub(crate) fn sum<L: Lanes>(x: &[f32], f: impl Fn(L) -> L) -> f32 {
    let chunks = x.chunks_exact(L::N);
    let rest = chunks.remainder();
    let mut sums = L::zero();
    for x in chunks {
        sums = sums.add(f(L::read(x)));
    }
    let sum = sums.fold(|a, b| a + b);
    if rest.is_empty() {
        return sum;
    }
    let mut last = [0.0; MAX_LANES];
    f(L::read_some(rest, 0.0)).write(&mut last);
    last[..rest.len()].iter().fold(sum, |sum, x| sum + x)
}

/// `Σ a · b`.
#[inline(always)]
pub(crate) fn dot<L: Lanes>(a: &[f32], b: &[f32]) -> f32 {
    let (left, right) = (a.chunks_exact(L::N), b.chunks_exact(L::N));
    let rest = left.remainder().iter().zip(right.remainder());
    let mut sums = L::zero();
    for (a, b) in left.zip(right) {
        sums = L::read(a).mul_add(L::read(b), sums);
    }
    rest.fold(sums.fold(|a, b| a + b), |sum, (a, b)| sum + a * b)
}

/// The largest number; −∞ of none. A NaN does not count.
#[inline(always)]
pub(crate) fn largest<L: Lanes>(x: &[f32]) -> f32 {
    let chunks = x.chunks_exact(L::N);
    let rest = chunks.remainder();
    let mut most = L::splat(f32::NEG_INFINITY);
    for x in chunks {
        most = L::read(x).max(most);
    }
    rest.iter().copied().fold(most.fold(f32::max), f32::max)
}
