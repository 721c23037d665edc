//! A line fitted by gradient descent.

mod model;

pub use model::{Model, Report};
