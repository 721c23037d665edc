//! The softmax of attention, in place: scaled scores, and position `t` sees only positions up to its own.
//!
//! Row `t` of a square of scores becomes `softmax(scale · scores[t, ..=t])`, followed by zeros.
//!
//! Source: Vaswani et al. 2017, §3.2.1 and §3.2.3.

pub mod naive;

use crate::Error;
use crate::error::length;
use crate::kernels::lanes::{self, Kernel, Lanes, dispatch};

fn check(op: &'static str, time: usize, scores: usize, others: &[(&'static str, usize)]) -> Result<(), Error> {
    length(op, "scores", time.saturating_mul(time), scores)?;
    others.iter().try_for_each(|&(operand, found)| length(op, operand, scores, found))
}

/// Scores to probabilities.
///
/// # Shapes
/// `scores`: `[T, T]` with `T = time`
///
/// # Errors
/// [`Error::Length`] if the lengths do not agree.
pub fn forward(time: usize, scale: f32, scores: &mut [f32]) -> Result<(), Error> {
    check("causal_softmax", time, scores.len(), &[])?;
    dispatch(Forward { time, scale, scores });
    Ok(())
}

/// Gradients of probabilities to gradients of scores, in place: `d ← scale · p · (d − Σ_j p_j d_j)`, row by row.
///
/// # Shapes
/// `probabilities`, `d`: `[T, T]`
///
/// # Errors
/// As [`forward`].
pub fn backward(time: usize, scale: f32, probabilities: &[f32], d: &mut [f32]) -> Result<(), Error> {
    check("causal_softmax backward", time, probabilities.len(), &[("d", d.len())])?;
    dispatch(Backward { time, scale, probabilities, d });
    Ok(())
}

struct Forward<'a> {
    time: usize,
    scale: f32,
    scores: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { time, scale, scores } = self;
        for t in 0..time {
            let (seen, later) = scores[t * time..][..time].split_at_mut(t + 1);
            let (factor, shift) = (L::splat(scale), L::splat(scale * lanes::largest::<L>(seen)));
            lanes::rewrite(seen, |x: L| lanes::exp(x.mul(factor).sub(shift)));
            let reciprocal = L::splat(1.0 / lanes::sum(seen, |x: L| x));
            lanes::rewrite(seen, |x: L| x.mul(reciprocal));
            later.fill(0.0);
        }
    }
}

struct Backward<'a> {
    time: usize,
    scale: f32,
    probabilities: &'a [f32],
    d: &'a mut [f32],
}

impl Kernel for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { time, scale, probabilities, d } = self;
        let factor = L::splat(scale);
        for t in 0..time {
            let (p, d) = (&probabilities[t * time..][..time], &mut d[t * time..][..time]);
            let inner = L::splat(lanes::dot::<L>(p, d));
            lanes::update(d, p, |d: L, p| d.sub(inner).mul(p).mul(factor));
        }
    }
}
