//! What the language model computes beside products.

use super::Twins;
use ml::Error;
use ml::kernels::causal_softmax;
use ml::kernels::linear_cross_entropy::{CHUNK, LinearCrossEntropy, naive};
use ml::kernels::matmul::Write;
use ml::kernels::sum_of_squares;

impl Twins {
    pub(super) fn attention(&mut self) -> Result<(), Error> {
        for (rows, time) in [(0, 0), (1, 1), (2, 2), (3, 3), (1, 5), (8, 8), (4, 9), (17, 17), (9, 40)] {
            for scale in [0.2, 5.0] {
                let scores = self.normal(rows * time, 2.0);
                self.compare(
                    "causal_softmax",
                    [scores.clone()],
                    |[scores]| causal_softmax::forward(time, scale, scores),
                    |[scores]| causal_softmax::naive::forward(time, scale, scores),
                )?;
                let mut p = scores;
                causal_softmax::naive::forward(time, scale, &mut p)?;
                let d = self.normal(rows * time, 1.0);
                self.compare(
                    "causal_softmax backward",
                    [d],
                    |[d]| causal_softmax::backward(time, scale, &p, d),
                    |[d]| causal_softmax::naive::backward(time, scale, &p, d),
                )?;
            }
        }
        Ok(())
    }

    pub(super) fn linear_cross_entropies(&mut self) -> Result<(), Error> {
        // One for all, so that what an earlier use left there would be noticed. Vocabularies around the edge of a
        // chunk; with a scale of 60, logits that exceed the target's by hundreds.
        let mut head = LinearCrossEntropy::default();
        let cases = [
            (1, 1, 2, 1.0),
            (3, 7, 5, 1.0),
            (16, 16, CHUNK, 0.5),
            (18, 12, CHUNK + 1, 1.0),
            (33, 18, CHUNK + 7, 1.0),
            (5, 9, 3 * CHUNK - 1, 90.0),
        ];
        for (rows, width, vocabulary, scale) in cases {
            let (x, weights) = (self.normal(rows * width, 1.0), self.normal(vocabulary * width, scale));
            let targets: Vec<u32> = (0..rows).map(|_| self.random.below(vocabulary as u32)).collect();
            for write in [Write::Assign, Write::Add] {
                let d_weights = self.normal(vocabulary * width, 0.1);
                let (d_loss, of_naive) = (1.0 / rows as f32, [x.as_slice(), &weights]);
                self.compare(
                    "linear_cross_entropy",
                    [vec![0.0; rows], vec![0.0; rows * width], d_weights, vec![0.0]],
                    |[losses, d_x, d_weights, squares]| {
                        head.begin(width, &x, &weights, &targets, true)?;
                        (0..head.n_chunks()).try_for_each(|chunk| head.forward(&weights, chunk))?;
                        losses.iter_mut().zip(head.losses()).for_each(|(to, loss)| *to = loss);
                        head.begin_backward(d_loss)?;
                        let mut sum = 0.0;
                        for chunk in 0..head.n_chunks() {
                            sum += head.backward(&weights, chunk, Some((d_weights, write)))?;
                        }
                        squares[0] = sum as f32;
                        head.finish(d_x)
                    },
                    |[losses, d_x, d_weights, squares]| {
                        if write == Write::Assign {
                            d_weights.fill(0.0);
                        }
                        let out = naive::Output { losses, d_x, d_weights };
                        naive::forward_backward(width, of_naive, &targets, d_loss, out)?;
                        squares[0] = sum_of_squares::naive::forward(d_weights) as f32;
                        Ok(())
                    },
                )?;
            }
            self.compare(
                "linear_cross_entropy, losses alone",
                [vec![0.0; rows]],
                |[losses]| {
                    head.begin(width, &x, &weights, &targets, false)?;
                    (0..head.n_chunks()).try_for_each(|chunk| head.forward(&weights, chunk))?;
                    losses.iter_mut().zip(head.losses()).for_each(|(to, loss)| *to = loss);
                    Ok(())
                },
                |[losses]| {
                    let (d_x, d_weights) = (&mut vec![0.0; x.len()], &mut vec![0.0; weights.len()]);
                    let out = naive::Output { losses, d_x, d_weights };
                    naive::forward_backward(width, [x.as_slice(), &weights], &targets, 1.0, out)
                },
            )?;
        }
        Ok(())
    }
}
