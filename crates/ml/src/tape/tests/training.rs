//! A small network learns, and a step allocates nothing after the first.

use crate::Error;
use crate::optim::{AdamW, AdamWConstants, clip_global_norm};
use crate::params::{ParamId, Params};
use crate::random::Random;
use crate::tape::Tape;

struct Xor {
    params: Params,
    weights: [ParamId; 4],
    tape: Tape,
}

impl Xor {
    fn new(seed: u64) -> Result<Self, Error> {
        let mut params = Params::new();
        let mut random = Random::new(seed, 0);
        let weights = [
            params.add_normal("hidden.weight", [2, 8], 1.0, &mut random)?,
            params.add_zeros("hidden.bias", [1, 8])?,
            params.add_normal("out.weight", [8, 2], 0.5, &mut random)?,
            params.add_zeros("out.bias", [1, 2])?,
        ];
        Ok(Self { params, weights, tape: Tape::new() })
    }

    fn gradients(&mut self) -> Result<f32, Error> {
        let tape = &mut self.tape;
        tape.reset();
        let x = tape.constant(&[0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [4, 2])?;
        let [w1, b1, w2, b2] = self.weights.map(|id| tape.read(&self.params, id));
        let hidden = tape.matmul(x, w1?)?;
        let hidden = tape.add(hidden, b1?)?;
        let hidden = tape.tanh(hidden)?;
        let logits = tape.matmul(hidden, w2?)?;
        let logits = tape.add(logits, b2?)?;
        let loss = tape.cross_entropy(logits, &[0, 1, 1, 0], None)?;
        tape.backward(loss)?;
        self.params.zero_gradients();
        tape.add_gradients(&mut self.params)?;
        tape.item(loss)
    }
}

#[test]
fn it_learns_exclusive_or() {
    let mut model = Xor::new(1).unwrap();
    let mut adam = AdamW::new(&model.params, AdamWConstants { learning_rate: 0.05, ..Default::default() });
    let mut losses = Vec::new();
    for _ in 0..200 {
        losses.push(model.gradients().unwrap());
        clip_global_norm(&mut model.params, 1.0);
        adam.step(&mut model.params).unwrap();
    }
    assert!(losses[0] > 0.5 && losses[199] < 0.02, "{} {}", losses[0], losses[199]);
}

#[test]
fn the_second_step_needs_no_more_memory_than_the_first() {
    let mut model = Xor::new(2).unwrap();
    model.gradients().unwrap();
    let capacities = |tape: &Tape| {
        [tape.nodes.capacity(), tape.values.capacity(), tape.grads.capacity(), tape.saved.capacity()]
            .map(|capacity| (capacity, capacity > 0))
    };
    let (first, place) = (capacities(&model.tape), model.tape.values.as_ptr());
    model.gradients().unwrap();
    assert_eq!(capacities(&model.tape), first);
    assert_eq!(model.tape.values.as_ptr(), place);
    assert!(first.iter().all(|(_, some)| *some));
}
