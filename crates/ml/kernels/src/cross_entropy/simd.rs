//! The fast kernels: one row after the other, a register at a time.

use crate::lanes::{self, Kernel, Lanes};

pub(super) struct Forward<'a> {
    pub(super) classes: usize,
    pub(super) logits: &'a [f32],
    pub(super) targets: &'a [u32],
    pub(super) losses: &'a mut [f32],
    pub(super) probabilities: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let rows = self.logits.chunks_exact(self.classes).zip(self.probabilities.chunks_exact_mut(self.classes));
        for ((x, p), (&target, loss)) in rows.zip(self.targets.iter().zip(self.losses)) {
            let max = lanes::largest::<L>(x);
            let shift = L::splat(max);
            lanes::map(x, p, |x: L| lanes::exp(x.sub(shift)));
            let sum = lanes::sum(p, |p: L| p);
            *loss = libm::logf(sum) - (x[target as usize] - max);
            let reciprocal = L::splat(1.0 / sum);
            lanes::rewrite(p, |p: L| p.mul(reciprocal));
        }
    }
}

pub(super) struct Backward<'a> {
    pub(super) classes: usize,
    pub(super) probabilities: &'a [f32],
    pub(super) targets: &'a [u32],
    pub(super) d_losses: &'a [f32],
    pub(super) d_logits: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let rows = self.probabilities.chunks_exact(self.classes).zip(self.d_logits.chunks_exact_mut(self.classes));
        for ((p, d_x), (&target, &d_loss)) in rows.zip(self.targets.iter().zip(self.d_losses)) {
            let factor = L::splat(d_loss);
            lanes::update(d_x, p, |d_x: L, p| p.mul_add(factor, d_x));
            d_x[target as usize] -= d_loss;
        }
    }
}
