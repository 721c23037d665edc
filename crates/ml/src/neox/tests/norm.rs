//! The norm of the gradients, most of which is summed while they are written.

use super::recipe::{WIDER, batch, finish, flat, norm, sine};
use crate::neox::{Config, Trained, Trainer, Update};

const TOKENS: [u32; 8] = [3, 14, 8, 17, 5, 11, 2, 0];

/// Three chunks of the vocabulary.
fn trainer() -> Trainer {
    Trainer::new(sine(Config { vocabulary: 419, ..WIDER }, 0.15), Trained::Full).unwrap()
}

fn add(trainer: &mut Trainer, from: usize, n_sequences: usize) {
    let mut sequences = batch(&TOKENS, from);
    for i in 1..n_sequences {
        let tokens = TOKENS.map(|token| (token + i as u32) % 19);
        sequences.push(&tokens, &[true; TOKENS.len()]).unwrap();
    }
    trainer.begin_pass(&sequences, 0.125).unwrap();
    finish(trainer);
}

type Happening<'a> = &'a dyn Fn(&mut Trainer);

/// What may happen to gradients between two updates, and then the norm of what is there.
#[test]
fn the_norm_is_that_of_the_gradients_as_they_are() {
    let other = {
        let mut other = trainer();
        add(&mut other, 3, 2);
        other.dense_gradients().to_vec()
    };
    let cases: [(&str, Happening<'_>); 8] = [
        ("nothing", &|_| ()),
        ("a pass", &|trainer| add(trainer, 4, 1)),
        ("two passes", &|trainer| [1, 5].into_iter().for_each(|from| add(trainer, from, 1))),
        ("more positions than are held at once", &|trainer| add(trainer, 1, 40)),
        ("a pass that is forgotten, and another", &|trainer| {
            add(trainer, 1, 2);
            trainer.clear_gradients();
            add(trainer, 5, 1);
        }),
        ("an evaluation after a pass", &|trainer| {
            add(trainer, 4, 1);
            trainer.begin_evaluation(&batch(&TOKENS, 1)).unwrap();
            finish(trainer);
        }),
        ("another worker's gradients after a pass", &|trainer| {
            add(trainer, 4, 1);
            trainer.add_dense_gradients(&other).unwrap();
        }),
        ("another worker's gradients and a pass", &|trainer| {
            trainer.add_dense_gradients(&other).unwrap();
            add(trainer, 4, 1);
        }),
    ];
    for (what, happens) in cases {
        let mut trainer = trainer();
        happens(&mut trainer);
        let expected = norm(&flat(&trainer));
        trainer.begin_update(Update::default()).unwrap();
        finish(&mut trainer);
        let found = f64::from(trainer.gradient_norm());
        assert!((found - expected).abs() <= 1e-6 * expected, "{what}: {found}, summed apart {expected}");
    }
}
