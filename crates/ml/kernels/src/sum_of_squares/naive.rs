//! In f64.

/// The same as [`forward`](super::forward).
pub fn forward(x: &[f32]) -> f64 {
    x.iter().map(|&x| f64::from(x) * f64::from(x)).sum()
}
