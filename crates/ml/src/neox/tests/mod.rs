//! The model against frozen numbers, the tape, central differences and itself.

mod adapters;
mod generation;
mod gradients;
mod lazy;
mod norm;
mod recipe;
mod refusals;
mod slices;
mod truth;
