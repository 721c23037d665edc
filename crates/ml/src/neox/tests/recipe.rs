//! Models whose weights a formula gives, so that a reference needs no file.

use crate::neox::{Batch, Config, Model, Progress, Trained, Trainer, Update};

/// Element `i` of tensor `t` is `amplitude · sin(0.9 (t + 1) + 0.37 i)`, plus 1 for the gains of layer norms; tensors
/// are counted in the order of [`Layout`](crate::neox::Layout), which is that of `reference/neox.py`.
pub fn sine(config: Config, amplitude: f64) -> Model {
    let mut model = Model::initial(config, 0).unwrap();
    for (t, entry) in model.layout().clone().entries().iter().enumerate() {
        let gain = if entry.name().contains("norm") && entry.name().ends_with("weight") { 1.0 } else { 0.0 };
        for (i, w) in model.weights_mut()[entry.range()].iter_mut().enumerate() {
            *w = (gain + amplitude * (0.9 * (t as f64 + 1.0) + 0.37 * i as f64).sin()) as f32;
        }
    }
    model
}

/// Two rotated channels a head.
pub const SMALL: Config = Config {
    n_layers: 2,
    width: 16,
    n_heads: 2,
    hidden: 64,
    vocabulary: 13,
    context: 32,
    rotary_fraction: 0.25,
    rotary_base: 10_000.0,
    epsilon: 1e-5,
};

/// Four, so that the two ways to pair channels differ.
pub const WIDER: Config = Config { width: 32, hidden: 128, vocabulary: 19, ..SMALL };

/// One sequence, whose tokens from position `from` on count.
pub fn batch(tokens: &[u32], from: usize) -> Batch {
    let mut batch = Batch::new();
    let counts: Vec<bool> = (0..tokens.len()).map(|i| i >= from).collect();
    batch.push(tokens, &counts).unwrap();
    batch
}

/// Advances to the end.
pub fn finish(trainer: &mut Trainer) {
    while trainer.advance().unwrap() == Progress::Working {}
}

/// Mean loss of a batch, and the trainer with its gradients.
pub fn gradients(model: Model, trained: Trained, batch: &Batch) -> (f32, Trainer) {
    let mut trainer = Trainer::new(model, trained).unwrap();
    let loss = pass(&mut trainer, batch);
    (loss, trainer)
}

/// Adds a batch's gradients; its mean loss.
pub fn pass(trainer: &mut Trainer, batch: &Batch) -> f32 {
    trainer.begin_pass(batch, 1.0 / batch.n_counted() as f32).unwrap();
    finish(trainer);
    trainer.losses().iter().sum::<f32>() / batch.n_counted() as f32
}

/// A pass and an update; the loss before.
pub fn step(trainer: &mut Trainer, batch: &Batch, update: Update) -> f32 {
    let loss = pass(trainer, batch);
    trainer.begin_update(update).unwrap();
    finish(trainer);
    loss
}

/// The gradient of all weights, after a pass of full training.
pub fn flat(trainer: &Trainer) -> Vec<f32> {
    let Config { vocabulary, width, .. } = *trainer.model().config();
    let mut all = vec![0.0; vocabulary * width];
    for &token in trainer.tokens_with_gradient() {
        all[token as usize * width..][..width].copy_from_slice(trainer.embedding_gradient(token));
    }
    all.extend_from_slice(trainer.dense_gradients());
    all
}

pub fn norm(x: &[f32]) -> f64 {
    x.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt()
}
