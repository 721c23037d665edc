//! Numbers of Hugging Face transformers 5.23 (`GPTNeoXForCausalLM`) and torch 2.15 for the models of `recipe`,
//! reproduced by a NumPy forward pass within 5e-8.

use super::recipe::{SMALL, WIDER, batch, flat, gradients, norm, sine, step};
use crate::neox::{Config, Trained, Trainer, Update};
use crate::optim::AdamWConstants;

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found}, but transformers has {expected}");
}

#[track_caller]
fn all_near(found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).for_each(|(&f, &e)| near(f.into(), e, 1e-5));
}

/// The numbers on the model cards of EleutherAI's Pythia.
#[test]
fn counts_of_weights() {
    let counts = |n_layers, width, hidden| {
        let config = Config { n_layers, width, hidden, ..Config::pythia_14m() };
        (config.n_weights(), config.n_body_weights())
    };
    assert_eq!(counts(6, 128, 512), (14_067_712, 1_189_888));
    assert_eq!(counts(6, 256, 1024), (30_494_720, 4_739_072));
    assert_eq!(counts(6, 512, 2048), (70_426_624, 18_915_328));
}

/// The tokens of the case with two rotated channels, and of that with four.
const SMALL_TOKENS: [u32; 6] = [1, 5, 3, 7, 2, 0];
const WIDER_TOKENS: [u32; 8] = [3, 14, 8, 17, 5, 11, 2, 0];

#[test]
fn logits() {
    let logits = sine(SMALL, 0.2).logits(None, &SMALL_TOKENS).unwrap();
    all_near(&logits[..4], &[-0.3765053, -0.3030377, -0.1900357, -0.0522417]);
    let last = [
        1.7947476, 1.3967480, 0.8165286, 0.1297849, -0.5738906, -1.2026963, -1.6745981, -1.9280319, -1.9299344,
        -1.6800577, -1.2110005, -0.5839562, 0.1192711,
    ];
    all_near(&logits[5 * 13..], &last);
    let logits = sine(WIDER, 0.15).logits(None, &WIDER_TOKENS).unwrap();
    all_near(&logits[7 * 19..][..6], &[0.4196324, 0.0979355, -0.2732013, -0.5064205, -0.4839883, -0.2172289]);
}

#[test]
fn losses_and_gradients_with_two_rotated_channels() {
    let (loss, _) = gradients(sine(SMALL, 0.2), Trained::Full, &batch(&SMALL_TOKENS, 1));
    near(loss.into(), 2.5705932, 1e-5);
    let (loss, trainer) = gradients(sine(SMALL, 0.2), Trained::Full, &batch(&SMALL_TOKENS, 3));
    near(loss.into(), 2.4824733, 1e-5);
    let all = flat(&trainer);
    near(norm(&all), 2.2195394, 1e-5);
    let of = |name: &str| {
        let entries = trainer.model().layout().entries();
        &all[entries.iter().find(|entry| entry.name() == name).unwrap().range()]
    };
    near(norm(of("gpt_neox.embed_in.weight")), 0.6361035, 1e-5);
    let query_key_value = of("gpt_neox.layers.0.attention.query_key_value.weight");
    near(norm(query_key_value), 0.2245123, 1e-5);
    all_near(&query_key_value[..3], &[0.00261349, -0.00099315, -0.00412811]);
    near(norm(of("gpt_neox.layers.1.mlp.dense_4h_to_h.bias")), 0.0350875, 1e-6);
    near(norm(of("embed_out.weight")), 2.0023137, 1e-5);
}

#[test]
fn losses_and_gradients_with_four_rotated_channels() {
    let (loss, _) = gradients(sine(WIDER, 0.15), Trained::Full, &batch(&WIDER_TOKENS, 1));
    near(loss.into(), 2.9042910, 1e-5);
    let (loss, trainer) = gradients(sine(WIDER, 0.15), Trained::Full, &batch(&WIDER_TOKENS, 4));
    near(loss.into(), 2.7405475, 1e-5);
    let all = flat(&trainer);
    near(norm(&all), 8.1399124, 5e-5);
    near(norm(&all[trainer.model().layout().embeddings()]), 0.4590897, 1e-5);
    let query_key_value = trainer.model().layout().block(0).query_key_value.weight;
    near(norm(&all[query_key_value]), 1.2872463, 1e-5);
}

/// Learning rate 1e-3, betas 0.9 and 0.95, decay 0.1 of all tensors, clipping at 1.
#[test]
fn losses_of_five_steps() {
    let constants = AdamWConstants { learning_rate: 1e-3, ..Update::default().constants };
    let update = Update { constants, max_norm: 1.0 };
    let mut trainer = Trainer::new(sine(SMALL, 0.2), Trained::Full).unwrap();
    let batch = batch(&SMALL_TOKENS, 3);
    for expected in [2.4824733, 2.4255605, 2.3699623, 2.3157107, 2.2628232, 2.2113130] {
        near(step(&mut trainer, &batch, update).into(), expected, 2e-4);
    }
}
