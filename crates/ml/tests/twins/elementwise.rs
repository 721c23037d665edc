//! Functions of one element.

use super::{LENGTHS, Twins};
use ml::Error;
use ml::kernels::{exp, gelu, sigmoid, tanh};

type Forward = fn(&[f32], &mut [f32]) -> Result<(), Error>;
type Backward = fn(&[f32], &[f32], &mut [f32]) -> Result<(), Error>;

const FORWARD: [(&str, Forward, Forward); 5] = [
    ("exp", exp::forward, exp::naive::forward),
    ("tanh", tanh::forward, tanh::naive::forward),
    ("sigmoid", sigmoid::forward, sigmoid::naive::forward),
    ("gelu", gelu::erf_forward, gelu::naive::erf_forward),
    ("gelu (tanh)", gelu::tanh_forward, gelu::naive::tanh_forward),
];

const BACKWARD: [(&str, Backward, Backward); 5] = [
    ("exp backward", exp::backward, exp::naive::backward),
    ("tanh backward", tanh::backward, tanh::naive::backward),
    ("sigmoid backward", sigmoid::backward, sigmoid::naive::backward),
    ("gelu backward", gelu::erf_backward, gelu::naive::erf_backward),
    ("gelu (tanh) backward", gelu::tanh_backward, gelu::naive::tanh_backward),
];

impl Twins {
    pub(super) fn elementwise(&mut self) -> Result<(), Error> {
        for n in LENGTHS {
            for scale in [0.1, 1.0, 4.0] {
                let x = self.normal(n, scale);
                let (d_y, d_x) = (self.normal(n, 1.0), self.normal(n, 1.0));
                for (what, fast, naive) in FORWARD {
                    self.compare(what, [vec![0.0; n]], |[y]| fast(&x, y), |[y]| naive(&x, y))?;
                }
                for (what, fast, naive) in BACKWARD {
                    self.compare(what, [d_x.clone()], |[d_x]| fast(&x, &d_y, d_x), |[d_x]| naive(&x, &d_y, d_x))?;
                }
                let xy = [x.clone(), vec![0.0; n]];
                let (fast, naive) = (gelu::erf_forward_and_slope, gelu::naive::erf_forward_and_slope);
                self.compare("gelu and its slope", xy, |[x, y]| fast(x, y), |[x, y]| naive(x, y))?;
                let (fast, naive) = (gelu::times_slope, gelu::naive::times_slope);
                self.compare("gelu backward by its slope", [d_y], |[d]| fast(&x, d), |[d]| naive(&x, d))?;
            }
        }
        Ok(())
    }
}
