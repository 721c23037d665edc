//! Why a checkpoint cannot be taken up.

use thiserror::Error;

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// The bytes do not begin as a checkpoint does.
    #[error("this is no checkpoint: it does not begin as one")]
    NotACheckpoint,
    /// A checkpoint of another release.
    #[error("the checkpoint is of version {found} of the format; this program reads version {expected}")]
    Version {
        /// What is read.
        expected: u32,
        /// What it is.
        found: u32,
    },
    /// A sum does not fit the bytes before it.
    #[error("the checkpoint is damaged {place}, before byte {at}")]
    Damaged {
        /// In its header, in which section, at its end.
        place: String,
        /// Where the sum stands.
        at: u64,
    },
    /// The bytes end before the checkpoint does.
    #[error("the checkpoint is cut after {at} bytes, {place}")]
    Cut {
        /// In its header, in which section, at its end.
        place: String,
        /// Where it ends.
        at: u64,
    },
    /// There are bytes after the end.
    #[error("the checkpoint goes on after its end at byte {at}")]
    Longer {
        /// Where its end is.
        at: u64,
    },
}
