//! Numbers as text: to be read back as the same ones, and in messages.

mod big;
mod parts;
mod read;
mod shortest;

pub use read::read;
pub use shortest::{shortest, shortest_single};

use std::fmt;

/// A number as a message shows it: a whole one in full, another with at most six significant digits, none in
/// exponential form.
///
/// The standard library writes the shortest number that is read back as the same one, which is 7 KB of a WebAssembly
/// module after gzip; what a reader is told needs no more digits than every 32-bit float keeps.
///
/// ```
/// use ml::decimal::Decimal;
///
/// assert_eq!(Decimal(f64::from(1e-8_f32)).to_string(), "0.00000001");
/// assert_eq!(format!("{}, {}, {}", Decimal(-0.5), Decimal(400.0), Decimal(2.0 / 3.0)), "-0.5, 400, 0.666667");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decimal(pub f64);

/// Whole numbers up to this are written in full.
const MOST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Ten to the number of significant digits.
const DIGITS: f64 = 1e6;

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        if size.is_nan() {
            return f.write_str("NaN");
        }
        if self.0 < 0.0 {
            f.write_str("-")?;
        }
        if size == f64::INFINITY {
            return f.write_str("inf");
        }
        if size <= MOST_WHOLE && size == (size as u64) as f64 {
            return write!(f, "{}", size as u64);
        }
        let (mut scaled, mut power) = (size, 0);
        while scaled < DIGITS / 10.0 {
            (scaled, power) = (scaled * 10.0, power - 1);
        }
        while scaled >= DIGITS {
            (scaled, power) = (scaled / 10.0, power + 1);
        }
        let mut digits = (scaled + 0.5) as u64;
        while digits.is_multiple_of(10) {
            (digits, power) = (digits / 10, power + 1);
        }
        let digits = digits.to_string();
        // How many of the digits stand before the point.
        let n_whole = digits.len() as i32 + power;
        if n_whole <= 0 {
            f.write_str("0.")?;
            (n_whole..0).try_for_each(|_| f.write_str("0"))?;
            return f.write_str(&digits);
        }
        for (at, digit) in (0..).zip(digits.bytes()) {
            if at == n_whole {
                f.write_str(".")?;
            }
            write!(f, "{}", digit - b'0')?;
        }
        (0..power).try_for_each(|_| f.write_str("0"))
    }
}

#[cfg(test)]
mod tests;
