//! Choosing rows and elements by number, and putting rows back.

use super::Tape;
use super::node::{Kept, Op, Pull, Var};
use crate::kernels::length;
use crate::{Error, Shape};

impl Tape {
    /// The rows of `x` called `indices`, in their order; one may be named often. Of a table of embeddings, this is
    /// the embedding layer.
    ///
    /// # Shapes
    /// `[rows, cols]` → `[indices.len(), cols]`
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Index`] for an index that is no row.
    pub fn gather_rows(&mut self, x: Var, indices: &[u32]) -> Result<Var, Error> {
        const OP: &str = "gather_rows";
        let Shape { rows, cols } = self.checked(OP, x)?;
        within(OP, indices, rows)?;
        let kept = self.keep(indices.iter().copied());
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::GatherRows(x, kept), Shape::new(indices.len(), cols), tracked, 0);
        let x = work.before.value(x);
        for (&index, out) in indices.iter().zip(work.out.chunks_exact_mut(cols.max(1))) {
            out.copy_from_slice(row(x, index, cols));
        }
        Ok(var)
    }

    /// `base` with row `i` of `source` added to its row `indices[i]`; one may be named often.
    ///
    /// # Shapes
    /// `base` and result: `[rows, cols]`; `source`: `[indices.len(), cols]`
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Shape`] if the widths differ, [`Error::Length`] if there are not as many indices
    /// as rows of `source`, [`Error::Index`] for an index that is no row of `base`.
    pub fn index_add(&mut self, base: Var, source: Var, indices: &[u32]) -> Result<Var, Error> {
        const OP: &str = "index_add";
        let (shape, source_shape) = (self.checked(OP, base)?, self.checked(OP, source)?);
        let cols = shape.cols;
        if source_shape.cols != cols {
            let expected = Shape::new(source_shape.rows, cols);
            return Err(Error::Shape { op: OP, expected, found: source_shape });
        }
        length(OP, "indices", source_shape.rows, indices.len())?;
        within(OP, indices, shape.rows)?;
        let kept = self.keep(indices.iter().copied());
        let tracked = self.tracked(&[base, source]);
        let (var, work) = self.place(Op::IndexAdd(base, source, kept), shape, tracked, 0);
        work.out.copy_from_slice(work.before.value(base));
        for (&index, source) in indices.iter().zip(work.before.value(source).chunks_exact(cols.max(1))) {
            add(row_mut(work.out, index, cols), source);
        }
        Ok(var)
    }

    /// The element of each row in the column that `indices` names for it.
    ///
    /// # Shapes
    /// `[rows, cols]`, `rows` indices → `[rows, 1]`
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Length`] if there are not as many indices as rows, [`Error::Index`] for an index
    /// that is no column.
    pub fn pick(&mut self, x: Var, indices: &[u32]) -> Result<Var, Error> {
        const OP: &str = "pick";
        let Shape { rows, cols } = self.checked(OP, x)?;
        length(OP, "indices", rows, indices.len())?;
        within(OP, indices, cols)?;
        let kept = self.keep(indices.iter().copied());
        let tracked = self.tracked(&[x]);
        let (var, work) = self.place(Op::Pick(x, kept), Shape::new(rows, 1), tracked, 0);
        let rows = work.before.value(x).chunks_exact(cols.max(1));
        for ((row, &index), out) in rows.zip(indices).zip(work.out) {
            *out = row[index as usize];
        }
        Ok(var)
    }
}

fn within(op: &'static str, indices: &[u32], expected: usize) -> Result<(), Error> {
    match indices.iter().find(|&&index| index as usize >= expected) {
        Some(&index) => Err(Error::Index { op, expected, found: index as usize }),
        None => Ok(()),
    }
}

fn row(x: &[f32], index: u32, cols: usize) -> &[f32] {
    &x[index as usize * cols..][..cols]
}

fn row_mut(x: &mut [f32], index: u32, cols: usize) -> &mut [f32] {
    &mut x[index as usize * cols..][..cols]
}

fn add(sum: &mut [f32], terms: &[f32]) {
    sum.iter_mut().zip(terms).for_each(|(sum, x)| *sum += x);
}

pub(super) fn pull_gather(x: Var, kept: Kept, mut pull: Pull<'_>) -> Result<(), Error> {
    let (indices, d_y, cols) = (pull.before.kept(kept), pull.d_out, pull.shape.cols);
    if let Some(d_x) = pull.d(x) {
        let rows = indices.iter().zip(d_y.chunks_exact(cols));
        rows.for_each(|(&index, d_row)| add(row_mut(d_x, index, cols), d_row));
    }
    Ok(())
}

pub(super) fn pull_index_add(base: Var, source: Var, kept: Kept, mut pull: Pull<'_>) -> Result<(), Error> {
    let (indices, d_y, cols) = (pull.before.kept(kept), pull.d_out, pull.shape.cols);
    if let Some(d_base) = pull.d(base) {
        add(d_base, d_y);
    }
    if let Some(d_source) = pull.d(source) {
        let rows = indices.iter().zip(d_source.chunks_exact_mut(cols));
        rows.for_each(|(&index, d_row)| add(d_row, row(d_y, index, cols)));
    }
    Ok(())
}

pub(super) fn pull_pick(x: Var, kept: Kept, mut pull: Pull<'_>) -> Result<(), Error> {
    let (indices, d_y, cols) = (pull.before.kept(kept), pull.d_out, pull.before.shape(x).cols);
    if let Some(d_x) = pull.d(x) {
        let rows = d_x.chunks_exact_mut(cols.max(1)).zip(indices).zip(d_y);
        rows.for_each(|((d_row, &index), d_y)| d_row[index as usize] += d_y);
    }
    Ok(())
}
