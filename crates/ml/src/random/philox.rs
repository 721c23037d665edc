//! The bijection itself.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// The golden ratio and √3 − 1, as 32-bit fractions.
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// Philox4x32-10: four random words for a counter and a key.
///
/// Source: Salmon et al. 2011, §3.3; the constants are those of Random123.
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut x, mut key) = (counter, key);
    for round in 0..ROUNDS {
        if round > 0 {
            key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        }
        let left = u64::from(MULTIPLIERS[0]) * u64::from(x[0]);
        let right = u64::from(MULTIPLIERS[1]) * u64::from(x[2]);
        x = [(right >> 32) as u32 ^ x[1] ^ key[0], right as u32, (left >> 32) as u32 ^ x[3] ^ key[1], left as u32];
    }
    x
}
