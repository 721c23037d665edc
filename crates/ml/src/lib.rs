//! The learning machinery that the labs stand on: [`random`] numbers, [`kernels`], a reverse-mode [`tape`],
//! [`params`] and the optimizers in [`optim`]. The language model, [`neox`], stands beside the tape, over the same
//! kernels: its gradients are written by hand, since a tape would keep every activation. With it come its files: the
//! [`tokenizer`], the weights ([`safetensors`]), the configuration ([`hub`]), and the [`checkpoint`]s of a run.
//!
//! Pure: no browser, no clock, no global state. Seeds are arguments, and nothing here panics on bad input:
//! what does not fit is an [`Error`] with operation, expected and found.
//!
//! # Conventions
//!
//! Everything is `f32`, row-major and dense: the element in row `i` and column `j` of a `[rows, cols]` matrix
//! is at `i * cols + j`. A scalar is `[1, 1]`, a bias or a gain `[1, C]`.
//! `d_x` is the derivative of the loss with respect to `x`.
//! Losses are means over rows, in nats; logarithms are natural.
//!
//! Shape letters, here and in all modules:
//!
//! | letter | meaning |
//! |---|---|
//! | `m`, `k`, `n` | a matrix product takes `[m, k]` and `[k, n]` to `[m, n]` |
//! | `B` | batch: sequences that do not see each other |
//! | `T` | time: positions of a sequence |
//! | `C` | channels: the width of a row |
//! | `H`, `D` | attention heads and the width of each; `C = H · D` |
//! | `V` | vocabulary: classes among which a row of logits chooses |
//! | `F` | channels inside a feed-forward network |
//! | `U` | positions that count in a loss |
//!
//! # Numbers on different machines
//!
//! Transcendental functions come from `libm` or from polynomials of this crate, so they are the same on every
//! target. Sums are not: fused multiply-add and the number of lanes differ between x86-64 machines, plain
//! WebAssembly, `simd128` and relaxed SIMD. One machine with one build always gives the same bits.

pub mod angle;
pub mod checkpoint;
pub mod decimal;
pub mod hub;
pub mod json;
pub mod kernels;
pub mod neox;
pub mod optim;
mod order;
pub mod params;
mod part;
pub mod random;
pub mod safetensors;
pub mod tape;
pub mod tokenizer;

pub use kernels::{Axis, Error, Shape};
