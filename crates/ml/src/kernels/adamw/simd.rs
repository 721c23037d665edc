//! The fast kernel.

use super::Constants;
use crate::kernels::lanes::{self, Kernel, Lanes};

/// The corrected constants of one step.
#[derive(Clone, Copy)]
pub(super) struct Factors {
    /// `η/(1 − β₁ᵗ)`.
    pub(super) rate: f32,
    /// `√(1 − β₂ᵗ)`.
    pub(super) root: f32,
    /// `1 − η λ`.
    pub(super) keep: f32,
}

pub(super) struct Step<'a> {
    pub(super) constants: Constants,
    pub(super) factors: Factors,
    pub(super) weights: &'a mut [f32],
    pub(super) gradients: &'a [f32],
    pub(super) first: &'a mut [f32],
    pub(super) second: &'a mut [f32],
}

impl Kernel for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { constants, factors, weights, gradients, first, second } = self;
        lanes::update_three([weights, first, second], gradients, |lanes: [L; 4]| moved(constants, factors, lanes));
    }
}

#[inline(always)]
fn moved<L: Lanes>(constants: Constants, factors: Factors, [w, m, v, g]: [L; 4]) -> [L; 3] {
    let Constants { beta_1, beta_2, epsilon, .. } = constants;
    let m = m.mul(L::splat(beta_1)).add(g.mul(L::splat(1.0 - beta_1)));
    let v = v.mul(L::splat(beta_2)).add(g.mul(g).mul(L::splat(1.0 - beta_2)));
    let size = v.sqrt().div(L::splat(factors.root)).add(L::splat(epsilon));
    let w = w.mul(L::splat(factors.keep)).sub(m.mul(L::splat(factors.rate)).div(size));
    [w, m, v]
}
