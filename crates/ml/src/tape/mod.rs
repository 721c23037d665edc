//! Reverse-mode differentiation: operations are written to a tape as they are done, and read backwards.
//!
//! ```
//! use ml::tape::Tape;
//!
//! let mut tape = Tape::new();
//! let x = tape.constant(&[1.0, 2.0], [1, 2])?;
//! let w = tape.param(&[3.0, 4.0], [2, 1])?;
//! let product = tape.matmul(x, w)?;
//! let loss = tape.square(product)?;
//! tape.backward(loss)?;
//! assert_eq!(tape.item(loss)?, 121.0);
//! assert_eq!(tape.grad(w)?, [22.0, 44.0]); // 2 · 11 · x
//! # Ok::<(), ml::Error>(())
//! ```
//!
//! All values stand one after the other in one vector, all gradients in a second of the same layout. So an operation
//! reads from what is before its own place and writes to it, and [`Tape::reset`] empties both without giving memory
//! back: from the second step on, a training step of the same sizes allocates nothing.
//!
//! # Broadcasting
//! [`add`](Tape::add), [`sub`](Tape::sub), [`mul`](Tape::mul) and [`div`](Tape::div) take operands of equal shape,
//! and stretch an axis of length 1 to the other operand's: a bias is `[1, C]`, a gate for each row `[rows, 1]`.
//!
//! # Errors
//! Every operation returns [`Error::Stale`] for a variable from before the last reset, and [`Error::Shape`],
//! [`Error::Length`], [`Error::Index`] or [`Error::Empty`] where its operands do not fit. A failed operation leaves
//! the tape as it was.

mod attention;
mod backward;
mod binary;
mod join;
mod layer_norm;
mod loss;
mod matmul;
mod node;
mod reduce;
mod rows;
mod softmax;
mod unary;

pub use attention::Heads;
pub use node::Var;

use crate::kernels::length;
use crate::params::{ParamId, Params};
use crate::{Error, Shape};
use node::{Before, Kept, Memory, Node, Op, Work};

/// What was computed, in order.
#[derive(Debug, Clone, Default)]
pub struct Tape {
    nodes: Vec<Node>,
    values: Vec<f32>,
    grads: Vec<f32>,
    /// What a forward pass keeps for its backward pass.
    saved: Vec<f32>,
    /// Row numbers, targets and lists of operands.
    indices: Vec<u32>,
    reads: Vec<(Var, ParamId)>,
    memory: Memory,
    run: u32,
}

impl Tape {
    /// An empty tape.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything computed so far and keeps the memory. Variables from before are [`Error::Stale`].
    pub fn reset(&mut self) {
        self.nodes.clear();
        self.values.clear();
        self.grads.clear();
        self.saved.clear();
        self.indices.clear();
        self.reads.clear();
        self.run = self.run.wrapping_add(1);
    }

    /// A value that gradients are wanted for.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many values as `shape` has elements.
    pub fn param(&mut self, values: &[f32], shape: impl Into<Shape>) -> Result<Var, Error> {
        self.leaf("param", values, shape.into(), true)
    }

    /// A value that no gradient is wanted for: data, masks, counts.
    ///
    /// # Errors
    /// [`Error::Length`] if there are not as many values as `shape` has elements.
    pub fn constant(&mut self, values: &[f32], shape: impl Into<Shape>) -> Result<Var, Error> {
        self.leaf("constant", values, shape.into(), false)
    }

    /// A parameter of `params`, whose gradient [`add_gradients`](Self::add_gradients) brings back.
    ///
    /// # Errors
    /// [`Error::Index`] for an id of another store.
    pub fn read(&mut self, params: &Params, id: ParamId) -> Result<Var, Error> {
        let var = self.leaf("read", params.get(id)?, params.shape(id)?, true)?;
        self.reads.push((var, id));
        Ok(var)
    }

    fn leaf(&mut self, op: &'static str, values: &[f32], shape: Shape, tracked: bool) -> Result<Var, Error> {
        length(op, "values", shape.len(), values.len())?;
        let (var, work) = self.place(Op::Leaf, shape, tracked, 0);
        work.out.copy_from_slice(values);
        Ok(var)
    }

    /// The value of `x` as a constant: no gradient flows through it.
    ///
    /// # Errors
    /// As for every operation.
    pub fn detach(&mut self, x: Var) -> Result<Var, Error> {
        let shape = self.checked("detach", x)?;
        let (var, work) = self.place(Op::Leaf, shape, false, 0);
        work.out.copy_from_slice(work.before.value(x));
        Ok(var)
    }

    /// The shape of `x`.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn shape(&self, x: Var) -> Result<Shape, Error> {
        self.checked("shape", x)
    }

    /// The values of `x`, row-major.
    ///
    /// # Errors
    /// [`Error::Stale`].
    pub fn value(&self, x: Var) -> Result<&[f32], Error> {
        self.checked("value", x)?;
        Ok(&self.values[self.nodes[x.index()].range()])
    }

    /// The one number in `x`.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::Shape`] if `x` is not `[1, 1]`.
    pub fn item(&self, x: Var) -> Result<f32, Error> {
        let found = self.checked("item", x)?;
        match self.value(x)? {
            [number] => Ok(*number),
            _ => Err(Error::Shape { op: "item", expected: Shape::SCALAR, found }),
        }
    }

    /// The derivative of the loss of the last [`backward`](Self::backward) with respect to `x`: zeros for a constant
    /// and for what the loss does not depend on.
    ///
    /// # Errors
    /// [`Error::Stale`], or [`Error::NoGradient`] if no `backward` was called since `x` was computed.
    pub fn grad(&self, x: Var) -> Result<&[f32], Error> {
        self.checked("grad", x)?;
        self.grads.get(self.nodes[x.index()].range()).ok_or(Error::NoGradient { op: "grad" })
    }

    /// Adds the gradients of all parameters that were [`read`](Self::read) to those in `params`.
    ///
    /// # Errors
    /// [`Error::NoGradient`] before `backward`, [`Error::Index`] or [`Error::Length`] for another store.
    pub fn add_gradients(&self, params: &mut Params) -> Result<(), Error> {
        for &(var, id) in &self.reads {
            let gradient = self.grad(var)?;
            let sum = params.gradient_mut(id)?;
            length("add_gradients", "gradient", sum.len(), gradient.len())?;
            sum.iter_mut().zip(gradient).for_each(|(sum, g)| *sum += g);
        }
        Ok(())
    }

    /// The shape of `x`, if it is of this run.
    fn checked(&self, op: &'static str, x: Var) -> Result<Shape, Error> {
        match self.nodes.get(x.index()) {
            Some(node) if x.run() == self.run => Ok(node.shape),
            _ => Err(Error::Stale { op, expected: self.run, found: x.run() }),
        }
    }

    /// Whether a gradient is wanted for any of `inputs`.
    fn tracked(&self, inputs: &[Var]) -> bool {
        inputs.iter().any(|x| self.nodes[x.index()].tracked)
    }

    /// Makes a place for the result of `op`, and for `n_saved` numbers that its backward pass needs. The operands
    /// were checked.
    fn place(&mut self, op: Op, shape: Shape, tracked: bool, n_saved: usize) -> (Var, Work<'_>) {
        let var = Var::new(self.nodes.len(), self.run);
        let (start, saved_start) = (self.values.len(), self.saved.len());
        self.nodes.push(Node { op, shape, start, saved_start, saved_len: n_saved, tracked });
        self.values.resize(start + shape.len(), 0.0);
        self.saved.resize(saved_start + n_saved, 0.0);
        let (values, out) = self.values.split_at_mut(start);
        let before = Before { nodes: &self.nodes, values, indices: &self.indices };
        (var, Work { before, out, saved: &mut self.saved[saved_start..], memory: &mut self.memory })
    }

    /// Writes `indices` to the tape; where they are.
    fn keep(&mut self, indices: impl IntoIterator<Item = u32>) -> Kept {
        let start = self.indices.len();
        self.indices.extend(indices);
        Kept { start, end: self.indices.len() }
    }
}

#[cfg(test)]
mod tests;
