//! Reading a decimal as the nearest double.

use super::{big::Big, parts::Parts};
use std::cmp::Ordering;

/// The largest power of ten that a double holds exactly.
const MOST_EXACT_POWER: u32 = 22;
/// Up to this it holds every whole number.
const MOST_EXACT_WHOLE: u64 = 1 << 53;

/// Half way between two doubles lies a number of at most 767 digits, so that of what follows these it matters only whether
/// it is nothing. A file may have a number of any length.
const MOST_DIGITS: i64 = 800;

/// The double nearest to what `text` says, of two equally near ones the even one: what the standard library reads, whose
/// tables are 10 KB of a WebAssembly module even after gzip. Words (`inf`, `nan`) are no numbers here.
///
/// Source: Clinger 1990, "How to read floating point numbers accurately", §3 for short decimals, and algorithm R of §4.
///
/// ```
/// use ml::decimal::read;
///
/// assert_eq!([read("0.0008"), read("-1e3"), read("1e-400")], [Some(0.0008), Some(-1000.0), Some(0.0)]);
/// assert_eq!([read("1,5"), read("e3"), read(".")], [None, None, None]);
/// ```
pub fn read(text: &str) -> Option<f64> {
    let magnitude = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, exponent) = magnitude.split_once(['e', 'E']).unwrap_or((magnitude, "0"));
    let is_negative = |text: &str| text.starts_with('-');
    let mut power = match exponent.parse::<i32>() {
        Ok(power) => i64::from(power),
        // A number of so many digits that none of them counts.
        Err(_) => {
            let far = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            let is_number = !far.is_empty() && far.bytes().all(|byte| byte.is_ascii_digit());
            if is_number && is_negative(exponent) {
                i64::from(i32::MIN)
            } else {
                is_number.then_some(i64::from(i32::MAX))?
            }
        }
    };
    let (mut whole, mut first, mut n_digits) = (Big::new(0), 0_u64, 0_i64);
    let (mut past_point, mut is_more) = (false, false);
    for byte in digits.bytes() {
        match byte {
            b'.' if !past_point => past_point = true,
            b'0'..=b'9' => {
                let digit = byte - b'0';
                if n_digits == MOST_DIGITS {
                    (is_more, power) = (is_more || digit > 0, power + i64::from(!past_point));
                    continue;
                }
                whole.multiply_add(10, digit.into());
                power -= i64::from(past_point);
                n_digits += i64::from(n_digits > 0 || digit > 0);
                // The first eighteen digits tell nearly where the number lies.
                if n_digits <= 18 {
                    first = first * 10 + u64::from(digit);
                }
            }
            _ => return None,
        }
    }
    if !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if is_more {
        whole.multiply_add(10, 1);
        (n_digits, power) = (n_digits + 1, power - 1);
    }
    let size = match n_digits + power {
        _ if first == 0 => 0.0,
        // The largest double has 309 digits before the point, the smallest 323 zeros behind it.
        310.. => f64::INFINITY,
        ..-330 => 0.0,
        _ => {
            let near = scale_by_ten(first as f64, (power + (n_digits - 18).max(0)) as i32);
            let is_exact =
                n_digits <= 18 && first <= MOST_EXACT_WHOLE && power.unsigned_abs() <= MOST_EXACT_POWER.into();
            if is_exact { near } else { refined(near.min(f64::MAX), &whole, power as i32) }
        }
    };
    Some(if is_negative(text) { -size } else { size })
}

/// The double nearest to `whole` · 10^`power`, from one that is close to it.
fn refined(mut near: f64, whole: &Big, power: i32) -> f64 {
    loop {
        let Parts { mantissa, exponent, is_at_step } = Parts::of(near);
        let is_even = mantissa.is_multiple_of(2);
        // Half way to the next numbers.
        match compare(whole, power, 2 * mantissa + 1, exponent - 1) {
            Ordering::Greater => {}
            Ordering::Equal if !is_even => {}
            _ => {
                let factor = if is_at_step { 4 } else { 2 };
                let is_below = near > 0.0
                    && match compare(whole, power, factor * mantissa - 1, exponent - (factor / 2) as i32) {
                        Ordering::Less => true,
                        Ordering::Equal => !is_even,
                        Ordering::Greater => false,
                    };
                if !is_below {
                    return near;
                }
                near = near.next_down();
                continue;
            }
        }
        near = near.next_up();
        if near.is_infinite() {
            return near;
        }
    }
}

/// Compares `whole` · 10^`power` with `n` · 2^`exponent`.
fn compare(whole: &Big, power: i32, n: u64, exponent: i32) -> Ordering {
    let (mut left, mut right) = (whole.clone(), Big::new(n));
    let by_ten = if power < 0 { &mut right } else { &mut left };
    by_ten.scale_by_ten(power.unsigned_abs());
    let by_two = if exponent < 0 { &mut left } else { &mut right };
    by_two.scale_by_two(exponent.unsigned_abs());
    left.compare(&right)
}

/// `value` · 10^`power`, with as few roundings as there are factors of 10²².
fn scale_by_ten(mut value: f64, power: i32) -> f64 {
    let mut left = power.unsigned_abs();
    while left > 0 && value != 0.0 && value.is_finite() {
        let step = left.min(MOST_EXACT_POWER);
        let factor = (0..step).fold(1.0, |product, _| product * 10.0);
        value = if power < 0 { value / factor } else { value * factor };
        left -= step;
    }
    value
}
