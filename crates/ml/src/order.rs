//! One sort for all that is sorted here.
//!
//! The library's sorts are quicker and 2 to 5 KB of a WebAssembly module after gzip, for each type and comparison.
//!
//! Source: Knuth 1998, The Art of Computer Programming, volume 3, §5.2.4 (straight two-way merging).

use std::cmp::Ordering;

/// Sorts indices by what they stand for, in n log n steps whatever they are. Equal ones stay in their order.
pub(crate) fn sort(indices: &mut [u32], compare: &dyn Fn(u32, u32) -> Ordering) {
    let mut merged = indices.to_vec();
    let mut run = 1;
    while run < indices.len() {
        for (pair, out) in indices.chunks(2 * run).zip(merged.chunks_mut(2 * run)) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            for place in out {
                let from_right = match (left.first(), right.first()) {
                    (Some(a), Some(b)) => compare(*a, *b).is_gt(),
                    (None, _) => true,
                    (_, None) => false,
                };
                let from = if from_right { &mut right } else { &mut left };
                if let Some((first, rest)) = from.split_first() {
                    (*place, *from) = (*first, rest);
                }
            }
        }
        indices.copy_from_slice(&merged);
        run *= 2;
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
            let by = |a: u32, b: u32| keys[a as usize].cmp(&keys[b as usize]);
            let mut found: Vec<u32> = (0..n).collect();
            sort(&mut found, &by);
            let mut expected: Vec<u32> = (0..n).collect();
            expected.sort_by_key(|index| keys[*index as usize]);
            assert_eq!(found, expected);
        }
    }
}
