//! Rows and columns.

use std::fmt;

/// The shape of a matrix. Everything is one: a scalar is `[1, 1]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns: the axis that is contiguous.
    pub cols: usize,
}

impl Shape {
    /// The shape of a single number.
    pub const SCALAR: Self = Self::new(1, 1);

    /// `[rows, cols]`.
    pub const fn new(rows: usize, cols: usize) -> Self {
        Self { rows, cols }
    }

    /// The number of elements; the largest number there is where the product overflows, which no slice holds.
    pub const fn len(self) -> usize {
        self.rows.saturating_mul(self.cols)
    }

    /// Whether it has no element.
    pub const fn is_empty(self) -> bool {
        self.rows == 0 || self.cols == 0
    }
}

impl From<[usize; 2]> for Shape {
    fn from([rows, cols]: [usize; 2]) -> Self {
        Self { rows, cols }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {}]", self.rows, self.cols)
    }
}

/// Along which axis something runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    /// Down the rows (axis 0 of PyTorch): a sum over it has one row.
    Rows,
    /// Along the columns (axis 1, the last): a sum over it has one column.
    Cols,
}
