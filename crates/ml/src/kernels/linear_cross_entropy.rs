//! A linear layer without bias and softmax cross-entropy after it, fused: logits `X·Wᵀ`, and for each row `j` the
//! loss `−ln softmax(logits_j)_target`.
//!
//! The vocabulary `V` is large, so the work goes by chunks of it, and a caller may do something else between two.
//! The rows of `X` are the lanes: a register holds the logits of one token of the vocabulary at several positions.
//!
//! Forwards, each logit `l` becomes `e = exp(l − s)` as soon as it is computed, where the shift `s` of a row is the
//! logit of its target, which is known from the start; `z = Σ e`, and the loss is `ln z + s − l_target`. The `e` are
//! kept. Backwards, `d_logits = d_loss · (e/z − onehot)` is never written: `1/z` is a factor of `X` in one product and
//! of the result in the other, and of the target's `e`, `z` is taken away. So `exp` is computed once a logit.
//!
//! A logit that exceeds the shift by more than 60 would bring `e` near the end of f32: then the shift of its row is
//! raised, what was kept is scaled, and the chunk computed again.
//!
//! # Shapes
//! `X`: `[U, C]`, `W`: `[V, C]`; kept: `[V, U]`, in chunks of the vocabulary, in panels of two registers.
//!
//! Source: the running shift is that of Milakov and Gimelshein 2018, "Online normalizer calculation for softmax", §3.
//!
//! What goes from chunk to chunk is here, compiled for size in a worker; the loops over one chunk are in
//! [`chunk`](ml_kernels::linear_cross_entropy).

use crate::Error;
use crate::kernels::length;
use crate::kernels::matmul::Write;
use crate::kernels::sum_of_squares;
use ml_kernels::linear_cross_entropy::{self as chunk, Exponentials, OP, check};
pub use ml_kernels::linear_cross_entropy::{CHUNK, naive};
use std::ops::Range;

/// By how much a logit may exceed the shift of its row.
const MOST_EXCESS: f32 = 60.0;

/// The layer and its loss at some positions. Kept between uses, it allocates nothing.
///
/// In order: [`begin`](Self::begin), [`forward`](Self::forward) for each chunk, [`losses`](Self::losses);
/// [`begin_backward`](Self::begin_backward), [`backward`](Self::backward) for each chunk, [`finish`](Self::finish).
#[derive(Debug, Default)]
pub struct LinearCrossEntropy {
    /// `U`, and the next multiple of two registers.
    rows: usize,
    padded: usize,
    /// Numbers in two registers.
    panel: usize,
    /// `C`.
    width: usize,
    /// `V`.
    vocabulary: usize,
    keeps: bool,
    /// `X`, `[U, C]`.
    x: Vec<f32>,
    /// Forwards `Xᵀ` in panels of rows, backwards `X` times the factors in panels of columns.
    panels: Vec<f32>,
    targets: Vec<u32>,
    target_logits: Vec<f32>,
    shifts: Vec<f32>,
    /// `z`.
    sums: Vec<f64>,
    /// `Σ e` and the largest `l − s` of each row in one chunk.
    chunk_sums: Vec<f32>,
    chunk_most: Vec<f32>,
    kept: Vec<f32>,
    /// A chunk of `W`, transposed in tiles.
    turned: Vec<f32>,
    factors: Vec<f32>,
    /// `d_X` without the factors, `[C, panel]` in panels of rows.
    d_x: Vec<f32>,
}

fn resize(vector: &mut Vec<f32>, len: usize) {
    vector.clear();
    vector.reserve_exact(len);
    vector.resize(len, 0.0);
}

impl LinearCrossEntropy {
    /// Begins with `X` and the targets of its rows. `keeps` says whether a backward pass will follow.
    ///
    /// # Shapes
    /// `x`: `[U, C]` with `C = width`; `weights`: `[V, C]`; `targets`: `[U]`
    ///
    /// # Errors
    /// [`Error::Empty`] if `C` is 0 or there is no row, [`Error::Length`] if the lengths do not agree,
    /// [`Error::Index`] for a target that is no token.
    pub fn begin(
        &mut self,
        width: usize,
        x: &[f32],
        weights: &[f32],
        targets: &[u32],
        keeps: bool,
    ) -> Result<(), Error> {
        check(width, x, weights, targets)?;
        self.panel = chunk::panel();
        (self.rows, self.padded) = (targets.len(), targets.len().next_multiple_of(self.panel));
        (self.width, self.vocabulary, self.keeps) = (width, weights.len() / width, keeps);
        self.x.clear();
        self.x.extend_from_slice(x);
        self.targets.clear();
        self.targets.extend_from_slice(targets);
        resize(&mut self.panels, self.padded * width);
        for (row, x) in x.chunks_exact(width).enumerate() {
            let (panel, lane) = (row / self.panel, row % self.panel);
            let panel = &mut self.panels[panel * self.panel * width..];
            panel.iter_mut().skip(lane).step_by(self.panel).zip(x).for_each(|(to, x)| *to = *x);
        }
        resize(&mut self.target_logits, self.padded);
        for (row, x) in x.chunks_exact(width).enumerate() {
            let of_target = &weights[targets[row] as usize * width..][..width];
            self.target_logits[row] = x.iter().zip(of_target).map(|(x, w)| x * w).sum();
        }
        self.shifts.clear();
        self.shifts.extend_from_slice(&self.target_logits);
        self.sums.clear();
        self.sums.resize(self.padded, 0.0);
        resize(&mut self.turned, CHUNK * width);
        resize(&mut self.chunk_sums, self.padded);
        resize(&mut self.chunk_most, self.padded);
        let kept = if keeps { self.vocabulary } else { CHUNK.min(self.vocabulary) } * self.padded;
        if self.kept.len() < kept {
            self.kept.reserve_exact(kept - self.kept.len());
            self.kept.resize(kept, 0.0);
        }
        Ok(())
    }

    /// How many chunks the vocabulary has.
    pub fn n_chunks(&self) -> usize {
        self.vocabulary.div_ceil(CHUNK)
    }

    /// The tokens of a chunk.
    fn tokens(&self, chunk: usize) -> Result<Range<usize>, Error> {
        if chunk >= self.n_chunks() {
            return Err(Error::Index { op: OP, expected: self.n_chunks(), found: chunk });
        }
        Ok(chunk * CHUNK..self.vocabulary.min((chunk + 1) * CHUNK))
    }

    /// Where the `e` of a chunk are kept.
    fn place(&self, tokens: &Range<usize>) -> Range<usize> {
        if self.keeps { tokens.start * self.padded..tokens.end * self.padded } else { 0..tokens.len() * self.padded }
    }

    /// Computes a chunk's logits into the losses. Each chunk once, in order.
    ///
    /// # Errors
    /// [`Error::Length`] for other weights, [`Error::Index`] for a chunk that there is not.
    pub fn forward(&mut self, weights: &[f32], chunk: usize) -> Result<(), Error> {
        length(OP, "weights", self.vocabulary * self.width, weights.len())?;
        let tokens = self.tokens(chunk)?;
        let place = self.place(&tokens);
        let weights = &weights[tokens.start * self.width..tokens.end * self.width];
        loop {
            let kept = &mut self.kept[place.clone()];
            let out = Exponentials { kept, sums: &mut self.chunk_sums, most: &mut self.chunk_most };
            chunk::forward(self.width, weights, &self.panels, &self.shifts, &mut self.turned, out)?;
            if self.chunk_most.iter().all(|&most| most <= MOST_EXCESS) {
                break;
            }
            self.raise_shifts(tokens.start);
        }
        self.sums.iter_mut().zip(&self.chunk_sums).for_each(|(sum, term)| *sum += f64::from(*term));
        Ok(())
    }

    /// Raises the shifts that a logit of this chunk exceeds by too much; scales what was kept of the tokens before.
    #[cold]
    fn raise_shifts(&mut self, n_before: usize) {
        let excess = self.chunk_most.iter().map(|&most| if most > MOST_EXCESS { most } else { 0.0 });
        let excess: Vec<f32> = excess.collect();
        let factors: Vec<f32> = excess.iter().map(|excess| libm::exp(f64::from(-excess)) as f32).collect();
        for row in 0..self.padded {
            self.shifts[row] += excess[row];
            self.sums[row] *= f64::from(factors[row]);
        }
        if !self.keeps {
            return;
        }
        for start in (0..n_before).step_by(CHUNK) {
            let place = self.place(&(start..start + CHUNK));
            let panels = self.kept[place].chunks_exact_mut(CHUNK * self.panel).zip(factors.chunks_exact(self.panel));
            for (kept, factors) in panels {
                for kept in kept.chunks_exact_mut(self.panel) {
                    kept.iter_mut().zip(factors).for_each(|(kept, factor)| *kept *= factor);
                }
            }
        }
    }

    /// The loss of each row, after all chunks.
    pub fn losses(&self) -> impl Iterator<Item = f32> {
        let rows = self.sums.iter().zip(self.shifts.iter().zip(&self.target_logits)).take(self.rows);
        rows.map(|(&sum, (&shift, &target))| (libm::log(sum) + f64::from(shift) - f64::from(target)) as f32)
    }

    /// Begins the backward pass, where the derivative of the whole loss with respect to each row's is `d_loss`.
    ///
    /// # Errors
    /// [`Error::Empty`] if nothing was kept.
    pub fn begin_backward(&mut self, d_loss: f32) -> Result<(), Error> {
        if !self.keeps || self.rows == 0 {
            return Err(Error::Empty { op: OP, expected: 1 });
        }
        resize(&mut self.factors, self.padded);
        for row in 0..self.rows {
            self.factors[row] = (f64::from(d_loss) / self.sums[row]) as f32;
            let target = self.targets[row] as usize;
            let tokens = self.tokens(target / CHUNK)?;
            let (panel, lane) = (row / self.panel, row % self.panel);
            let of_panel = (panel * tokens.len() + target - tokens.start) * self.panel + lane;
            let kept = &mut self.kept[tokens.start * self.padded + of_panel];
            *kept = (f64::from(*kept) - self.sums[row]) as f32;
        }
        let width = self.width.next_multiple_of(self.panel);
        resize(&mut self.panels, self.padded * width);
        for (row, x) in self.x.chunks_exact(self.width).enumerate() {
            for (panel, x) in x.chunks(self.panel).enumerate() {
                let to = &mut self.panels[(panel * self.padded + row) * self.panel..];
                to.iter_mut().zip(x).for_each(|(to, x)| *to = *x * self.factors[row]);
            }
        }
        resize(&mut self.d_x, self.padded * self.width);
        Ok(())
    }

    /// Computes a chunk's part of the gradients. `d_weights` is written to or added to, where it is wanted; the sum of
    /// the squares of what then stands there is given back, since it is cheap while the chunk is in a cache.
    ///
    /// # Shapes
    /// `weights`, `d_weights`: `[V, C]`, of which the chunk's rows are touched
    ///
    /// # Errors
    /// [`Error::Length`] for other weights or gradients, [`Error::Index`] for a chunk that there is not.
    pub fn backward(
        &mut self,
        weights: &[f32],
        chunk: usize,
        d_weights: Option<(&mut [f32], Write)>,
    ) -> Result<f64, Error> {
        length(OP, "weights", self.vocabulary * self.width, weights.len())?;
        length(OP, "d_x", self.padded * self.width, self.d_x.len())?;
        let tokens = self.tokens(chunk)?;
        let here = tokens.start * self.width..tokens.end * self.width;
        let kept = &self.kept[self.place(&tokens)];
        chunk::backward_x(self.width, &weights[here.clone()], kept, &mut self.turned, &mut self.d_x)?;
        let Some((d_weights, write)) = d_weights else { return Ok(0.0) };
        length(OP, "d_weights", weights.len(), d_weights.len())?;
        chunk::backward_weights(self.width, kept, &self.panels, &mut d_weights[here.clone()], write)?;
        Ok(sum_of_squares::forward(&d_weights[here]))
    }

    /// Writes the gradient of `X`, after all chunks.
    ///
    /// # Shapes
    /// `d_x`: `[U, C]`
    ///
    /// # Errors
    /// [`Error::Length`] if `d_x` is not as long as `X`.
    pub fn finish(&mut self, d_x: &mut [f32]) -> Result<(), Error> {
        length(OP, "d_x", self.rows * self.width, d_x.len())?;
        for (row, d_x) in d_x.chunks_exact_mut(self.width).enumerate() {
            let (panel, lane) = (row / self.panel, row % self.panel);
            let sums = self.d_x[panel * self.panel * self.width..].iter().skip(lane).step_by(self.panel);
            d_x.iter_mut().zip(sums).for_each(|(d_x, sum)| *d_x = sum * self.factors[row]);
        }
        Ok(())
    }
}
