//! Transcendental functions by polynomials. `reference/polynomials.py` computes the coefficients.

use super::Lanes;

/// Evaluates `c₀ + c₁ x + c₂ x² + …`.
///
/// Source: Horner 1819.
#[inline(always)]
fn polynomial<L: Lanes>(x: L, coefficients: &[f32]) -> L {
    let mut reversed = coefficients.iter().rev();
    let Some(&first) = reversed.next() else { return L::zero() };
    let mut sum = L::splat(first);
    for &coefficient in reversed {
        sum = sum.mul_add(x, L::splat(coefficient));
    }
    sum
}

/// `exp(x)`, with a relative error of at most 1.5e-7 where the result is normal (x ≥ −87.3); infinite above 88.72,
/// and through the subnormal numbers to 0 below −104.
///
/// `x = n ln 2 + r` with an integer `n` and `|r| ≤ ln(2)/2`; `exp(r) = 1 + r + r² P(r)` with a polynomial `P` of
/// degree 4. `ln 2` is the sum of a part of 9 bits, whose product with `n` is exact, and a rest. `2ⁿ` is two factors,
/// so that both are normal.
///
/// Source: Cody and Waite 1980, chapter 6, for the reduction.
#[inline(always)]
pub(crate) fn exp<L: Lanes>(x: L) -> L {
    /// 1.5 · 2²³: added to a small number, it leaves the nearest integer in the low bits.
    const SHIFT: f32 = 12_582_912.0;
    /// 355/512.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const P: [f32; 5] = [0.499_999_94, 0.166_665_2, 0.041_668_393, 0.008_368_781, 0.001_381_446_7];
    let shift = L::splat(SHIFT);
    // In this order of operands a NaN stays one.
    let x = L::splat(89.0).min(L::splat(-105.0).max(x));
    let n = x.mul_add(L::splat(std::f32::consts::LOG2_E), shift).sub(shift);
    let r = n.mul_add(L::splat(-LN_2_HIGH), x);
    let r = n.mul_add(L::splat(-LN_2_LOW), r);
    let value = polynomial(r, &P).mul_add(r.mul(r), r).add(L::splat(1.0));
    let half = n.mul_add(L::splat(0.5), shift);
    let rest = n.sub(half.sub(shift)).add(shift);
    value.mul(half.exp2_of_shifted()).mul(rest.exp2_of_shifted())
}

/// `exp(x)` for x ≤ 88, in two thirds of the time; of a number below −87.3, what `exp` of that is. The relative error
/// is at most 2e-7 + 6e-8 |x|: what an error of half a unit in the last place of `x` does to the result.
///
/// `x/ln 2 = n + f` with an integer `n` and `|f| ≤ 1/2`; `2^f = 1 + f P(f)` with a polynomial `P` of degree 4.
#[inline(always)]
pub(crate) fn exp_below_88<L: Lanes>(x: L) -> L {
    const SHIFT: f32 = 12_582_912.0;
    #[expect(clippy::approx_constant, reason = "near ln 2, as it must be, and not equal")]
    const P: [f32; 5] = [0.693_147, 0.240_222_41, 0.055_507_35, 0.009_671_619, 0.001_326_459_1];
    let shift = L::splat(SHIFT);
    // In this order of operands a NaN stays one.
    let y = L::splat(-126.0).max(x.mul(L::splat(std::f32::consts::LOG2_E)));
    let shifted = y.add(shift);
    let f = y.sub(shifted.sub(shift));
    polynomial(f, &P).mul_add(f, L::splat(1.0)).mul(shifted.exp2_of_shifted())
}

/// `1 / (1 + exp(−x))`, with a relative error of at most 3e-7 where the result is normal.
#[inline(always)]
pub(crate) fn sigmoid<L: Lanes>(x: L) -> L {
    let one = L::splat(1.0);
    one.div(one.add(exp(x.neg())))
}

/// `tanh(x)`, with a relative error of at most 3e-7.
///
/// `x + x³ P(x²)` with a polynomial `P` of degree 4 where `|x| < 0.625`, else `1 − 2 / (exp(2|x|) + 1)` with the sign
/// of `x`.
#[inline(always)]
pub(crate) fn tanh<L: Lanes>(x: L) -> L {
    const P: [f32; 5] = [-0.333_332_8, 0.133_314_42, -0.053_739_715, 0.020_639_088, -0.005_704_987];
    let (one, two) = (L::splat(1.0), L::splat(2.0));
    let square = x.mul(x);
    let near = polynomial(square, &P).mul_add(square.mul(x), x);
    let size = x.abs();
    let far = one.sub(two.div(exp(size.mul(two)).add(one)));
    let far = x.if_below(L::zero(), far.neg(), far);
    size.if_below(L::splat(0.625), near, far)
}

/// `erfc(|x|/√2)/2`, the probability that a normal number exceeds `|x|`, and `exp(−x²/2)`.
/// The relative error of the first is at most 6e-7 for `|x| ≤ 3`; beyond it is that of rounding `x²/2`.
///
/// `erfc(a) exp(a²) = t P(t)` with `t = 1/(1 + 0.35 a)` and a polynomial `P` of degree 9, for 0 ≤ a ≤ 10.
///
/// Source: the form is that of Hastings 1955, with more terms.
#[inline(always)]
pub(crate) fn half_erfc<L: Lanes>(x: L) -> (L, L) {
    const SLOPE: f32 = 0.35 * std::f32::consts::FRAC_1_SQRT_2;
    const P: [f32; 10] = [
        0.197_483_78,
        0.197_138_35,
        0.187_902_39,
        0.151_186_23,
        0.146_042_03,
        0.087_019_07,
        -0.027_706_07,
        0.181_461_57,
        -0.158_928_44,
        0.038_401_082,
    ];
    let one = L::splat(1.0);
    let bell = exp(x.mul(x).mul(L::splat(-0.5)));
    let t = one.div(x.abs().mul_add(L::splat(SLOPE), one));
    (polynomial(t, &P).mul(t).mul(bell).mul(L::splat(0.5)), bell)
}
