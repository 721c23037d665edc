//! The fast kernel.

use super::{Constants, Past};
use crate::lanes::{self, Kernel, Lanes};

/// The corrected constants of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Factors {
    /// `η/(1 − β₁ᵗ)`.
    pub(super) rate: f32,
    /// `√(1 − β₂ᵗ)`.
    pub(super) root: f32,
    /// `1 − η λ`.
    pub(super) keep: f32,
}

pub(super) struct Step<'a> {
    pub(super) step: Past,
    pub(super) scale: f32,
    pub(super) weights: &'a mut [f32],
    pub(super) gradients: &'a [f32],
    pub(super) first: &'a mut [f32],
    pub(super) second: &'a mut [f32],
}

impl Kernel for Step<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { step, scale, weights, gradients, first, second } = self;
        let scale = L::splat(scale);
        lanes::update_three([weights, first, second], gradients, |[w, m, v, g]: [L; 4]| {
            moved(step, [w, m, v], g.mul(scale))
        });
    }
}

#[inline(always)]
fn moved<L: Lanes>(step: Past, [w, m, v]: [L; 3], g: L) -> [L; 3] {
    let Constants { beta_1, beta_2, epsilon, .. } = step.constants;
    let Factors { rate, root, keep } = step.factors;
    let m = m.mul(L::splat(beta_1)).add(g.mul(L::splat(1.0 - beta_1)));
    let v = v.mul(L::splat(beta_2)).add(g.mul(g).mul(L::splat(1.0 - beta_2)));
    let size = v.sqrt().div(L::splat(root)).add(L::splat(epsilon));
    let w = w.mul(L::splat(keep)).sub(m.mul(L::splat(rate)).div(size));
    [w, m, v]
}

/// Several steps without a gradient, a register at a time.
pub(super) struct CatchUp<'a> {
    pub(super) steps: &'a [Past],
    pub(super) weights: &'a mut [f32],
    pub(super) first: &'a mut [f32],
    pub(super) second: &'a mut [f32],
}

impl Kernel for CatchUp<'_> {
    type Output = ();

    #[inline(always)]
    #[expect(clippy::needless_range_loop, reason = "as in the other kernels, iterators are not always inlined")]
    fn run<L: Lanes>(self) {
        let Self { steps, weights, first, second } = self;
        // Where nothing ever moved, a step is no more than its decay.
        if lanes::largest::<L>(second) == 0.0 && lanes::dot::<L>(first, first) == 0.0 {
            lanes::rewrite(weights, |mut w: L| {
                for i in 0..steps.len() {
                    w = w.mul(L::splat(steps[i].factors.keep));
                }
                w
            });
            return;
        }
        lanes::rewrite_three([weights, first, second], |mut wmv: [L; 3]| {
            for i in 0..steps.len() {
                wmv = moved(steps[i], wmv, L::zero());
            }
            wmv
        });
    }
}
