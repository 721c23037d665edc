//! Checkpoints: the state of a run as a stream of bytes, which tells when any of them is lost or changed.
//!
//! Weights and moments go from memory to a file in borrowed chunks ([`Writer`]) and come back in whatever chunks the
//! file gives ([`Reader`]); no second copy is made either way. Two files take turns as slots: the one that is not the
//! last whole checkpoint is written next, so a run that is killed at any byte still has one ([`choose`]).
//!
//! # The format
//!
//! Numbers are little endian; a text is its length in four bytes and UTF-8.
//!
//! | part | bytes |
//! |---|---|
//! | beginning | `mlckpt\r\n`, then the format's version in four bytes, and the header's length in four |
//! | header | see [`Header`] |
//! | a sum | CRC-32, in four bytes |
//! | each section | 1, its name, the length of its data in eight bytes, a sum; the data, a sum |
//! | end | 0, the number of sections in four bytes, a sum |
//!
//! Every sum is that of all bytes before it but other sums, so a section cannot be taken from another checkpoint.
//! (Sums are left out since the sum of bytes and their own sum is always the same: the chain would end there.)
//! CRC-32 finds every change within 32 neighbouring bits, and any other with a probability of 1 − 2⁻³².

mod crc;
mod error;
mod header;
mod read;
mod slots;
mod write;

pub use crc::Crc32;
pub use error::CheckpointError;
pub use header::{Build, Difference, Header, Variant};
pub use read::{Event, Reader, verify};
pub use slots::{Choice, Slot, choose};
pub use write::{Section, Writer, bytes_of, bytes_of_mut, numbers_of};

/// How a checkpoint begins. The line ending shows when a transfer took the file for text.
const MAGIC: [u8; 8] = *b"mlckpt\r\n";

/// The version that is written and read.
pub const FORMAT_VERSION: u32 = 1;

/// What stands before a section and before the end.
const SECTION: u8 = 1;
const END: u8 = 0;

#[cfg(test)]
mod tests;
