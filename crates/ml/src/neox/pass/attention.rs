//! Causal attention with rotary positions, one head of one sequence after the other.
//!
//! Scores are `q·k / √D`. Rows of `query_key_value` hold query, key and value of the first head, then of the next, so
//! each operand of a product is a few columns of longer rows.

use super::super::rotary::{Rotary, Turn};
use super::super::{Batch, Config, Error};
use crate::kernels::causal_softmax;
use crate::kernels::matmul::{Form, Product, Scratch, Steps, Write, strided};

/// One head of one sequence.
struct Head {
    /// Where its query begins in `[rows, H, 3, D]`, and its columns in `[rows, H, D]`.
    query: usize,
    mixed: usize,
    /// Where its square begins in the probabilities.
    square: usize,
    time: usize,
}

fn heads(config: &Config, batch: &Batch) -> impl Iterator<Item = Head> {
    let (c, d, n_heads) = (config.width, config.head_width(), config.n_heads);
    let mut square = 0;
    batch.sequences().flat_map(move |sequence| {
        let time = sequence.len();
        let first = square;
        square += n_heads * time * time;
        (0..n_heads).map(move |head| Head {
            query: sequence.start * 3 * c + head * 3 * d,
            mixed: sequence.start * c + head * d,
            square: first + head * time * time,
            time,
        })
    })
}

fn scale(config: &Config) -> f32 {
    1.0 / (config.head_width() as f32).sqrt()
}

/// Turns the queries and keys of all rows.
fn turn(config: &Config, batch: &Batch, rotary: &mut Rotary, way: Turn, query_key_value: &mut [f32]) {
    for sequence in batch.sequences() {
        rotary.extend_to(config, sequence.len());
        let rows = query_key_value[sequence.start * 3 * config.width..].chunks_exact_mut(3 * config.width);
        for (position, row) in rows.take(sequence.len()).enumerate() {
            rotary.turn(config, position, way, row);
        }
    }
}

/// Writes the probabilities and what they mix of the values; turns queries and keys in place.
///
/// # Shapes
/// `query_key_value`: `[rows, H, 3, D]`; `probabilities`: `[T, T]` for each head of each sequence; `mixed`: `[rows, C]`
pub(super) fn forward(
    config: &Config,
    batch: &Batch,
    rotary: &mut Rotary,
    (query_key_value, probabilities, mixed): (&mut [f32], &mut [f32], &mut [f32]),
    scratch: &mut Scratch,
) -> Result<(), Error> {
    turn(config, batch, rotary, Turn::Forward, query_key_value);
    let (c, d) = (config.width, config.head_width());
    for Head { query, mixed: to, square, time } in heads(config, batch) {
        let (q, k, v) = (&query_key_value[query..], &query_key_value[query + d..], &query_key_value[query + 2 * d..]);
        let p = &mut probabilities[square..][..time * time];
        let product = Product { form: Form::Abt, m: time, k: d, n: time, write: Write::Assign };
        strided(product, Steps { a: 3 * c, b: 3 * c, c: time }, [q, k], p, scratch)?;
        causal_softmax::forward(time, scale(config), p)?;
        let product = Product { form: Form::Ab, m: time, k: time, n: d, write: Write::Assign };
        strided(product, Steps { a: time, b: 3 * c, c }, [p, v], &mut mixed[to..], scratch)?;
    }
    Ok(())
}

/// Writes the gradients of queries, keys and values.
///
/// # Shapes
/// As [`forward`]; `d_mixed` as `mixed`, `d_query_key_value` as `query_key_value`
pub(super) fn backward(
    config: &Config,
    batch: &Batch,
    rotary: &mut Rotary,
    (query_key_value, probabilities, d_mixed): (&[f32], &[f32], &[f32]),
    (d_query_key_value, d_scores): (&mut [f32], &mut Vec<f32>),
    scratch: &mut Scratch,
) -> Result<(), Error> {
    let (c, d) = (config.width, config.head_width());
    for Head { query, mixed, square, time } in heads(config, batch) {
        let (q, k, v) = (&query_key_value[query..], &query_key_value[query + d..], &query_key_value[query + 2 * d..]);
        let (p, d_mixed) = (&probabilities[square..][..time * time], &d_mixed[mixed..]);
        d_scores.resize(time * time, 0.0);
        let product = Product { form: Form::Abt, m: time, k: d, n: time, write: Write::Assign };
        strided(product, Steps { a: c, b: 3 * c, c: time }, [d_mixed, v], d_scores, scratch)?;
        causal_softmax::backward(time, scale(config), p, d_scores)?;
        let sums = |form| Product { form, m: time, k: time, n: d, write: Write::Assign };
        let wide = Steps { a: time, b: 3 * c, c: 3 * c };
        strided(sums(Form::Ab), wide, [d_scores, k], &mut d_query_key_value[query..], scratch)?;
        strided(sums(Form::Atb), wide, [d_scores, q], &mut d_query_key_value[query + d..], scratch)?;
        let narrow = Steps { a: time, b: c, c: 3 * c };
        strided(sums(Form::Atb), narrow, [p, d_mixed], &mut d_query_key_value[query + 2 * d..], scratch)?;
    }
    turn(config, batch, rotary, Turn::Back, d_query_key_value);
    Ok(())
}
