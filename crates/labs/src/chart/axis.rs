//! From numbers to places on a drawing.

use super::number;

/// What an axis measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// `task loss`.
    pub label: String,
    /// `nats`; empty where there is none.
    pub unit: &'static str,
    /// Whether equal distances are equal factors.
    pub is_log: bool,
    /// The ends, where they are known; else those of the data, widened to round numbers.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// A linear axis whose ends follow the data.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), unit: "", is_log: false, range: None }
    }

    /// With this unit.
    pub fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// With equal distances for equal factors. What is not positive is not drawn.
    pub fn log(self) -> Self {
        Self { is_log: true, ..self }
    }

    /// With these ends.
    pub fn from_to(self, min: f64, max: f64) -> Self {
        Self { range: Some((min, max)), ..self }
    }

    /// Label and unit: `time, ms`.
    pub fn words(&self) -> String {
        if self.unit.is_empty() { self.label.clone() } else { [&self.label, ", ", self.unit].concat() }
    }

    /// The scale for these data, which may hold what is not finite, on a length of so many pixels.
    pub(super) fn scale(&self, data: impl Iterator<Item = f64>, pixels: (f64, f64), n_ticks: usize) -> Scale {
        let (min, max) = self.range.unwrap_or_else(|| self.extent(data, n_ticks));
        let (min, max) = if self.is_log { (min.max(f64::MIN_POSITIVE).log10(), max.log10()) } else { (min, max) };
        Scale { is_log: self.is_log, min, max: if max > min { max } else { min + 1.0 }, pixels }
    }

    fn extent(&self, data: impl Iterator<Item = f64>, n_ticks: usize) -> (f64, f64) {
        let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
        for x in data.filter(|x| x.is_finite() && (!self.is_log || *x > 0.0)) {
            min = min.min(x);
            max = max.max(x);
        }
        if min > max {
            return if self.is_log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        if self.is_log {
            return if max > min { (min, max) } else { (min / 10.0, max * 10.0) };
        }
        if min == max {
            // A constant stands in the middle, not on an edge.
            let half = if min == 0.0 { 1.0 } else { min.abs() / 2.0 };
            return (min - half, max + half);
        }
        // Zero belongs to what does not keep far from it.
        if min > 0.0 && min < 0.4 * max {
            min = 0.0;
        }
        let step = nice_step(max - min, n_ticks);
        ((min / step + 1e-9).floor() * step, (max / step - 1e-9).ceil() * step)
    }
}

/// Maps a range of numbers to a range of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    is_log: bool,
    /// For a logarithmic scale: of the decimal logarithms.
    min: f64,
    max: f64,
    pixels: (f64, f64),
}

impl Scale {
    /// Where a number stands; nothing for what has no place on the axis. What lies beyond an end
    /// stands on it.
    pub fn place(&self, x: f64) -> Option<f64> {
        let x = if self.is_log { x.log10() } else { x };
        if !x.is_finite() {
            return None;
        }
        let part = ((x - self.min) / (self.max - self.min)).clamp(0.0, 1.0);
        Some(self.pixels.0 + part * (self.pixels.1 - self.pixels.0))
    }

    /// Which number stands at this pixel.
    pub fn number(&self, pixel: f64) -> f64 {
        let part = ((pixel - self.pixels.0) / (self.pixels.1 - self.pixels.0)).clamp(0.0, 1.0);
        let x = self.min + part * (self.max - self.min);
        if self.is_log { 10f64.powf(x) } else { x }
    }

    /// Begins at another pixel.
    pub fn set_start(&mut self, pixel: f64) {
        self.pixels.0 = pixel;
    }

    /// Round numbers along the axis with their labels, about `n_ticks` of them.
    pub fn ticks(&self, n_ticks: usize) -> Vec<(f64, String)> {
        if self.is_log { self.log_ticks(n_ticks) } else { self.linear_ticks(n_ticks) }
    }

    fn linear_ticks(&self, n_ticks: usize) -> Vec<(f64, String)> {
        let step = nice_step(self.max - self.min, n_ticks);
        let n_decimals = (-(step.log10() + 1e-9).floor()).max(0.0) as i32;
        let (first, last) = ((self.min / step - 1e-6).ceil() as i64, (self.max / step + 1e-6).floor() as i64);
        (first..=last)
            .map(|tick_idx| {
                let x = tick_idx as f64 * step;
                let is_plain = tick_idx != 0 && x.abs() < 1e6 && n_decimals <= 4;
                (x, if is_plain { number::fixed(x, n_decimals) } else { number::short(x) })
            })
            .collect()
    }

    /// Powers of ten, every other or third where they crowd; with 2 and 5 where they are few.
    fn log_ticks(&self, n_ticks: usize) -> Vec<(f64, String)> {
        let (first, last) = ((self.min - 1e-9).ceil() as i32, (self.max + 1e-9).floor() as i32);
        let n_decades = self.max - self.min;
        let factors: &[f64] = if n_decades < n_ticks as f64 / 2.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let stride = ((n_decades / n_ticks as f64).ceil() as i32).max(1);
        let decades = (first - 1..=last).filter(|decade| decade.rem_euclid(stride) == 0);
        let all = decades.flat_map(|decade| factors.iter().map(move |factor| factor * 10f64.powi(decade)));
        let inside = all.filter(|x| (self.min - 1e-9..=self.max + 1e-9).contains(&x.log10()));
        inside.map(|x| (x, number::short(x))).collect()
    }
}

/// 1, 2 or 5 times a power of ten, so that about `n_ticks` steps cover `span`.
fn nice_step(span: f64, n_ticks: usize) -> f64 {
    let raw = span / n_ticks.max(1) as f64;
    let power = 10f64.powf(raw.log10().floor());
    let mantissa = raw / power;
    let nice = if mantissa < 1.5 {
        1.0
    } else if mantissa < 3.5 {
        2.0
    } else if mantissa < 7.5 {
        5.0
    } else {
        10.0
    };
    nice * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, n_ticks: usize) -> String {
        scale.ticks(n_ticks).into_iter().map(|(_, label)| label).collect::<Vec<_>>().join(" ")
    }

    /// Worked out by hand: range over count, rounded to 1, 2 or 5 times a power of ten.
    #[test]
    fn ticks_are_round() {
        let cases = [
            ((0.0, 1.0), 5, "0 0.2 0.4 0.6 0.8 1.0"),
            ((0.0, 100.0), 5, "0 20 40 60 80 100"),
            ((0.0, 2000.0), 4, "0 500 1,000 1,500 2,000"),
            ((-1.0, 1.0), 4, "−1.0 −0.5 0 0.5 1.0"),
            ((0.013, 0.047), 4, "0.02 0.03 0.04"),
            ((0.0, 5e6), 5, "0 1e6 2e6 3e6 4e6 5e6"),
        ];
        for ((min, max), n_ticks, expected) in cases {
            let scale = Axis::new("").from_to(min, max).scale([].into_iter(), (0.0, 1.0), n_ticks);
            assert_eq!(labels(scale, n_ticks), expected, "{min} {max}");
        }
    }

    #[test]
    fn logarithmic_ticks_thin_out_with_the_decades() {
        let cases = [
            ((1.0, 100.0), 6, "1 2 5 10 20 50 100"),
            ((1e-4, 1.0), 4, "0.0001 0.001 0.01 0.1 1"),
            ((1.0, 1e9), 4, "1 1,000 1e6 1e9"),
        ];
        for ((min, max), n_ticks, expected) in cases {
            let scale = Axis::new("").log().from_to(min, max).scale([].into_iter(), (0.0, 1.0), n_ticks);
            assert_eq!(labels(scale, n_ticks), expected, "{min} {max}");
        }
    }

    #[test]
    fn places_and_numbers_are_each_others_inverse() {
        let scale = Axis::new("").from_to(10.0, 20.0).scale([].into_iter(), (100.0, 0.0), 5);
        assert_eq!(scale.place(12.5), Some(75.0));
        assert_eq!(scale.number(75.0), 12.5);
        assert_eq!((scale.place(99.0), scale.place(f64::NAN)), (Some(0.0), None));
        let scale = Axis::new("").log().from_to(0.01, 100.0).scale([].into_iter(), (0.0, 400.0), 5);
        assert_eq!(scale.place(0.1), Some(100.0));
        assert!((scale.number(300.0) - 10.0).abs() < 1e-9);
        assert_eq!((scale.place(0.0), scale.place(-1.0)), (None, None));
    }

    #[test]
    fn ends_follow_the_data() {
        let ends = |axis: Axis, data: &[f64]| {
            let scale = axis.scale(data.iter().copied(), (0.0, 1.0), 5);
            (scale.number(0.0), scale.number(1.0))
        };
        assert_eq!(ends(Axis::new(""), &[0.3, 4.1]), (0.0, 5.0));
        assert_eq!(ends(Axis::new(""), &[10.1, 12.9, f64::NAN]), (10.0, 13.0));
        assert_eq!(ends(Axis::new(""), &[3.0]), (1.5, 4.5));
        assert_eq!(ends(Axis::new(""), &[]), (0.0, 1.0));
        assert_eq!(ends(Axis::new("").log(), &[0.0]), (1.0, 10.0));
    }
}
