//! Weights in files of the safetensors format: read without a copy, written in chunks.
//!
//! A file is the length of its header in eight bytes, the header as JSON, and the tensors' elements, little endian and
//! row-major. The header gives each tensor a `dtype`, a `shape` and `data_offsets`, its begin and end in what follows;
//! the ranges leave no gap and do not overlap. A member `__metadata__` holds texts.
//!
//! The maintained crate of the format is the oracle of the tests. It is not linked: with its JSON it
//! adds 33 KB to a WebAssembly module after gzip, where this module adds 12 KB, 5 KB of which are the JSON that tokenizer
//! and configuration are read with too.
//!
//! Source: the format's description in the repository `huggingface/safetensors`, README, "Format".

mod error;
mod half;
mod header;
mod read;
mod write;

pub use error::SafetensorsError;
pub use half::{bf16_to_f32, f16_to_f32, f32_to_bf16, f32_to_f16};
pub use header::{Entry, Header};
pub use read::{Safetensors, View};
pub use write::{Place, Tensor, Writer};

/// The type of a tensor's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dtype {
    /// IEEE 754 single precision.
    F32,
    /// IEEE 754 half precision.
    F16,
    /// The upper half of single precision.
    Bf16,
    /// A type that is not read here: its name, and bits an element.
    Other(&'static str, u64),
}

/// The types that the format knows beside those that are read, with their bits.
const OTHERS: [(&str, u64); 18] = [
    ("BOOL", 8),
    ("U8", 8),
    ("I8", 8),
    ("U16", 16),
    ("I16", 16),
    ("U32", 32),
    ("I32", 32),
    ("U64", 64),
    ("I64", 64),
    ("F64", 64),
    ("C64", 64),
    ("F8_E4M3", 8),
    ("F8_E5M2", 8),
    ("F8_E8M0", 8),
    ("F8_E4M3FNUZ", 8),
    ("F8_E5M2FNUZ", 8),
    ("F4", 4),
    ("F6_E2M3", 6),
];

impl Dtype {
    /// By its name in a header.
    fn named(name: &str) -> Option<Self> {
        match name {
            "F32" => Some(Self::F32),
            "F16" => Some(Self::F16),
            "BF16" => Some(Self::Bf16),
            // Both six-bit types are of one size.
            "F6_E3M2" => Some(Self::Other("F6_E3M2", 6)),
            _ => OTHERS.iter().find(|(other, _)| *other == name).map(|(name, bits)| Self::Other(name, *bits)),
        }
    }

    /// Its name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "F32",
            Self::F16 => "F16",
            Self::Bf16 => "BF16",
            Self::Other(name, _) => name,
        }
    }

    /// The bits of an element.
    pub fn bits(self) -> u64 {
        match self {
            Self::F32 => 32,
            Self::F16 | Self::Bf16 => 16,
            Self::Other(_, bits) => bits,
        }
    }
}

#[cfg(test)]
mod tests;
