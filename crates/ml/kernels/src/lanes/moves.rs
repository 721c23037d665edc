//! Copies that change where numbers stand.

use super::Lanes;

/// Puts the first `C` numbers of each row side by side, where rows of `from` begin `step` apart. A row's numbers go as one
/// array: number by number it takes several times as long.
#[inline(always)]
pub(crate) fn pack<const C: usize>(rows: usize, from: &[f32], step: usize, to: &mut [f32]) {
    let Some(last) = rows.checked_sub(1) else { return };
    assert!(last * step + C <= from.len() && rows * C <= to.len());
    let (mut from, mut to) = (from.as_ptr(), to.as_mut_ptr());
    for _ in 0..rows {
        // SAFETY: asserted above for the last row, so also for those before.
        unsafe { to.cast::<[f32; C]>().write(from.cast::<[f32; C]>().read()) };
        (from, to) = (from.wrapping_add(step), to.wrapping_add(C));
    }
}

/// `to[col][row] = from[row][col]`, where rows of `from` begin `from_step` apart and those of `to` `to_step`.
#[inline(always)]
pub(crate) fn transpose<L: Lanes>(
    [rows, cols]: [usize; 2],
    (from, from_step): (&[f32], usize),
    (to, to_step): (&mut [f32], usize),
) {
    if rows == 0 || cols == 0 {
        return;
    }
    assert!((rows - 1) * from_step + cols <= from.len() && (cols - 1) * to_step + rows <= to.len());
    let (rows_of_squares, cols_of_squares) = (rows / 4 * 4, cols / 4 * 4);
    let mut row = 0;
    while row < rows_of_squares {
        let mut col = 0;
        while col < cols_of_squares {
            let (from, to) = (&from[row * from_step + col..], &mut to[col * to_step + row..]);
            // SAFETY: asserted above for the last row and column of each.
            unsafe { L::transpose_4((from.as_ptr(), from_step), (to.as_mut_ptr(), to_step)) };
            col += 4;
        }
        row += 4;
    }
    // What is left of the rows, and then of the columns.
    for row in 0..rows {
        let first = if row < rows_of_squares { cols_of_squares } else { 0 };
        for col in first..cols {
            to[col * to_step + row] = from[row * from_step + col];
        }
    }
}
