//! Optimizers over a [`Params`](crate::params::Params), each with its state beside the weights.
//!
//! A step of training: [`Tape::backward`](crate::tape::Tape::backward),
//! [`Params::zero_gradients`](crate::params::Params::zero_gradients),
//! [`Tape::add_gradients`](crate::tape::Tape::add_gradients), [`clip_global_norm`] if wanted, then `step`.

mod adamw;
mod clip;
mod schedule;
mod sgd;

pub use crate::kernels::adamw::Constants as AdamWConstants;
pub use crate::kernels::sgd::Constants as SgdConstants;
pub use adamw::AdamW;
pub use clip::clip_global_norm;
pub use schedule::Schedule;
pub use sgd::Sgd;
