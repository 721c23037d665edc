//! The points: noisy, endless, and the same in whatever order they are asked for.

/// The line that the points scatter about: slope and intercept.
pub const TRUTH: (f64, f64) = (2.0, -1.0);

/// Width of the noise, which is uniform about the line.
pub const NOISE: f64 = 0.4;

/// The point of this number, `(x, y)` with `x` uniform in [−1, 1].
pub fn sample(seed: u64, index: u64) -> (f64, f64) {
    let unit = |stream: u64| mix(seed ^ mix(index ^ mix(stream))) as f64 / u64::MAX as f64 - 0.5;
    let x = 2.0 * unit(0);
    (x, TRUTH.0 * x + TRUTH.1 + NOISE * unit(1))
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014).
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first three outputs of SplitMix64 from the seed 1234567: the state is the seed plus a
    /// multiple of its constant. Origin: Vigna's `splitmix64.c`, as Rosetta Code lists them.
    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let state = |n: u64| 1_234_567_u64.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        assert_eq!([0, 1, 2].map(|n| mix(state(n))), [6457827717110365317, 3203168211198807973, 9817491932198370423]);
    }

    /// Moments of uniform variables: the mean of x is 0 and its variance 1/3, that of the noise NOISE²/12.
    #[test]
    fn points_scatter_about_the_line() {
        let n = 20_000;
        let points: Vec<_> = (0..n).map(|index| sample(7, index)).collect();
        let mean = |f: &dyn Fn(f64, f64) -> f64| points.iter().map(|(x, y)| f(*x, *y)).sum::<f64>() / n as f64;
        assert!(mean(&|x, _| x).abs() < 0.02);
        assert!((mean(&|x, _| x * x) - 1.0 / 3.0).abs() < 0.01);
        let noise = mean(&|x, y| (y - TRUTH.0 * x - TRUTH.1).powi(2));
        assert!((noise - NOISE * NOISE / 12.0).abs() < 5e-4, "{noise}");
    }
}
