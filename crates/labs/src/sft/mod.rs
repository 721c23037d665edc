//! Supervised fine-tuning in the tab: its presets and what tells whether an answer is as they teach.

pub mod check;
pub mod preset;
