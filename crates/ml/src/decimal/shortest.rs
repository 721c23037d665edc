//! Writing a number so that it is read back as the same.

use super::{big::Big, parts::Parts};
use std::cmp::Ordering;

/// The shortest decimal that is read back as `x`, never in exponential form: what `x.to_string()` gives, with a
/// fraction of its code.
///
/// Source: Burger and Dybvig 1996, "Printing floating-point numbers quickly and accurately", §3, free format.
///
/// ```
/// use ml::decimal::shortest;
///
/// assert_eq!([0.0008, -2.0, 1e21].map(shortest), ["0.0008", "-2", "1000000000000000000000"]);
/// ```
pub fn shortest(x: f64) -> String {
    written(x, Parts::of(x))
}

/// The same of a number of 32 bits, which takes fewer digits.
pub fn shortest_single(x: f32) -> String {
    written(x.into(), Parts::of_single(x))
}

fn written(x: f64, parts: Parts) -> String {
    let mut out = String::from(if x.is_sign_negative() && !x.is_nan() { "-" } else { "" });
    if !x.is_finite() || x == 0.0 {
        out.push_str(if x.is_nan() {
            "NaN"
        } else if x == 0.0 {
            "0"
        } else {
            "inf"
        });
        return out;
    }
    let (digits, n_whole) = digits(x.abs(), parts);
    if n_whole <= 0 {
        out.push_str("0.");
        (n_whole..0).for_each(|_| out.push('0'));
    }
    for (at, digit) in (0..).zip(&digits) {
        if at == n_whole && at > 0 {
            out.push('.');
        }
        out.push(char::from(b'0' + digit));
    }
    (digits.len() as i32..n_whole).for_each(|_| out.push('0'));
    out
}

/// The digits, and how many of them stand before the point.
fn digits(x: f64, parts: Parts) -> (Vec<u8>, i32) {
    // x = rest / unit, and half way to its neighbours lie (rest + above) / unit and (rest - below) / unit.
    let mut rest = Big::new(4 * parts.mantissa);
    let mut unit = Big::new(4);
    let (mut above, mut below) = (Big::new(2), Big::new(if parts.is_at_step { 1 } else { 2 }));
    let by_two = parts.exponent.unsigned_abs();
    if parts.exponent < 0 {
        unit.scale_by_two(by_two);
    } else {
        [&mut rest, &mut above, &mut below].into_iter().for_each(|n| n.scale_by_two(by_two));
    }
    // The logarithm is at most one too small, and then what follows finds a tenth too much.
    let mut n_whole = (libm::log10(x) - 1e-10).ceil() as i32;
    let by_ten = n_whole.unsigned_abs();
    if n_whole < 0 {
        [&mut rest, &mut above, &mut below].into_iter().for_each(|n| n.scale_by_ten(by_ten));
    } else {
        unit.scale_by_ten(by_ten);
    }
    // A number half way is read as the even one.
    let is_even = parts.mantissa.is_multiple_of(2);
    let reaches = |rest: &Big, above: &Big, unit: &Big| {
        let mut sum = rest.clone();
        sum.add(above);
        let order = sum.compare(unit);
        order == Ordering::Greater || (is_even && order == Ordering::Equal)
    };
    if reaches(&rest, &above, &unit) {
        n_whole += 1;
        unit.scale_by_ten(1);
    }
    let mut digits = Vec::new();
    loop {
        [&mut rest, &mut above, &mut below].into_iter().for_each(|n| n.scale_by_ten(1));
        let mut digit = 0;
        while rest.compare(&unit) != Ordering::Less {
            rest.subtract(&unit);
            digit += 1;
        }
        let order = rest.compare(&below);
        let is_low = order == Ordering::Less || (is_even && order == Ordering::Equal);
        let is_high = reaches(&rest, &above, &unit);
        if is_low || is_high {
            // Of two that are read as the same, the nearer.
            rest.scale_by_two(1);
            let rounds_up = is_high && (!is_low || rest.compare(&unit) != Ordering::Less);
            digits.push(digit + u8::from(rounds_up));
            return (digits, n_whole);
        }
        digits.push(digit);
    }
}
