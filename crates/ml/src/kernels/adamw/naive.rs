//! Weight by weight.

use super::{Constants, Factors, check};
use crate::Error;

/// The same as [`step`](super::step).
///
/// # Errors
/// As there.
pub fn step(
    constants: Constants,
    t: u32,
    weights: &mut [f32],
    gradients: &[f32],
    [first, second]: [&mut [f32]; 2],
) -> Result<(), Error> {
    check(weights, gradients, first, second)?;
    let Constants { beta_1, beta_2, epsilon, .. } = constants;
    let Factors { rate, root, keep } = Factors::new(constants, t);
    for i in 0..weights.len() {
        let g = gradients[i];
        first[i] = beta_1 * first[i] + (1.0 - beta_1) * g;
        second[i] = beta_2 * second[i] + (1.0 - beta_2) * g * g;
        weights[i] = weights[i] * keep - rate * first[i] / (libm::sqrtf(second[i]) / root + epsilon);
    }
    Ok(())
}
