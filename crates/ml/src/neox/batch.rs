//! Sequences to learn from.

use super::Error;
use super::error::length;
use std::ops::Range;

/// Sequences of any lengths, one after the other, and which of their tokens count in the loss.
///
/// Nothing is padded. A position that no counted token comes after changes no number, so it is left out: a caller
/// may pad its sequences and not count the padding, and gets the same bits as without.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    tokens: Vec<u32>,
    /// Where each sequence ends in `tokens`.
    ends: Vec<usize>,
    /// Position whose logits are wanted, and the token that should come next.
    targets: Vec<(usize, u32)>,
}

impl Batch {
    /// Without sequences.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sequence. `counts[i]` says whether the prediction of `tokens[i]`, from those before it, counts in the
    /// loss; nothing predicts the first token.
    ///
    /// # Shapes
    /// `tokens`, `counts`: `[T + 1]`
    ///
    /// # Errors
    /// [`Error::Length`] if they are not equally long.
    pub fn push(&mut self, tokens: &[u32], counts: &[bool]) -> Result<(), Error> {
        length("the mask of a sequence", tokens.len(), counts.len())?;
        let Some(last) = counts.iter().rposition(|&counts| counts).filter(|&last| last > 0) else { return Ok(()) };
        let start = self.tokens.len();
        for i in 1..=last {
            if counts[i] {
                self.targets.push((start + i - 1, tokens[i]));
            }
        }
        self.tokens.extend_from_slice(&tokens[..last]);
        self.ends.push(self.tokens.len());
        Ok(())
    }

    /// Removes all sequences, and keeps the memory.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.ends.clear();
        self.targets.clear();
    }

    /// How many positions are computed.
    pub fn n_positions(&self) -> usize {
        self.tokens.len()
    }

    /// How many positions count in the loss.
    pub fn n_counted(&self) -> usize {
        self.targets.len()
    }

    /// The tokens at all positions.
    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    pub(super) fn targets(&self) -> &[(usize, u32)] {
        &self.targets
    }

    /// The positions of each sequence.
    pub(super) fn sequences(&self) -> impl Iterator<Item = Range<usize>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| start..end)
    }
}
