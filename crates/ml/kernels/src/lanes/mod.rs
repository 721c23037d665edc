//! A few numbers at once: what a machine's vector registers hold, under one set of names.
//!
//! A fast kernel is written once, over [`Lanes`], and [`dispatch`] chooses the registers:
//!
//! | target | registers | multiply-add |
//! |---|---|---|
//! | x86-64 with AVX-512F, asked at run time | 16 × f32 | fused |
//! | x86-64 with AVX2 and FMA, likewise | 8 × f32 | fused |
//! | x86-64, AArch64 and others | 4 × f32, as arrays that LLVM makes vectors of | two roundings |
//! | WebAssembly with `simd128` | 4 × f32 | two roundings |
//! | WebAssembly with `relaxed-simd` | 4 × f32 | the machine's choice |
//! | WebAssembly without either | 1 × f32 | two roundings |
//!
//! All of a kernel must be inlined into the function that has the machine's features turned on, or each operation
//! becomes a call: so everything here and in the kernels' inner functions is `inline(always)`.

#[cfg(target_arch = "x86_64")]
mod avx512;
mod elementwise;
mod functions;
mod moves;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod portable;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use elementwise::{
    dot, dot_3, largest, map, rewrite, rewrite_three, split, sum, update, update_2, update_three,
};
pub(crate) use functions::{exp, exp_below_88, half_erfc, sigmoid, tanh};
pub(crate) use moves::{pack, transpose};
#[cfg(test)]
pub(crate) use portable::Portable;

/// The most lanes of any machine.
pub(crate) const MAX_LANES: usize = 16;

/// [`Self::N`] numbers that are computed with at once.
pub(crate) trait Lanes: Copy {
    /// How many; at most [`MAX_LANES`].
    const N: usize;
    /// How many rows a tile of a matrix product has, so that its sums stay in registers.
    const TILE_ROWS: usize;

    fn splat(x: f32) -> Self;

    /// # Safety
    /// `from` must be valid for reads of `N` numbers.
    unsafe fn load(from: *const f32) -> Self;

    /// # Safety
    /// `to` must be valid for writes of `N` numbers.
    unsafe fn store(self, to: *mut f32);

    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn sqrt(self) -> Self;
    /// `self · factor + term`, rounded once or twice.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// `self < other ? self : other`: a NaN in `other` stays, one in `self` does not.
    fn min(self, other: Self) -> Self;
    /// `self > other ? self : other`: a NaN in `other` stays, one in `self` does not.
    fn max(self, other: Self) -> Self;
    /// `self < bound ? yes : no`.
    fn if_below(self, bound: Self, yes: Self, no: Self) -> Self;
    /// 2ⁿ, where `self` is `n + 1.5 · 2²³` for an integer `n` in −126..=127: such a number holds `n` in its low bits.
    fn exp2_of_shifted(self) -> Self;

    /// `to[j][i] = from[i][j]` for four rows of four, with the steps between the rows of each.
    ///
    /// # Safety
    /// Four numbers must be valid for reads at each of four steps of `from`, and for writes at those of `to`.
    #[inline(always)]
    unsafe fn transpose_4((from, from_step): (*const f32, usize), (to, to_step): (*mut f32, usize)) {
        for row in 0..4 {
            for col in 0..4 {
                // SAFETY: the caller's promise.
                unsafe { *to.add(col * to_step + row) = *from.add(row * from_step + col) };
            }
        }
    }

    #[inline(always)]
    fn zero() -> Self {
        Self::splat(0.0)
    }

    #[inline(always)]
    fn neg(self) -> Self {
        Self::zero().sub(self)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.neg().max(self)
    }

    /// The first `N` of a slice.
    #[inline(always)]
    fn read(from: &[f32]) -> Self {
        assert!(from.len() >= Self::N);
        // SAFETY: the slice holds `N` numbers.
        unsafe { Self::load(from.as_ptr()) }
    }

    /// To the first `N` of a slice.
    #[inline(always)]
    fn write(self, to: &mut [f32]) {
        assert!(to.len() >= Self::N);
        // SAFETY: the slice holds `N` numbers.
        unsafe { self.store(to.as_mut_ptr()) }
    }

    /// All lanes joined by `f`, in order.
    #[inline(always)]
    fn fold(self, f: fn(f32, f32) -> f32) -> f32 {
        let mut full = [0.0; MAX_LANES];
        self.write(&mut full);
        let mut joined = full[0];
        let mut i = 1;
        while i < Self::N {
            joined = f(joined, full[i]);
            i += 1;
        }
        joined
    }
}

/// A kernel with its arguments, for any lanes.
pub(crate) trait Kernel {
    /// What it returns.
    type Output;

    /// Runs it. To be `inline(always)`.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// Runs a kernel with the widest lanes that this machine has. A function of its own for each kernel: within a larger one
/// a browser's compiler finds no registers for all that a tile sums up.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
#[inline(never)]
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<wasm::Simd128>()
}

/// Runs a kernel with the widest lanes that this machine has.
#[cfg(target_arch = "x86_64")]
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    if std::is_x86_feature_detected!("avx512f") {
        // SAFETY: the machine has it.
        return unsafe { avx512::with_avx512(kernel) };
    }
    if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") {
        // SAFETY: the machine has both.
        return unsafe { x86::with_avx2(kernel) };
    }
    kernel.run::<portable::Portable<4>>()
}

/// Runs a kernel with the widest lanes that this machine has.
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "wasm32", target_feature = "simd128"))))]
pub(crate) fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    const N: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };
    kernel.run::<portable::Portable<N>>()
}

#[cfg(test)]
mod tests;
