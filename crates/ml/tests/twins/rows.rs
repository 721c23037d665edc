//! Functions of a row.

use super::{LENGTHS, Twins};
use ml::Error;
use ml::kernels::layer_norm::{self, EPSILON, Gradients, Output};
use ml::kernels::matmul::Write;
use ml::kernels::{bias, cross_entropy, softmax};

impl Twins {
    pub(super) fn rows(&mut self) -> Result<(), Error> {
        for cols in LENGTHS.into_iter().filter(|&cols| cols > 0) {
            for rows in [0, 1, 3] {
                for scale in [1.0, 30.0] {
                    self.softmaxes(rows, cols, scale)?;
                    self.cross_entropies(rows, cols, scale)?;
                    self.layer_norms(rows, cols, scale)?;
                    self.biases(rows, cols)?;
                }
            }
        }
        Ok(())
    }

    fn biases(&mut self, rows: usize, cols: usize) -> Result<(), Error> {
        let (bias, y) = (self.normal(cols, 1.0), self.normal(rows * cols, 1.0));
        for write in [Write::Assign, Write::Add] {
            self.compare(
                "bias",
                [y.clone()],
                |[y]| bias::forward(&bias, y, write),
                |[y]| bias::naive::forward(&bias, y, write),
            )?;
        }
        self.compare(
            "bias backward",
            [bias],
            |[d_bias]| bias::backward(&y, d_bias),
            |[d_bias]| bias::naive::backward(&y, d_bias),
        )
    }

    fn softmaxes(&mut self, rows: usize, cols: usize, scale: f32) -> Result<(), Error> {
        let n = rows * cols;
        let (x, d_y, d_x) = (self.normal(n, scale), self.normal(n, 1.0), self.normal(n, 1.0));
        let zeros = || [vec![0.0; n]];
        self.compare(
            "softmax",
            zeros(),
            |[y]| softmax::forward(cols, &x, y),
            |[y]| softmax::naive::forward(cols, &x, y),
        )?;
        self.compare(
            "log_softmax",
            zeros(),
            |[y]| softmax::log_forward(cols, &x, y),
            |[y]| softmax::naive::log_forward(cols, &x, y),
        )?;
        self.compare(
            "logsumexp",
            [vec![0.0; rows]],
            |[y]| softmax::logsumexp_forward(cols, &x, y),
            |[y]| softmax::naive::logsumexp_forward(cols, &x, y),
        )?;
        let [mut y, mut log_y, mut denominators] = [vec![0.0; n], vec![0.0; n], vec![0.0; rows]];
        softmax::naive::forward(cols, &x, &mut y)?;
        softmax::naive::log_forward(cols, &x, &mut log_y)?;
        softmax::naive::logsumexp_forward(cols, &x, &mut denominators)?;
        self.compare(
            "softmax backward",
            [d_x.clone()],
            |[d_x]| softmax::backward(cols, &y, &d_y, d_x),
            |[d_x]| softmax::naive::backward(cols, &y, &d_y, d_x),
        )?;
        self.compare(
            "log_softmax backward",
            [d_x.clone()],
            |[d_x]| softmax::log_backward(cols, &log_y, &d_y, d_x),
            |[d_x]| softmax::naive::log_backward(cols, &log_y, &d_y, d_x),
        )?;
        let d_rows = &d_y[..rows];
        self.compare(
            "logsumexp backward",
            [d_x],
            |[d_x]| softmax::logsumexp_backward(cols, &x, &denominators, d_rows, d_x),
            |[d_x]| softmax::naive::logsumexp_backward(cols, &x, &denominators, d_rows, d_x),
        )
    }

    fn cross_entropies(&mut self, rows: usize, cols: usize, scale: f32) -> Result<(), Error> {
        let logits = self.normal(rows * cols, scale);
        let targets: Vec<u32> = (0..rows).map(|_| self.random.below(cols as u32)).collect();
        self.compare(
            "cross_entropy",
            [vec![0.0; rows], vec![0.0; rows * cols]],
            |[losses, p]| cross_entropy::forward(cols, &logits, &targets, losses, p),
            |[losses, p]| cross_entropy::naive::forward(cols, &logits, &targets, losses, p),
        )?;
        let (d_losses, d_logits) = (self.normal(rows, 1.0), self.normal(rows * cols, 1.0));
        let mut p = vec![0.0; rows * cols];
        softmax::naive::forward(cols, &logits, &mut p)?;
        self.compare(
            "cross_entropy backward",
            [d_logits],
            |[d]| cross_entropy::backward(cols, &p, &targets, &d_losses, d),
            |[d]| cross_entropy::naive::backward(cols, &p, &targets, &d_losses, d),
        )
    }

    fn layer_norms(&mut self, rows: usize, channels: usize, scale: f32) -> Result<(), Error> {
        let n = rows * channels;
        let x = self.normal(n, scale);
        let (gain, bias) = (self.normal(channels, 1.0), self.normal(channels, 1.0));
        self.compare(
            "layer_norm",
            [vec![0.0; n], vec![0.0; n], vec![0.0; rows]],
            |[y, normalized, reciprocal_std]| {
                layer_norm::forward(&x, &gain, &bias, EPSILON, Output { y, normalized, reciprocal_std })
            },
            |[y, normalized, reciprocal_std]| {
                layer_norm::naive::forward(&x, &gain, &bias, EPSILON, Output { y, normalized, reciprocal_std })
            },
        )?;
        let (normalized, d_y) = (self.normal(n, 1.0), self.normal(n, 1.0));
        self.compare(
            "layer_norm, scale and shift",
            [vec![0.0; n]],
            |[y]| layer_norm::scale_and_shift(&normalized, &gain, &bias, y),
            |[y]| layer_norm::naive::scale_and_shift(&normalized, &gain, &bias, y),
        )?;
        let stds = self.normal(rows, 1.0);
        let sums = [n, channels, channels].map(|n| self.normal(n, 1.0));
        self.compare(
            "layer_norm backward",
            sums,
            |[d_x, d_gain, d_bias]| {
                layer_norm::backward(&normalized, &stds, &gain, &d_y, Gradients { d_x, d_gain, d_bias })
            },
            |[d_x, d_gain, d_bias]| {
                layer_norm::naive::backward(&normalized, &stds, &gain, &d_y, Gradients { d_x, d_gain, d_bias })
            },
        )
    }
}
