//! What a floating-point number is made of.

/// A finite number without its sign: `mantissa` · 2^`exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts {
    pub mantissa: u64,
    pub exponent: i32,
    /// Whether the next smaller number is half as far as the next larger one.
    pub is_at_step: bool,
}

impl Parts {
    pub fn of(x: f64) -> Self {
        Self::of_bits(x.to_bits() & (u64::MAX >> 1), 52, 1075)
    }

    pub fn of_single(x: f32) -> Self {
        Self::of_bits(u64::from(x.to_bits() & (u32::MAX >> 1)), 23, 150)
    }

    /// Source: IEEE 754-2019, §3.4.
    fn of_bits(bits: u64, n_bits: u32, bias: i32) -> Self {
        let (biased, fraction) = ((bits >> n_bits) as i32, bits & ((1 << n_bits) - 1));
        let mantissa = if biased == 0 { fraction } else { fraction | 1 << n_bits };
        Self { mantissa, exponent: biased.max(1) - bias, is_at_step: fraction == 0 && biased > 1 }
    }
}
