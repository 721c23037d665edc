//! Joining, cutting and reading in another shape.

use super::Tape;
use super::node::{Kept, Op, Pull, Var};
use crate::{Axis, Error, Shape};
use std::ops::Range;

impl Tape {
    /// The same elements, row-major, in another shape.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Shape`] if the numbers of elements differ.
    pub fn reshape(&mut self, x: Var, shape: impl Into<Shape>) -> Result<Var, Error> {
        let (found, expected) = (self.checked("reshape", x)?, shape.into());
        if found.len() != expected.len() {
            return Err(Error::Shape { op: "reshape", expected, found });
        }
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::Reshape(x), expected, tracked, 0);
        work.out.copy_from_slice(work.before.value(x));
        Ok(var)
    }

    /// `parts` one below the other ([`Axis::Rows`]) or side by side ([`Axis::Cols`]).
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Empty`] if there is no part, [`Error::Shape`] if the other axis differs.
    pub fn concat(&mut self, parts: &[Var], axis: Axis) -> Result<Var, Error> {
        const OP: &str = "concat";
        let Some(&first) = parts.first() else { return Err(Error::Empty { op: OP, expected: 1 }) };
        let expected = self.checked(OP, first)?;
        let mut shape = match axis {
            Axis::Rows => Shape::new(0, expected.cols),
            Axis::Cols => Shape::new(expected.rows, 0),
        };
        for &part in parts {
            let found = self.checked(OP, part)?;
            match axis {
                Axis::Rows if found.cols == shape.cols => shape.rows += found.rows,
                Axis::Cols if found.rows == shape.rows => shape.cols += found.cols,
                _ => return Err(Error::Shape { op: OP, expected, found }),
            }
        }
        let kept = self.keep(parts.iter().map(|part| part.index() as u32));
        let tracked = self.tracked(parts);
        let (var, work) = self.place(Op::Concat(kept, axis), shape, tracked, 0);
        let mut from = 0;
        for &part in parts {
            let (x, part) = (work.before.value(part), work.before.shape(part));
            for row in 0..part.rows {
                work.out[place(shape, axis, from, row, part.cols)].copy_from_slice(&x[row * part.cols..][..part.cols]);
            }
            from += length_along(part, axis);
        }
        Ok(var)
    }

    /// Some rows or some columns of `x`.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Index`] if `range` ends past the axis or before it begins.
    pub fn slice(&mut self, x: Var, axis: Axis, range: Range<usize>) -> Result<Var, Error> {
        const OP: &str = "slice";
        let shape = self.checked(OP, x)?;
        let whole = length_along(shape, axis);
        if range.end > whole {
            return Err(Error::Index { op: OP, expected: whole + 1, found: range.end });
        }
        if range.start > range.end {
            return Err(Error::Index { op: OP, expected: range.end + 1, found: range.start });
        }
        let result = match axis {
            Axis::Rows => Shape::new(range.len(), shape.cols),
            Axis::Cols => Shape::new(shape.rows, range.len()),
        };
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::Slice(x, axis, range.start), result, tracked, 0);
        let x = work.before.value(x);
        for row in 0..result.rows {
            let from = &x[place(shape, axis, range.start, row, result.cols)];
            work.out[row * result.cols..][..result.cols].copy_from_slice(from);
        }
        Ok(var)
    }
}

fn length_along(shape: Shape, axis: Axis) -> usize {
    match axis {
        Axis::Rows => shape.rows,
        Axis::Cols => shape.cols,
    }
}

/// Where row `row` of a part, `cols` wide, is in a whole of shape `whole` in which the part begins at `from`.
fn place(whole: Shape, axis: Axis, from: usize, row: usize, cols: usize) -> Range<usize> {
    let start = match axis {
        Axis::Rows => (from + row) * whole.cols,
        Axis::Cols => row * whole.cols + from,
    };
    start..start + cols
}

fn add(sum: &mut [f32], terms: &[f32]) {
    sum.iter_mut().zip(terms).for_each(|(sum, x)| *sum += x);
}

pub(super) fn pull_reshape(x: Var, mut pull: Pull<'_>) -> Result<(), Error> {
    let d_y = pull.d_out;
    if let Some(d_x) = pull.d(x) {
        add(d_x, d_y);
    }
    Ok(())
}

pub(super) fn pull_concat(kept: Kept, axis: Axis, pull: Pull<'_>) -> Result<(), Error> {
    let mut from = 0;
    for &index in pull.before.kept(kept) {
        let node = &pull.before.nodes[index as usize];
        if node.tracked {
            let d = &mut pull.grads[node.range()];
            for row in 0..node.shape.rows {
                let here = place(pull.shape, axis, from, row, node.shape.cols);
                add(&mut d[row * node.shape.cols..][..node.shape.cols], &pull.d_out[here]);
            }
        }
        from += length_along(node.shape, axis);
    }
    Ok(())
}

pub(super) fn pull_slice(x: Var, axis: Axis, from: usize, mut pull: Pull<'_>) -> Result<(), Error> {
    let (whole, part, d_y) = (pull.before.shape(x), pull.shape, pull.d_out);
    if let Some(d_x) = pull.d(x) {
        for (row, d_y) in d_y.chunks_exact(part.cols).enumerate() {
            add(&mut d_x[place(whole, axis, from, row, part.cols)], d_y);
        }
    }
    Ok(())
}
