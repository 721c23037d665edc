//! What is wrong with a file of weights.

use crate::json::JsonError;
use thiserror::Error;

/// Why a file is no safetensors file, or not the one that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SafetensorsError {
    /// The file ends before its header.
    #[error("the weights' file ends after {found} bytes, inside its header of {expected}")]
    Truncated {
        /// The bytes that there are.
        found: u64,
        /// The bytes of the length and the header.
        expected: u64,
    },
    /// The header is said to be longer than any is.
    #[error("the weights' file says that its header has {found} bytes; {most} is the most: it is no safetensors file")]
    HeaderLength {
        /// What its first eight bytes say.
        found: u64,
        /// The longest header.
        most: u64,
    },
    /// The header holds bytes that are no text.
    #[error("the header of the weights' file is not UTF-8 at byte {at}")]
    NotText {
        /// How many bytes of the header before it are.
        at: usize,
    },
    /// The header is no JSON, or names a tensor twice.
    #[error("the header of the weights' file is no valid JSON: {0}")]
    Json(#[from] JsonError),
    /// What the header says of a tensor is incomplete, or of the wrong kind.
    #[error("the header of the weights' file says of `{name}`: `{member}` should be {expected}")]
    Member {
        /// The tensor.
        name: String,
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// A tensor's range is not as long as its shape and type ask for.
    #[error("the tensor `{name}` should take {expected} bytes by its shape and type and has {found}")]
    Size {
        /// The tensor.
        name: String,
        /// By shape and type; the largest number where that is larger.
        expected: u64,
        /// By its range.
        found: u64,
    },
    /// A tensor does not begin where the one before it ends.
    #[error(
        "the tensor `{name}` should begin at byte {expected} of the data and begins at {found}: tensors overlap or leave a gap"
    )]
    Range {
        /// The tensor.
        name: String,
        /// Where the one before ends.
        expected: u64,
        /// Where it begins.
        found: u64,
    },
    /// The file is shorter or longer than its header says.
    #[error("the weights' file should have {expected} bytes by its header and has {found}{}", last(.name))]
    FileLength {
        /// By the header.
        expected: u64,
        /// Of the file.
        found: u64,
        /// The first tensor that is cut, if one is.
        name: Option<String>,
    },
    /// A tensor that is wanted is not there.
    #[error("the weights' file has no tensor `{name}`")]
    Missing {
        /// The tensor.
        name: String,
    },
    /// A tensor is there that belongs to no part of the model.
    #[error("the weights' file has a tensor `{name}`, which belongs to no part of this model")]
    Unexpected {
        /// The tensor.
        name: String,
    },
    /// A tensor's type is not one that is read.
    #[error("the tensor `{name}` is of type {found}; this program reads F32, F16 and BF16")]
    Dtype {
        /// The tensor.
        name: String,
        /// Its type.
        found: &'static str,
    },
    /// A tensor's shape is not the one that is wanted.
    #[error("the tensor `{name}` should have the shape {} and has {}", list(.expected), list(.found))]
    Shape {
        /// The tensor.
        name: String,
        /// The one that is wanted.
        expected: Vec<u64>,
        /// Its own.
        found: Vec<u64>,
    },
    /// There is not as much room as the tensor has elements, or not as many values as its shape asks for.
    #[error("the tensor `{name}` has {expected} elements, and there are {found}")]
    Length {
        /// The tensor.
        name: String,
        /// Its elements.
        expected: u64,
        /// The room or the values.
        found: u64,
    },
}

fn last(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!(": the tensor `{name}` is cut"))
}

/// Without the library's lists, which are another kilobyte of a WebAssembly module.
fn list(shape: &[u64]) -> String {
    let mut out = String::from("[");
    for (axis, length) in shape.iter().enumerate() {
        out.push_str(if axis == 0 { "" } else { ", " });
        out.push_str(&length.to_string());
    }
    out + "]"
}
