//! Four lanes of WebAssembly. Whether the module may use them is known when it is built.

use super::Lanes;
#[cfg(target_feature = "relaxed-simd")]
use std::arch::wasm32::f32x4_relaxed_madd;
use std::arch::wasm32::{
    f32x4_add, f32x4_div, f32x4_lt, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sqrt, f32x4_sub, i32x4_add,
    i32x4_shl, i32x4_shuffle, i32x4_splat, i64x2_shuffle, v128, v128_bitselect, v128_load, v128_store,
};

#[derive(Clone, Copy)]
pub(super) struct Simd128(v128);

impl Lanes for Simd128 {
    const N: usize = 4;
    const TILE_ROWS: usize = 4;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self(f32x4_splat(x))
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise; no alignment is asked for.
        Self(unsafe { v128_load(from.cast()) })
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise; no alignment is asked for.
        unsafe { v128_store(to.cast(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(f32x4_add(self.0, other.0))
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(f32x4_sub(self.0, other.0))
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self(f32x4_mul(self.0, other.0))
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        Self(f32x4_div(self.0, other.0))
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(f32x4_sqrt(self.0))
    }

    #[cfg(target_feature = "relaxed-simd")]
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        Self(f32x4_relaxed_madd(self.0, factor.0, term.0))
    }

    #[cfg(not(target_feature = "relaxed-simd"))]
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul(factor).add(term)
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(f32x4_pmin(other.0, self.0))
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(f32x4_pmax(other.0, self.0))
    }

    #[inline(always)]
    fn if_below(self, bound: Self, yes: Self, no: Self) -> Self {
        Self(v128_bitselect(yes.0, no.0, f32x4_lt(self.0, bound.0)))
    }

    #[inline(always)]
    fn exp2_of_shifted(self) -> Self {
        Self(i32x4_add(i32x4_shl(self.0, 23), i32x4_splat(0x3f80_0000)))
    }

    #[inline(always)]
    unsafe fn transpose_4((from, from_step): (*const f32, usize), (to, to_step): (*mut f32, usize)) {
        // SAFETY: the caller's promise.
        let row = |i: usize| unsafe { v128_load(from.add(i * from_step).cast()) };
        let [a, b, c, d] = [row(0), row(1), row(2), row(3)];
        // Two of `a`, `b` beside each other, then two of `c`, `d`.
        let left = [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)];
        let right = [i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d)];
        for half in 0..2 {
            let (first, second) =
                (i64x2_shuffle::<0, 2>(left[half], right[half]), i64x2_shuffle::<1, 3>(left[half], right[half]));
            // SAFETY: the caller's promise.
            unsafe {
                v128_store(to.add(2 * half * to_step).cast(), first);
                v128_store(to.add((2 * half + 1) * to_step).cast(), second);
            }
        }
    }
}
