//! Training in slices.

use super::recipe::{SMALL, WIDER, batch, finish, flat, sine, step};
use crate::neox::{Batch, Config, Error, Model, Progress, Trained, Trainer, Update};

/// So many tokens that the head is more than one slice.
fn large() -> (Model, Batch) {
    let config = Config { n_layers: 3, vocabulary: 9000, context: 64, ..WIDER };
    let tokens: Vec<u32> = (0..61).map(|i| i * 7919 % 9000).collect();
    let mut both = batch(&tokens, 1);
    both.push(&tokens[7..], &[true; 54]).unwrap();
    (Model::initial(config, 3).unwrap(), both)
}

/// A trainer that is asked for other things between all slices, and one that is not.
#[test]
fn what_happens_between_slices_changes_no_bit() {
    let (model, batch) = large();
    let mut whole = Trainer::new(model.clone(), Trained::Full).unwrap();
    let mut sliced = Trainer::new(model, Trained::Full).unwrap();
    let mut n_slices = 0;
    for _ in 0..3 {
        step(&mut whole, &batch, Update::default());
        sliced.begin_pass(&batch, 1.0 / batch.n_counted() as f32).unwrap();
        for _ in 0..2 {
            while sliced.advance().unwrap() == Progress::Working {
                n_slices += 1;
                let under_way = sliced.begin_pass(&batch, 1.0);
                assert!(matches!(under_way, Err(Error::Order { .. })));
                assert!(sliced.begin_update(Update::default()).is_err() && sliced.moments().is_err());
                sliced.model().logits(None, &[1, 2, 3]).unwrap();
            }
            if sliced.n_steps() == whole.n_steps() {
                break;
            }
            sliced.begin_update(Update::default()).unwrap();
        }
    }
    assert!(n_slices > 3 * 10, "{n_slices} slices");
    assert_eq!(sliced.losses(), whole.losses());
    for trainer in [&mut whole, &mut sliced] {
        trainer.begin_settling().unwrap();
        finish(trainer);
    }
    assert_eq!(sliced.model().weights(), whole.model().weights());
    assert_eq!(sliced.moments().unwrap(), whole.moments().unwrap());
}

/// A state that is written down after three steps and brought back goes on to the same bits.
#[test]
fn a_restored_state_goes_on_as_before() {
    let (tokens, other) = (batch(&[1, 5, 3, 7, 2, 0], 3), batch(&[4, 4, 9, 12], 1));
    for trained in [Trained::Full, Trained::Body, lora()] {
        let mut trainer = Trainer::new(sine(SMALL, 0.2), trained.clone()).unwrap();
        for _ in 0..3 {
            step(&mut trainer, &tokens, Update::default());
        }
        trainer.begin_settling().unwrap();
        finish(&mut trainer);
        let [first, second] = trainer.moments().unwrap();
        let state = [trainer.trained_weights(), first, second].concat();
        let mut other_trainer = Trainer::new(sine(SMALL, 0.2), trained).unwrap();
        let mut read = 0;
        let restored: Result<(), Error> = other_trainer.restore(trainer.n_steps(), |part| {
            part.copy_from_slice(&state[read..read + part.len()]);
            read += part.len();
            Ok(())
        });
        restored.unwrap();
        assert_eq!(read, state.len());
        for trainer in [&mut trainer, &mut other_trainer] {
            step(trainer, &other, Update::default());
            step(trainer, &tokens, Update::default());
        }
        assert_eq!(trainer.losses(), other_trainer.losses());
        assert_eq!(trainer.trained_weights(), other_trainer.trained_weights());
        assert_eq!(trainer.n_steps(), 5);
    }
}

fn lora() -> Trained {
    let targets = vec![crate::neox::Target::QueryKeyValue];
    Trained::Lora(crate::neox::Lora { rank: 2, alpha: 4.0, targets }, 1)
}

/// A loss that is no number is an error, and the trainer goes on from the weights before.
#[test]
fn a_loss_that_is_not_finite_is_an_error() {
    let tokens = batch(&[1, 5, 3, 7, 2, 0], 3);
    let mut trainer = Trainer::new(sine(SMALL, 0.2), Trained::Full).unwrap();
    let mut clean = Trainer::new(sine(SMALL, 0.2), Trained::Full).unwrap();
    let mut broken = sine(SMALL, 0.2);
    let bias = broken.layout().last_norm().bias.start;
    broken.weights_mut()[bias] = f32::NAN;
    let mut broken = Trainer::new(broken, Trained::Full).unwrap();
    broken.begin_pass(&tokens, 1.0).unwrap();
    let found = loop {
        match broken.advance() {
            Ok(Progress::Working) => {}
            other => break other,
        }
    };
    assert!(matches!(found, Err(Error::NotFinite { what: "loss", found }) if found.is_nan()), "{found:?}");
    // A gradient that overflows: the loss is finite, its weight is not.
    trainer.begin_pass(&tokens, f32::MAX).unwrap();
    finish(&mut trainer);
    trainer.begin_update(Update::default()).unwrap();
    let found = loop {
        match trainer.advance() {
            Ok(Progress::Working) => {}
            other => break other,
        }
    };
    assert!(matches!(found, Err(Error::NotFinite { what: "norm of the gradients", .. })), "{found:?}");
    assert_eq!(trainer.n_steps(), 0);
    let (after, expected) =
        (step(&mut trainer, &tokens, Update::default()), step(&mut clean, &tokens, Update::default()));
    assert_eq!(after, expected);
    assert_eq!(trainer.model().weights(), clean.model().weights());
}

/// An update without a pass moves weights by momentum and decay alone, not by gradients of an earlier step.
#[test]
fn gradients_do_not_outlive_their_update() {
    let tokens = batch(&[1, 5, 3, 7, 2, 0], 3);
    let mut trainer = Trainer::new(sine(SMALL, 0.2), Trained::Full).unwrap();
    step(&mut trainer, &tokens, Update::default());
    trainer.begin_update(Update::default()).unwrap();
    finish(&mut trainer);
    assert_eq!(trainer.gradient_norm(), 0.0);
    step(&mut trainer, &tokens, Update::default());
    trainer.give_up();
    super::recipe::pass(&mut trainer, &tokens);
    let fresh = flat(&trainer);
    trainer.give_up();
    super::recipe::pass(&mut trainer, &tokens);
    assert_eq!(flat(&trainer), fresh);
}
