//! The arrays that stand in for registers, which no machine of today's tests would choose by itself. What it does
//! choose is held to the naive twin in `tests/twins`.

use super::blocked::Blocked;
use super::{Form, Product, Write, naive};
use crate::lanes::{Kernel, Portable};

#[test]
fn arrays_of_one_and_of_four_equal_the_naive_twin() {
    for form in [Form::Ab, Form::Abt, Form::Atb] {
        for [m, k, n] in [[1, 1, 1], [3, 5, 2], [4, 4, 8], [13, 300, 19], [100, 7, 1]] {
            // Numbers without order between −1 and 1: no generator stands below this package.
            let mut at = 0;
            let mut number = || {
                at += 1;
                (at * 7919 % 2001) as f32 / 1000.0 - 1.0
            };
            let mut numbers = |n| (0..n).map(|_| number()).collect::<Vec<f32>>();
            let (a, b, c) = (numbers(m * k), numbers(k * n), numbers(m * n));
            let product = Product { form, m, k, n, write: Write::Add };
            let mut expected = c.clone();
            naive::matmul(product, &a, &b, &mut expected).unwrap();
            let (mut one, mut four) = (c.clone(), c);
            Blocked {
                product,
                steps: product.dense(),
                a: &a,
                b: &b,
                c: &mut one,
                panels: &mut Vec::new(),
                left: &mut Vec::new(),
            }
            .run::<Portable<1>>();
            Blocked {
                product,
                steps: product.dense(),
                a: &a,
                b: &b,
                c: &mut four,
                panels: &mut Vec::new(),
                left: &mut Vec::new(),
            }
            .run::<Portable<4>>();
            for found in [one, four] {
                let worst = found.iter().zip(&expected).map(|(f, e)| (f - e).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-4, "{product:?}: {worst}");
            }
        }
    }
}
