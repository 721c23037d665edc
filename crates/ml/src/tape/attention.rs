//! Causal self-attention.

use super::Tape;
use super::node::{Memory, Op, Pull, Var};
use crate::kernels::matmul::{Form, Product, Scratch, Write, matmul};
use crate::kernels::softmax;
use crate::{Error, Shape};

/// How the rows and columns of queries, keys and values are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heads {
    /// `H`: head `h` has the columns `h · D` to `(h + 1) · D`.
    pub n_heads: usize,
    /// `T`: sequence `b` has the rows `b · T` to `(b + 1) · T`.
    pub time: usize,
}

impl Tape {
    /// Each position attends to itself and to those before it in its sequence:
    /// `softmax(Q·Kᵀ / √D) · V` for each head.
    ///
    /// # Shapes
    /// `query`, `key`, `value`, result: `[B · T, H · D]`
    ///
    /// # Errors
    /// [`Error::Stale`], [`Error::Shape`] if the shapes differ or `heads` does not divide them, [`Error::Empty`] if
    /// `heads` has a 0.
    ///
    /// Source: Vaswani et al. 2017, §3.2.
    pub fn causal_attention(&mut self, query: Var, key: Var, value: Var, heads: Heads) -> Result<Var, Error> {
        const OP: &str = "causal_attention";
        let shape = self.checked(OP, query)?;
        for other in [key, value] {
            let found = self.checked(OP, other)?;
            if found != shape {
                return Err(Error::Shape { op: OP, expected: shape, found });
            }
        }
        let Heads { n_heads, time } = heads;
        if n_heads == 0 || time == 0 || shape.cols == 0 {
            return Err(Error::Empty { op: OP, expected: 1 });
        }
        let whole = Shape::new(shape.rows / time * time, shape.cols / n_heads * n_heads);
        if whole != shape || whole.is_empty() && !shape.is_empty() {
            return Err(Error::Shape { op: OP, expected: whole, found: shape });
        }
        let tracked = self.tracked(&[query, key, value]);
        let n_saved = shape.rows * time * n_heads;
        let (var, work) = self.place(Op::Attention { query, key, value, heads }, shape, tracked, n_saved);
        let inputs = [query, key, value].map(|var| work.before.value(var));
        let layout = Layout::new(shape, heads);
        for (block, probabilities) in layout.blocks().zip(work.saved.chunks_exact_mut(time * time)) {
            layout.forward(block, inputs, probabilities, work.out, work.memory)?;
        }
        Ok(var)
    }
}

/// Where the heads are. A block is one head of one sequence, `[T, D]`, and is named by where its first element is.
#[derive(Clone, Copy)]
struct Layout {
    time: usize,
    channels: usize,
    width: usize,
    rows: usize,
}

impl Layout {
    fn new(shape: Shape, heads: Heads) -> Self {
        Self { time: heads.time, channels: shape.cols, width: shape.cols / heads.n_heads, rows: shape.rows }
    }

    fn blocks(self) -> impl Iterator<Item = usize> {
        let sequences = (0..self.rows).step_by(self.time);
        sequences.flat_map(move |row| (0..self.channels).step_by(self.width).map(move |col| row * self.channels + col))
    }

    /// The rows of a block, one after the other.
    fn cut(self, block: usize, from: &[f32], to: &mut [f32]) {
        for (t, to) in to.chunks_exact_mut(self.width).enumerate() {
            to.copy_from_slice(&from[block + t * self.channels..][..self.width]);
        }
    }

    /// Back to where they were, added.
    fn paste(self, block: usize, from: &[f32], to: &mut [f32]) {
        for (t, from) in from.chunks_exact(self.width).enumerate() {
            let to = &mut to[block + t * self.channels..][..self.width];
            to.iter_mut().zip(from).for_each(|(sum, x)| *sum += x);
        }
    }

    /// `[T, T]` from two blocks.
    fn scores(self) -> Product {
        Product { form: Form::Abt, m: self.time, k: self.width, n: self.time, write: Write::Assign }
    }

    /// A block from `[T, T]` and a block.
    fn mix(self, form: Form) -> Product {
        Product { form, m: self.time, k: self.time, n: self.width, write: Write::Assign }
    }

    fn scale(self) -> f32 {
        1.0 / libm::sqrtf(self.width as f32)
    }

    /// `n` blocks and `[T, T]` of passing memory.
    fn room(self, memory: &mut Memory, n: usize) -> (&mut Scratch, impl Iterator<Item = &mut [f32]>, &mut [f32]) {
        let block = self.time * self.width;
        let (scratch, spare) = memory.zeros(n * block + self.time * self.time);
        let (blocks, square) = spare.split_at_mut(n * block);
        (scratch, blocks.chunks_exact_mut(block), square)
    }

    fn forward(
        self,
        block: usize,
        inputs: [&[f32]; 3],
        probabilities: &mut [f32],
        out: &mut [f32],
        memory: &mut Memory,
    ) -> Result<(), Error> {
        let (scratch, mut blocks, scores) = self.room(memory, 4);
        let [Some(q), Some(k), Some(v), Some(mixed)] = [(); 4].map(|()| blocks.next()) else { return Ok(()) };
        self.cut(block, inputs[0], q);
        self.cut(block, inputs[1], k);
        self.cut(block, inputs[2], v);
        q.iter_mut().for_each(|q| *q *= self.scale());
        matmul(self.scores(), q, k, scores, scratch)?;
        let rows = probabilities.chunks_exact_mut(self.time).zip(scores.chunks_exact(self.time));
        for (t, (row, score)) in rows.enumerate() {
            // What comes later in the sequence stays 0.
            softmax::forward(t + 1, &score[..=t], &mut row[..=t])?;
        }
        matmul(self.mix(Form::Ab), probabilities, v, mixed, scratch)?;
        self.paste(block, mixed, out);
        Ok(())
    }

    /// Calls `add` with the gradients of one block of query (0), key (1) and value (2).
    fn backward(
        self,
        block: usize,
        inputs: [&[f32]; 3],
        (probabilities, d_out): (&[f32], &[f32]),
        memory: &mut Memory,
        mut add: impl FnMut(usize, &[f32]),
    ) -> Result<(), Error> {
        let (scratch, mut blocks, d_scores) = self.room(memory, 5);
        let [Some(q), Some(k), Some(v), Some(d_mixed), Some(d)] = [(); 5].map(|()| blocks.next()) else {
            return Ok(());
        };
        self.cut(block, inputs[0], q);
        self.cut(block, inputs[1], k);
        self.cut(block, inputs[2], v);
        self.cut(block, d_out, d_mixed);
        matmul(self.mix(Form::Atb), probabilities, d_mixed, d, scratch)?;
        add(2, d);
        matmul(self.scores(), d_mixed, v, d_scores, scratch)?;
        for (p, d) in probabilities.chunks_exact(self.time).zip(d_scores.chunks_exact_mut(self.time)) {
            let inner: f32 = p.iter().zip(&*d).map(|(p, d)| p * d).sum();
            p.iter().zip(d).for_each(|(p, d)| *d = p * (*d - inner) * self.scale());
        }
        matmul(self.mix(Form::Ab), d_scores, k, d, scratch)?;
        add(0, d);
        matmul(self.mix(Form::Atb), d_scores, q, d, scratch)?;
        add(1, d);
        Ok(())
    }
}

pub(super) fn pull(vars: [Var; 3], heads: Heads, pull: Pull<'_>) -> Result<(), Error> {
    let Pull { before, shape, d_out, saved, memory, grads, .. } = pull;
    let layout = Layout::new(shape, heads);
    let inputs = vars.map(|var| before.value(var));
    for (block, probabilities) in layout.blocks().zip(saved.chunks_exact(heads.time * heads.time)) {
        layout.backward(block, inputs, (probabilities, d_out), memory, |which, d| {
            let node = &before.nodes[vars[which].index()];
            if node.tracked {
                layout.paste(block, d, &mut grads[node.range()]);
            }
        })?;
    }
    Ok(())
}
