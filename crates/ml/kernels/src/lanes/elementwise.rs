//! Loops over slices, a register at a time. Slices of one call are equally long; the kernels check that.
//!
//! The numbers that are left over at the end go through the same function in a register of their own, so what an
//! element becomes does not depend on its place.
//!
//! These are loops over indices, and each calls its function in one place: iterators of the standard library, and a
//! function that is called in two places, are not always inlined into a function that has more features turned on
//! ([`super`] says why that matters).

use super::{Lanes, MAX_LANES};

/// The register from `i` on; zeros past the end.
#[inline(always)]
fn get<L: Lanes>(x: &[f32], i: usize) -> L {
    let left = x.len() - i;
    if left >= L::N {
        // SAFETY: so many are left.
        return unsafe { L::load(x.as_ptr().wrapping_add(i)) };
    }
    L::read(&last(x, i))
}

/// What is left from `i` on, and zeros. In one place: it is needed once a loop, and would be written out in each.
#[cold]
#[inline(never)]
fn last(x: &[f32], i: usize) -> [f32; MAX_LANES] {
    let mut full = [0.0; MAX_LANES];
    full.iter_mut().zip(&x[i..]).for_each(|(full, x)| *full = *x);
    full
}

/// Writes the register to what is left from `i` on.
#[inline(always)]
fn set<L: Lanes>(y: &mut [f32], i: usize, value: L) {
    let left = y.len() - i;
    if left >= L::N {
        // SAFETY: so many are left.
        return unsafe { value.store(y.as_mut_ptr().wrapping_add(i)) };
    }
    let mut full = [0.0; MAX_LANES];
    value.write(&mut full);
    set_last(y, i, &full);
}

/// Writes the first numbers to what is left from `i` on.
#[cold]
#[inline(never)]
fn set_last(y: &mut [f32], i: usize, full: &[f32; MAX_LANES]) {
    y[i..].iter_mut().zip(full).for_each(|(y, full)| *y = *full);
}

/// `y = f(x)`.
#[inline(always)]
pub(crate) fn map<L: Lanes>(x: &[f32], y: &mut [f32], f: impl Fn(L) -> L) {
    assert!(x.len() == y.len());
    let mut i = 0;
    while i < x.len() {
        set(y, i, f(get(x, i)));
        i = i.wrapping_add(L::N);
    }
}

/// `[x, y] = f(x)`.
#[inline(always)]
pub(crate) fn split<L: Lanes>(x: &mut [f32], y: &mut [f32], f: impl Fn(L) -> [L; 2]) {
    assert!(x.len() == y.len());
    let mut i = 0;
    while i < x.len() {
        let [new, other] = f(get(x, i));
        set(x, i, new);
        set(y, i, other);
        i = i.wrapping_add(L::N);
    }
}

/// `out = f(out)`.
#[inline(always)]
pub(crate) fn rewrite<L: Lanes>(out: &mut [f32], f: impl Fn(L) -> L) {
    let mut i = 0;
    while i < out.len() {
        set(out, i, f(get(out, i)));
        i = i.wrapping_add(L::N);
    }
}

/// `out = f(out, a)`.
#[inline(always)]
pub(crate) fn update<L: Lanes>(out: &mut [f32], a: &[f32], f: impl Fn(L, L) -> L) {
    assert!(a.len() == out.len());
    let mut i = 0;
    while i < a.len() {
        set(out, i, f(get(out, i), get(a, i)));
        i = i.wrapping_add(L::N);
    }
}

/// `out = f(out, a, b)`.
#[inline(always)]
pub(crate) fn update_2<L: Lanes>(out: &mut [f32], a: &[f32], b: &[f32], f: impl Fn(L, L, L) -> L) {
    assert!(a.len() == out.len() && b.len() == out.len());
    let mut i = 0;
    while i < a.len() {
        set(out, i, f(get(out, i), get(a, i), get(b, i)));
        i = i.wrapping_add(L::N);
    }
}

/// `[a, b, c] = f([a, b, c, d])`, where the first three are `outs`.
#[inline(always)]
pub(crate) fn update_three<L: Lanes>(outs: [&mut [f32]; 3], d: &[f32], f: impl Fn([L; 4]) -> [L; 3]) {
    let [a, b, c] = outs;
    assert!(a.len() == d.len() && b.len() == d.len() && c.len() == d.len());
    let mut i = 0;
    while i < d.len() {
        let [x, y, z] = f([get(a, i), get(b, i), get(c, i), get(d, i)]);
        set(a, i, x);
        set(b, i, y);
        set(c, i, z);
        i = i.wrapping_add(L::N);
    }
}

/// `[a, b, c] = f([a, b, c])`.
#[inline(always)]
pub(crate) fn rewrite_three<L: Lanes>(outs: [&mut [f32]; 3], f: impl Fn([L; 3]) -> [L; 3]) {
    let [a, b, c] = outs;
    assert!(a.len() == b.len() && a.len() == c.len());
    let mut i = 0;
    while i < a.len() {
        let [x, y, z] = f([get(a, i), get(b, i), get(c, i)]);
        set(a, i, x);
        set(b, i, y);
        set(c, i, z);
        i = i.wrapping_add(L::N);
    }
}

/// `Σ f(x)`.
#[inline(always)]
pub(crate) fn sum<L: Lanes>(x: &[f32], f: impl Fn(L) -> L) -> f32 {
    let (mut sums, mut rest, mut i) = (L::zero(), 0.0, 0);
    while i < x.len() {
        let values = f(get(x, i));
        let left = x.len() - i;
        if left >= L::N {
            sums = sums.add(values);
        } else {
            // What the function makes of the zeros past the end does not count.
            let mut last = [0.0; MAX_LANES];
            values.write(&mut last);
            for x in last.iter().take(left) {
                rest += x;
            }
        }
        i = i.wrapping_add(L::N);
    }
    sums.fold(|a, b| a + b) + rest
}

/// `Σ a · b`.
#[inline(always)]
pub(crate) fn dot<L: Lanes>(a: &[f32], b: &[f32]) -> f32 {
    assert!(a.len() == b.len());
    let (mut sums, mut i) = (L::zero(), 0);
    while i < a.len() {
        sums = get::<L>(a, i).mul_add(get(b, i), sums);
        i = i.wrapping_add(L::N);
    }
    sums.fold(|a, b| a + b)
}

/// `Σ a · b · c`.
#[inline(always)]
pub(crate) fn dot_3<L: Lanes>(a: &[f32], b: &[f32], c: &[f32]) -> f32 {
    assert!(a.len() == b.len() && a.len() == c.len());
    let (mut sums, mut i) = (L::zero(), 0);
    while i < a.len() {
        sums = get::<L>(a, i).mul(get(b, i)).mul_add(get(c, i), sums);
        i = i.wrapping_add(L::N);
    }
    sums.fold(|a, b| a + b)
}

/// The largest number; −∞ of none. A NaN does not count.
#[inline(always)]
pub(crate) fn largest<L: Lanes>(x: &[f32]) -> f32 {
    let (mut most, mut i) = (L::splat(f32::NEG_INFINITY), 0);
    while x.len() - i >= L::N {
        most = get::<L>(x, i).max(most);
        i = i.wrapping_add(L::N);
    }
    let mut most = most.fold(f32::max);
    while i < x.len() {
        most = most.max(x[i]);
        i = i.wrapping_add(1);
    }
    most
}
