//! One sort for all that is sorted here: the library's, compiled once. Each type and each comparison that it is
//! called with would be 2 KB of a WebAssembly module.

use std::cmp::Ordering;

/// Sorts indices by what they stand for. Equal ones end in any order, so a comparison that shall be stable ends with
/// the indices themselves.
pub(crate) fn sort(indices: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    indices.sort_unstable_by(|a, b| compare(*a, *b));
}
