//! What is trained, and where its gradients go.

use super::{Layout, Lora};
use crate::kernels::matmul::Write;
use std::ops::Range;

/// Which weights a training run changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Trained {
    /// All.
    Full,
    /// All but the two tables of embeddings.
    Body,
    /// None; an adapter beside them, with the seed of its first weights.
    Lora(Lora, u64),
}

/// Gradients of what is trained: of a range of the model's weights, or of all weights of an adapter. Those of the input
/// embeddings are of the rows that a batch has, and stand apart.
pub(super) struct Gradients<'a> {
    pub(super) values: &'a mut [f32],
    pub(super) rows: &'a mut RowGradients,
    /// The weights that the values belong to; empty where they are an adapter's.
    pub(super) of: Range<usize>,
    pub(super) head: &'a mut HeadGradients,
}

/// What is known of the gradients of the output embeddings, which are most of all.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeadGradients {
    /// Whether nothing was added to them yet: then what is there is not even zero.
    pub(super) is_new: bool,
    /// The sum of their squares, where who wrote them last has told it.
    pub(super) squares: Option<f64>,
}

impl HeadGradients {
    /// Of none.
    pub(super) const fn new() -> Self {
        Self { is_new: true, squares: None }
    }
}

impl Trained {
    /// The model's weights that are trained.
    pub(super) fn weights(&self, layout: &Layout) -> Range<usize> {
        match self {
            Self::Full => 0..layout.len(),
            Self::Body => layout.body(),
            Self::Lora(..) => 0..0,
        }
    }
}

/// Gradients of rows of the input embeddings. A batch has few of fifty thousand, so only these take memory.
#[derive(Debug, Default)]
pub(super) struct RowGradients {
    width: usize,
    /// Where the gradient of each row is; [`NOWHERE`] without one. None where no embeddings are trained.
    slots: Vec<u32>,
    /// The rows with a gradient, in the order in which they came up.
    tokens: Vec<u32>,
    /// `[tokens, C]`.
    values: Vec<f32>,
}

const NOWHERE: u32 = u32::MAX;

impl RowGradients {
    pub(super) fn new(n_rows: usize, width: usize) -> Self {
        Self { width, slots: vec![NOWHERE; n_rows], tokens: Vec::new(), values: Vec::new() }
    }

    /// Begins a gradient of zero for each of these rows that has none.
    pub(super) fn note(&mut self, rows: &[u32]) {
        for &row in rows {
            if let Some(slot) = self.slots.get_mut(row as usize).filter(|slot| **slot == NOWHERE) {
                *slot = self.tokens.len() as u32;
                self.tokens.push(row);
            }
        }
        self.values.resize(self.tokens.len() * self.width, 0.0);
    }

    /// The rows with a gradient, in the order in which they came up.
    pub(super) fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    /// Each row with its gradient.
    pub(super) fn each(&self) -> impl Iterator<Item = (u32, &[f32])> {
        self.tokens.iter().copied().zip(self.values.chunks_exact(self.width.max(1)))
    }

    fn range(&self, row: u32) -> Option<Range<usize>> {
        let slot = self.slots.get(row as usize).copied().filter(|slot| *slot != NOWHERE)? as usize;
        Some(slot * self.width..(slot + 1) * self.width)
    }

    /// The gradient of a row, if it has one.
    pub(super) fn get(&self, row: u32) -> Option<&[f32]> {
        self.values.get(self.range(row)?)
    }

    /// The same, to be added to.
    pub(super) fn get_mut(&mut self, row: u32) -> Option<&mut [f32]> {
        let range = self.range(row)?;
        self.values.get_mut(range)
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        for row in self.tokens.drain(..) {
            self.slots[row as usize] = NOWHERE;
        }
        self.values.clear();
    }
}

impl Gradients<'_> {
    /// Those of some of the model's weights, if they are trained.
    pub(super) fn weights(&mut self, range: &Range<usize>) -> Option<&mut [f32]> {
        let inside = self.of.start <= range.start && range.end <= self.of.end;
        inside.then(|| &mut self.values[range.start - self.of.start..range.end - self.of.start])
    }

    /// Those of some of the adapter's weights, if there is one.
    pub(super) fn adapter(&mut self, range: &Range<usize>) -> Option<&mut [f32]> {
        self.of.is_empty().then(|| &mut self.values[range.clone()])
    }

    /// Those of the output embeddings, if they are trained, and how to write them.
    pub(super) fn head(&mut self, layout: &Layout) -> Option<(&mut [f32], Write)> {
        let write = if self.head.is_new { Write::Assign } else { Write::Add };
        self.weights(&layout.head()).map(|head| (head, write))
    }
}
