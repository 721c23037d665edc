//! `Σ x²`: what a gradient's norm is made of.

pub mod naive;

use crate::lanes::{self, Kernel, Lanes, dispatch};

/// Numbers that are summed in f32 before f64 takes over.
const PART: usize = 4096;

/// The sum of the squares, in f32 by parts of 4,096 numbers and in f64 over these.
///
/// # Shapes
/// `x`: any length
pub fn forward(x: &[f32]) -> f64 {
    dispatch(Sum { x })
}

struct Sum<'a> {
    x: &'a [f32],
}

impl Kernel for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run<L: Lanes>(self) -> f64 {
        let (mut total, mut start) = (0.0, 0);
        while start < self.x.len() {
            let part = &self.x[start..self.x.len().min(start + PART)];
            total += f64::from(lanes::dot::<L>(part, part));
            start += PART;
        }
        total
    }
}
