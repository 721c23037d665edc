//! Seeded chance: a post depends on the seed and its number alone, never on the order of calls.

/// SplitMix64. Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 16.
#[derive(Clone, Debug)]
pub struct Chance(u64);

/// The odd number next to 2⁶⁴ divided by the golden ratio.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl Chance {
    /// The stream of post `post_idx` under `seed`.
    pub fn of(seed: u64, post_idx: usize) -> Self {
        let mut chance = Self(seed ^ (post_idx as u64).wrapping_mul(GAMMA));
        // Neighbours begin near each other; one step takes them apart.
        chance.0 = chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `n`, which is small against 2⁶⁴, so that no number comes noticeably oftener; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n.max(1) as u64)).unwrap_or(0)
    }

    /// At least 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// One of them; nothing of nothing.
    pub fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three numbers of seed 1234567. Source: the algorithm evaluated in Python's whole numbers, as in
    /// Rosetta Code, "Pseudo-random numbers/Splitmix64".
    #[test]
    fn the_stream_is_splitmix64() {
        let mut chance = Chance(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([chance.next(), chance.next(), chance.next()], expected);
    }
}
