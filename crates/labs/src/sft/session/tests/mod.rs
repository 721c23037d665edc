//! Whole sessions with tiny models: commands in, messages out.

mod checkpoint;
mod hostile;
mod parallel;
mod run;
mod text;
pub(in crate::sft) mod world;
