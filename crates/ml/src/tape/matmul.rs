//! Products of matrices.

use super::Tape;
use super::node::{Op, Pull, Var};
use crate::kernels::matmul::{Form, Product, Write, matmul};
use crate::{Error, Shape};

impl Tape {
    /// `a · b`.
    ///
    /// # Shapes
    /// `[m, k]`, `[k, n]` → `[m, n]`
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Shape`] if the inner lengths differ.
    pub fn matmul(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.product("matmul", Form::Ab, a, b)
    }

    /// `a · bᵀ`: the form of PyTorch's `Linear`, whose weights are `[out, in]`.
    ///
    /// # Shapes
    /// `[m, k]`, `[n, k]` → `[m, n]`
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul).
    pub fn matmul_abt(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.product("matmul_abt", Form::Abt, a, b)
    }

    /// `aᵀ · b`.
    ///
    /// # Shapes
    /// `[k, m]`, `[k, n]` → `[m, n]`
    ///
    /// # Errors
    /// As [`matmul`](Self::matmul).
    pub fn matmul_atb(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.product("matmul_atb", Form::Atb, a, b)
    }

    fn product(&mut self, op: &'static str, form: Form, a: Var, b: Var) -> Result<Var, Error> {
        let (a_shape, b_shape) = (self.checked(op, a)?, self.checked(op, b)?);
        let product = product(form, a_shape, b_shape).ok_or(Error::Shape { op, expected: a_shape, found: b_shape })?;
        let tracked = self.tracked(&[a, b]);
        let (var, work) = self.place(Op::MatMul(form, a, b), Shape::new(product.m, product.n), tracked, 0);
        let (a, b) = (work.before.value(a), work.before.value(b));
        matmul(product, a, b, work.out, &mut work.memory.products)?;
        Ok(var)
    }
}

/// The product of operands of these shapes, if they fit.
fn product(form: Form, a: Shape, b: Shape) -> Option<Product> {
    let (m, k, k_of_b, n) = match form {
        Form::Ab => (a.rows, a.cols, b.rows, b.cols),
        Form::Abt => (a.rows, a.cols, b.cols, b.rows),
        Form::Atb => (a.cols, a.rows, b.rows, b.cols),
    };
    (k == k_of_b).then_some(Product { form, m, k, n, write: Write::Assign })
}

/// With `C = A·B`, `dA = dC·Bᵀ` and `dB = Aᵀ·dC`; the other forms are these, transposed.
pub(super) fn pull(form: Form, a: Var, b: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let before = pull.before;
    let Some(Product { m, k, n, .. }) = product(form, before.shape(a), before.shape(b)) else { return Ok(()) };
    let d_c = pull.d_out;
    let mut scratch = std::mem::take(&mut pull.memory.products);
    let mut add = |form, [m, k, n]: [usize; 3], left: &[f32], right: &[f32], sum: &mut [f32]| {
        matmul(Product { form, m, k, n, write: Write::Add }, left, right, sum, &mut scratch)
    };
    if let Some(d_a) = pull.d(a) {
        let b = before.value(b);
        match form {
            Form::Ab => add(Form::Abt, [m, n, k], d_c, b, d_a)?,
            Form::Abt => add(Form::Ab, [m, n, k], d_c, b, d_a)?,
            Form::Atb => add(Form::Abt, [k, n, m], b, d_c, d_a)?,
        }
    }
    if let Some(d_b) = pull.d(b) {
        let a = before.value(a);
        match form {
            Form::Ab => add(Form::Atb, [k, m, n], a, d_c, d_b)?,
            Form::Abt => add(Form::Atb, [n, m, k], d_c, a, d_b)?,
            Form::Atb => add(Form::Ab, [k, m, n], a, d_c, d_b)?,
        }
    }
    pull.memory.products = scratch;
    Ok(())
}
