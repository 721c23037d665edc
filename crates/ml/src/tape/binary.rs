//! Functions of two elements. The module of the tape says how shapes are stretched.

use super::Tape;
use super::node::{Binary, Op, Pull, Var};
use crate::{Error, Shape};

impl Tape {
    /// `a + b`, stretched to a common shape. A bias is a `b` of one row.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Shape`] if an axis differs and neither length is 1.
    pub fn add(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.binary("add", Binary::Add, a, b, |a, b| a + b)
    }

    /// `a − b`, stretched to a common shape.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn sub(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.binary("sub", Binary::Sub, a, b, |a, b| a - b)
    }

    /// `a · b`, element by element, stretched to a common shape. A gate for each row is a `b` of one column.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn mul(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.binary("mul", Binary::Mul, a, b, |a, b| a * b)
    }

    /// `a / b`, element by element, stretched to a common shape.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn div(&mut self, a: Var, b: Var) -> Result<Var, Error> {
        self.binary("div", Binary::Div, a, b, |a, b| a / b)
    }

    fn binary(
        &mut self,
        op: &'static str,
        kind: Binary,
        a: Var,
        b: Var,
        f: impl Fn(f32, f32) -> f32,
    ) -> Result<Var, Error> {
        let (a_shape, b_shape) = (self.checked(op, a)?, self.checked(op, b)?);
        let mismatch = Error::Shape { op, expected: a_shape, found: b_shape };
        let rows = stretched(a_shape.rows, b_shape.rows).ok_or(mismatch)?;
        let cols = stretched(a_shape.cols, b_shape.cols).ok_or(mismatch)?;
        let shape = Shape::new(rows, cols);
        let tracked = self.tracked(&[a, b]);
        let (var, work) = self.place(Op::Binary(kind, a, b), shape, tracked, 0);
        let (a, b) = (Rows::new(work.before.value(a), a_shape), Rows::new(work.before.value(b), b_shape));
        for (row, out) in rows_of(a_shape == b_shape, shape, work.out).enumerate() {
            match (a.row(row, out.len()), b.row(row, out.len())) {
                (Row::Many(a), Row::Many(b)) => {
                    out.iter_mut().zip(a.iter().zip(b)).for_each(|(y, (a, b))| *y = f(*a, *b))
                }
                (Row::Many(a), Row::One(b)) => out.iter_mut().zip(a).for_each(|(y, a)| *y = f(*a, b)),
                (Row::One(a), Row::Many(b)) => out.iter_mut().zip(b).for_each(|(y, b)| *y = f(a, *b)),
                (Row::One(a), Row::One(b)) => out.fill(f(a, b)),
            }
        }
        Ok(var)
    }
}

/// The common length of two axes.
fn stretched(a: usize, b: usize) -> Option<usize> {
    match (a, b) {
        (1, n) | (n, 1) => Some(n),
        _ if a == b => Some(a),
        _ => None,
    }
}

/// The rows of a result; all in one where nothing is stretched.
fn rows_of(whole: bool, shape: Shape, out: &mut [f32]) -> impl Iterator<Item = &mut [f32]> {
    let width = if whole { shape.len() } else { shape.cols };
    out.chunks_exact_mut(width.max(1))
}

/// One row of an operand, as the result sees it.
enum Row<'a> {
    Many(&'a [f32]),
    One(f32),
}

impl Row<'_> {
    fn at(&self, col: usize) -> f32 {
        match self {
            Self::Many(row) => row[col],
            Self::One(value) => *value,
        }
    }
}

/// An operand, stretched.
struct Rows<'a> {
    values: &'a [f32],
    shape: Shape,
}

impl<'a> Rows<'a> {
    fn new(values: &'a [f32], shape: Shape) -> Self {
        Self { values, shape }
    }

    /// Its row `row`, for a result whose rows are `width` wide.
    fn row(&self, row: usize, width: usize) -> Row<'a> {
        let from = if self.shape.rows == 1 { 0 } else { row * self.shape.cols };
        if self.shape.cols == 1 && width != self.values.len() {
            Row::One(self.values[from])
        } else {
            Row::Many(&self.values[from..from + width])
        }
    }
}

pub(super) fn pull(kind: Binary, a: Var, b: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let (before, y, d_y) = (pull.before, pull.out, pull.d_out);
    let (a_shape, b_shape) = (before.shape(a), before.shape(b));
    let width = if a_shape == b_shape { pull.shape.len() } else { pull.shape.cols };
    let (a_rows, b_rows) = (Rows::new(before.value(a), a_shape), Rows::new(before.value(b), b_shape));
    if let Some(d_a) = pull.d(a) {
        for (row, d_y) in d_y.chunks_exact(width).enumerate() {
            let b = b_rows.row(row, width);
            match kind {
                Binary::Add | Binary::Sub => gather(d_a, a_shape, row, d_y, |_, d_y| d_y),
                Binary::Mul => gather(d_a, a_shape, row, d_y, |col, d_y| d_y * b.at(col)),
                Binary::Div => gather(d_a, a_shape, row, d_y, |col, d_y| d_y / b.at(col)),
            }
        }
    }
    if let Some(d_b) = pull.d(b) {
        for (row, (d_y, y)) in d_y.chunks_exact(width).zip(y.chunks_exact(width)).enumerate() {
            let (a, b) = (a_rows.row(row, width), b_rows.row(row, width));
            match kind {
                Binary::Add => gather(d_b, b_shape, row, d_y, |_, d_y| d_y),
                Binary::Sub => gather(d_b, b_shape, row, d_y, |_, d_y| -d_y),
                Binary::Mul => gather(d_b, b_shape, row, d_y, |col, d_y| d_y * a.at(col)),
                Binary::Div => gather(d_b, b_shape, row, d_y, |col, d_y| -d_y * y[col] / b.at(col)),
            }
        }
    }
    Ok(())
}

/// Adds `term(col, d_y)` over a row of the result to the gradient of an operand: what was stretched is summed.
fn gather(d: &mut [f32], shape: Shape, row: usize, d_y: &[f32], term: impl Fn(usize, f32) -> f32) {
    let from = if shape.rows == 1 { 0 } else { row * shape.cols };
    if shape.cols == 1 && d_y.len() != d.len() {
        d[from] += d_y.iter().enumerate().map(|(col, d_y)| term(col, *d_y)).sum::<f32>();
    } else {
        let d = &mut d[from..from + d_y.len()];
        d.iter_mut().zip(d_y).enumerate().for_each(|(col, (d, d_y))| *d += term(col, *d_y));
    }
}
