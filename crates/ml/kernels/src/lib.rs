//! What takes the time: one operation a folder, each with one safe interface and a naive twin.
//!
//! `kernels::softmax::forward` is the fast one; `kernels::softmax::naive::forward` does the same with the plainest
//! loops there are and functions of `libm`, and the tests hold the two together within 1e-5.
//!
//! A backward kernel *adds* to the gradients that it is given, so that a value which is used twice sums both uses.
//!
//! A package of its own, since a profile sets how to compile by packages: these loops for speed, in a worker all that
//! is around them for size. `ml` gives it out as `ml::kernels` and holds the conventions and the shape letters.

pub mod adamw;
pub mod bias;
pub mod causal_softmax;
pub mod cross_entropy;
mod elementwise;
mod error;
pub mod exp;
pub mod gelu;
mod lanes;
pub mod layer_norm;
pub mod linear_cross_entropy;
pub mod matmul;
pub mod sgd;
mod shape;
pub mod sigmoid;
pub mod softmax;
pub mod sum_of_squares;
pub mod tanh;

pub use error::{Error, length};
pub use shape::{Axis, Shape};
