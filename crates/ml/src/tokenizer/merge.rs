//! The merges: which two neighbouring tokens become which one, and when.
//!
//! Source: Sennrich, Haddow and Birch 2016, §3.2.

use std::collections::BinaryHeap;

/// A merge of the tokens `left` and `right` into `whole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merge {
    pub left: u32,
    pub right: u32,
    pub whole: u32,
}

/// All merges of a vocabulary. The earlier in the list goes first; at the same rank the one further left.
#[derive(Debug, Clone)]
pub(super) struct Merges {
    /// In the order of the file.
    list: Vec<Merge>,
    /// Right token and rank of all merges, in the order of left and right token.
    rows: Vec<(u32, u32)>,
    /// Where in `rows` the merges of each left token begin, and where those of the last end.
    begins: Vec<u32>,
    repeated: Option<usize>,
}

impl Merges {
    /// Orders `list`, whose tokens are all below `n_ids`. A pair that is there twice merges as the first says.
    pub fn new(list: Vec<Merge>, n_ids: usize) -> Self {
        let mut by_pair: Vec<u32> = (0..list.len() as u32).collect();
        let key = |rank: u32| (list[rank as usize].left, list[rank as usize].right);
        crate::order::sort(&mut by_pair, &|a, b| key(a).cmp(&key(b)));
        let mut repeated = None;
        by_pair.dedup_by(|later, earlier| {
            let same = key(*later) == key(*earlier);
            repeated = repeated.or(same.then_some(*later as usize));
            same
        });
        let mut begins = vec![0; n_ids + 1];
        for rank in &by_pair {
            begins[list[*rank as usize].left as usize + 1] += 1;
        }
        for id in 0..n_ids {
            begins[id + 1] += begins[id];
        }
        let rows = by_pair.into_iter().map(|rank| (list[rank as usize].right, rank)).collect();
        Self { list, rows, begins, repeated }
    }

    /// A merge of a pair that an earlier one merges already.
    pub fn repeated(&self) -> Option<usize> {
        self.repeated
    }

    /// All, the first to go first.
    pub fn list(&self) -> &[Merge] {
        &self.list
    }

    /// The rank of a pair that merges.
    fn rank(&self, left: u32, right: u32) -> Option<u32> {
        let left = left as usize;
        let row = &self.rows[self.begins[left] as usize..self.begins[left + 1] as usize];
        row.binary_search_by(|(other, _)| other.cmp(&right)).ok().map(|found| row[found].1)
    }

    /// Merges the tokens of one word until no pair is left that merges.
    ///
    /// A heap holds the pairs that may merge, so a word of n tokens takes n log n steps.
    pub fn apply(&self, word: &mut Vec<u32>, scratch: &mut MergeScratch) {
        let MergeScratch { heap, next, before } = scratch;
        heap.clear();
        let n = word.len() as u32;
        next.clear();
        next.extend(1..=n);
        before.clear();
        before.extend((0..n).map(|at| at.wrapping_sub(1)));
        // The heap gives its greatest first, and shall give the lowest rank, and of that the leftmost.
        let entry = |rank: u32, at: u32| !(u64::from(rank) << 32 | u64::from(at));
        for (at, pair) in (0..).zip(word.windows(2)) {
            heap.extend(self.rank(pair[0], pair[1]).map(|rank| entry(rank, at)));
        }
        while let Some(top) = heap.pop() {
            let (rank, at) = ((!top >> 32) as u32, !top as u32);
            let merge = self.list[rank as usize];
            let right = next[at as usize];
            // The pair may be gone since: a token that was merged away is GONE.
            if word[at as usize] != merge.left || right >= n || word[right as usize] != merge.right {
                continue;
            }
            word[at as usize] = merge.whole;
            word[right as usize] = GONE;
            let after = next[right as usize];
            next[at as usize] = after;
            if after < n {
                before[after as usize] = at;
                heap.extend(self.rank(merge.whole, word[after as usize]).map(|rank| entry(rank, at)));
            }
            let previous = before[at as usize];
            if previous < n {
                heap.extend(self.rank(word[previous as usize], merge.whole).map(|rank| entry(rank, previous)));
            }
        }
        word.retain(|id| *id != GONE);
    }
}

/// No id: what a merged token leaves behind.
const GONE: u32 = u32::MAX;

/// What [`Merges::apply`] works with, kept between words.
#[derive(Debug, Default)]
pub(super) struct MergeScratch {
    heap: BinaryHeap<u64>,
    /// The token after each, and the one before; `n` and above where there is none.
    next: Vec<u32>,
    before: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Looks through the whole word before every merge.
    fn naive(merges: &Merges, word: &mut Vec<u32>) {
        loop {
            let pairs = word.windows(2).zip(0_usize..);
            let best = pairs.filter_map(|(pair, at)| Some((merges.rank(pair[0], pair[1])?, at))).min();
            let Some((rank, at)) = best else { return };
            word[at] = merges.list[rank as usize].whole;
            word.remove(at + 1);
        }
    }

    #[test]
    fn the_heap_merges_as_a_naive_search_does() {
        let mut random = Random::new(2026, 12);
        for _ in 0..300 {
            // Three letters and random merges, each of a token of its own.
            let n_merges = 1 + random.below(30);
            let mut list: Vec<Merge> = Vec::new();
            for whole in 3..3 + n_merges {
                let [left, right] = [random.below(whole), random.below(whole)];
                if !list.iter().any(|merge| (merge.left, merge.right) == (left, right)) {
                    list.push(Merge { left, right, whole });
                }
            }
            let merges = Merges::new(list, 40);
            let mut scratch = MergeScratch::default();
            for _ in 0..30 {
                let mut fast: Vec<u32> = (0..random.below(60)).map(|_| random.below(3)).collect();
                let mut slow = fast.clone();
                merges.apply(&mut fast, &mut scratch);
                naive(&merges, &mut slow);
                assert_eq!(fast, slow, "{:?}", merges.list);
            }
        }
    }

    #[test]
    fn a_repeated_pair_is_told() {
        let merge = |left, right, whole| Merge { left, right, whole };
        let merges = Merges::new(vec![merge(0, 1, 2), merge(1, 1, 3), merge(0, 1, 4)], 5);
        assert_eq!((merges.repeated(), merges.rank(0, 1)), (Some(2), Some(0)));
        assert_eq!((merges.rank(1, 1), merges.rank(1, 2), merges.rank(4, 0)), (Some(1), None, None));
    }
}
