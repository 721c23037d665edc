//! Every operation against central differences.

use crate::random::Random;
use crate::tape::{Heads, Tape, Var};
use crate::{Axis, Error};

/// In f32 a smaller step loses more by rounding than it gains.
const STEP: f32 = 1e-2;
const TOLERANCE: f32 = 2e-3;

type Build = fn(&mut Tape, &[Var]) -> Result<Var, Error>;

/// A scalar of the operation's result in which each element counts differently.
fn loss(inputs: &[(Vec<f32>, [usize; 2])], build: Build) -> (Tape, Vec<Var>, Var) {
    let mut tape = Tape::new();
    let vars: Vec<Var> = inputs.iter().map(|(values, shape)| tape.param(values, *shape).unwrap()).collect();
    let result = build(&mut tape, &vars).unwrap();
    let shape = tape.shape(result).unwrap();
    let mut random = Random::new(5, 1);
    let weights: Vec<f32> = (0..shape.len()).map(|_| random.normal()).collect();
    let weights = tape.constant(&weights, shape).unwrap();
    let weighted = tape.mul(result, weights).unwrap();
    let loss = tape.sum(weighted).unwrap();
    (tape, vars, loss)
}

/// With inputs of these shapes, moved by `offset` from the normal numbers that they are.
fn check_at(offset: f32, shapes: &[[usize; 2]], build: Build) {
    let mut inputs: Vec<(Vec<f32>, [usize; 2])> = shapes
        .iter()
        .enumerate()
        .map(|(i, &shape)| {
            let mut random = Random::at(5, 0, i as u64);
            ((0..shape[0] * shape[1]).map(|_| offset + random.normal()).collect(), shape)
        })
        .collect();
    let (mut tape, vars, scalar) = loss(&inputs, build);
    tape.backward(scalar).unwrap();
    let gradients: Vec<Vec<f32>> = vars.iter().map(|&var| tape.grad(var).unwrap().to_vec()).collect();
    for (input, gradient) in gradients.iter().enumerate() {
        for (element, &gradient) in gradient.iter().enumerate() {
            let mut at = |moved: f32| {
                let before = inputs[input].0[element];
                inputs[input].0[element] = before + moved;
                let (tape, _, scalar) = loss(&inputs, build);
                inputs[input].0[element] = before;
                f64::from(tape.item(scalar).unwrap())
            };
            let difference = ((at(STEP) - at(-STEP)) / (2.0 * f64::from(STEP))) as f32;
            assert!(
                (gradient - difference).abs() <= TOLERANCE * (1.0 + difference.abs()),
                "input {input}, element {element}: gradient {gradient}, central difference {difference}"
            );
        }
    }
}

fn check(shapes: &[[usize; 2]], build: Build) {
    check_at(0.0, shapes, build);
}

#[test]
fn products() {
    check(&[[3, 4], [4, 5]], |t, v| t.matmul(v[0], v[1]));
    check(&[[3, 4], [5, 4]], |t, v| t.matmul_abt(v[0], v[1]));
    check(&[[4, 3], [4, 5]], |t, v| t.matmul_atb(v[0], v[1]));
    check(&[[3, 3]], |t, v| t.matmul(v[0], v[0]));
}

#[test]
fn sums_and_products_of_elements() {
    const SHAPES: [[[usize; 2]; 2]; 11] = [
        [[3, 4], [3, 4]],
        [[3, 4], [1, 4]],
        [[1, 4], [3, 4]],
        [[3, 4], [3, 1]],
        [[3, 1], [3, 4]],
        [[3, 4], [1, 1]],
        [[3, 1], [1, 4]],
        [[3, 1], [1, 1]],
        [[2, 2], [2, 1]],
        [[1, 2], [2, 2]],
        [[2, 1], [1, 2]],
    ];
    for shapes in SHAPES {
        check(&shapes, |t, v| t.add(v[0], v[1]));
        check(&shapes, |t, v| t.sub(v[0], v[1]));
        check(&shapes, |t, v| t.mul(v[0], v[1]));
        check_at(6.0, &shapes, |t, v| t.div(v[0], v[1]));
    }
    check(&[[2, 3]], |t, v| t.mul(v[0], v[0]));
}

#[test]
fn functions_of_one_element() {
    check(&[[3, 5]], |t, v| t.scale(v[0], -1.5));
    check(&[[3, 5]], |t, v| t.shift(v[0], 2.0));
    check(&[[3, 5]], |t, v| t.relu(v[0]));
    check(&[[3, 5]], |t, v| t.tanh(v[0]));
    check(&[[3, 5]], |t, v| t.gelu(v[0]));
    check(&[[3, 5]], |t, v| t.gelu_tanh(v[0]));
    check(&[[3, 5]], |t, v| t.sigmoid(v[0]));
    check(&[[3, 5]], |t, v| t.exp(v[0]));
    check(&[[3, 5]], |t, v| t.square(v[0]));
    check_at(5.0, &[[3, 5]], |t, v| t.ln(v[0]));
}

#[test]
fn functions_of_a_row() {
    check(&[[3, 5]], |t, v| t.softmax(v[0]));
    check(&[[3, 5]], |t, v| t.log_softmax(v[0]));
    check(&[[3, 5]], |t, v| t.logsumexp(v[0]));
    check(&[[3, 6], [1, 6], [1, 6]], |t, v| t.layer_norm(v[0], v[1], v[2]));
    check(&[[1, 6], [1, 6]], |t, v| t.layer_norm(v[0], v[1], v[1]));
}

#[test]
fn sums_and_means() {
    check(&[[3, 11]], |t, v| t.sum(v[0]));
    check(&[[3, 11]], |t, v| t.mean(v[0]));
    check(&[[3, 4]], |t, v| t.sum_axis(v[0], Axis::Rows));
    check(&[[3, 4]], |t, v| t.sum_axis(v[0], Axis::Cols));
    check(&[[3, 4]], |t, v| t.mean_axis(v[0], Axis::Rows));
    check(&[[3, 4]], |t, v| t.mean_axis(v[0], Axis::Cols));
}

#[test]
fn rows_by_number() {
    check(&[[4, 3]], |t, v| t.gather_rows(v[0], &[2, 0, 2]));
    check(&[[4, 3], [3, 3]], |t, v| t.index_add(v[0], v[1], &[1, 3, 1]));
    check(&[[3, 3]], |t, v| t.index_add(v[0], v[0], &[1, 2, 1]));
    check(&[[3, 4]], |t, v| t.pick(v[0], &[3, 0, 3]));
}

#[test]
fn other_places() {
    check(&[[3, 4]], |t, v| t.reshape(v[0], [2, 6]));
    check(&[[1, 3], [2, 3]], |t, v| t.concat(&[v[0], v[1], v[0]], Axis::Rows));
    check(&[[3, 1], [3, 2]], |t, v| t.concat(&[v[0], v[1], v[0]], Axis::Cols));
    check(&[[4, 3]], |t, v| t.slice(v[0], Axis::Rows, 1..3));
    check(&[[3, 4]], |t, v| t.slice(v[0], Axis::Cols, 1..3));
}

#[test]
fn attention() {
    check(&[[6, 4], [6, 4], [6, 4]], |t, v| t.causal_attention(v[0], v[1], v[2], Heads { n_heads: 2, time: 3 }));
    check(&[[3, 4]], |t, v| t.causal_attention(v[0], v[0], v[0], Heads { n_heads: 1, time: 3 }));
}

#[test]
fn losses() {
    check(&[[3, 5]], |t, v| t.cross_entropy(v[0], &[4, 0, 2], None));
    check(&[[3, 5]], |t, v| t.cross_entropy(v[0], &[4, 0, 2], Some(&[true, false, true])));
    check(&[[3, 5], [3, 5]], |t, v| t.mean_squared_error(v[0], v[1]));
}

#[test]
fn a_value_used_twice_sums_both_uses() {
    check(&[[2, 3]], |t, v| {
        let squared = t.square(v[0])?;
        let tanh = t.tanh(v[0])?;
        t.add(squared, tanh)
    });
}
