//! Half precision in both its forms, to single precision and back.
//!
//! To single precision is exact. Back goes to the nearest, of two equally near to the one whose last bit is 0.
//!
//! Source: IEEE 754-2019, §3.4 and §4.3.1.

/// Of the 16 bits of binary16: one of sign, five of exponent (bias 15), ten of fraction.
pub fn f16_to_f32(bits: u16) -> f32 {
    let (sign, rest) = (u32::from(bits >> 15) << 31, u32::from(bits & 0x7fff));
    match rest {
        // Subnormal: a multiple of 2⁻²⁴.
        ..0x400 => f32::from_bits(sign | (rest as f32 / 16_777_216.0).to_bits()),
        // The exponent's bias becomes 127.
        0x400..0x7c00 => f32::from_bits(sign | ((rest << 13) + (112 << 23))),
        _ => f32::from_bits(sign | 0x7f80_0000 | (rest & 0x3ff) << 13),
    }
}

/// The nearest binary16: infinite from 65,520 on; a NaN keeps the upper bits of its payload and becomes quiet.
pub fn f32_to_f16(x: f32) -> u16 {
    let (sign, rest) = ((x.to_bits() >> 16 & 0x8000) as u16, x.to_bits() & 0x7fff_ffff);
    let magnitude = match rest {
        0x7f80_0001.. => 0x7e00 | (rest >> 13 & 0x3ff),
        // 65,520 lies halfway between the largest and what would come next.
        0x477f_f000.. => 0x7c00,
        // Normal from 2⁻¹⁴ on: the exponent's bias becomes 15, and what is cut off rounds.
        0x3880_0000.. => nearest(rest - (112 << 23), 13),
        // Subnormal: adding 1/2 brings the multiples of 2⁻²⁴ to the end of the fraction, where the sum rounds.
        _ => (f32::from_bits(rest) + 0.5).to_bits() - 0.5_f32.to_bits(),
    };
    sign | magnitude as u16
}

/// The upper half of binary32.
pub fn bf16_to_f32(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The nearest upper half; a NaN keeps the upper bits of its payload and becomes quiet.
pub fn f32_to_bf16(x: f32) -> u16 {
    let bits = x.to_bits();
    (if x.is_nan() { bits >> 16 | 0x40 } else { nearest(bits, 16) }) as u16
}

/// `bits` without the lowest `n`, rounded to the nearest, of two to the even one. A carry goes into the exponent.
fn nearest(bits: u32, n: u32) -> u32 {
    let odd = bits >> n & 1;
    (bits + (1 << (n - 1)) - 1 + odd) >> n
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn all_halves_become_what_they_are() {
        for bits in 0..=u16::MAX {
            let (f16, bf16) = (half::f16::from_bits(bits), half::bf16::from_bits(bits));
            if f16.is_nan() {
                assert!(f16_to_f32(bits).is_nan());
            } else {
                assert_eq!(f16_to_f32(bits).to_bits(), f16.to_f32().to_bits(), "{bits:#x}");
                assert_eq!(f32_to_f16(f16_to_f32(bits)), bits);
            }
            if bf16.is_nan() {
                assert!(bf16_to_f32(bits).is_nan());
            } else {
                assert_eq!(bf16_to_f32(bits).to_bits(), bf16.to_f32().to_bits(), "{bits:#x}");
                assert_eq!(f32_to_bf16(bf16_to_f32(bits)), bits);
            }
        }
    }

    #[test]
    fn singles_round_to_the_nearest_half_and_ties_to_even() {
        let check = |x: f32| {
            let (f16, bf16) = (half::f16::from_f32_const(x).to_bits(), half::bf16::from_f32(x).to_bits());
            assert_eq!((f32_to_f16(x), f32_to_bf16(x)), (f16, bf16), "{x:e} ({:#x})", x.to_bits());
        };
        // Every half, the middle between it and the next, and the singles beside both.
        for bits in 0..=u16::MAX {
            for around in [u32::from(bits) << 16, u32::from(bits) << 16 | 0x8000, f16_to_f32(bits).to_bits()] {
                for beside in [u32::MAX, 0, 1, 0x0fff, 0x1000, 0x1001] {
                    check(f32::from_bits(around.wrapping_add(beside)));
                }
            }
        }
        let mut random = Random::new(2026, 41);
        (0..1_000_000).for_each(|_| check(f32::from_bits(random.bits())));
        assert_eq!([65_519.0, 65_520.0, f32::INFINITY].map(f32_to_f16), [0x7bff, 0x7c00, 0x7c00]);
        assert!(f16_to_f32(f32_to_f16(f32::NAN)).is_nan() && bf16_to_f32(f32_to_bf16(f32::NAN)).is_nan());
    }
}
