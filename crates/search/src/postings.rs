//! The posts that have a term, in as few bits as their order and their scores take.
//!
//! Posts of the same score stand together, the highest score first, each group with its numbers in ascending order.
//! So a score is written once, and what it would have cost beside each post is in the order. Of a number its distance
//! from the one before is written as a Rice code: Rice and Plaunt 1971, "Adaptive Variable-Length Coding for Efficient
//! Compression of Spacecraft Television Data"; for posting lists Witten, Moffat and Bell 1999, "Managing Gigabytes",
//! §3.3. Packing gains nothing on it.
//!
//! A term that most posts have is marked by a zero before the first group; only the posts where it stands out have it
//! here. Layout of a group: its score in a byte, how many posts it has, and their codes, lowest bit first, up to a whole byte.

use crate::{Damage, bytes::Reader};

/// The posts that have a term.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Postings<'b>(pub(crate) &'b [u8]);

/// How many bits of a distance are written as they are. In a group of a random `n` of `n_all` posts distances have a
/// geometric distribution, whose best divisor is ln 2 times the mean.
fn n_low_bits(n: u32, n_all: u32) -> u32 {
    (u64::from(n_all) * 11 / 16 / u64::from(n.max(1))).max(1).ilog2()
}

/// Marks a term that most posts have. No score is as low.
const IS_EVERYWHERE: u8 = 0;

impl Postings<'_> {
    /// Whether most posts have the term, so that it is kept only where it stands out.
    pub(crate) fn is_everywhere(&self) -> bool {
        self.0.first() == Some(&IS_EVERYWHERE)
    }

    /// Tells each post's number, of `n_all`, and its score.
    pub(crate) fn each(&self, n_all: u32, mut tell: impl FnMut(u32, u8)) -> Result<(), Damage> {
        let mut reader = Reader(self.0);
        if self.is_everywhere() {
            reader.byte()?;
        }
        while !reader.0.is_empty() {
            let (score, n_posts) = (reader.byte()?, reader.number()?);
            let n_low = n_low_bits(n_posts, n_all);
            let mut bits = Bits { rest: reader.0, held: 0, n_held: 0 };
            let mut next = 0_u32;
            for _ in 0..n_posts {
                let n_high = bits.run()?;
                let distance =
                    n_high.checked_shl(n_low).filter(|high| high >> n_low == n_high).ok_or(Damage::Broken)?;
                let post = next.checked_add(distance | bits.take(n_low)?);
                let post = post.filter(|post| *post < n_all).ok_or(Damage::Broken)?;
                tell(post, score);
                next = post + 1;
            }
            reader.0 = bits.behind(reader.0);
        }
        Ok(())
    }
}

/// Bits of bytes, the lowest first.
struct Bits<'b> {
    rest: &'b [u8],
    /// Bits that were taken from the bytes and not asked for yet, as many as `n_held`; all above are zero.
    held: u64,
    n_held: u32,
}

impl<'b> Bits<'b> {
    fn fill(&mut self) {
        while self.n_held <= 56
            && let Some((byte, rest)) = self.rest.split_first()
        {
            self.held |= u64::from(*byte) << self.n_held;
            self.n_held += 8;
            self.rest = rest;
        }
    }

    fn drop(&mut self, n_bits: u32) {
        self.held = self.held.checked_shr(n_bits).unwrap_or(0);
        self.n_held -= n_bits;
    }

    /// How many ones stand before the next zero.
    fn run(&mut self) -> Result<u32, Damage> {
        let mut n_ones = 0;
        loop {
            self.fill();
            let n = self.held.trailing_ones().min(self.n_held);
            n_ones += n;
            if n < self.n_held {
                self.drop(n + 1);
                return Ok(n_ones);
            }
            if self.n_held == 0 {
                return Err(Damage::Broken);
            }
            self.drop(n);
        }
    }

    fn take(&mut self, n_bits: u32) -> Result<u32, Damage> {
        self.fill();
        if self.n_held < n_bits {
            return Err(Damage::Broken);
        }
        let number = self.held & ((1 << n_bits) - 1);
        self.drop(n_bits);
        Ok(number as u32)
    }

    /// What follows the last byte of which a bit was asked for, of the `bytes` that these began with.
    fn behind(&self, bytes: &'b [u8]) -> &'b [u8] {
        let n_left = self.rest.len() + (self.n_held / 8) as usize;
        bytes.get(bytes.len() - n_left..).unwrap_or_default()
    }
}

/// Scores that the posts of one term may have: what is told apart of the best.
#[cfg(feature = "build")]
const N_SCORES: u32 = 16;

/// Writes [`Postings`].
#[cfg(feature = "build")]
#[derive(Clone, Debug, Default)]
pub(crate) struct Writer {
    /// The posts of each score.
    groups: [Vec<u32>; N_SCORES as usize],
}

#[cfg(feature = "build")]
impl Writer {
    /// Of these posts of `n_all`, with their numbers in ascending order and scores from 1.
    pub(crate) fn write(&mut self, posts: &[(u32, u8)], is_everywhere: bool, n_all: u32, out: &mut Vec<u8>) {
        if is_everywhere {
            out.push(IS_EVERYWHERE);
        }
        let best = posts.iter().map(|(_, score)| u32::from(*score)).max().unwrap_or(1).max(1);
        self.groups.iter_mut().for_each(Vec::clear);
        for (post, score) in posts {
            let level = (u32::from(*score) * N_SCORES).div_ceil(best).clamp(1, N_SCORES);
            self.groups[level as usize - 1].push(*post);
        }
        for (group, level) in self.groups.iter().zip(1..N_SCORES + 1).rev().filter(|(group, _)| !group.is_empty()) {
            out.push((level * best).div_ceil(N_SCORES) as u8);
            crate::bytes::push_number(out, group.len() as u32);
            codes(group, n_low_bits(group.len() as u32, n_all), out);
        }
    }
}

#[cfg(feature = "build")]
fn codes(numbers: &[u32], n_low: u32, out: &mut Vec<u8>) {
    // The bits that fill no byte yet.
    let (mut bits, mut n_bits) = (0_u64, 0);
    let mut push = |value: u32, n: u32| {
        bits |= u64::from(value) << n_bits;
        n_bits += n;
        while n_bits >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            n_bits -= 8;
        }
    };
    let mut next = 0;
    for number in numbers {
        let distance = number - next;
        (0..distance >> n_low).for_each(|_| push(1, 1));
        push(0, 1);
        push(distance & ((1 << n_low) - 1), n_low);
        next = number + 1;
    }
    push(0, 7);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(posts: &[(u32, u8)], n_all: u32) -> Vec<u8> {
        let mut out = Vec::new();
        Writer::default().write(posts, false, n_all, &mut out);
        out
    }

    fn read(bytes: &[u8], n_all: u32) -> Result<Vec<(u32, u8)>, Damage> {
        let mut posts = Vec::new();
        Postings(bytes).each(n_all, |post, score| posts.push((post, score)))?;
        posts.sort_unstable();
        Ok(posts)
    }

    /// A group of three of sixteen posts by hand: eleven sixteenths of 16 by 3 are 3, so one low bit. The distances 2, 0
    /// and 6 are 10 0, 0 0 and 1110 0, each from left to right.
    #[test]
    fn a_group_is_a_score_a_number_and_rice_codes() {
        let bytes = written(&[(2, 7), (3, 7), (10, 7)], 16);
        assert_eq!(bytes, [7, 3, 0b1110_0001, 0b0000_0000]);
        assert_eq!(read(&bytes, 16), Ok(vec![(2, 7), (3, 7), (10, 7)]));
    }

    #[test]
    fn posts_come_back_with_scores_within_a_sixteenth_of_the_best() {
        for (n_all, every) in [(1, 1), (13, 1), (13, 5), (10_000, 1), (10_000, 3), (10_000, 997), (1_000_000, 31)] {
            let posts: Vec<(u32, u8)> = (0..n_all)
                .step_by(every)
                .map(|post: u32| (post, (post.wrapping_mul(2_654_435_761) >> 24) as u8 | 1))
                .collect();
            let back = read(&written(&posts, n_all), n_all).unwrap();
            assert_eq!(back.len(), posts.len());
            for ((post, score), (given, true_score)) in back.into_iter().zip(posts) {
                assert!(post == given && score >= true_score && score - true_score <= 16, "{post}: {score}");
            }
        }
    }

    #[test]
    fn a_term_of_most_posts_is_marked() {
        for posts in [&[][..], &[(2, 7), (3, 7), (10, 7)]] {
            let (mut marked, plain) = (Vec::new(), written(posts, 16));
            Writer::default().write(posts, true, 16, &mut marked);
            assert!(Postings(&marked).is_everywhere() && !Postings(&plain).is_everywhere());
            assert_eq!((marked[0], &marked[1..]), (0, plain.as_slice()));
            assert_eq!(read(&marked, 16), Ok(posts.to_vec()));
        }
    }

    /// What a random half of all posts costs beside its entropy, one bit a post of all.
    #[test]
    fn codes_are_near_the_entropy() {
        let is_in = |post: &u32| post.wrapping_mul(2_654_435_761) >> 16 & 1 == 1;
        let posts: Vec<(u32, u8)> = (0..80_000).filter(is_in).map(|post| (post, 9)).collect();
        let n_bytes = written(&posts, 80_000).len();
        assert!(n_bytes < 10_600, "{n_bytes} bytes where 10,000 are the least");
    }

    #[test]
    fn damage_is_told() {
        let whole = written(&[(2, 7), (3, 9), (10, 255)], 16);
        for at in 1..whole.len() {
            let _ = read(&whole[..at], 16);
        }
        for bytes in [&[7][..], &[7, 3], &[7, 1, 0xff, 0xff], &[7, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]] {
            assert_eq!(read(bytes, 16), Err(Damage::Broken), "{bytes:?}");
        }
        assert_eq!(read(&written(&[(15, 1)], 16), 15), Err(Damage::Broken), "no such post");
    }
}
