//! Makes a byte-level vocabulary from a text.
//!
//! The text is cut into words as for encoding; the pair of neighbouring tokens that occurs most often over all words
//! becomes a token, until the vocabulary is full. Of pairs that occur equally often, the one with the lower left id
//! goes first, then the one with the lower right id; so the same text always makes the same vocabulary.
//!
//! Source: Sennrich, Haddow and Birch 2016, algorithm 1.

use super::added::Added;
use super::merge::{Merge, Merges};
use super::unicode::normalize;
use super::{Tokenizer, TokenizerError};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

/// The largest vocabulary that is trained.
const MOST: usize = 1 << 20;

/// What shall be trained.
#[derive(Debug, Clone)]
pub struct Training<'a> {
    /// The number of ids: special tokens, 256 bytes and merges.
    pub vocab_size: usize,
    /// Special tokens, with the ids from 0. They are cut from the text.
    pub special: &'a [&'a str],
    /// How often a pair must occur to become a token; 0 counts as 1.
    pub min_count: u64,
}

/// Trains a vocabulary on `texts`. It is smaller than asked for where the text has no further pair that occurs often
/// enough.
///
/// Ids: the special tokens, the bytes in order, then the merges as they were made.
///
/// # Errors
/// [`TokenizerError::VocabularySize`] if the vocabulary would not hold bytes and special tokens, or is above 2²⁰.
pub fn train<'a>(
    texts: impl IntoIterator<Item = &'a str>,
    training: &Training<'_>,
) -> Result<Tokenizer, TokenizerError> {
    let (asked, needed) = (training.vocab_size, training.special.len() + 256);
    if !(needed..=MOST).contains(&asked) {
        return Err(TokenizerError::VocabularySize { asked, needed, most: MOST });
    }
    let n_special = training.special.len() as u32;
    let special = (0..).zip(training.special);
    let added: Vec<Added> = special
        .map(|(id, content)| Added { id, content: (*content).to_owned(), special: true, normalized: false })
        .collect();
    let mut tokens: Vec<Vec<u8>> = training.special.iter().map(|content| content.as_bytes().to_vec()).collect();
    tokens.extend((0..=255).map(|byte| vec![byte]));
    let byte_ids = std::array::from_fn(|byte| n_special + byte as u32);
    let assemble = |tokens: &[Vec<u8>], merges: Vec<Merge>| {
        Tokenizer::assemble(tokens, byte_ids, Merges::new(merges, tokens.len()), added.clone(), Some(normalize))
    };
    let mut pairs = Pairs::new(count_words(texts, &assemble(&tokens, Vec::new())), &byte_ids);
    let mut merges = Vec::new();
    while let Some((left, right)) = pairs.most_frequent(training.min_count.max(1)).filter(|_| tokens.len() < asked) {
        let merge = Merge { left, right, whole: tokens.len() as u32 };
        tokens.push([tokens[left as usize].as_slice(), tokens[right as usize].as_slice()].concat());
        merges.push(merge);
        pairs.merge(merge);
    }
    Ok(assemble(&tokens, merges))
}

/// How often each word occurs in `texts`, special tokens aside.
fn count_words<'a>(texts: impl IntoIterator<Item = &'a str>, plain: &Tokenizer) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for text in texts {
        plain.each_word(text, &mut |word| match counts.get_mut(word) {
            Some(count) => *count += 1,
            None => drop(counts.insert(word.to_owned(), 1)),
        });
    }
    counts
}

/// How often a pair of tokens occurs, and in which words it may.
#[derive(Debug, Default)]
struct Occurrences {
    count: u64,
    words: Vec<u32>,
}

/// The words of the text as tokens, and the pairs in them.
struct Pairs {
    /// The tokens of each word and how often it occurs.
    words: Vec<(Vec<u32>, u64)>,
    occurrences: HashMap<(u32, u32), Occurrences>,
    /// Counts as they were when last looked at: they only fall, since merges make pairs of new tokens alone.
    heap: BinaryHeap<(u64, Reverse<(u32, u32)>)>,
}

impl Pairs {
    fn new(counts: BTreeMap<String, u64>, byte_ids: &[u32; 256]) -> Self {
        let ids = |word: &str| word.bytes().map(|byte| byte_ids[usize::from(byte)]).collect();
        let words: Vec<_> = counts.into_iter().map(|(word, count)| (ids(&word), count)).collect();
        let mut pairs = Self { words, occurrences: HashMap::new(), heap: BinaryHeap::new() };
        for word in 0..pairs.words.len() {
            pairs.count(word, None);
        }
        pairs.heap = pairs.occurrences.iter().map(|(pair, found)| (found.count, Reverse(*pair))).collect();
        pairs
    }

    /// Adds the pairs of a word: where `new` is given, only those with it are of words that do not have them listed.
    fn count(&mut self, word: usize, new: Option<u32>) {
        let (ids, count) = &self.words[word];
        for pair in ids.windows(2) {
            let found = self.occurrences.entry((pair[0], pair[1])).or_default();
            found.count += count;
            let listed = new.is_some_and(|new| !pair.contains(&new)) || found.words.last() == Some(&(word as u32));
            found.words.extend((!listed).then_some(word as u32));
        }
    }

    /// The pair that occurs most often, and at least `min_count` times.
    fn most_frequent(&mut self, min_count: u64) -> Option<(u32, u32)> {
        while let Some((count, Reverse(pair))) = self.heap.pop() {
            let now = self.occurrences.get(&pair).map_or(0, |found| found.count);
            if now == count {
                return (count >= min_count).then_some(pair);
            }
            self.heap.extend((now > 0).then_some((now, Reverse(pair))));
        }
        None
    }

    /// Merges a pair in all words.
    fn merge(&mut self, merge: Merge) {
        let Some(merged) = self.occurrences.remove(&(merge.left, merge.right)) else { return };
        for word in merged.words.iter().map(|word| *word as usize) {
            let (ids, count) = &mut self.words[word];
            for pair in ids.windows(2) {
                if let Some(found) = self.occurrences.get_mut(&(pair[0], pair[1])) {
                    found.count -= *count;
                }
            }
            let mut kept = 0;
            let mut at = 0;
            while at < ids.len() {
                let both = ids[at] == merge.left && ids.get(at + 1) == Some(&merge.right);
                ids[kept] = if both { merge.whole } else { ids[at] };
                at += if both { 2 } else { 1 };
                kept += 1;
            }
            ids.truncate(kept);
            self.count(word, Some(merge.whole));
        }
        let made = |pair: &(u32, u32)| pair.0 == merge.whole || pair.1 == merge.whole;
        let new = self.occurrences.iter().filter(|(pair, _)| made(pair));
        self.heap.extend(new.map(|(pair, found)| (found.count, Reverse(*pair))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "low low low low low lower lower newest newest newest newest newest newest widest widest widest";

    /// Counts all pairs of all words anew before every merge.
    fn naive(text: &str, n_merges: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
        let plain = train([], &Training { vocab_size: 256, special: &[], min_count: 1 }).unwrap();
        let mut words = Vec::new();
        plain.each_word(text, &mut |word| words.push(word.bytes().map(u32::from).collect::<Vec<_>>()));
        let mut tokens: Vec<Vec<u8>> = (0..=255).map(|byte| vec![byte]).collect();
        let mut merges = Vec::new();
        for _ in 0..n_merges {
            let mut counts: BTreeMap<(u32, u32), i64> = BTreeMap::new();
            words
                .iter()
                .flat_map(|word| word.windows(2))
                .for_each(|pair| *counts.entry((pair[0], pair[1])).or_default() += 1);
            let Some((pair, _)) = counts.into_iter().min_by_key(|(pair, count)| (-count, *pair)) else { break };
            let [left, right] = [pair.0, pair.1].map(|id| tokens[id as usize].clone());
            let whole = tokens.len() as u32;
            tokens.push([left.as_slice(), &right].concat());
            merges.push((left, right));
            for word in &mut words {
                let mut merged: Vec<u32> = Vec::new();
                let mut rest = word.as_slice();
                while let Some((first, after)) = rest.split_first() {
                    let both = (*first, after.first()) == (pair.0, Some(&pair.1));
                    merged.push(if both { whole } else { *first });
                    rest = if both { &after[1..] } else { after };
                }
                *word = merged;
            }
        }
        merges
    }

    fn merges(tokenizer: &Tokenizer) -> Vec<(Vec<u8>, Vec<u8>)> {
        let bytes = |id| tokenizer.bytes(id).to_vec();
        tokenizer.merges.list().iter().map(|merge| (bytes(merge.left), bytes(merge.right))).collect()
    }

    #[test]
    fn merges_are_those_of_counting_anew() {
        let many: String =
            (0..400_u32).map(|n| format!(" {}aa{}", n * 7919 % 101, "ab".repeat(n as usize % 9))).collect();
        for (text, n) in [(TEXT, 30), (&many, 120)] {
            let training = Training { vocab_size: 256 + n, special: &[], min_count: 1 };
            assert_eq!(merges(&train([text], &training).unwrap()), naive(text, n));
        }
    }

    #[test]
    fn the_first_merges_are_those_of_the_paper() {
        // Sennrich et al. 2016, algorithm 1, has e s, es t, est </w>, l o, lo w for these words. Here a word has no
        // mark of its end.
        let tokenizer = train([TEXT], &Training { vocab_size: 260, special: &[], min_count: 2 }).unwrap();
        let found: Vec<_> = merges(&tokenizer).into_iter().map(|pair| [pair.0, pair.1].concat()).collect();
        assert_eq!(found, ["es", "est", "lo", "low"].map(|token| token.as_bytes().to_vec()));
    }

    #[test]
    fn what_is_rare_or_special_makes_no_token() {
        let training = Training { vocab_size: 300, special: &["<|end|>"], min_count: 3 };
        let tokenizer = train(["abab<|end|>", "ab<|end|>cd"], &training).unwrap();
        assert_eq!(merges(&tokenizer), [(b"a".to_vec(), b"b".to_vec())]);
        assert_eq!(tokenizer.encode("ab<|end|>c"), [257, 0, 1 + u32::from(b'c')]);
        assert_eq!(tokenizer.special_ids().collect::<Vec<_>>(), [0]);
        let small = Training { vocab_size: 256, ..training };
        let message = train([], &small).unwrap_err().to_string();
        assert!(message.starts_with("a vocabulary of 256 entries cannot be trained: 257 are needed"), "{message}");
    }
}
