//! Rows of the positions that count in the loss, among those of all positions.
//!
//! Nothing reads what the last block adds to the residual stream where there is no loss. So behind its attention, whose
//! keys and values come from all positions, it has rows of positions that count alone, `[U, …]`: where a prompt is masked,
//! much of the block is not computed, forwards and backwards. What is left out is zero in every sum.

use super::super::Batch;

/// Leaves the rows of positions that count.
///
/// # Shapes
/// `rows`: `[rows, C]`, then `[U, C]`
pub(super) fn gather(batch: &Batch, width: usize, rows: &mut Vec<f32>) {
    let counted = batch.targets();
    // Positions ascend, so a row never comes to stand on one that is still to be moved.
    for (to, &(from, _)) in counted.iter().enumerate().filter(|&(to, &(from, _))| to != from) {
        rows.copy_within(from * width..(from + 1) * width, to * width);
    }
    rows.truncate(counted.len() * width);
}

/// Puts such rows back in their places, and zeros in all others.
///
/// # Shapes
/// `rows`: `[U, C]`, then `[rows, C]`
pub(super) fn scatter(batch: &Batch, width: usize, rows: &mut Vec<f32>) {
    let mut end = batch.n_positions();
    rows.resize(end * width, 0.0);
    for (from, &(to, _)) in batch.targets().iter().enumerate().rev() {
        if from != to {
            rows.copy_within(from * width..(from + 1) * width, to * width);
        }
        rows[(to + 1) * width..end * width].fill(0.0);
        end = to;
    }
    rows[..end * width].fill(0.0);
}
