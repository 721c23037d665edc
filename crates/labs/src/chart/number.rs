//! Numbers as a reader meets them on a chart.

use crate::text::holds;

/// At most three significant digits, thousands separated, a true minus sign: `1,230`, `0.0123`, `−4.5e−7`.
pub fn short(x: f64) -> String {
    significant(x, 3)
}

/// As [`short`], with so many significant digits; a whole number below a million is written in full.
pub fn significant(x: f64, n_digits: i32) -> String {
    if x.is_nan() {
        return "not a number".to_owned();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞" } else { "−∞" }.to_owned();
    }
    if x == 0.0 {
        return "0".to_owned();
    }
    if x.fract() == 0.0 && x.abs() < 1e6 {
        return fixed(x, 0);
    }
    let exponent = exponent(x, n_digits);
    if !(-4..6).contains(&exponent) {
        let mantissa = trimmed(fixed(x / 10f64.powi(exponent), n_digits - 1));
        let sign = if exponent < 0 { "−" } else { "" };
        return format!("{mantissa}e{sign}{}", exponent.unsigned_abs());
    }
    trimmed(fixed(x, (n_digits - 1 - exponent).max(0)))
}

/// So many digits after the point.
pub fn fixed(x: f64, n_decimals: i32) -> String {
    let scaled = (x.abs() * 10f64.powi(n_decimals)).round();
    if scaled >= 1e18 {
        return significant(x, 3);
    }
    let mut digits = (scaled as u64).to_string();
    let n_decimals = n_decimals as usize;
    while digits.len() <= n_decimals {
        digits.insert(0, '0');
    }
    let (whole, fraction) = digits.split_at_checked(digits.len() - n_decimals).unwrap_or((&digits, ""));
    let mut text = String::from(if x < 0.0 && scaled > 0.0 { "−" } else { "" });
    for (digit_idx, digit) in whole.chars().enumerate() {
        if digit_idx > 0 && (whole.len() - digit_idx).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// The power of ten of the first digit that is left after rounding to so many.
fn exponent(x: f64, n_digits: i32) -> i32 {
    let exponent = x.abs().log10().floor() as i32;
    let rounded = (x.abs() / 10f64.powi(exponent - n_digits + 1)).round();
    if rounded >= 10f64.powi(n_digits) { exponent + 1 } else { exponent }
}

fn trimmed(text: String) -> String {
    if holds(&text, ".") { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A coordinate of a drawing, to a tenth of a unit, as short as SVG allows.
pub fn push_coordinate(out: &mut String, x: f64) {
    let tenths = (x * 10.0).round().clamp(-1e6, 1e6) as i32;
    if tenths < 0 {
        out.push('-');
    }
    let tenths = tenths.unsigned_abs();
    if tenths >= 10 || tenths == 0 {
        push_whole(out, tenths / 10);
    }
    if !tenths.is_multiple_of(10) {
        out.push('.');
        push_whole(out, tenths % 10);
    }
}

/// A whole number; quicker than the formatting machinery, which a redraw at each frame feels.
pub fn push_whole(out: &mut String, mut n: u32) {
    let mut digits = [0u8; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_say_enough() {
        let cases = [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.012345, "0.0123"),
            (-5.12345, "−5.12"),
            (99.96, "100"),
            (9.996, "10"),
            (1234.0, "1,234"),
            (1234.4, "1,234"),
            (123456.7, "123,457"),
            (1e6, "1e6"),
            (1.5e9, "1.5e9"),
            (-4.5e-7, "−4.5e−7"),
            (0.0001, "0.0001"),
            (9.999e-5, "0.0001"),
            (f64::NAN, "not a number"),
            (f64::NEG_INFINITY, "−∞"),
        ];
        for (x, text) in cases {
            assert_eq!(short(x), text, "{x}");
        }
    }

    #[test]
    fn decimals_are_as_many_as_asked() {
        assert_eq!(fixed(0.05, 2), "0.05");
        assert_eq!(fixed(-0.004, 2), "0.00");
        assert_eq!(fixed(1234567.0, 0), "1,234,567");
        assert_eq!(fixed(2.0, 1), "2.0");
    }

    #[test]
    fn coordinates_are_short() {
        let text = |x| {
            let mut out = String::new();
            push_coordinate(&mut out, x);
            out
        };
        let cases = [(0.0, "0"), (12.04, "12"), (12.06, "12.1"), (-0.3, "-.3"), (0.96, "1"), (-12.5, "-12.5")];
        for (x, expected) in cases {
            assert_eq!(text(x), expected, "{x}");
        }
        assert_eq!(text(f64::NAN), "0");
    }
}
