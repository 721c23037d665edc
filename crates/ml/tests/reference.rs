//! The tape and the optimizers against PyTorch. `reference/reference.py` computes `reference/reference.json`.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use ml::kernels::adamw::{Past, scaled_step};
use ml::optim::{AdamW, AdamWConstants, Sgd, SgdConstants, clip_global_norm};
use ml::params::Params;
use ml::tape::{Heads, Tape, Var};
use ml::{Axis, Error};
use serde_json::Value;

const REFERENCE: &str = include_str!("../reference/reference.json");

fn floats(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect()
}

fn matrix(value: &Value) -> (Vec<f32>, [usize; 2]) {
    let shape = value["shape"].as_array().unwrap();
    (floats(&value["values"]), [0, 1].map(|axis| shape[axis].as_u64().unwrap() as usize))
}

/// Within 1e-5 of the larger of an element and the root mean square of all.
#[track_caller]
fn assert_near(what: &str, found: &[f32], expected: &[f32]) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let square: f32 = expected.iter().map(|x| x * x).sum();
    let typical = (square / expected.len() as f32).sqrt();
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= 1e-5 * e.abs().max(typical), "{what}, element {i}: {f}, but PyTorch has {e}");
    }
}

fn apply(op: &str, tape: &mut Tape, v: &[Var]) -> Result<Var, Error> {
    match op {
        "matmul" => tape.matmul(v[0], v[1]),
        "matmul_abt" => tape.matmul_abt(v[0], v[1]),
        "matmul_atb" => tape.matmul_atb(v[0], v[1]),
        "add" => tape.add(v[0], v[1]),
        "sub" => tape.sub(v[0], v[1]),
        "mul" => tape.mul(v[0], v[1]),
        "div" => tape.div(v[0], v[1]),
        "scale" => tape.scale(v[0], -0.75),
        "shift" => tape.shift(v[0], 0.75),
        "relu" => tape.relu(v[0]),
        "tanh" => tape.tanh(v[0]),
        "gelu" => tape.gelu(v[0]),
        "gelu_tanh" => tape.gelu_tanh(v[0]),
        "sigmoid" => tape.sigmoid(v[0]),
        "exp" => tape.exp(v[0]),
        "ln" => tape.ln(v[0]),
        "square" => tape.square(v[0]),
        "softmax" => tape.softmax(v[0]),
        "log_softmax" => tape.log_softmax(v[0]),
        "logsumexp" => tape.logsumexp(v[0]),
        "sum" => tape.sum(v[0]),
        "mean" => tape.mean(v[0]),
        "sum_rows" => tape.sum_axis(v[0], Axis::Rows),
        "sum_cols" => tape.sum_axis(v[0], Axis::Cols),
        "mean_rows" => tape.mean_axis(v[0], Axis::Rows),
        "mean_cols" => tape.mean_axis(v[0], Axis::Cols),
        "gather_rows" => tape.gather_rows(v[0], &[3, 0, 3]),
        "index_add" => tape.index_add(v[0], v[1], &[3, 0, 3]),
        "pick" => tape.pick(v[0], &[4, 0, 4]),
        "reshape" => tape.reshape(v[0], [5, 3]),
        "concat_rows" => tape.concat(&[v[0], v[1], v[0]], Axis::Rows),
        "concat_cols" => tape.concat(&[v[0], v[1], v[0]], Axis::Cols),
        "slice_rows" => tape.slice(v[0], Axis::Rows, 1..3),
        "slice_cols" => tape.slice(v[0], Axis::Cols, 1..4),
        "detach" => {
            let detached = tape.detach(v[0])?;
            tape.mul(v[0], detached)
        }
        "layer_norm" => tape.layer_norm(v[0], v[1], v[2]),
        "causal_attention" => tape.causal_attention(v[0], v[1], v[2], Heads { n_heads: 2, time: 4 }),
        "cross_entropy" => tape.cross_entropy(v[0], &[10, 0, 4], None),
        "cross_entropy_masked" => tape.cross_entropy(v[0], &[10, 0, 4], Some(&[true, false, true])),
        "mean_squared_error" => tape.mean_squared_error(v[0], v[1]),
        _ => panic!("the reference has an operation `{op}` that this test does not know"),
    }
}

#[test]
fn every_operation_of_the_tape_is_that_of_pytorch() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let cases = reference["ops"].as_array().unwrap();
    for case in cases {
        let op = case["op"].as_str().unwrap();
        let mut tape = Tape::new();
        let mut inputs = Vec::new();
        for input in case["inputs"].as_array().unwrap() {
            let (values, shape) = matrix(input);
            inputs.push(tape.param(&values, shape).unwrap());
        }
        let result = apply(op, &mut tape, &inputs).unwrap();
        let (expected, shape) = matrix(&case["result"]);
        assert_eq!(tape.shape(result).unwrap(), shape.into(), "{op}");
        assert_near(op, tape.value(result).unwrap(), &expected);
        let (weights, shape) = matrix(&case["weights"]);
        let weights = tape.constant(&weights, shape).unwrap();
        let weighted = tape.mul(result, weights).unwrap();
        let loss = tape.sum(weighted).unwrap();
        tape.backward(loss).unwrap();
        for (i, (&input, expected)) in inputs.iter().zip(case["gradients"].as_array().unwrap()).enumerate() {
            assert_near(&format!("{op}, gradient of input {i}"), tape.grad(input).unwrap(), &floats(expected));
        }
    }
    assert_eq!(cases.len(), 40);
}

enum Optimizer {
    AdamW(AdamW),
    Sgd(Sgd),
}

fn optimizer(name: &str, params: &Params) -> Optimizer {
    let adamw = |constants| Optimizer::AdamW(AdamW::new(params, constants));
    let sgd = |constants| Optimizer::Sgd(Sgd::new(params, constants));
    let rate = 0.01;
    match name {
        "adamw" => adamw(AdamWConstants { learning_rate: rate, beta_2: 0.95, weight_decay: 0.1, ..Default::default() }),
        "adam" => adamw(AdamWConstants { learning_rate: rate, weight_decay: 0.0, ..Default::default() }),
        "adamw_clipped" => adamw(AdamWConstants { learning_rate: rate, ..Default::default() }),
        "sgd" => sgd(SgdConstants { learning_rate: 0.1, momentum: 0.0, weight_decay: 0.0, nesterov: false }),
        "sgd_momentum" => sgd(SgdConstants { learning_rate: 0.1, momentum: 0.9, weight_decay: 0.1, nesterov: false }),
        "sgd_nesterov" => sgd(SgdConstants { learning_rate: 0.1, momentum: 0.9, weight_decay: 0.1, nesterov: true }),
        _ => panic!("the reference has an optimizer `{name}` that this test does not know"),
    }
}

#[test]
fn five_steps_of_every_optimizer_are_those_of_pytorch() {
    let reference: Value = serde_json::from_str(REFERENCE).unwrap();
    let cases = reference["optimizers"].as_array().unwrap();
    for case in cases {
        let name = case["optimizer"].as_str().unwrap();
        let mut params = Params::new();
        for start in case["start"].as_array().unwrap() {
            let (values, shape) = matrix(start);
            params.add(name, shape, &values).unwrap();
        }
        let mut optimizer = optimizer(name, &params);
        for (step, row) in case["steps"].as_array().unwrap().iter().enumerate() {
            for (id, gradient) in params.ids().zip(row["gradients"].as_array().unwrap()) {
                params.gradient_mut(id).unwrap().copy_from_slice(&floats(gradient));
            }
            if let Some(norm) = row["norm"].as_f64() {
                let found = clip_global_norm(&mut params, 1.5);
                assert_near(&format!("{name}, norm at step {step}"), &[found], &[norm as f32]);
            }
            match &mut optimizer {
                Optimizer::AdamW(adamw) => adamw.step(&mut params).unwrap(),
                Optimizer::Sgd(sgd) => sgd.step(&mut params).unwrap(),
            }
            for (id, expected) in params.ids().zip(row["weights"].as_array().unwrap()) {
                assert_near(&format!("{name}, step {step}"), params.get(id).unwrap(), &floats(expected));
            }
        }
    }
    assert_eq!(cases.len(), 6);
}

/// The weight after each of three steps in f64, by the formula in Python and by `torch.optim.AdamW` of torch 2.15, which
/// agree in all digits given: from `w = 1`, by gradients 0.5, −0.25, 0.1.
#[test]
fn adamw_by_hand() {
    const STEPS: [(f32, f64); 3] = [(0.5, 0.989_000_000_2), (-0.25, 0.985_327_305_8), (0.1, 0.981_129_127_8)];
    let constants = AdamWConstants { learning_rate: 0.01, beta_1: 0.9, beta_2: 0.95, epsilon: 1e-8, weight_decay: 0.1 };
    let near = |found: f32, expected: f64| assert!((f64::from(found) - expected).abs() < 1e-6, "{found}, {expected}");
    let mut params = Params::new();
    let w = params.add("w", [1, 1], &[1.0]).unwrap();
    let mut adamw = AdamW::new(&params, constants);
    for (gradient, expected) in STEPS {
        params.gradients_mut()[0] = gradient;
        adamw.step(&mut params).unwrap();
        near(params.get(w).unwrap()[0], expected);
    }
    assert_eq!(adamw.steps(), 3);
    // As a language model is trained: weights side by side in registers and beyond, gradients scaled as by clipping.
    let [mut weights, mut first, mut second] = [[1.0; 9], [0.0; 9], [0.0; 9]];
    for (t, (gradient, expected)) in (1..).zip(STEPS) {
        let (step, moments) = (Past::new(constants, t), [&mut first[..], &mut second[..]]);
        scaled_step(step, 0.25, &mut weights, &[4.0 * gradient; 9], moments).unwrap();
        weights.iter().for_each(|&weight| near(weight, expected));
    }
}
