//! The model against frozen numbers, the tape, central differences and itself.

mod recipe;
mod truth;
