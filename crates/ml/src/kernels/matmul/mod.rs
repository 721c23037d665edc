//! Products of matrices in three forms, as forward and backward passes need them.
//!
//! The result is computed in tiles of a few rows by two registers, whose sums stay in registers while `k` runs. The
//! right operand is first copied into panels as wide as a tile, so that a tile reads it in order; the left one is
//! read where it is.
//!
//! Source: Goto and van de Geijn 2008, "Anatomy of high-performance matrix multiplication", §4, without the packing of
//! the left operand.

mod blocked;
pub mod naive;
mod tile;

use crate::Error;
use crate::error::length;
use crate::kernels::lanes::dispatch;
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

/// Memory that products use in passing. Kept between calls, so that a training step allocates nothing.
#[derive(Debug, Default, Clone)]
pub struct Scratch {
    panels: Vec<f32>,
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
    dispatch(Blocked { product, a, b, c, panels: &mut scratch.panels });
    Ok(())
}

#[cfg(test)]
mod tests;
