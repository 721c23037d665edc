//! The way back.

use super::node::{Before, Op, Pull, Var};
use super::{Tape, attention, binary, join, layer_norm, loss, matmul, reduce, rows, softmax, unary};
use crate::{Error, Shape};

impl Tape {
    /// Computes the derivative of `loss` with respect to everything that it depends on; [`grad`](Self::grad) reads
    /// them. A second call begins anew.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Shape`] if `loss` is not `[1, 1]`.
    pub fn backward(&mut self, loss: Var) -> Result<(), Error> {
        let found = self.checked("backward", loss)?;
        if found != Shape::SCALAR {
            return Err(Error::Shape { op: "backward", expected: Shape::SCALAR, found });
        }
        self.grads.clear();
        self.grads.resize(self.values.len(), 0.0);
        self.grads[self.nodes[loss.index()].start] = 1.0;
        for index in (0..=loss.index()).rev() {
            let node = self.nodes[index];
            if !node.tracked || node.shape.is_empty() {
                continue;
            }
            let (grads, rest) = self.grads.split_at_mut(node.start);
            let (values, out) = self.values.split_at(node.start);
            node.op.pull(Pull {
                before: Before { nodes: &self.nodes, values, indices: &self.indices },
                out: &out[..node.shape.len()],
                shape: node.shape,
                d_out: &rest[..node.shape.len()],
                saved: &self.saved[node.saved_start..node.saved_start + node.saved_len],
                memory: &mut self.memory,
                grads,
            })?;
        }
        Ok(())
    }
}

impl Op {
    /// Adds to the gradients of the operands what comes from the result's.
    fn pull(self, pull: Pull<'_>) -> Result<(), Error> {
        match self {
            Self::Leaf => Ok(()),
            Self::Unary(kind, x) => unary::pull(kind, x, pull),
            Self::Binary(kind, a, b) => binary::pull(kind, a, b, pull),
            Self::MatMul(form, a, b) => matmul::pull(form, a, b, pull),
            Self::RowWise(kind, x) => softmax::pull(kind, x, pull),
            Self::Sum(x) => reduce::pull_sum(x, pull),
            Self::SumAxis(x, axis) => reduce::pull_sum_axis(x, axis, pull),
            Self::GatherRows(x, kept) => rows::pull_gather(x, kept, pull),
            Self::IndexAdd(base, source, kept) => rows::pull_index_add(base, source, kept, pull),
            Self::Pick(x, kept) => rows::pull_pick(x, kept, pull),
            Self::Reshape(x) => join::pull_reshape(x, pull),
            Self::Concat(kept, axis) => join::pull_concat(kept, axis, pull),
            Self::Slice(x, axis, from) => join::pull_slice(x, axis, from, pull),
            Self::LayerNorm { x, gain, bias } => layer_norm::pull([x, gain, bias], pull),
            Self::Attention { query, key, value, heads } => attention::pull([query, key, value], heads, pull),
            Self::CrossEntropy(logits, kept) => loss::pull_cross_entropy(logits, kept, pull),
        }
    }
}
