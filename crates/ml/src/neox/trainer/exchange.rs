//! Gradients between workers, and the state of training to keep and to bring back.
//!
//! Workers that each make a pass over a part of a batch sum their gradients in one order, each starting from
//! [`clear_gradients`](Trainer::clear_gradients): then all get the same bits, and make the same update.

use super::super::Error;
use super::super::error::length;
use super::super::trained::HeadGradients;
use super::Trainer;
use crate::kernels::sum_of_squares;

/// Numbers that are still in a cache after they were read, and after they were added to.
const PART: usize = 1 << 14;

// Inlined twice it would be half a kilobyte of a reader's worker.
#[inline(never)]
fn add(gradients: &[f32], sums: &mut [f32]) {
    sums.iter_mut().zip(gradients).for_each(|(sum, gradient)| *sum += gradient);
}

impl Trainer {
    /// Forgets all gradients.
    pub fn clear_gradients(&mut self) {
        self.row_gradients.clear();
        let head_start = self.head_start();
        self.gradients[..head_start].fill(0.0);
        // The largest part is written anew by the next pass, so zeros would be for nothing.
        self.head = HeadGradients::new();
    }

    /// Where the gradients of the output embeddings begin; the end where they are not trained.
    pub(super) fn head_start(&self) -> usize {
        if self.rows.len() > 0 { self.model.layout().head().start - self.n_lazy() } else { self.gradients.len() }
    }

    pub(super) fn clear_head(&mut self) {
        let start = self.head_start();
        self.gradients[start..].fill(0.0);
        self.head = HeadGradients { is_new: false, squares: Some(0.0) };
    }

    /// The gradients of all that is trained but the input embeddings, after a pass.
    pub fn dense_gradients(&self) -> &[f32] {
        &self.gradients
    }

    /// The tokens whose input embeddings have a gradient.
    pub fn tokens_with_gradient(&self) -> &[u32] {
        self.row_gradients.tokens()
    }

    /// The gradient of the input embedding of one of these tokens, `[C]`; nothing of another.
    pub fn embedding_gradient(&self, token: u32) -> &[f32] {
        self.row_gradients.get(token).unwrap_or_default()
    }

    /// Adds the dense gradients of another worker, or puts them where there are none.
    ///
    /// # Errors
    /// [`Error::Order`] within a pass or an update, [`Error::Length`] if another kind of training made them.
    pub fn add_dense_gradients(&mut self, gradients: &[f32]) -> Result<(), Error> {
        let mut rest = gradients;
        self.read_dense_gradients(gradients.len(), &mut |part| {
            let (next, later) = rest.split_at(part.len());
            part.copy_from_slice(next);
            rest = later;
        })
    }

    /// The same with `n` gradients that lie elsewhere: `read` is called with slices to be filled with the next of them.
    /// Of Pythia-14M they are 30 MB, and a copy of them all would go to memory and come back.
    ///
    /// # Errors
    /// As of [`add_dense_gradients`](Self::add_dense_gradients).
    pub fn read_dense_gradients(&mut self, n: usize, read: &mut dyn FnMut(&mut [f32])) -> Result<(), Error> {
        self.idle("an exchange of gradients")?;
        length("the dense gradients", self.gradients.len(), n)?;
        if self.head.is_new {
            self.clear_head();
        }
        let start = self.head_start();
        let mut part = vec![0.0; PART.min(n)];
        let (body, head) = self.gradients.split_at_mut(start);
        let mut squares = 0.0;
        for (is_of_head, sums) in [(false, body), (true, head)] {
            for sums in sums.chunks_mut(PART) {
                let part = part.get_mut(..sums.len()).unwrap_or_default();
                read(part);
                add(part, sums);
                if is_of_head {
                    squares += sum_of_squares::forward(sums);
                }
            }
        }
        self.head.squares = Some(squares);
        Ok(())
    }

    /// Adds another worker's gradient of an input embedding.
    ///
    /// # Errors
    /// [`Error::Order`] within a pass or an update, [`Error::Token`] for a token that the model does not have,
    /// [`Error::Length`] if the gradient is not as wide as the model.
    pub fn add_embedding_gradient(&mut self, token: u32, gradient: &[f32]) -> Result<(), Error> {
        self.idle("an exchange of gradients")?;
        length("the gradient of an embedding", self.model.config().width, gradient.len())?;
        self.refresh(&[token])?;
        self.row_gradients.note(&[token]);
        if let Some(sums) = self.row_gradients.get_mut(token) {
            add(gradient, sums);
        }
        Ok(())
    }

    /// The moments of AdamW, in the order of the weights that are trained.
    ///
    /// # Errors
    /// [`Error::Order`] where input embeddings lag behind: then [`begin_settling`](Self::begin_settling) comes first.
    pub fn moments(&self) -> Result<[&[f32]; 2], Error> {
        self.idle("reading the moments")?;
        if !self.rows.is_settled() {
            return Err(Error::Order { asked: "reading the moments", doing: "input embeddings lag behind" });
        }
        Ok([&self.moments[0], &self.moments[1]])
    }

    /// Brings back the state after `n_steps` updates: calls `fill` with all that is trained, then with the first and
    /// the second moments, each a slice to be overwritten.
    ///
    /// # Errors
    /// [`Error::Order`] within a pass or an update, or that of `fill`; after one of these the state is not whole.
    pub fn restore<E: From<Error>>(
        &mut self,
        n_steps: u32,
        mut fill: impl FnMut(&mut [f32]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.idle("bringing back a state")?;
        self.clear_gradients();
        fill(match &mut self.adapter {
            Some(adapter) => adapter.weights_mut(),
            None => &mut self.model.weights_mut()[self.of.clone()],
        })?;
        let [first, second] = &mut self.moments;
        fill(first)?;
        fill(second)?;
        self.n_steps = n_steps;
        self.rows = self.new_rows();
        Ok(())
    }

    /// All that is trained: weights of the model, or those of the adapter.
    pub fn trained_weights(&self) -> &[f32] {
        match &self.adapter {
            Some(adapter) => adapter.weights(),
            None => &self.model.weights()[self.of.clone()],
        }
    }
}
