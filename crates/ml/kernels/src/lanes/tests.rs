//! The functions against `libm` in f64, over their whole range.

use super::{Kernel, Lanes, dispatch, portable::Portable};

struct Apply<'a> {
    of: Of,
    x: &'a [f32],
    y: &'a mut [f32],
}

#[derive(Clone, Copy)]
enum Of {
    Exp,
    ExpBelow88,
    Tanh,
    Sigmoid,
    HalfErfc,
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        match self.of {
            Of::Exp => super::map(self.x, self.y, super::exp::<L>),
            Of::ExpBelow88 => super::map(self.x, self.y, super::exp_below_88::<L>),
            Of::Tanh => super::map(self.x, self.y, super::tanh::<L>),
            Of::Sigmoid => super::map(self.x, self.y, super::sigmoid::<L>),
            Of::HalfErfc => super::map(self.x, self.y, |x: L| super::half_erfc(x).0),
        }
    }
}

/// The largest relative error over numbers of both signs and all sizes between `smallest` and `largest`, by this
/// machine's lanes and by arrays.
fn worst(of: Of, smallest: f32, range: std::ops::RangeInclusive<f32>, truth: fn(f64) -> f64) -> f64 {
    let bits = smallest.to_bits()..range.start().abs().max(range.end().abs()).to_bits();
    let sizes = bits.step_by(997).map(f32::from_bits);
    let x: Vec<f32> = sizes.flat_map(|size| [size, -size]).filter(|x| range.contains(x)).collect();
    let mut worst = 0.0_f64;
    for wide in [true, false] {
        let mut y = vec![0.0; x.len()];
        let apply = Apply { of, x: &x, y: &mut y };
        if wide {
            dispatch(apply)
        } else {
            apply.run::<Portable<4>>()
        }
        for (x, y) in x.iter().zip(y) {
            let truth = truth(f64::from(*x));
            worst = worst.max((f64::from(y) - truth).abs() / truth.abs());
        }
    }
    assert!(x.len() > 100_000);
    worst
}

#[test]
fn relative_errors_are_as_documented() {
    let exp = worst(Of::Exp, 1e-9, -87.3..=88.7, libm::exp);
    assert!(exp < 1.5e-7, "exp: {exp:e}");
    for bound in [0.5, 5.0, 87.3] {
        let exp = worst(Of::ExpBelow88, 1e-9, -bound..=bound, libm::exp);
        assert!(exp < 2e-7 + 6e-8 * f64::from(bound), "exp below 88: {exp:e} for |x| <= {bound}");
    }
    let tanh = worst(Of::Tanh, 1e-9, -100.0..=100.0, libm::tanh);
    assert!(tanh < 3e-7, "tanh: {tanh:e}");
    let sigmoid = worst(Of::Sigmoid, 1e-9, -87.3..=100.0, |x| 1.0 / (1.0 + libm::exp(-x)));
    assert!(sigmoid < 3e-7, "sigmoid: {sigmoid:e}");
    let erfc = worst(Of::HalfErfc, 1e-9, -3.0..=3.0, |x| 0.5 * libm::erfc(x.abs() / std::f64::consts::SQRT_2));
    assert!(erfc < 6e-7, "erfc: {erfc:e}");
    let far = worst(Of::HalfErfc, 1e-9, -13.0..=13.0, |x| 0.5 * libm::erfc(x.abs() / std::f64::consts::SQRT_2));
    assert!(far < 6e-6, "erfc: {far:e}");
}

#[test]
fn the_ends_of_the_range() {
    let x = [0.0, -0.0, 88.8, 1e30, f32::INFINITY, -100.0, -104.5, -1e30, f32::NEG_INFINITY, f32::NAN];
    let mut y = [0.0; 10];
    dispatch(Apply { of: Of::Exp, x: &x, y: &mut y });
    assert_eq!(y[..5], [1.0, 1.0, f32::INFINITY, f32::INFINITY, f32::INFINITY]);
    assert!((y[5] / libm::expf(-100.0) - 1.0).abs() < 0.02, "a subnormal number of few bits: {}", y[5]);
    assert_eq!(y[6..9], [0.0, 0.0, 0.0]);
    assert!(y[9].is_nan());
    dispatch(Apply { of: Of::Tanh, x: &x, y: &mut y });
    assert_eq!(y[..9], [0.0, 0.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0]);
    assert!(y[9].is_nan());
    dispatch(Apply { of: Of::Sigmoid, x: &x, y: &mut y });
    assert_eq!(y[..5], [0.5, 0.5, 1.0, 1.0, 1.0]);
    assert!(y[5..9].iter().all(|y| (0.0..1e-38).contains(y)));
    assert!(y[9].is_nan());
}
