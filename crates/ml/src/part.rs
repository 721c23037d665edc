//! A part of a text.

use std::ops::Range;

/// The bytes of `range`, which begin and end characters; nothing where they do not. Indexing would panic there, and
/// what describes such a panic is 4 KB of a WebAssembly module after gzip.
pub(crate) fn part(text: &str, range: Range<usize>) -> &str {
    debug_assert!(text.get(range.clone()).is_some(), "{range:?} of a text of {} bytes", text.len());
    text.get(range).unwrap_or_default()
}
