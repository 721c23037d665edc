//! The fast kernels: one row after the other, a register at a time.

use super::Gradients;
use crate::lanes::{self, Kernel, Lanes};

pub(super) struct Normalize<'a> {
    pub(super) x: &'a [f32],
    pub(super) channels: usize,
    pub(super) epsilon: f32,
    pub(super) normalized: &'a mut [f32],
    pub(super) reciprocal_std: &'a mut [f32],
}

impl Kernel for Normalize<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let (channels, count) = (self.channels, self.channels as f32);
        let rows = self.x.chunks_exact(channels).zip(self.reciprocal_std);
        for ((x, reciprocal_std), normalized) in rows.zip(self.normalized.chunks_exact_mut(channels)) {
            let mean = L::splat(lanes::sum(x, |x: L| x) / count);
            let squares = lanes::sum(x, |x: L| {
                let centred = x.sub(mean);
                centred.mul(centred)
            });
            *reciprocal_std = 1.0 / (squares / count + self.epsilon).sqrt();
            let reciprocal = L::splat(*reciprocal_std);
            lanes::map(x, normalized, |x: L| x.sub(mean).mul(reciprocal));
        }
    }
}

pub(super) struct ScaleAndShift<'a> {
    pub(super) normalized: &'a [f32],
    pub(super) gain: &'a [f32],
    pub(super) bias: &'a [f32],
    pub(super) y: &'a mut [f32],
}

impl Kernel for ScaleAndShift<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let channels = self.gain.len();
        for (normalized, y) in self.normalized.chunks_exact(channels).zip(self.y.chunks_exact_mut(channels)) {
            y.copy_from_slice(self.bias);
            lanes::update_2(y, normalized, self.gain, |y: L, x, gain| x.mul_add(gain, y));
        }
    }
}

pub(super) struct Backward<'a> {
    pub(super) normalized: &'a [f32],
    pub(super) reciprocal_std: &'a [f32],
    pub(super) gain: &'a [f32],
    pub(super) d_y: &'a [f32],
    pub(super) out: Gradients<'a>,
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Gradients { d_x, d_gain, d_bias } = self.out;
        let (channels, count) = (self.gain.len(), self.gain.len() as f32);
        let rows = self.normalized.chunks_exact(channels).zip(self.d_y.chunks_exact(channels));
        for ((x, d_y), (d_x, reciprocal)) in rows.zip(d_x.chunks_exact_mut(channels).zip(self.reciprocal_std)) {
            let mean = L::splat(lanes::dot::<L>(d_y, self.gain) / count);
            let tilt = L::splat(lanes::dot_3::<L>(d_y, self.gain, x) / count);
            let reciprocal = L::splat(*reciprocal);
            // `d_x` in two steps, since a loop takes two operands beside its result.
            lanes::update_2(d_x, d_y, self.gain, |d_x: L, d_y, gain| {
                d_y.mul_add(gain, mean.neg()).mul_add(reciprocal, d_x)
            });
            let slope = tilt.mul(reciprocal).neg();
            lanes::update(d_x, x, |d_x: L, x| x.mul_add(slope, d_x));
            lanes::update_2(d_gain, d_y, x, |d_gain: L, d_y, x| d_y.mul_add(x, d_gain));
            lanes::update(d_bias, d_y, |d_bias: L, d_y| d_bias.add(d_y));
        }
    }
}
