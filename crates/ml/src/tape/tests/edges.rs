//! One row, nothing, extreme numbers, and what does not fit.

use crate::params::Params;
use crate::tape::{Heads, Tape};
use crate::{Axis, Error, Shape};

#[test]
fn what_does_not_fit_is_an_error_and_leaves_the_tape_as_it_was() {
    let mut tape = Tape::new();
    let a = tape.param(&[1.0; 6], [2, 3]).unwrap();
    let b = tape.param(&[1.0; 8], [2, 4]).unwrap();
    let before = tape.clone();
    let shape = |op, expected: [usize; 2], found: [usize; 2]| {
        Err(Error::Shape { op, expected: Shape::from(expected), found: Shape::from(found) })
    };
    assert_eq!(tape.matmul(a, b), shape("matmul", [2, 3], [2, 4]));
    assert_eq!(tape.matmul_abt(a, b), shape("matmul_abt", [2, 3], [2, 4]));
    assert_eq!(tape.add(a, b), shape("add", [2, 3], [2, 4]));
    assert_eq!(tape.mean_squared_error(a, b), shape("mean_squared_error", [2, 3], [2, 4]));
    assert_eq!(tape.concat(&[a, b], Axis::Rows), shape("concat", [2, 3], [2, 4]));
    assert_eq!(tape.index_add(a, b, &[0, 1]), shape("index_add", [2, 3], [2, 4]));
    assert_eq!(tape.layer_norm(a, b, b), shape("layer_norm", [1, 3], [2, 4]));
    assert_eq!(tape.reshape(a, [4, 2]), shape("reshape", [4, 2], [2, 3]));
    assert_eq!(
        tape.causal_attention(a, a, a, Heads { n_heads: 2, time: 1 }),
        shape("causal_attention", [2, 2], [2, 3])
    );
    assert_eq!(tape.backward(a).map(|()| a), shape("backward", [1, 1], [2, 3]));
    let index = |op, expected, found| Err(Error::Index { op, expected, found });
    assert_eq!(tape.gather_rows(a, &[0, 2]), index("gather_rows", 2, 2));
    assert_eq!(tape.index_add(a, a, &[0, 7]), index("index_add", 2, 7));
    assert_eq!(tape.pick(a, &[0, 3]), index("pick", 3, 3));
    assert_eq!(tape.cross_entropy(a, &[0, 3], None), index("cross_entropy", 3, 3));
    assert_eq!(tape.slice(a, Axis::Cols, 1..5), index("slice", 4, 5));
    let found = Error::Length { op: "pick", operand: "indices", expected: 2, found: 1 };
    assert_eq!(tape.pick(a, &[0]), Err(found));
    assert_eq!(found.to_string(), "pick: `indices` should hold 2 values and holds 1");
    assert_eq!(
        tape.cross_entropy(a, &[0, 0], Some(&[false; 2])),
        Err(Error::Empty { op: "cross_entropy", expected: 1 })
    );
    assert_eq!(format!("{:?}", tape.value(b)), format!("{:?}", before.value(b)));
    assert_eq!(tape.nodes.len(), before.nodes.len());
    assert_eq!(tape.indices.len(), before.indices.len());
}

#[test]
fn a_variable_from_before_a_reset_is_stale() {
    let mut tape = Tape::new();
    let old = tape.param(&[1.0], [1, 1]).unwrap();
    tape.reset();
    let new = tape.param(&[2.0], [1, 1]).unwrap();
    assert_eq!(tape.add(new, old), Err(Error::Stale { op: "add", expected: 1, found: 0 }));
    assert_eq!(tape.grad(new), Err(Error::NoGradient { op: "grad" }));
}

#[test]
fn nothing_flows_through_constants_and_detached_values() {
    let mut tape = Tape::new();
    let x = tape.param(&[3.0], [1, 1]).unwrap();
    let detached = tape.detach(x).unwrap();
    let two = tape.constant(&[2.0], [1, 1]).unwrap();
    let product = tape.mul(x, detached).unwrap();
    let loss = tape.mul(product, two).unwrap();
    tape.backward(loss).unwrap();
    assert_eq!(tape.item(loss), Ok(18.0));
    assert_eq!(tape.grad(x), Ok([6.0].as_slice()));
    assert_eq!(tape.grad(detached), Ok([0.0].as_slice()));
    assert_eq!(tape.grad(two), Ok([0.0].as_slice()));
}

/// A router sends no token to some expert: its whole branch is empty.
#[test]
fn an_empty_branch_adds_nothing() {
    let mut tape = Tape::new();
    let x = tape.param(&[1.0, 2.0, 3.0, 4.0], [2, 2]).unwrap();
    let w = tape.param(&[1.0, 0.0, 0.0, 1.0], [2, 2]).unwrap();
    let bias = tape.param(&[1.0, 1.0], [1, 2]).unwrap();
    let none = tape.gather_rows(x, &[]).unwrap();
    let hidden = tape.matmul(none, w).unwrap();
    let hidden = tape.add(hidden, bias).unwrap();
    let hidden = tape.tanh(hidden).unwrap();
    let gate = tape.gather_rows(x, &[]).unwrap();
    let gate = tape.slice(gate, Axis::Cols, 0..1).unwrap();
    let weighted = tape.mul(hidden, gate).unwrap();
    let hidden = tape.softmax(weighted).unwrap();
    let out = tape.index_add(x, hidden, &[]).unwrap();
    let sums = tape.sum_axis(hidden, Axis::Rows).unwrap();
    let sum = tape.sum(out).unwrap();
    let empty_sum = tape.sum(sums).unwrap();
    let loss = tape.add(sum, empty_sum).unwrap();
    tape.backward(loss).unwrap();
    assert_eq!(tape.item(loss), Ok(10.0));
    assert_eq!(tape.grad(x), Ok([1.0; 4].as_slice()));
    assert_eq!(tape.grad(w), Ok([0.0; 4].as_slice()));
    assert_eq!(tape.grad(bias), Ok([0.0; 2].as_slice()));
    assert_eq!(tape.mean(none), Err(Error::Empty { op: "mean", expected: 1 }));
    assert_eq!(tape.mean_axis(none, Axis::Rows), Err(Error::Empty { op: "mean_axis", expected: 1 }));
}

#[test]
fn extreme_logits_stay_finite() {
    let mut tape = Tape::new();
    let logits = tape.param(&[1e4, -1e4, 0.0, 3e38, -3e38, 0.0], [2, 3]).unwrap();
    let softmax = tape.softmax(logits).unwrap();
    assert_eq!(tape.value(softmax).unwrap(), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    let loss = tape.cross_entropy(logits, &[1, 0], None).unwrap();
    assert_eq!(tape.item(loss), Ok(1e4));
    tape.backward(loss).unwrap();
    assert_eq!(tape.grad(logits).unwrap(), [0.5, -0.5, 0.0, 0.0, 0.0, 0.0]);
    let z = tape.logsumexp(logits).unwrap();
    assert_eq!(tape.value(z).unwrap(), [1e4, 3e38]);
    let saturated = tape.constant(&[100.0, -100.0, 1e30, -1e30], [1, 4]).unwrap();
    for (op, expected) in [
        (Tape::sigmoid as fn(&mut Tape, _) -> _, [1.0, 0.0, 1.0, 0.0]),
        (Tape::tanh, [1.0, -1.0, 1.0, -1.0]),
        (Tape::gelu, [100.0, 0.0, 1e30, 0.0]),
        (Tape::gelu_tanh, [100.0, 0.0, 1e30, 0.0]),
    ] {
        let y = op(&mut tape, saturated).unwrap();
        let value = tape.value(y).unwrap();
        assert!(value.iter().zip(expected).all(|(y, e)| (y - e).abs() < 1e-30), "{value:?}, expected {expected:?}");
    }
}

#[test]
fn gradients_of_a_parameter_read_twice_are_summed() {
    let mut params = Params::new();
    let w = params.add("w", [1, 2], &[3.0, 5.0]).unwrap();
    let mut tape = Tape::new();
    let (a, b) = (tape.read(&params, w).unwrap(), tape.read(&params, w).unwrap());
    let product = tape.mul(a, b).unwrap();
    let loss = tape.sum(product).unwrap();
    tape.backward(loss).unwrap();
    tape.add_gradients(&mut params).unwrap();
    assert_eq!(params.gradient(w).unwrap(), [6.0, 10.0]);
    tape.add_gradients(&mut params).unwrap();
    assert_eq!(params.gradient(w).unwrap(), [12.0, 20.0]);
    params.zero_gradients();
    assert_eq!(params.gradients(), [0.0, 0.0]);
}
