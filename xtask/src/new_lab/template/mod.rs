//! A line fitted to noisy points by stochastic gradient descent.
//!
//! `y = slope · x + intercept`; the error of a batch of `B` points is its mean square,
//! `L = 1/B · Σ (slope · x + intercept − y)²`, dimensionless. Each step takes the gradient of `L`
//! times the learning rate off both numbers. `reference.py` computes the same independently.

mod data;
mod model;
#[cfg(feature = "view")]
pub mod view;

pub use model::{Model, Report};
