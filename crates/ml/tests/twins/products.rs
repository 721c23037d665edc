//! Matrix products.

use super::Twins;
use ml::Error;
use ml::kernels::matmul::{Form, Product, Scratch, Steps, Write, matmul, naive, strided};

/// Around every edge of a tile, a panel and a block of terms.
const SHAPES: [[usize; 3]; 14] = [
    [0, 3, 4],
    [3, 0, 4],
    [3, 4, 0],
    [1, 1, 1],
    [1, 9, 33],
    [2, 300, 3],
    [4, 4, 4],
    [5, 3, 8],
    [6, 16, 16],
    [7, 17, 15],
    [9, 2, 17],
    [13, 257, 1],
    [19, 31, 40],
    [101, 5, 9],
];

impl Twins {
    pub(super) fn products(&mut self) -> Result<(), Error> {
        // One scratch for all, so that what an earlier product left there would be noticed.
        let mut scratch = Scratch::default();
        let mut shapes = SHAPES.to_vec();
        shapes.extend((0..12).map(|_| [0; 3].map(|_| 1 + self.random.below(36) as usize)));
        for [m, k, n] in shapes {
            for form in [Form::Ab, Form::Abt, Form::Atb] {
                for write in [Write::Assign, Write::Add] {
                    let product = Product { form, m, k, n, write };
                    let (a, b, c) = (self.normal(m * k, 1.0), self.normal(k * n, 1.0), self.normal(m * n, 1.0));
                    self.compare(
                        &format!("{product:?}"),
                        [c],
                        |[c]| matmul(product, &a, &b, c, &mut scratch),
                        |[c]| naive::matmul(product, &a, &b, c),
                    )?;
                }
            }
        }
        Ok(())
    }

    /// Operands that are columns of wider matrices; what is beside the result must stay.
    pub(super) fn strided_products(&mut self) -> Result<(), Error> {
        let mut scratch = Scratch::default();
        for [m, k, n] in SHAPES {
            for form in [Form::Ab, Form::Abt, Form::Atb] {
                for write in [Write::Assign, Write::Add] {
                    let product = Product { form, m, k, n, write };
                    let [a_rows, a_cols] = if form == Form::Atb { [k, m] } else { [m, k] };
                    let [b_rows, b_cols] = if form == Form::Abt { [n, k] } else { [k, n] };
                    let steps = Steps { a: a_cols + 3, b: b_cols + 1, c: n + 5 };
                    let (a, b) = (self.normal(a_rows * steps.a, 1.0), self.normal(b_rows * steps.b, 1.0));
                    let c = self.normal(m * steps.c, 1.0);
                    self.compare(
                        &format!("{product:?}, {steps:?}"),
                        [c],
                        |[c]| strided(product, steps, [&a, &b], c, &mut scratch),
                        |[c]| naive::strided(product, steps, [&a, &b], c),
                    )?;
                }
            }
        }
        Ok(())
    }
}
