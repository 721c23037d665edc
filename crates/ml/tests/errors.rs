//! What does not fit a kernel or a store is an error that says what; nothing is written.

use ml::Error;
use ml::kernels::layer_norm::{self, Gradients, Output};
use ml::kernels::linear_cross_entropy::LinearCrossEntropy;
use ml::kernels::matmul::{Form, Product, Scratch, Steps, Write, matmul, strided};
use ml::kernels::{adamw, bias, causal_softmax, cross_entropy, exp, gelu, sgd, sigmoid, softmax, tanh};
use ml::optim::{AdamW, AdamWConstants, Sgd, SgdConstants};
use ml::params::Params;
use ml::random::Random;

fn length(op: &'static str, operand: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    Err(Error::Length { op, operand, expected, found })
}

#[test]
fn products() {
    let mut c = [7.0; 6];
    for form in [Form::Ab, Form::Abt, Form::Atb] {
        let product = Product { form, m: 2, k: 4, n: 3, write: Write::Assign };
        let run = |a: usize, b: usize, c: &mut [f32]| {
            matmul(product, &vec![1.0; a], &vec![1.0; b], c, &mut Scratch::default())
        };
        assert_eq!(run(7, 12, &mut c), length("matmul", "a", 8, 7));
        assert_eq!(run(8, 13, &mut c), length("matmul", "b", 12, 13));
        assert_eq!(run(8, 12, &mut c[..5]), length("matmul", "c", 6, 5));
    }
    // A shape whose number of elements overflows is no panic.
    let product = Product { form: Form::Ab, m: usize::MAX, k: 2, n: 3, write: Write::Assign };
    let overflown = matmul(product, &[1.0; 8], &[1.0; 6], &mut c, &mut Scratch::default());
    assert_eq!(overflown, length("matmul", "a", usize::MAX, 8));
    assert_eq!(c, [7.0; 6]);
}

#[test]
fn strided_products() {
    let mut c = [7.0; 7];
    let product = Product { form: Form::Ab, m: 2, k: 2, n: 3, write: Write::Assign };
    let run = |steps, a: usize, b: usize, c: &mut [f32]| {
        strided(product, steps, [&vec![1.0; a], &vec![1.0; b]], c, &mut Scratch::default())
    };
    let steps = Steps { a: 3, b: 4, c: 4 };
    assert_eq!(run(steps, 4, 7, &mut c), length("matmul", "a", 5, 4));
    assert_eq!(run(steps, 5, 6, &mut c), length("matmul", "b", 7, 6));
    assert_eq!(run(steps, 5, 7, &mut c[..6]), length("matmul", "c", 7, 6));
    // Rows that overlap, and an end that overflows.
    assert_eq!(run(Steps { c: 2, ..steps }, 5, 7, &mut c), length("matmul", "c", usize::MAX, 7));
    assert_eq!(run(Steps { a: usize::MAX, ..steps }, 5, 7, &mut c), length("matmul", "a", usize::MAX, 5));
    assert_eq!(c, [7.0; 7]);
    assert_eq!(run(steps, 5, 7, &mut c), Ok(()));
    assert_eq!(c, [2.0, 2.0, 2.0, 7.0, 2.0, 2.0, 2.0]);
}

#[test]
fn attention_and_the_head() {
    let mut scores = [7.0; 6];
    assert_eq!(causal_softmax::forward(4, 1.0, &mut scores), length("causal_softmax", "scores", 4, 6));
    assert_eq!(causal_softmax::forward(2, 1.0, &mut scores), length("causal_softmax", "scores", 4, 6));
    let found = causal_softmax::backward(3, 1.0, &scores.clone(), &mut scores[..5]);
    assert_eq!(found, length("causal_softmax backward", "d", 6, 5));
    assert_eq!(scores, [7.0; 6]);
    const OP: &str = "linear_cross_entropy";
    let (x, weights) = ([1.0; 6], [1.0; 12]);
    let mut head = LinearCrossEntropy::default();
    assert_eq!(head.begin(0, &x, &weights, &[0], true), Err(Error::Empty { op: OP, expected: 1 }));
    assert_eq!(head.begin(3, &[], &weights, &[], true), Err(Error::Empty { op: OP, expected: 1 }));
    assert_eq!(head.begin(3, &x, &weights, &[0], true), length(OP, "x", 3, 6));
    assert_eq!(head.begin(3, &x, &weights[..11], &[0, 1], true), length(OP, "weights", 9, 11));
    let outside = Err(Error::Index { op: OP, expected: 4, found: 4 });
    assert_eq!(head.begin(3, &x, &weights, &[0, 4], true), outside);
    assert_eq!(head.begin_backward(1.0), Err(Error::Empty { op: OP, expected: 1 }));
    head.begin(3, &x, &weights, &[0, 3], false).unwrap();
    assert_eq!(head.forward(&weights[..9], 0), length(OP, "weights", 12, 9));
    assert_eq!(head.forward(&weights, 1), Err(Error::Index { op: OP, expected: 1, found: 1 }));
    head.forward(&weights, 0).unwrap();
    // Four equal logits.
    assert!(head.losses().all(|loss| (loss - 4.0_f32.ln()).abs() < 1e-6));
    assert_eq!(head.begin_backward(1.0), Err(Error::Empty { op: OP, expected: 1 }), "nothing was kept");
}

#[test]
fn functions_of_one_element() {
    let (x, mut y) = ([1.0; 4], [7.0; 3]);
    assert_eq!(exp::forward(&x, &mut y), length("exp", "y", 4, 3));
    assert_eq!(tanh::forward(&x, &mut y), length("tanh", "y", 4, 3));
    assert_eq!(sigmoid::forward(&x, &mut y), length("sigmoid", "y", 4, 3));
    assert_eq!(gelu::erf_forward(&x, &mut y), length("gelu", "y", 4, 3));
    assert_eq!(gelu::tanh_forward(&x, &mut y), length("gelu (tanh)", "y", 4, 3));
    assert_eq!(exp::backward(&x, &x, &mut y), length("exp backward", "d_x", 4, 3));
    assert_eq!(tanh::backward(&x, &x[..2], &mut y), length("tanh backward", "d_y", 4, 2));
    assert_eq!(sigmoid::backward(&x, &x, &mut y), length("sigmoid backward", "d_x", 4, 3));
    assert_eq!(gelu::erf_backward(&x, &x, &mut y), length("gelu backward", "d_x", 4, 3));
    assert_eq!(gelu::erf_forward_and_slope(&mut x.clone(), &mut y), length("gelu", "y", 4, 3));
    assert_eq!(gelu::times_slope(&x, &mut y), length("gelu backward", "d", 4, 3));
    assert_eq!(gelu::tanh_backward(&x, &x, &mut y), length("gelu (tanh) backward", "d_x", 4, 3));
    assert_eq!(y, [7.0; 3]);
}

#[test]
fn functions_of_a_row() {
    let (x, mut y) = ([1.0; 6], [7.0; 6]);
    assert_eq!(softmax::forward(0, &x, &mut y), Err(Error::Empty { op: "softmax", expected: 1 }));
    assert_eq!(softmax::forward(4, &x, &mut y), length("softmax", "x", 4, 6));
    assert_eq!(softmax::log_forward(3, &x, &mut y[..3]), length("log_softmax", "y", 6, 3));
    assert_eq!(softmax::logsumexp_forward(3, &x, &mut y), length("logsumexp", "y", 2, 6));
    assert_eq!(softmax::backward(3, &x, &x[..3], &mut y), length("softmax backward", "d_y", 6, 3));
    assert_eq!(bias::forward(&[], &mut y, Write::Add), Err(Error::Empty { op: "bias", expected: 1 }));
    assert_eq!(bias::forward(&x[..4], &mut y, Write::Add), length("bias", "y", 4, 6));
    assert_eq!(bias::backward(&x, &mut y[..4]), length("bias backward", "d_y", 4, 6));
    let (losses, p) = (&mut [7.0; 2], &mut [7.0; 6]);
    let outside = Err(Error::Index { op: "cross_entropy", expected: 3, found: 3 });
    assert_eq!(cross_entropy::forward(3, &x, &[0, 3], losses, p), outside);
    assert_eq!(cross_entropy::forward(3, &x, &[0], losses, p), length("cross_entropy", "logits", 3, 6));
    let (normalized, reciprocal_std) = (&mut [7.0; 6], &mut [7.0; 3]);
    let out = Output { y: &mut y, normalized, reciprocal_std };
    assert_eq!(layer_norm::forward(&x, &x[..3], &x[..3], 1e-5, out), length("layer_norm", "reciprocal_std", 2, 3));
    let (d_gain, d_bias) = (&mut [7.0; 3], &mut [7.0; 2]);
    let out = Gradients { d_x: &mut y, d_gain, d_bias };
    let found = layer_norm::backward(&x, &x[..2], &x[..3], &x, out);
    assert_eq!(found, length("layer_norm backward", "d_bias", 3, 2));
    assert_eq!(y, [7.0; 6]);
}

#[test]
fn steps() {
    let (mut weights, mut first, mut second) = ([7.0; 3], [0.0; 3], [0.0; 2]);
    let moments = [first.as_mut_slice(), second.as_mut_slice()];
    let found = adamw::step(AdamWConstants::default(), 1, &mut weights, &[1.0; 3], moments);
    assert_eq!(found, length("adamw", "second", 3, 2));
    let past = [adamw::Past::new(AdamWConstants::default(), 1)];
    let moments = [first.as_mut_slice(), second.as_mut_slice()];
    assert_eq!(adamw::catch_up(&past, &mut weights, moments), length("adamw", "second", 3, 2));
    let constants = SgdConstants { learning_rate: 1.0, momentum: 0.0, weight_decay: 0.0, nesterov: false };
    assert_eq!(sgd::step(constants, &mut weights, &[1.0; 2], &mut first), length("sgd", "gradients", 3, 2));
    assert_eq!(weights, [7.0; 3]);
}

#[test]
fn a_store_and_its_optimizers() {
    let mut params = Params::new();
    let w = params.add("w", [1, 2], &[1.0, 2.0]).unwrap();
    assert_eq!(params.add("v", [2, 2], &[1.0]).map(|_| ()), length("params", "values", 4, 1));
    let huge = [usize::MAX, 2];
    assert_eq!(params.add_zeros("v", huge).map(|_| ()), length("params", "values", 1 << 30, usize::MAX));
    assert!(params.add_normal("v", huge, 1.0, &mut Random::new(0, 0)).is_err());
    let mut adamw = AdamW::new(&params, AdamWConstants::default());
    let constants = SgdConstants { learning_rate: 1.0, momentum: 0.0, weight_decay: 0.0, nesterov: false };
    let mut sgd = Sgd::new(&params, constants);
    let late = params.add_zeros("late", [1, 1]).unwrap();
    assert_eq!(adamw.step(&mut params), length("adamw", "first", 3, 2));
    assert_eq!((adamw.steps(), sgd.step(&mut params)), (0, length("sgd", "velocity", 3, 2)));
    assert_eq!((params.name(late), params.get(w)), (Ok("late"), Ok([1.0, 2.0].as_slice())));
    let other = Params::new();
    assert_eq!(other.get(w), Err(Error::Index { op: "params", expected: 0, found: 0 }));
}
