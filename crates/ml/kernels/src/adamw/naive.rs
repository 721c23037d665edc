//! Weight by weight.

use super::{Constants, Factors, Past, check};
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
    moments: [&mut [f32]; 2],
) -> Result<(), Error> {
    scaled_step(Past::new(constants, t), 1.0, weights, gradients, moments)
}

/// The same as [`scaled_step`](super::scaled_step).
///
/// # Errors
/// As there.
pub fn scaled_step(
    step: Past,
    scale: f32,
    weights: &mut [f32],
    gradients: &[f32],
    [first, second]: [&mut [f32]; 2],
) -> Result<(), Error> {
    check(weights, gradients, first, second)?;
    let Constants { beta_1, beta_2, epsilon, .. } = step.constants;
    let Factors { rate, root, keep } = step.factors;
    for i in 0..weights.len() {
        let g = scale * gradients[i];
        first[i] = beta_1 * first[i] + (1.0 - beta_1) * g;
        second[i] = beta_2 * second[i] + (1.0 - beta_2) * g * g;
        weights[i] = weights[i] * keep - rate * first[i] / (libm::sqrtf(second[i]) / root + epsilon);
    }
    Ok(())
}

/// The same as [`catch_up`](super::catch_up).
///
/// # Errors
/// As there.
pub fn catch_up(steps: &[Past], weights: &mut [f32], [first, second]: [&mut [f32]; 2]) -> Result<(), Error> {
    let zeros = vec![0.0; weights.len()];
    steps.iter().try_for_each(|step| scaled_step(*step, 1.0, weights, &zeros, [first, second]))
}
