//! The trigram model that the pocket model is measured against.
//!
//! Jelinek and Mercer's interpolation: `p(w | u, v) = λ₃ f(w | u, v) + λ₂ f(w | v) + λ₁ f(w) + λ₀ / V`, with the relative
//! frequencies `f` of the text of training. The four weights sum to 1 and depend on how often the history `u v` was
//! seen there, in [`BUCKETS`] classes; expectation maximisation fits them on a third part of the text, which is neither
//! that of training nor that of the test.
//!
//! Source: Jelinek and Mercer 1980, "Interpolated estimation of Markov source parameters from sparse data"; Chen and
//! Goodman 1999, "An empirical study of smoothing techniques for language modeling", §2.3.

use std::collections::HashMap;

/// Classes of histories: unseen, seen once, twice or thrice, four to seven times, and so on.
pub const BUCKETS: usize = 16;

/// Counts and weights.
#[derive(Debug)]
pub struct Trigram {
    unigrams: Vec<u32>,
    total: f64,
    bigrams: HashMap<u64, u32>,
    trigrams: HashMap<u64, u32>,
    /// How often `v` and `u v` stand before another token.
    histories: [HashMap<u64, u32>; 2],
    weights: [[f64; 4]; BUCKETS],
}

impl Trigram {
    /// Counts `tokens`, which are below `vocabulary`; all weights are equal until [`tune`](Self::tune).
    pub fn new(vocabulary: usize, tokens: &[u16]) -> Self {
        let mut unigrams = vec![0; vocabulary];
        tokens.iter().for_each(|&t| unigrams[usize::from(t)] += 1);
        let (mut bigrams, mut trigrams) = (HashMap::new(), HashMap::new());
        let mut histories = [HashMap::new(), HashMap::new()];
        for pair in tokens.windows(2) {
            *bigrams.entry(key(pair)).or_default() += 1;
            *histories[0].entry(key(&pair[..1])).or_default() += 1;
        }
        for triple in tokens.windows(3) {
            *trigrams.entry(key(triple)).or_default() += 1;
            *histories[1].entry(key(&triple[..2])).or_default() += 1;
        }
        Self { unigrams, total: tokens.len() as f64, bigrams, trigrams, histories, weights: [[0.25; 4]; BUCKETS] }
    }

    /// Fits the weights to `tokens` by `rounds` of expectation maximisation.
    pub fn tune(&mut self, tokens: &[u16], rounds: usize) {
        for _ in 0..rounds {
            let mut shares = [[0.0; 4]; BUCKETS];
            for triple in tokens.windows(3) {
                let (bucket, parts) = self.parts(triple);
                let weighted: [f64; 4] = std::array::from_fn(|i| self.weights[bucket][i] * parts[i]);
                let sum: f64 = weighted.iter().sum();
                shares[bucket].iter_mut().zip(weighted).for_each(|(share, w)| *share += w / sum);
            }
            for (weights, share) in self.weights.iter_mut().zip(shares) {
                let sum: f64 = share.iter().sum();
                if sum > 0.0 {
                    *weights = share.map(|s| s / sum);
                }
            }
        }
    }

    /// The mean loss on `tokens` from the third on, in nats.
    pub fn loss(&self, tokens: &[u16]) -> f64 {
        let losses = tokens.windows(3).map(|triple| {
            let (bucket, parts) = self.parts(triple);
            -parts.iter().zip(self.weights[bucket]).map(|(p, w)| p * w).sum::<f64>().ln()
        });
        losses.sum::<f64>() / tokens.len().saturating_sub(2).max(1) as f64
    }

    /// The class of the history, and the four estimates that are mixed.
    fn parts(&self, triple: &[u16]) -> (usize, [f64; 4]) {
        let of = |counts: &HashMap<u64, u32>, gram: &[u16]| f64::from(counts.get(&key(gram)).copied().unwrap_or(0));
        let seen = of(&self.histories[1], &triple[..2]);
        let ratio = |n: f64, of: f64| if of > 0.0 { n / of } else { 0.0 };
        let three = ratio(of(&self.trigrams, triple), seen);
        let two = ratio(of(&self.bigrams, &triple[1..]), of(&self.histories[0], &triple[1..2]));
        let one = f64::from(self.unigrams.get(usize::from(triple[2])).copied().unwrap_or(0)) / self.total;
        let bucket = (u64::BITS - (seen as u64).leading_zeros()) as usize;
        (bucket.min(BUCKETS - 1), [1.0 / self.unigrams.len() as f64, one, two, three])
    }
}

/// One number for up to three tokens.
fn key(gram: &[u16]) -> u64 {
    gram.iter().fold(1, |key, &token| key << 16 | u64::from(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one_after_a_seen_history() {
        let mut model = Trigram::new(4, &[0, 1, 2, 0, 1, 3, 0, 1, 2, 0]);
        model.tune(&[0, 1, 2, 0, 1, 2, 0, 1, 3], 5);
        let sum: f64 = (0..4).map(|w| (-model.loss(&[0, 1, w])).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{sum}");
    }

    #[test]
    fn equal_weights_by_hand() {
        // f(2 | 0 1) = 2/3, f(2 | 1) = 2/3, f(2) = 2/10, 1/4: their mean is 107/240.
        let model = Trigram::new(4, &[0, 1, 2, 0, 1, 3, 0, 1, 2, 0]);
        assert!((model.loss(&[0, 1, 2]) + (107.0f64 / 240.0).ln()).abs() < 1e-12);
    }

    #[test]
    fn tuning_lowers_the_loss_on_its_text_and_trusts_a_sure_trigram() {
        let text: Vec<u16> = (0..300).map(|i| i % 3).collect();
        let mut model = Trigram::new(3, &text);
        let before = model.loss(&text);
        model.tune(&text, 20);
        assert!(model.loss(&text) < before && model.loss(&text) < 0.01);
    }
}
