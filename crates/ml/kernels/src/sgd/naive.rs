//! Weight by weight.

use super::{Constants, check};
use crate::Error;

/// The same as [`step`](super::step).
///
/// # Errors
/// As there.
pub fn step(constants: Constants, weights: &mut [f32], gradients: &[f32], velocity: &mut [f32]) -> Result<(), Error> {
    check(weights, gradients, velocity)?;
    let Constants { learning_rate, momentum, weight_decay, nesterov } = constants;
    for i in 0..weights.len() {
        let g = gradients[i] + weight_decay * weights[i];
        velocity[i] = momentum * velocity[i] + g;
        let direction = if nesterov { g + momentum * velocity[i] } else { velocity[i] };
        weights[i] -= learning_rate * direction;
    }
    Ok(())
}
