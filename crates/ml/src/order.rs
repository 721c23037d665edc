//! One sort for all that is sorted here.
//!
//! The library's sorts are quicker and 2 to 5 KB of a WebAssembly module after gzip, for each type and comparison.
//!
//! Source: Williams 1964, algorithm 232 (heapsort); Floyd 1964, algorithm 245.

use std::cmp::Ordering;

/// Sorts indices by what they stand for, in n log n steps whatever they are. Equal ones end in any order, so a
/// comparison that shall be stable ends with the indices themselves.
pub(crate) fn sort(indices: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    // First a heap with the last in order at its root; then the root goes behind what is left of the heap.
    for root in (0..indices.len() / 2).rev() {
        sift(indices, root, compare);
    }
    for end in (1..indices.len()).rev() {
        indices.swap(0, end);
        sift(&mut indices[..end], 0, compare);
    }
}

/// Lets the element at `root` sink to where both below it go before it.
fn sift(heap: &mut [u32], mut root: usize, compare: &dyn Fn(u32, u32) -> Ordering) {
    loop {
        let first = 2 * root + 1;
        if first >= heap.len() {
            return;
        }
        let second = first + 1;
        let later = second < heap.len() && compare(heap[first], heap[second]).is_lt();
        let child = if later { second } else { first };
        if compare(heap[root], heap[child]).is_ge() {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn indices_end_in_order() {
        let mut random = Random::new(2026, 61);
        for n in (0..40).chain([1_000]) {
            let keys: Vec<u32> = (0..n).map(|_| random.below(n / 2 + 1)).collect();
            let by = |a: u32, b: u32| (keys[a as usize], a).cmp(&(keys[b as usize], b));
            let mut found: Vec<u32> = (0..n).collect();
            sort(&mut found, &by);
            let mut expected: Vec<u32> = (0..n).collect();
            expected.sort_by_key(|index| keys[*index as usize]);
            assert_eq!(found, expected);
        }
    }
}
