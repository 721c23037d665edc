//! A line fitted by gradient descent.

mod model;
#[cfg(feature = "view")]
pub mod view;

pub use model::{Model, Report};
