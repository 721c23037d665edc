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

/// Gradients of what is trained: of a range of the model's weights, or of all weights of an adapter.
pub(super) struct Gradients<'a> {
    pub(super) values: &'a mut [f32],
    /// The weights that the values belong to; empty where they are an adapter's.
    pub(super) of: Range<usize>,
    /// Whether nothing was added to those of the output embeddings yet: then what is there is not even zero.
    pub(super) head_is_new: &'a mut bool,
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
        let write = if *self.head_is_new { Write::Assign } else { Write::Add };
        self.weights(&layout.head()).map(|head| (head, write))
    }
}
