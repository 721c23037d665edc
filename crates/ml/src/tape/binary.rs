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
        let whole = a_shape == b_shape;
        let [a, b] = [(a, a_shape), (b, b_shape)].map(|(x, shape)| Rows { values: work.before.value(x), shape, whole });
        let width = if whole { shape.len() } else { cols };
        for (row, out) in work.out.chunks_exact_mut(width.max(1)).enumerate() {
            match (a.row(row), b.row(row)) {
                (Row::Many(a), Row::Many(b)) => {
                    out.iter_mut().zip(a.iter().zip(b)).for_each(|(y, (a, b))| *y = f(*a, *b));
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
#[derive(Clone, Copy)]
struct Rows<'a> {
    values: &'a [f32],
    shape: Shape,
    /// Nothing is stretched, and all rows are taken as one.
    whole: bool,
}

impl<'a> Rows<'a> {
    /// What the row `row` of the result sees of it.
    fn row(&self, row: usize) -> Row<'a> {
        let from = start(self.shape, row);
        match self.shape.cols {
            _ if self.whole => Row::Many(self.values),
            1 => Row::One(self.values[from]),
            cols => Row::Many(&self.values[from..from + cols]),
        }
    }
}

/// Where the row of an operand begins that the row `row` of the result sees.
fn start(shape: Shape, row: usize) -> usize {
    if shape.rows == 1 { 0 } else { row * shape.cols }
}

pub(super) fn pull(kind: Binary, a: Var, b: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let (before, y, d_y) = (pull.before, pull.out, pull.d_out);
    let whole = before.shape(a) == before.shape(b);
    let width = if whole { pull.shape.len() } else { pull.shape.cols };
    let [a_rows, b_rows] = [a, b].map(|x| Rows { values: before.value(x), shape: before.shape(x), whole });
    if let Some(d_a) = pull.d(a) {
        for (row, d_y) in d_y.chunks_exact(width).enumerate() {
            let b = b_rows.row(row);
            match kind {
                Binary::Add | Binary::Sub => a_rows.gather(d_a, row, d_y, |_, d_y| d_y),
                Binary::Mul => a_rows.gather(d_a, row, d_y, |col, d_y| d_y * b.at(col)),
                Binary::Div => a_rows.gather(d_a, row, d_y, |col, d_y| d_y / b.at(col)),
            }
        }
    }
    if let Some(d_b) = pull.d(b) {
        for (row, (d_y, y)) in d_y.chunks_exact(width).zip(y.chunks_exact(width)).enumerate() {
            let (a, b) = (a_rows.row(row), b_rows.row(row));
            match kind {
                Binary::Add => b_rows.gather(d_b, row, d_y, |_, d_y| d_y),
                Binary::Sub => b_rows.gather(d_b, row, d_y, |_, d_y| -d_y),
                Binary::Mul => b_rows.gather(d_b, row, d_y, |col, d_y| d_y * a.at(col)),
                Binary::Div => b_rows.gather(d_b, row, d_y, |col, d_y| -d_y * y[col] / b.at(col)),
            }
        }
    }
    Ok(())
}

impl Rows<'_> {
    /// Adds `term(col, d_y)` over a row of the result to the operand's gradient `d`: what was stretched is summed.
    fn gather(&self, d: &mut [f32], row: usize, d_y: &[f32], term: impl Fn(usize, f32) -> f32) {
        let from = if self.whole { 0 } else { start(self.shape, row) };
        if self.shape.cols == 1 && !self.whole {
            d[from] += d_y.iter().enumerate().map(|(col, d_y)| term(col, *d_y)).sum::<f32>();
        } else {
            let d = d[from..].iter_mut().zip(d_y).enumerate();
            d.for_each(|(col, (d, d_y))| *d += term(col, *d_y));
        }
    }
}
