//! The kernels of the package `ml-kernels`, and what joins several of them.

pub mod linear_cross_entropy;

pub use ml_kernels::*;
