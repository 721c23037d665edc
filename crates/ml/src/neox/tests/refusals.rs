//! What no model can have, and what a model cannot read.

use super::recipe::{SMALL, batch, sine};
use crate::neox::{Batch, Config, Error, Layout, Model, Trained, Trainer};

#[test]
fn configurations() {
    let refused = |config: Config, field| {
        let found = Layout::new(config);
        assert!(matches!(found, Err(Error::Config { field: of, .. }) if of == field), "{field}: {found:?}");
    };
    refused(Config { n_layers: 0, ..SMALL }, "n_layers");
    refused(Config { width: usize::MAX, ..SMALL }, "width");
    refused(Config { width: 17, ..SMALL }, "width");
    refused(Config { n_heads: 0, ..SMALL }, "n_heads");
    refused(Config { vocabulary: 0, ..SMALL }, "vocabulary");
    refused(Config { rotary_fraction: f32::NAN, ..SMALL }, "rotary_fraction");
    refused(Config { rotary_fraction: 1.5, ..SMALL }, "rotary_fraction");
    refused(Config { rotary_fraction: 0.2, ..SMALL }, "rotary_fraction");
    refused(Config { rotary_base: 0.0, ..SMALL }, "rotary_base");
    refused(Config { epsilon: -1e-5, ..SMALL }, "epsilon");
    refused(Config { width: 1 << 20, n_heads: 1 << 16, ..SMALL }, "the number of weights");
    assert_eq!(
        Layout::new(Config { n_heads: 3, ..SMALL }).unwrap_err().to_string(),
        "the model's configuration does not hold together: width is 16, but it must be a multiple of the number of heads"
    );
    let found = Model::new(SMALL, vec![0.0; 7]).map(|_| ());
    assert_eq!(found, Err(Error::Length { what: "the model's weights", expected: SMALL.n_weights(), found: 7 }));
}

#[test]
fn layouts() {
    for config in [Config::pythia_14m(), Config::pocket(), SMALL] {
        let layout = Layout::new(config).unwrap();
        let mut end = 0;
        for entry in layout.entries() {
            assert_eq!(entry.range().start, end, "{}", entry.name());
            assert_eq!(entry.range().len(), entry.dims().iter().product::<usize>());
            end = entry.range().end;
        }
        assert_eq!((end, layout.len()), (config.n_weights(), config.n_weights()));
        assert_eq!(layout.entries().len(), 12 * config.n_layers + 4);
        let named = |range: std::ops::Range<usize>, name: &str| {
            let entry = layout.entries().iter().find(|entry| entry.name() == name).unwrap();
            assert_eq!(entry.range(), range, "{name}");
        };
        named(layout.embeddings(), "gpt_neox.embed_in.weight");
        named(layout.head(), "embed_out.weight");
        named(layout.last_norm().bias, "gpt_neox.final_layer_norm.bias");
        let block = layout.block(1);
        named(block.mlp_norm.weight, "gpt_neox.layers.1.post_attention_layernorm.weight");
        named(block.query_key_value.weight, "gpt_neox.layers.1.attention.query_key_value.weight");
        named(block.dense.bias, "gpt_neox.layers.1.attention.dense.bias");
        named(block.expand.weight, "gpt_neox.layers.1.mlp.dense_h_to_4h.weight");
        named(block.contract.weight, "gpt_neox.layers.1.mlp.dense_4h_to_h.weight");
    }
    assert_eq!(Config::pocket().n_weights(), 1_317_632);
}

/// Standard deviations of the first weights, and their mean, within five standard errors.
#[test]
fn first_weights() {
    let model = Model::initial(Config::pocket(), 42).unwrap();
    for entry in model.layout().entries() {
        let weights = &model.weights()[entry.range()];
        if entry.dims().len() == 1 {
            let value = if entry.name().ends_with("weight") { 1.0 } else { 0.0 };
            assert!(weights.iter().all(|&w| w == value), "{}", entry.name());
            continue;
        }
        let n = weights.len() as f64;
        let residual = entry.name().contains("4h_to_h") || entry.name().contains("attention.dense");
        let std = if residual { 0.02 / 8.0_f64.sqrt() } else { 0.02 };
        let mean = weights.iter().map(|&w| f64::from(w)).sum::<f64>() / n;
        let variance = weights.iter().map(|&w| f64::from(w) * f64::from(w)).sum::<f64>() / n;
        assert!(mean.abs() < 5.0 * std / n.sqrt(), "{}: mean {mean}", entry.name());
        assert!((variance / (std * std) - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{}: {variance}", entry.name());
    }
    assert_eq!(model.weights(), Model::initial(Config::pocket(), 42).unwrap().weights());
    assert_ne!(model.weights(), Model::initial(Config::pocket(), 43).unwrap().weights());
}

#[test]
fn batches() {
    let mut trainer = Trainer::new(sine(SMALL, 0.2), Trained::Full).unwrap();
    let mut refused = |tokens: &[u32]| trainer.begin_pass(&batch(tokens, 1), 1.0).unwrap_err();
    assert_eq!(refused(&[1, 13, 2]), Error::Token { found: 13, vocabulary: 13 });
    assert_eq!(refused(&[1, 2, u32::MAX]), Error::Token { found: u32::MAX, vocabulary: 13 });
    assert_eq!(refused(&[0; 34]), Error::TooLong { found: 33, context: 32 });
    assert_eq!(refused(&[3]), Error::Nothing("that counts in the loss"));
    assert_eq!(refused(&[]), Error::Nothing("that counts in the loss"));
    let mut batch = Batch::new();
    let found = batch.push(&[1, 2], &[true]);
    assert_eq!(found, Err(Error::Length { what: "the mask of a sequence", expected: 2, found: 1 }));
    // The first token is never predicted, whatever its mask says; what follows the last that counts is left out.
    batch.push(&[1, 2, 3, 4], &[true, false, true, false]).unwrap();
    assert_eq!((batch.n_counted(), batch.tokens()), (1, [1, 2].as_slice()));
    // After a refusal the trainer works.
    trainer.begin_pass(&batch, 1.0).unwrap();
}
