//! What stands on the tape, and what an operation sees of it.

use super::attention::Heads;
use crate::kernels::matmul::{Form, Scratch};
use crate::{Axis, Shape};
use std::ops::Range;

/// A value on a [`Tape`](super::Tape).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Var {
    index: u32,
    run: u32,
}

impl Var {
    /// A tape of 2³² operations would need more memory than a machine has.
    pub(super) fn new(index: usize, run: u32) -> Self {
        Self { index: index as u32, run }
    }

    pub(super) fn index(self) -> usize {
        self.index as usize
    }

    pub(super) fn run(self) -> u32 {
        self.run
    }
}

/// A stretch of the tape's indices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Functions of one element. See the methods of the tape.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unary {
    Scale(f32),
    Shift,
    Relu,
    Tanh,
    Gelu,
    GeluTanh,
    Sigmoid,
    Exp,
    Ln,
    Square,
}

/// Functions of two elements, with broadcasting.
#[derive(Debug, Clone, Copy)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
}

/// Functions over the last axis.
#[derive(Debug, Clone, Copy)]
pub(super) enum RowWise {
    Softmax,
    LogSoftmax,
    LogSumExp,
}

/// How a value came about: all that its backward pass needs beside the values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Op {
    Leaf,
    Unary(Unary, Var),
    Binary(Binary, Var, Var),
    MatMul(Form, Var, Var),
    RowWise(RowWise, Var),
    Sum(Var),
    SumAxis(Var, Axis),
    GatherRows(Var, Kept),
    IndexAdd(Var, Var, Kept),
    Pick(Var, Kept),
    Reshape(Var),
    /// The operands' indices on the tape are kept.
    Concat(Kept, Axis),
    /// From which row or column on.
    Slice(Var, Axis, usize),
    LayerNorm {
        x: Var,
        gain: Var,
        bias: Var,
    },
    Attention {
        query: Var,
        key: Var,
        value: Var,
        heads: Heads,
    },
    CrossEntropy(Var, Kept),
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) op: Op,
    pub(super) shape: Shape,
    pub(super) start: usize,
    pub(super) saved_start: usize,
    pub(super) saved_len: usize,
    /// Whether a gradient is wanted for it or for what it was computed from.
    pub(super) tracked: bool,
}

impl Node {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.start + self.shape.len()
    }
}

/// Memory that operations use in passing.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    pub(super) products: Scratch,
    pub(super) spare: Vec<f32>,
}

impl Memory {
    /// The memory for products, and `n` zeros.
    pub(super) fn zeros(&mut self, n: usize) -> (&mut Scratch, &mut [f32]) {
        self.spare.clear();
        self.spare.resize(n, 0.0);
        (&mut self.products, &mut self.spare)
    }
}

/// What was computed before an operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) values: &'a [f32],
    pub(super) indices: &'a [u32],
}

impl<'a> Before<'a> {
    pub(super) fn value(self, x: Var) -> &'a [f32] {
        &self.values[self.nodes[x.index()].range()]
    }

    pub(super) fn shape(self, x: Var) -> Shape {
        self.nodes[x.index()].shape
    }

    pub(super) fn kept(self, kept: Kept) -> &'a [u32] {
        &self.indices[kept.start..kept.end]
    }
}

/// An operation at work.
#[derive(Debug)]
pub(super) struct Work<'a> {
    pub(super) before: Before<'a>,
    /// Where the result goes; zeros so far.
    pub(super) out: &'a mut [f32],
    /// Where it leaves what its backward pass needs.
    pub(super) saved: &'a mut [f32],
    pub(super) memory: &'a mut Memory,
}

/// An operation's backward pass at work.
#[derive(Debug)]
pub(super) struct Pull<'a> {
    pub(super) before: Before<'a>,
    /// What the operation computed.
    pub(super) out: &'a [f32],
    pub(super) shape: Shape,
    /// The derivative of the loss with respect to it.
    pub(super) d_out: &'a [f32],
    pub(super) saved: &'a [f32],
    pub(super) memory: &'a mut Memory,
    /// The gradients of all that was computed before.
    pub(super) grads: &'a mut [f32],
}

impl Pull<'_> {
    /// Where the gradient of `x` is summed, if it is wanted.
    pub(super) fn d(&mut self, x: Var) -> Option<&mut [f32]> {
        let node = &self.before.nodes[x.index()];
        node.tracked.then(|| &mut self.grads[node.range()])
    }

    /// Adds `gradient` to that of `x`, if it is wanted.
    pub(super) fn add(grads: &mut [f32], before: Before<'_>, x: Var, gradient: &[f32]) {
        let node = &before.nodes[x.index()];
        if node.tracked {
            grads[node.range()].iter_mut().zip(gradient).for_each(|(sum, g)| *sum += g);
        }
    }
}
