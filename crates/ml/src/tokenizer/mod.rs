//! Byte-level BPE.

pub mod unicode;
