//! The definition, term by term.

use super::{Form, Product, Write};
use crate::Error;

/// The same as [`matmul`](super::matmul).
///
/// # Errors
/// As there.
pub fn matmul(product: Product, a: &[f32], b: &[f32], c: &mut [f32]) -> Result<(), Error> {
    product.check(a, b, c)?;
    let Product { form, m, k, n, write } = product;
    for i in 0..m {
        for j in 0..n {
            let term = |p: usize| match form {
                Form::Ab => a[i * k + p] * b[p * n + j],
                Form::Abt => a[i * k + p] * b[j * k + p],
                Form::Atb => a[p * m + i] * b[p * n + j],
            };
            let sum = (0..k).map(term).sum::<f32>();
            match write {
                Write::Assign => c[i * n + j] = sum,
                Write::Add => c[i * n + j] += sum,
            }
        }
    }
    Ok(())
}
