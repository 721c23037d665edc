//! What takes the time: one operation a folder, each with one safe interface and a naive twin.
//!
//! `kernels::softmax::forward` is the fast one; `kernels::softmax::naive::forward` does the same with the plainest
//! loops there are and functions of `libm`, and the tests hold the two together within 1e-5.
//!
//! A backward kernel *adds* to the gradients that it is given, so that a value which is used twice sums both uses.

pub mod adamw;
pub mod causal_softmax;
pub mod cross_entropy;
pub mod exp;
pub mod gelu;
mod lanes;
pub mod layer_norm;
pub mod linear_cross_entropy;
pub mod matmul;
pub mod sgd;
pub mod sigmoid;
pub mod softmax;
pub mod sum_of_squares;
pub mod tanh;
