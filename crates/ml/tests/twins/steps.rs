//! Steps of optimizers.

use super::{LENGTHS, Twins};
use ml::Error;
use ml::kernels::{adamw, sgd, sum_of_squares};

impl Twins {
    pub(super) fn steps(&mut self) -> Result<(), Error> {
        for n in LENGTHS {
            let gradients = self.normal(n, 1.0);
            let weights = self.normal(n, 1.0);
            let first = self.normal(n, 0.1);
            let second: Vec<f32> = self.normal(n, 0.1).iter().map(|x| x * x).collect();
            for t in [1, 2, 1000] {
                let constants = adamw::Constants { weight_decay: 0.1, ..Default::default() };
                self.compare(
                    "adamw",
                    [weights.clone(), first.clone(), second.clone()],
                    |[w, m, v]| adamw::step(constants, t, w, &gradients, [m, v]),
                    |[w, m, v]| adamw::naive::step(constants, t, w, &gradients, [m, v]),
                )?;
            }
            self.compare(
                "sum of squares",
                [vec![0.0]],
                |[sum]| {
                    sum[0] = sum_of_squares::forward(&gradients) as f32;
                    Ok(())
                },
                |[sum]| {
                    sum[0] = sum_of_squares::naive::forward(&gradients) as f32;
                    Ok(())
                },
            )?;
            let constants = adamw::Constants { weight_decay: 0.1, ..Default::default() };
            let past: Vec<adamw::Past> = (3..9).map(|t| adamw::Past::new(constants, t)).collect();
            for moments in [[&first, &second], [&vec![0.0; n], &vec![0.0; n]]] {
                let of = [weights.clone(), moments[0].clone(), moments[1].clone()];
                self.compare(
                    "adamw, scaled",
                    of.clone(),
                    |[w, m, v]| adamw::scaled_step(past[0], 0.3, w, &gradients, [m, v]),
                    |[w, m, v]| adamw::naive::scaled_step(past[0], 0.3, w, &gradients, [m, v]),
                )?;
                self.compare(
                    "adamw, catching up",
                    of,
                    |[w, m, v]| adamw::catch_up(&past, w, [m, v]),
                    |[w, m, v]| adamw::naive::catch_up(&past, w, [m, v]),
                )?;
            }
            for nesterov in [false, true] {
                let constants = sgd::Constants { learning_rate: 0.1, momentum: 0.9, weight_decay: 0.01, nesterov };
                self.compare(
                    "sgd",
                    [weights.clone(), first.clone()],
                    |[w, b]| sgd::step(constants, w, &gradients, b),
                    |[w, b]| sgd::naive::step(constants, w, &gradients, b),
                )?;
            }
        }
        Ok(())
    }
}
