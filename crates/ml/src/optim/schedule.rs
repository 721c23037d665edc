//! Learning rates that change.

/// A linear warm-up to a peak, then half a cosine down to a floor.
///
/// Source: Loshchilov and Hutter 2017, "SGDR", equation 5, without restarts; Goyal et al. 2017, §2.2, for the warm-up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The rate at the end of the warm-up.
    pub peak: f32,
    /// The rate at the end.
    pub floor: f32,
    /// Steps of the warm-up; the first of them has already a part of the peak.
    pub n_warm_up: u32,
    /// Steps in all.
    pub n_steps: u32,
}

impl Schedule {
    /// The rate of step `t`, from 0; of a step past the end, the floor.
    ///
    /// `peak · (t + 1)/n_warm_up` in the warm-up, then `floor + (peak − floor) · (1 + cos(π u))/2` with
    /// `u = (t − n_warm_up)/(n_steps − n_warm_up)`.
    pub fn learning_rate(&self, t: u32) -> f32 {
        let Self { peak, floor, n_warm_up, n_steps } = *self;
        if t < n_warm_up {
            return (f64::from(peak) * (f64::from(t) + 1.0) / f64::from(n_warm_up)) as f32;
        }
        if t >= n_steps {
            return floor;
        }
        let u = f64::from(t - n_warm_up) / f64::from(n_steps - n_warm_up);
        let part = (1.0 + libm::cos(std::f64::consts::PI * u)) / 2.0;
        (f64::from(floor) + f64::from(peak - floor) * part) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;

    /// By Python's `math.cos`, from the formula.
    #[test]
    fn rates_of_ten_steps() {
        let schedule = Schedule { peak: 1e-3, floor: 1e-4, n_warm_up: 3, n_steps: 10 };
        let expected = [
            3.333333333e-4,
            6.666666667e-4,
            1e-3,
            1e-3,
            9.554359905e-4,
            8.305704108e-4,
            6.501344202e-4,
            4.498655798e-4,
            2.694295892e-4,
            1.445640095e-4,
            1e-4,
            1e-4,
        ];
        for (t, expected) in expected.into_iter().enumerate() {
            let found = f64::from(schedule.learning_rate(t as u32));
            assert!((found - expected).abs() < 1e-10, "step {t}: {found}, expected {expected}");
        }
        let short = Schedule { n_warm_up: 0, n_steps: 0, ..schedule };
        assert_eq!((short.learning_rate(0), short.learning_rate(u32::MAX)), (1e-4, 1e-4));
    }
}
