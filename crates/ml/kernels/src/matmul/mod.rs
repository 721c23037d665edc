//! Products of matrices in three forms, as forward and backward passes need them.
//!
//! The result is computed in tiles of a few rows by two registers, whose sums stay in registers while `k` runs. The
//! right operand is first copied into panels as wide as a tile, so that a tile reads it in order; the left one is
//! read where it is, unless its rows are stored as columns.
//!
//! GFLOP/s of `A·B` on one busy core of an Intel Xeon; wasm in Node 20 at `opt-level = 3`, native at 2:
//!
//! | `[m, k, n]` | naive, native | AVX2 | `simd128` | relaxed SIMD | wasm without SIMD |
//! |---|---|---|---|---|---|
//! | `[256, 2, 16]` | 0.6 | 16 | 5.3 | 5.6 | 1.7 |
//! | `[64, 32, 64]` | 1.4 | 63 | 21 | 22 | 6.0 |
//! | `[256, 128, 128]` | 0.6 | 81 | 28 | 30 | 7.7 |
//!
//! With `opt-level = "z"` the loops of a tile are not unrolled, and `simd128` falls to 4.6 on the last line.
//!
//! Source: Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", §4; a left operand
//! that is stored by rows is not packed.

mod blocked;
pub mod naive;
pub(crate) mod tile;

use crate::Error;
use crate::error::length;
use crate::lanes::dispatch;
use blocked::Blocked;

/// Which operand is stored transposed. All are row-major as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `A·B` with `A: [m, k]`, `B: [k, n]`.
    Ab,
    /// `A·Bᵀ` with `A: [m, k]`, `B: [n, k]`.
    Abt,
    /// `Aᵀ·B` with `A: [k, m]`, `B: [k, n]`.
    Atb,
}

/// What happens to what is in the result already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// It is replaced.
    Assign,
    /// The product is added to it.
    Add,
}

/// A product to `C: [m, n]`, over `k`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Product {
    /// How the operands are stored.
    pub form: Form,
    /// Rows of the result.
    pub m: usize,
    /// Terms of each sum.
    pub k: usize,
    /// Columns of the result.
    pub n: usize,
    /// What happens to what is in the result already.
    pub write: Write,
}

impl Product {
    fn check(self, a: &[f32], b: &[f32], c: &[f32]) -> Result<(), Error> {
        let Self { m, k, n, .. } = self;
        length("matmul", "a", m.saturating_mul(k), a.len())?;
        length("matmul", "b", k.saturating_mul(n), b.len())?;
        length("matmul", "c", m.saturating_mul(n), c.len())
    }
}

/// How far apart the rows of each operand begin, where they are parts of longer rows: a head's columns of all heads'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steps {
    /// Between rows of `A` as it is stored.
    pub a: usize,
    /// Between rows of `B` as it is stored.
    pub b: usize,
    /// Between rows of `C`.
    pub c: usize,
}

impl Product {
    /// Rows and columns of each operand as it is stored.
    fn stored(self) -> [[usize; 2]; 3] {
        let Self { form, m, k, n, .. } = self;
        match form {
            Form::Ab => [[m, k], [k, n], [m, n]],
            Form::Abt => [[m, k], [n, k], [m, n]],
            Form::Atb => [[k, m], [k, n], [m, n]],
        }
    }

    /// Those of operands that are stored without gaps.
    fn dense(self) -> Steps {
        let [a, b, c] = self.stored().map(|[_, cols]| cols);
        Steps { a, b, c }
    }

    fn check_strided(self, steps: Steps, a: &[f32], b: &[f32], c: &[f32]) -> Result<(), Error> {
        let operands = [("a", steps.a, a.len()), ("b", steps.b, b.len()), ("c", steps.c, c.len())];
        for ([rows, cols], (operand, step, found)) in self.stored().into_iter().zip(operands) {
            let overlap = if step < cols { usize::MAX } else { 0 };
            let last = rows.saturating_sub(1).saturating_mul(step).saturating_add(cols).max(overlap);
            if rows > 0 && cols > 0 && found < last {
                return Err(Error::Length { op: "matmul", operand, expected: last, found });
            }
        }
        Ok(())
    }
}

/// Memory that products use in passing. Kept between calls, so that a training step allocates nothing.
#[derive(Debug, Default, Clone)]
pub struct Scratch {
    panels: Vec<f32>,
    left: Vec<f32>,
}

/// `C (+)= A·B`, `A·Bᵀ` or `Aᵀ·B`.
///
/// # Shapes
/// As [`Form`] says; `c`: `[m, n]`.
///
/// # Errors
/// [`Error::Length`] if a slice is not as long as its shape.
pub fn matmul(product: Product, a: &[f32], b: &[f32], c: &mut [f32], scratch: &mut Scratch) -> Result<(), Error> {
    product.check(a, b, c)?;
    let (steps, Scratch { panels, left }) = (product.dense(), scratch);
    run(Blocked { product, steps, a, b, c, panels, left });
    Ok(())
}

/// In one place: the code of all forms and tiles is 20 KB of a WebAssembly module.
#[inline(never)]
fn run(blocked: Blocked<'_>) {
    dispatch(blocked);
}

/// The same of operands whose rows are parts of longer rows. What is between the rows of `c` stays as it is.
///
/// # Shapes
/// As [`matmul`], row `i` of an operand beginning at `i` times its step.
///
/// # Errors
/// [`Error::Length`] if a slice ends before the last row, or if rows would overlap.
pub fn strided(
    product: Product,
    steps: Steps,
    [a, b]: [&[f32]; 2],
    c: &mut [f32],
    scratch: &mut Scratch,
) -> Result<(), Error> {
    product.check_strided(steps, a, b, c)?;
    run(Blocked { product, steps, a, b, c, panels: &mut scratch.panels, left: &mut scratch.left });
    Ok(())
}

#[cfg(test)]
mod tests;
