use super::*;
use crate::{moe_routing::settings::PARAMETERS, parameters::Values};

fn mixture(text: &str) -> Mixture {
    let settings = Settings::new(&Values::decode(PARAMETERS, text).unwrap()).unwrap();
    Mixture::new(settings, 1).unwrap()
}

/// Inputs, outputs, and the choices of a batch of 64 points.
fn outputs(mixture: &Mixture, bias: &[f32]) -> (Vec<[f32; 2]>, Vec<[f32; 2]>, Forward) {
    let mut random = Random::new(5, 9);
    let inputs: Vec<[f32; 2]> = (0..64).map(|_| [2.0 * random.normal(), 2.0 * random.normal()]).collect();
    let mut tape = Tape::new();
    let x = tape.constant(inputs.as_flattened(), [64, 2]).unwrap();
    let forward = mixture.forward(&mut tape, x, bias).unwrap();
    let outputs = tape.value(forward.output).unwrap().as_chunks::<2>().0.to_vec();
    (inputs, outputs, forward)
}

#[test]
fn dropped_tokens_pass_through_the_residual() {
    let limited = mixture("capacity=1");
    // All tokens go to expert 3, which has seats for 8 of 64.
    let mut bias = [0.0; 8];
    bias[3] = 10.0;
    let (inputs, with, forward) = outputs(&limited, &bias);
    assert_eq!((forward.n_dropped, forward.loads[3]), (56, 64));
    assert!(inputs[..8].iter().zip(&with[..8]).all(|(x, y)| x != y));
    assert_eq!(inputs[8..], with[8..]);
    // Those that were seated are computed as without a limit.
    let (_, without, forward) = outputs(&mixture(""), &bias);
    assert_eq!(forward.n_dropped, 0);
    assert_eq!(with[..8], without[..8]);
    assert!(inputs[8..].iter().zip(&without[8..]).all(|(x, y)| x != y));
}

/// A bias that is the same for all experts changes nobody's choice, and so nothing at all.
#[test]
fn the_bias_never_weighs_an_output() {
    for text in ["", "gate=sigmoid", "top_k=2", "top_k=2;gate=sigmoid"] {
        let mixture = mixture(text);
        let (_, without, _) = outputs(&mixture, &[0.0; 8]);
        // A power of two, so that it takes no digits off the affinities that it is added to.
        let (_, with, forward) = outputs(&mixture, &[0.25; 8]);
        assert_eq!(without, with, "{text}");
        // One that differs does change choices.
        let (_, other, moved) = outputs(&mixture, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(other != with && moved.loads[3] > forward.loads[3], "{text}");
    }
}

#[test]
fn experts_compute_what_their_tokens_chose() {
    // With softmax, all four experts active, and no normalization, the weights of a token sum to 1.
    let all = mixture("experts=4;top_k=4");
    let (inputs, outputs, forward) = outputs(&all, &[0.0; 4]);
    assert_eq!(forward.loads, [64; 4]);
    let mut tape = Tape::new();
    let x = tape.constant(inputs.as_flattened(), [64, 2]).unwrap();
    let (_, affinities, _) = all.route(&mut tape, x, &[0.0; 4], 1).unwrap();
    let affinities = tape.value(affinities).unwrap().to_vec();
    let mut expected = inputs.clone();
    for (i, expert) in all.routed.iter().enumerate() {
        let of_expert = expert.forward(&mut tape, &all.params, x).unwrap();
        let rows = tape.value(of_expert).unwrap().as_chunks::<2>().0;
        for ((sum, row), affinity) in expected.iter_mut().zip(rows).zip(affinities.chunks_exact(4)) {
            *sum = [sum[0] + affinity[i] * row[0], sum[1] + affinity[i] * row[1]];
        }
    }
    for (found, expected) in outputs.as_flattened().iter().zip(expected.as_flattened()) {
        assert!((found - expected).abs() < 1e-5, "{found} is not {expected}");
    }
}

#[test]
fn the_gradient_reaches_the_router_of_those_that_were_chosen() {
    for text in ["", "gate=sigmoid", "top_k=2;gate=sigmoid", "top_k=2;shared=true"] {
        let mut mixture = mixture(text);
        let mut tape = Tape::new();
        let x = tape.constant(&[1.0, 0.5, -1.0, 2.0, 0.0, -1.5], [3, 2]).unwrap();
        let bias = vec![0.0; mixture.settings.n_routed];
        let forward = mixture.forward(&mut tape, x, &bias).unwrap();
        let squares = tape.square(forward.output).unwrap();
        let loss = tape.sum(squares).unwrap();
        tape.backward(loss).unwrap();
        tape.add_gradients(&mut mixture.params).unwrap();
        let of_router = mixture.params.gradient(mixture.router.weight).unwrap();
        assert!(of_router.iter().any(|g| *g != 0.0), "{text}");
        for (expert, load) in mixture.routed.iter().zip(&forward.loads) {
            let gradient = mixture.params.gradient(expert.down.bias).unwrap();
            assert_eq!(gradient.iter().any(|g| *g != 0.0), *load > 0, "{text}");
        }
    }
}
