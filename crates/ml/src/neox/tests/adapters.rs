//! Adapters of low rank.

use super::recipe::{WIDER, batch, finish, gradients, pass, sine, step};
use crate::neox::{Batch, Error, Evaluation, Lora, Model, Progress, Target, Trained, Trainer, Update};
use crate::optim::AdamWConstants;

const TOKENS: [u32; 8] = [3, 14, 8, 17, 5, 11, 2, 0];

fn lora() -> Lora {
    Lora { rank: 3, alpha: 6.0, targets: Target::ALL.to_vec() }
}

fn update() -> Update {
    let constants = AdamWConstants { learning_rate: 1e-2, ..Update::default().constants };
    Update { constants, ..Update::default() }
}

#[test]
fn at_first_an_adapter_changes_nothing() {
    let model = sine(WIDER, 0.15);
    let base = model.logits(None, &TOKENS).unwrap();
    let trainer = Trainer::new(model, Trained::Lora(lora(), 7)).unwrap();
    let adapter = trainer.adapter().unwrap();
    assert_eq!(trainer.model().logits(Some(adapter), &TOKENS).unwrap(), base);
    for entry in adapter.entries() {
        let weights = &adapter.weights()[entry.range()];
        let zero = entry.name().ends_with("lora_B.weight");
        assert_eq!(weights.iter().all(|&w| w == 0.0), zero, "{}", entry.name());
        let bound = 1.0 / (entry.dims()[1] as f32).sqrt();
        assert!(zero || weights.iter().all(|w| w.abs() <= bound));
    }
    let names: Vec<&str> = adapter.entries().iter().map(|entry| entry.name()).collect();
    assert_eq!(names[0], "base_model.model.gpt_neox.layers.0.attention.query_key_value.lora_A.weight");
    assert_eq!(names[15], "base_model.model.gpt_neox.layers.1.mlp.dense_4h_to_h.lora_B.weight");
    assert_eq!((names.len(), adapter.entries()[1].dims()), (16, [96, 3].as_slice()));
    // 2 blocks · 3 · (in + out of each target).
    assert_eq!(adapter.weights().len(), 2 * 3 * ((32 + 96) + (32 + 32) + (32 + 128) + (128 + 32)));
}

/// As a merged layer has the gradient `dW`, its adapter must have `dB = s dW·Aᵀ` and `dA = s Bᵀ·dW`.
#[test]
fn gradients_follow_from_those_of_the_merged_layers() {
    let mut trainer = Trainer::new(sine(WIDER, 0.15), Trained::Lora(lora(), 7)).unwrap();
    for _ in 0..3 {
        step(&mut trainer, &batch(&TOKENS, 3), update());
    }
    let loss = pass(&mut trainer, &batch(&TOKENS, 3));
    let adapter = trainer.adapter().unwrap();
    let mut merged = trainer.model().clone();
    adapter.merge_into(&mut merged).unwrap();
    let (merged_loss, full) = gradients(merged, Trained::Body, &batch(&TOKENS, 3));
    assert!((loss - merged_loss).abs() < 1e-5);
    let body = trainer.model().layout().body().start;
    for pair in adapter.entries().chunks_exact(2) {
        let name = pair[0].name().strip_prefix("base_model.model.").unwrap().replace("lora_A.", "");
        let layer = trainer.model().layout().entries().iter().find(|entry| entry.name() == name).unwrap();
        let &[outputs, inputs] = layer.dims() else { panic!("{name} is no matrix") };
        let d_w = &full.dense_gradients()[layer.range().start - body..layer.range().end - body];
        let (a, b) = (&adapter.weights()[pair[0].range()], &adapter.weights()[pair[1].range()]);
        let found = trainer.dense_gradients();
        let (d_a, d_b) = (&found[pair[0].range()], &found[pair[1].range()]);
        let largest = found.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
        for r in 0..3 {
            for i in 0..inputs {
                let expected: f32 = (0..outputs).map(|o| 2.0 * b[o * 3 + r] * d_w[o * inputs + i]).sum();
                assert!((d_a[r * inputs + i] - expected).abs() <= 1e-5 * largest, "{name}: A[{r}, {i}]");
            }
            for o in 0..outputs {
                let expected: f32 = (0..inputs).map(|i| 2.0 * a[r * inputs + i] * d_w[o * inputs + i]).sum();
                assert!((d_b[o * 3 + r] - expected).abs() <= 1e-5 * largest, "{name}: B[{o}, {r}]");
            }
        }
    }
}

#[test]
fn training_moves_the_adapter_alone_and_merging_keeps_the_logits() {
    let base = sine(WIDER, 0.15);
    let mut trainer = Trainer::new(base.clone(), Trained::Lora(lora(), 7)).unwrap();
    let losses: Vec<f32> = (0..20).map(|_| step(&mut trainer, &batch(&TOKENS, 3), update())).collect();
    assert!(losses[19] < 0.6 * losses[0], "{losses:?}");
    assert_eq!(trainer.model().weights(), base.weights());
    let (model, adapter) = trainer.into_parts();
    let adapter = adapter.unwrap();
    let beside = model.logits(Some(&adapter), &TOKENS).unwrap();
    let mut merged = model;
    adapter.merge_into(&mut merged).unwrap();
    let within = merged.logits(None, &TOKENS).unwrap();
    let largest = beside.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    assert!(beside.iter().zip(&within).all(|(a, b)| (a - b).abs() <= 1e-5 * largest));
    let without = base.logits(None, &TOKENS).unwrap();
    assert!(within.iter().zip(&without).any(|(a, b)| (a - b).abs() > 0.1), "the adapter should have learnt something");
}

/// Layers that are not targets have no adapter, and other seeds other weights.
#[test]
fn only_targets_are_adapted() {
    let lora = Lora { targets: vec![Target::Dense], ..lora() };
    let trainer = |seed| Trainer::new(sine(WIDER, 0.15), Trained::Lora(lora.clone(), seed)).unwrap();
    let (one, other) = (trainer(1), trainer(2));
    assert_eq!(one.adapter().unwrap().entries().len(), 4);
    assert!(one.adapter().unwrap().entries().iter().all(|entry| entry.name().contains("attention.dense")));
    assert_ne!(one.trained_weights(), other.trained_weights());
    for broken in [
        Lora { rank: 0, ..lora.clone() },
        Lora { rank: 33, ..lora.clone() },
        Lora { alpha: f32::NAN, ..lora.clone() },
        Lora { targets: Vec::new(), ..lora.clone() },
    ] {
        let found = Trainer::new(sine(WIDER, 0.15), Trained::Lora(broken, 1));
        assert!(matches!(found, Err(Error::Config { .. })));
    }
}

/// An evaluation beside the training, with the adapter and without.
#[test]
fn an_evaluation_sees_the_adapter() {
    let mut trainer = Trainer::new(sine(WIDER, 0.15), Trained::Lora(lora(), 7)).unwrap();
    for _ in 0..5 {
        step(&mut trainer, &batch(&TOKENS, 3), update());
    }
    let held: Batch = batch(&TOKENS, 3);
    let mut evaluation = Evaluation::default();
    let mut losses = |model: &Model, adapter| {
        evaluation.begin(model, &held).unwrap();
        while evaluation.advance(model, adapter).unwrap() == Progress::Working {}
        evaluation.losses().to_vec()
    };
    let with = losses(trainer.model(), trainer.adapter());
    let without = losses(trainer.model(), None);
    trainer.begin_evaluation(&held).unwrap();
    finish(&mut trainer);
    assert_eq!(trainer.losses(), with);
    assert!(with.iter().sum::<f32>() < 0.9 * without.iter().sum::<f32>(), "{with:?}, {without:?}");
}
