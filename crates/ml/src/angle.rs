//! Sine and cosine of the angles of rotary positions and of schedules.
//!
//! `x = n π/2 + r` with an integer `n` and `|r| ≤ π/4`; then the first terms of both Taylor series in nested form. `π/2`
//! is the sum of a part of 33 bits, whose product with `n` is exact, and a rest. The functions of `libm` serve all
//! arguments, up to 10³⁰⁸, which is 3 KB of a WebAssembly module after gzip.
//!
//! Source: Cody and Waite 1980, chapter 8, for the reduction; the two parts of π/2 are those of fdlibm.

/// `(sin x, cos x)`, within 4e-16 for `|x|` up to 10⁶ (beyond it the reduction loses digits).
pub fn sin_cos(x: f64) -> (f64, f64) {
    const HALF_PI: f64 = 1.570_796_326_734_125_6;
    const HALF_PI_REST: f64 = 6.077_100_506_506_192e-11;
    let n = (x * std::f64::consts::FRAC_2_PI + if x < 0.0 { -0.5 } else { 0.5 }) as i32;
    let r = x - f64::from(n) * HALF_PI - f64::from(n) * HALF_PI_REST;
    let square = r * r;
    let (mut sin, mut cos) = (1.0, 1.0);
    // The first terms left out are r¹⁹/19! and r²⁰/20!, below 10⁻¹⁹.
    for k in (1..=9).rev() {
        let k = 2.0 * f64::from(k);
        sin = 1.0 - square / (k * (k + 1.0)) * sin;
        cos = 1.0 - square / (k * (k - 1.0)) * cos;
    }
    sin *= r;
    match n & 3 {
        0 => (sin, cos),
        1 => (cos, -sin),
        2 => (-sin, -cos),
        _ => (-cos, sin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_equal_those_of_libm() {
        let few = (-4000..4000).map(|i| f64::from(i) * 0.001_7);
        let many = (0..20_000).map(|i| f64::from(i) * 50.001_3);
        for x in few.chain(many) {
            let (sin, cos) = sin_cos(x);
            let worst = (sin - libm::sin(x)).abs().max((cos - libm::cos(x)).abs());
            assert!(worst < 4e-16, "{x}: {worst:e}");
        }
        assert!(sin_cos(f64::NAN).0.is_nan());
    }
}
