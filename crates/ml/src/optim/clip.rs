//! Clipping.

use crate::params::Params;

/// Scales all gradients so that their joint Euclidean norm is at most `max_norm`; returns the norm before.
///
/// The factor is `max_norm / (norm + 1e-6)` where that is below 1, as in PyTorch's `clip_grad_norm_`.
///
/// Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
pub fn clip_global_norm(params: &mut Params, max_norm: f32) -> f32 {
    let squares: f64 = params.gradients().iter().map(|&g| f64::from(g) * f64::from(g)).sum();
    let norm = libm::sqrt(squares) as f32;
    let factor = max_norm / (norm + 1e-6);
    if factor < 1.0 {
        params.gradients_mut().iter_mut().for_each(|g| *g *= factor);
    }
    norm
}
