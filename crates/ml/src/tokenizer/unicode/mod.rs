//! What the tokenizer knows of Unicode: which characters are letters or numbers ([`Classes`]), and the canonical
//! composition of a text ([`Nfc`]).
//!
//! The tables `classes.bin` and `nfc.bin` are made by `tests/unicode.rs` from the ICU4X project's data, and the same
//! test compares every code point with it. Gzip bytes that each way adds to a WebAssembly module (`s`, fat LTO):
//!
//! | | letters and numbers | NFC |
//! |---|---|---|
//! | this module | 2.2 KB | 8.8 KB |
//! | `icu_properties` and `icu_normalizer` 2.4 | 5.8 KB | 26.6 KB |
//! | `unicode-general-category` 1.1 | 4.3 KB | |
//! | `unicode-properties` 0.1 and `unicode-normalization` 0.1 | 16.0 KB | 60.7 KB |
//!
//! A browser has form C built in, so that a tokenizer can be given another [`Normalize`] than ours: then a module carries
//! none of the third column.
//!
//! The data is that of Unicode, Inc., under the Unicode License v3.

mod classes;
mod nfc;
mod varint;

pub use classes::{Class, Classes};
pub use nfc::{Nfc, Normalize, Normalized, normalize};
