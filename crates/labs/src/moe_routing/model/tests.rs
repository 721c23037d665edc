//! Origin of the expected losses: `reference.py`, which makes data, weights and gradients anew with PyTorch.

mod claims;

use super::*;
use crate::{model::Model as _, protocol::encode};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Expected {
    task_losses: Vec<f64>,
    losses: Vec<f64>,
    loads_of_last: Vec<u32>,
}

fn model(settings: &str, seed: u64) -> Model {
    Model::new(&Values::decode(PARAMETERS, settings).unwrap(), seed).unwrap()
}

fn run(model: &mut Model, n_steps: u32) {
    (0..n_steps).for_each(|_| assert_ne!(model.advance().unwrap(), Advance::Within));
}

/// The first within 1e-5; later ones within 1e-4, since a step of Adam turns the last digit of a small gradient
/// into a whole step.
#[test]
fn the_first_ten_losses_are_those_of_pytorch() {
    let reference = include_str!("../reference.json");
    let cases: BTreeMap<String, Expected> = serde_json::from_str(reference).unwrap();
    assert_eq!(cases.len(), 7);
    for (settings, expected) in cases {
        let mut model = model(&settings, 1);
        for (step, (task_loss, loss)) in expected.task_losses.iter().zip(&expected.losses).enumerate() {
            let found = model.train_step().unwrap();
            let tolerance = if step == 0 { 1e-5 } else { 1e-4 };
            for (name, found, expected) in [("task loss", found.task_loss, task_loss), ("loss", found.loss, loss)] {
                let error = (f64::from(found) / expected - 1.0).abs();
                assert!(error < tolerance, "{settings:?}, step {step}: {name} {found} is not {expected}");
            }
            if step == 9 {
                assert_eq!(found.loads, expected.loads_of_last, "{settings:?}");
            }
            model.history.push(found, model.bias.iter().map(|_| 0));
        }
    }
}

#[test]
fn every_way_of_balancing_runs_and_learns() {
    for settings in [
        "balance=switch;alpha=1",
        "balance=switch-z;gate=sigmoid;top_k=2",
        "balance=loss-free;gate=sigmoid;segments=2",
        "experts=16;top_k=4;segments=4;shared=true;balance=loss-free",
        "experts=4;top_k=4;capacity=1",
        "capacity=1.25;learning_rate=0.01",
    ] {
        let mut model = model(settings, 2);
        run(&mut model, 1);
        let first = model.report().last.task_loss;
        run(&mut model, 149);
        let report = model.report();
        assert!(report.last.task_loss < 0.8 * first, "{settings}: {first} → {}", report.last.task_loss);
        assert_eq!(report.biases.is_empty(), !settings.contains("loss-free"), "{settings}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits() {
    let trace = |seed| {
        let mut model = model("balance=loss-free;top_k=2", seed);
        run(&mut model, 30);
        encode(&model.report())
    };
    assert_eq!(trace(3), trace(3));
    assert_ne!(trace(3), trace(4));
}

/// Whatever may be set, at the end of a run: the charts of 64 experts are the largest.
#[test]
fn a_report_is_at_most_8_kilobytes() {
    for settings in ["balance=loss-free", "experts=16;segments=4;balance=loss-free;bias_step=0.0001"] {
        let mut model = model(settings, 1);
        run(&mut model, 20);
        let (loads, step) = (vec![0; model.settings.n_routed], model.history.step());
        for t in step..N_STEPS {
            let mut loads = loads.clone();
            loads[t as usize % 7] = 256;
            let step = Step { task_loss: 0.1, loss: 0.1, loads, dropped: 0.0 };
            model.history.push(step, (0..model.settings.n_routed as i32).map(|i| 20 * i - 600));
        }
        let bytes = encode(&model.report()).len();
        assert!(bytes <= 8192, "{settings}: {bytes}");
    }
}

#[test]
fn the_map_names_the_expert_that_a_bias_prefers() {
    let mut model = model("balance=loss-free", 1);
    let report = model.report();
    assert_eq!(report.first_choices.len(), MAP_CELLS * MAP_CELLS);
    assert!(report.first_choices.iter().any(|&expert| expert != report.first_choices[0]));
    // The cell at the centre of a cluster is the choice of a token there.
    let centre = report.centres[0];
    let x = model.tape.constant(&centre, [1, 2]).unwrap();
    let (_, _, chosen) = model.mixture.route(&mut model.tape, x, &model.bias, 1).unwrap();
    let cell = |z: f32| (((z / MAP_REACH + 1.0) / 2.0) * MAP_CELLS as f32) as usize;
    let of_map = report.first_choices[cell(-centre[1]) * MAP_CELLS + cell(centre[0])];
    assert_eq!(usize::from(of_map), chosen[0]);
    model.bias[5] = 2.0;
    assert!(model.report().first_choices.iter().all(|&expert| expert == 5));
}

#[test]
fn a_loss_that_is_no_number_is_told() {
    let mut model = model("", 1);
    model.mixture.params.split_mut().0.fill(f32::NAN);
    let error = model.advance().unwrap_err();
    assert_eq!(error, ModelError::NotFinite { what: "task loss", step: 0 });
}

#[test]
fn shared_experts_need_another() {
    let values = Values::decode(PARAMETERS, "shared=true").unwrap();
    assert!(matches!(Model::new(&values, 1), Err(ModelError::Settings(_))));
}
