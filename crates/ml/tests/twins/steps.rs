//! Steps of optimizers.

use super::{LENGTHS, Twins};
use ml::Error;
use ml::kernels::{adamw, sgd};

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
