//! The softmax of attention, in place: scaled scores, and position `t` sees only positions up to its own.
//!
//! The rows of scores are those of the last `n` of `T` positions: all in training, the new ones in generation. The row
//! of position `t` becomes `softmax(scale · row[..=t])`, followed by zeros.
//!
//! Source: Vaswani et al. 2017, §3.2.1 and §3.2.3.

pub mod naive;

use crate::Error;
use crate::error::length;
use crate::lanes::{self, Kernel, Lanes, dispatch};

/// The position of the first row.
fn check(op: &'static str, time: usize, scores: usize, others: &[(&'static str, usize)]) -> Result<usize, Error> {
    let rows = scores.checked_div(time).unwrap_or(0).min(time);
    length(op, "scores", rows * time, scores)?;
    others.iter().try_for_each(|&(operand, found)| length(op, operand, scores, found))?;
    Ok(time - rows)
}

/// Scores to probabilities.
///
/// # Shapes
/// `scores`: `[n, T]` with `T = time` and `n ≤ T`
///
/// # Errors
/// [`Error::Length`] if the lengths do not agree.
pub fn forward(time: usize, scale: f32, scores: &mut [f32]) -> Result<(), Error> {
    let first = check("causal_softmax", time, scores.len(), &[])?;
    dispatch(Forward { time, first, scale, scores });
    Ok(())
}

/// Gradients of probabilities to gradients of scores, in place: `d ← scale · p · (d − Σ_j p_j d_j)`, row by row.
///
/// # Shapes
/// `probabilities`, `d`: `[n, T]`
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
    first: usize,
    scale: f32,
    scores: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let Self { time, first, scale, scores } = self;
        for t in first..time {
            let (seen, later) = scores[(t - first) * time..][..time].split_at_mut(t + 1);
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
        for row in 0..probabilities.len() / time.max(1) {
            let (p, d) = (&probabilities[row * time..][..time], &mut d[row * time..][..time]);
            let inner = L::splat(lanes::dot::<L>(p, d));
            lanes::update(d, p, |d: L, p| d.sub(inner).mul(p).mul(factor));
        }
    }
}
