//! The definition, term by term.

use super::{Form, Product, Steps, Write};
use crate::Error;

/// The same as [`matmul`](super::matmul).
///
/// # Errors
/// As there.
pub fn matmul(product: Product, a: &[f32], b: &[f32], c: &mut [f32]) -> Result<(), Error> {
    product.check(a, b, c)?;
    compute(product, product.dense(), [a, b], c);
    Ok(())
}

/// The same as [`strided`](super::strided).
///
/// # Errors
/// As there.
pub fn strided(product: Product, steps: Steps, [a, b]: [&[f32]; 2], c: &mut [f32]) -> Result<(), Error> {
    product.check_strided(steps, a, b, c)?;
    compute(product, steps, [a, b], c);
    Ok(())
}

fn compute(product: Product, steps: Steps, [a, b]: [&[f32]; 2], c: &mut [f32]) {
    let Product { form, m, k, n, write } = product;
    for i in 0..m {
        for j in 0..n {
            let term = |p: usize| match form {
                Form::Ab => a[i * steps.a + p] * b[p * steps.b + j],
                Form::Abt => a[i * steps.a + p] * b[j * steps.b + p],
                Form::Atb => a[p * steps.a + i] * b[p * steps.b + j],
            };
            let sum = (0..k).map(term).sum::<f32>();
            match write {
                Write::Assign => c[i * steps.c + j] = sum,
                Write::Add => c[i * steps.c + j] += sum,
            }
        }
    }
}
