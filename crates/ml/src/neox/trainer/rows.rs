//! Input embeddings are updated where a batch has their token, and catch up elsewhere when they are needed next.
//!
//! A step moves even a row that has no gradient: its moments fade, its momentum goes on, and the weights decay. So the
//! constants of each step are kept, and a row that was left out goes through them one by one when its token comes up
//! again. It then has, to the bit, what a dense update would have given it.

use super::super::Error;
use crate::kernels::adamw::{Past, catch_up};

/// Steps after which all rows catch up, so that what is kept of the past stays short.
const MOST_PAST: usize = 256;

/// How far each row of the table has come.
#[derive(Debug, Default)]
pub(super) struct Rows {
    width: usize,
    /// The step that each row is at; none where no embeddings are trained.
    at: Vec<u32>,
    /// The steps since `settled`.
    past: Vec<Past>,
    /// The step that all rows are at, at least.
    settled: u32,
}

/// The table and its moments, `[V, C]` each.
pub(super) struct Table<'a> {
    pub(super) weights: &'a mut [f32],
    pub(super) moments: [&'a mut [f32]; 2],
}

impl Rows {
    pub(super) fn new(n_rows: usize, width: usize, step: u32) -> Self {
        Self { width, at: vec![step; n_rows], past: Vec::new(), settled: step }
    }

    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    /// Brings one row to the present.
    pub(super) fn catch_up(&mut self, row: u32, table: &mut Table<'_>) -> Result<(), Error> {
        let Some(at) = self.at.get_mut(row as usize) else { return Ok(()) };
        let missed = &self.past[(*at - self.settled) as usize..];
        if !missed.is_empty() {
            let start = row as usize * self.width;
            let [first, second] = table.moments.each_mut().map(|moments| &mut moments[start..start + self.width]);
            catch_up(missed, &mut table.weights[start..start + self.width], [first, second])?;
            *at += missed.len() as u32;
        }
        Ok(())
    }

    /// Whether all rows are at the present.
    pub(super) fn is_settled(&self) -> bool {
        self.past.is_empty()
    }

    /// Whether it is time for all rows to catch up.
    pub(super) fn is_due(&self) -> bool {
        self.past.len() >= MOST_PAST
    }

    /// How many rows may catch up at once in about so many updates of a weight.
    pub(super) fn rows_within(&self, updates: usize) -> usize {
        (updates / (self.past.len() * self.width).max(1)).max(1)
    }

    /// Forgets the past, after every row caught up.
    pub(super) fn settle(&mut self) {
        self.settled += self.past.len() as u32;
        self.past.clear();
    }

    /// After a step that moved some rows, those with a gradient: these are at the present.
    pub(super) fn step(&mut self, step: Past, moved: &[u32]) {
        if self.at.is_empty() {
            return;
        }
        self.past.push(step);
        for &row in moved {
            self.at[row as usize] += 1;
        }
    }
}
