//! Updates that rows of the input embeddings make up for, against dense ones by the naive kernel.

use super::recipe::{WIDER, batch, finish, flat, pass, sine, step};
use crate::kernels::adamw::naive;
use crate::neox::{Trained, Trainer, Update};
use crate::optim::AdamWConstants;

/// Learning rates that change, strong decay, and clipping that takes hold.
fn update(t: u32) -> Update {
    let learning_rate = 1e-2 / (1.0 + t as f32);
    let constants = AdamWConstants { learning_rate, weight_decay: 0.3, ..Update::default().constants };
    Update { constants, max_norm: 1.5 }
}

/// Token 14 is in the first batches, then absent for seven, then back; 4 comes late; 12 and others never.
fn tokens(t: u32) -> Vec<u32> {
    match t {
        1 | 2 => vec![3, 14, 8, 17, 5],
        9 => vec![4, 14, 14, 6, 1],
        _ => vec![3, 8, 17, t % 3, 5],
    }
}

/// A dense AdamW beside the trainer, fed with the trainer's gradients: weights, moments.
#[derive(Clone)]
struct Dense {
    weights: Vec<f32>,
    moments: [Vec<f32>; 2],
}

impl Dense {
    fn step(&mut self, t: u32, gradients: &[f32]) {
        let [first, second] = &mut self.moments;
        naive::step(update(t).constants, t, &mut self.weights, gradients, [first, second]).unwrap();
    }

    /// A step that forgets rows of the input embeddings without a gradient, but for their decay if it `decays`: the two
    /// ways in which a lazy update is usually wrong.
    fn forgetful_step(&mut self, t: u32, gradients: &[f32], decays: bool) {
        let before = self.clone();
        self.step(t, gradients);
        let keep = 1.0 - update(t).constants.learning_rate * update(t).constants.weight_decay;
        for row in 0..WIDER.vocabulary {
            let row = row * WIDER.width..(row + 1) * WIDER.width;
            if gradients[row.clone()].iter().any(|g| *g != 0.0) {
                continue;
            }
            for (moments, before) in self.moments.iter_mut().zip(&before.moments) {
                moments[row.clone()].copy_from_slice(&before[row.clone()]);
            }
            let rows = self.weights[row.clone()].iter_mut().zip(&before.weights[row]);
            rows.for_each(|(w, before)| *w = if decays { before * keep } else { *before });
        }
    }
}

#[test]
fn ten_steps_are_those_of_a_dense_update() {
    let mut trainer = Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
    let n = trainer.model().weights().len();
    let mut dense = Dense { weights: trainer.model().weights().to_vec(), moments: [vec![0.0; n], vec![0.0; n]] };
    let mut forgetful = [false, true].map(|decays| (decays, dense.clone()));
    for t in 1..=10 {
        // The gradients are those at the dense weights too, if the rows that the batch needs are at the present.
        pass(&mut trainer, &batch(&tokens(t), 1));
        for &token in &tokens(t)[..4] {
            let row = token as usize * WIDER.width..(token as usize + 1) * WIDER.width;
            near(&trainer.model().weights()[row.clone()], &dense.weights[row], "before the step");
        }
        let mut gradients = flat(&trainer);
        let norm = gradients.iter().map(|&g| f64::from(g) * f64::from(g)).sum::<f64>().sqrt() as f32;
        assert!(norm > update(t).max_norm, "clipping should take hold: {norm}");
        gradients.iter_mut().for_each(|g| *g *= update(t).max_norm / (norm + 1e-6));
        forgetful.iter_mut().for_each(|(decays, dense)| dense.forgetful_step(t, &gradients, *decays));
        dense.step(t, &gradients);
        trainer.begin_update(update(t)).unwrap();
        finish(&mut trainer);
        assert!((trainer.gradient_norm() - norm).abs() < 1e-5 * norm);
    }
    assert!(trainer.moments().is_err(), "rows lag behind");
    let absent = 12 * WIDER.width..13 * WIDER.width;
    assert_ne!(trainer.model().weights()[absent.clone()], dense.weights[absent], "they do");
    trainer.begin_settling().unwrap();
    finish(&mut trainer);
    near(trainer.model().weights(), &dense.weights, "weights");
    near(trainer.moments().unwrap()[0], &dense.moments[0], "first moments");
    near(trainer.moments().unwrap()[1], &dense.moments[1], "second moments");
    // What this would tell of a wrong update: a hundred times the tolerance.
    for (decays, forgetful) in forgetful {
        let largest = dense.weights.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let differences = forgetful.weights.iter().zip(&dense.weights).map(|(f, e)| (f - e).abs());
        let worst = differences.fold(0.0, f32::max);
        assert!(worst > 100.0 * TOLERANCE * largest, "decays: {decays}: {worst}");
    }
}

/// Between the trainer and the dense update, as a part of the largest number.
const TOLERANCE: f32 = 2e-6;

#[track_caller]
fn near(found: &[f32], expected: &[f32], what: &str) {
    within(TOLERANCE, found, expected, what);
}

#[track_caller]
fn within(tolerance: f32, found: &[f32], expected: &[f32], what: &str) {
    let largest = expected.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * largest, "{what}, element {i}: {f}, expected {e}");
    }
}

/// To the bit: whether rows catch up after every step or at the end.
#[test]
fn catching_up_early_or_late_gives_the_same_bits() {
    let run = |settles: bool| {
        let mut trainer = Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
        for t in 1..=10 {
            step(&mut trainer, &batch(&tokens(t), 1), update(t));
            if settles || t == 10 {
                trainer.begin_settling().unwrap();
                finish(&mut trainer);
            }
        }
        let [first, second] = trainer.moments().unwrap().map(<[f32]>::to_vec);
        (trainer.model().weights().to_vec(), first, second)
    };
    assert_eq!(run(true), run(false));
}

/// So many steps that all rows catch up by themselves in between.
#[test]
fn a_long_past_is_settled_within_an_update() {
    let mut trainer = Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
    for t in 1..=256 {
        step(&mut trainer, &batch(&tokens(3), 1), update(t));
    }
    assert!(trainer.moments().is_ok());
    // Row 12 never had a gradient, so all that happened to it is the decay.
    let kept = (1..=256).map(|t| 1.0 - f64::from(update(t).constants.learning_rate) * 0.3).product::<f64>();
    let (start, before) = (12 * WIDER.width, sine(WIDER, 0.15));
    let (found, expected) = (trainer.model().weights()[start], f64::from(before.weights()[start]) * kept);
    assert!((f64::from(found) - expected).abs() < 1e-5 * expected.abs(), "{found}, by its decay {expected}");
}

/// Two workers with half of a batch each, summed in order by both, against one with all of it.
#[test]
fn gradients_of_two_workers_sum_to_those_of_one() {
    let halves = [batch(&[3, 14, 8, 17, 5], 1), batch(&[4, 14, 9, 6, 1], 1)];
    let mut together = batch(&[3, 14, 8, 17, 5], 1);
    together.push(&[4, 14, 9, 6, 1], &[true; 5]).unwrap();
    let mut one = Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap();
    let mut two = [one_worker(), one_worker()];
    // AdamW makes a step of full size of a gradient that is nearly nothing, unless epsilon is larger than that.
    let update = |t| Update { constants: AdamWConstants { epsilon: 1e-3, ..update(t).constants }, ..update(t) };
    for t in 1..=3 {
        step(&mut one, &together, update(t));
        let mut sent = Vec::new();
        for (worker, half) in two.iter_mut().zip(&halves) {
            worker.begin_pass(half, 1.0 / together.n_counted() as f32).unwrap();
            finish(worker);
            let rows: Vec<(u32, Vec<f32>)> = worker
                .tokens_with_gradient()
                .iter()
                .map(|&token| (token, worker.embedding_gradient(token).to_vec()))
                .collect();
            sent.push((worker.dense_gradients().to_vec(), rows));
        }
        for worker in &mut two {
            worker.clear_gradients();
            for (dense, rows) in &sent {
                worker.add_dense_gradients(dense).unwrap();
                for (token, gradient) in rows {
                    worker.add_embedding_gradient(*token, gradient).unwrap();
                }
            }
            worker.begin_update(update(t)).unwrap();
            finish(worker);
        }
        assert_eq!(two[0].gradient_norm(), two[1].gradient_norm());
    }
    for trainer in two.iter_mut().chain([&mut one]) {
        trainer.begin_settling().unwrap();
        finish(trainer);
    }
    assert_eq!(two[0].model().weights(), two[1].model().weights());
    within(1e-5, two[0].model().weights(), one.model().weights(), "weights");
}

fn one_worker() -> Trainer {
    Trainer::new(sine(WIDER, 0.15), Trained::Full).unwrap()
}
