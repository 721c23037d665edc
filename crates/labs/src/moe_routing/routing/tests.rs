//! Expected values: the closed forms in the docs of each function, evaluated in 64-bit floats with NumPy 2.4.6
//! on [`LOGITS`] and [`LOGITS_OF_CONTROLLER`], unless a test names another origin. Whole numbers are exact.

use super::*;

/// Logits of 8 tokens over 4 experts.
pub(crate) const LOGITS: [[f32; 4]; 8] = [
    [2.0, 1.0, 0.0, -1.0],
    [1.5, 0.5, 0.0, 0.0],
    [3.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.5, 0.0],
    [0.2, 0.1, 0.0, 2.0],
    [1.0, 0.9, 0.8, 0.7],
    [2.5, 2.4, -1.0, 0.0],
    [0.0, 0.0, 1.0, 0.0],
];

/// Logits without ties: whoever is chosen leads by at least 2.6e-4 in every step of the test.
const LOGITS_OF_CONTROLLER: [[f32; 4]; 8] = [
    [2.0, 1.0, 0.0, -1.0],
    [1.5, 0.5, 0.0, 0.1],
    [3.0, 0.05, 0.0, -0.1],
    [0.0, 1.0, 0.5, -0.2],
    [0.2, 0.1, 0.0, 2.0],
    [1.0, 0.9, 0.8, 0.7],
    [2.5, 2.4, -1.0, 0.3],
    [0.12, 0.03, 1.0, -0.07],
];

pub(crate) fn close(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (&found, &expected) in found.iter().zip(expected) {
        assert!((f64::from(found) - expected).abs() <= 1e-6 + 1e-5 * expected.abs(), "{found} is not {expected}");
    }
}

/// The choices of all tokens whose affinities are the sigmoids of `logits`.
fn choices(logits: &[[f32; 4]], bias: [f32; 4], k: usize) -> Vec<usize> {
    let mut chosen = vec![0; logits.len() * k];
    for (row, chosen) in logits.iter().zip(chosen.chunks_exact_mut(k)) {
        let affinities = row.map(|logit| 1.0 / (1.0 + libm::expf(-logit)));
        top_k(affinities.iter().zip(bias).map(|(s, b)| s + b), chosen);
    }
    chosen
}

#[test]
fn ties_go_to_the_lowest_index() {
    let best = |scores: &[f32], k: usize| {
        let mut chosen = vec![0; k];
        top_k(scores.iter().copied(), &mut chosen);
        chosen
    };
    assert_eq!(best(&[0.0, 1.0, 1.0, 0.5], 1), [1]);
    assert_eq!(best(&[0.0, 1.0, 1.0, 0.5], 3), [1, 2, 3]);
    assert_eq!(best(&[2.0; 5], 3), [0, 1, 2]);
    assert_eq!(best(&[0.1, 0.2, 0.3, 0.4], 4), [3, 2, 1, 0]);
    assert_eq!(best(&[f32::NEG_INFINITY; 3], 2), [0, 1]);
    assert_eq!(best(&[1.0; 64], 16), (0..16).collect::<Vec<_>>());
    assert_eq!(best(&[1.0], 0), [0; 0]);
}

#[test]
fn loads_and_their_evenness() {
    let top_1 = loads(&choices(&LOGITS, [0.0; 4], 1), 4);
    assert_eq!(top_1, [5, 1, 1, 1]);
    assert_eq!(load_fractions(&top_1), [2.5, 0.5, 0.5, 0.5]);
    let top_2 = loads(&choices(&LOGITS, [0.0; 4], 2), 4);
    assert_eq!(top_2, [7, 6, 2, 1]);
    assert_eq!(load_fractions(&top_2), [1.75, 1.5, 0.5, 0.25]);
    assert_eq!(max_violation(&top_2), 0.75);
    assert_eq!((max_violation(&[4; 4]), max_violation(&[16, 0, 0, 0]), max_violation(&[0; 4])), (0.0, 3.0, 0.0));
}

#[test]
fn an_overloaded_expert_loses_bias() {
    let mut bias = [0.0; 4];
    step_bias(&mut bias, &[7, 6, 2, 1], 0.001);
    assert_eq!(bias, [-0.001, -0.001, 0.001, 0.001]);
    step_bias(&mut bias, &[4, 4, 5, 3], 0.001);
    assert_eq!(bias, [-0.001, -0.001, 0.0, 0.002]);
}

/// With a bias step this large the loads end in a cycle of two: what one step takes from two experts, the next
/// gives back.
#[test]
fn a_large_bias_step_ends_in_a_cycle() {
    let mut bias = [0.0; 4];
    let mut trace = Vec::new();
    for _ in 0..12 {
        let counts = loads(&choices(&LOGITS_OF_CONTROLLER, bias, 1), 4);
        step_bias(&mut bias, &counts, 0.03);
        trace.push(counts);
    }
    let first = [[5, 1, 1, 1], [3, 3, 1, 1], [3, 2, 2, 1], [3, 2, 1, 2], [3, 2, 2, 1], [2, 3, 1, 2]];
    assert_eq!(trace[..6], first);
    assert!(trace[6..].chunks(2).all(|pair| pair == [[3, 1, 3, 1], [1, 3, 1, 3]]));
    close(&bias, &[-0.15, -0.03, 0.12, 0.12]);
}

#[test]
fn capacities() {
    assert_eq!(capacity(1024, 8, 1, 1.25), 160);
    assert_eq!(capacity(256, 8, 1, 1.0), 32);
    assert_eq!(capacity(256, 8, 10, 1.1), 352);
    assert_eq!(capacity(256, 6, 1, 1.0), 43);
}

#[test]
fn a_full_expert_drops_the_last_choices() {
    // Tokens 0, 1 and 2 want expert 0 first; token 3 wants it second.
    let chosen = [0, 1, 0, 2, 0, 1, 2, 0];
    let seat = |token, rank| Seat { token, rank };
    let without = dispatch(&chosen, 2, 3, None);
    assert_eq!(without[0], [seat(0, 0), seat(1, 0), seat(2, 0), seat(3, 1)]);
    assert_eq!(without.iter().map(Vec::len).sum::<usize>(), chosen.len());
    let with = dispatch(&chosen, 2, 3, Some(2));
    assert_eq!(with[0], [seat(0, 0), seat(1, 0)]);
    assert_eq!(with[1], [seat(0, 1), seat(2, 1)]);
    // The first choice of token 3 has its seat before the second of token 1.
    assert_eq!(with[2], [seat(1, 1), seat(3, 0)]);
    assert!(dispatch(&chosen, 2, 3, Some(1))[2] == [seat(3, 0)]);
}
