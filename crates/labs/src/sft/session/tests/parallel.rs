//! Several workers on one batch.

use super::world::*;
use crate::sft::protocol::{Command, Event, Role, Sampling};
use crate::sft::session::Message;
use crate::sft::settings::{Settings, Train};
use ml::safetensors::Safetensors;

/// Hands gradients of each worker to all others, as a page does; all that the first says.
fn run(n_workers: u32, settings: &Settings, first_of_round: usize) -> (Vec<World>, Vec<Message>) {
    let mut worlds: Vec<World> = (0..n_workers).map(|_| World::new(20, 6)).collect();
    for (worker, world) in worlds.iter_mut().enumerate() {
        // Whether gradients wait with other messages or go at once shall not matter.
        if worker % 2 == 0 {
            world.post_at_once();
        }
        let role = Role { worker: worker as u32, n_workers };
        let (settings, watched, sampling) = (settings.clone(), Vec::new(), Sampling::default());
        world.say(Command::Start { run: 1, settings, role, watched, sampling });
    }
    let mut said = Vec::new();
    loop {
        let mut is_idle = true;
        for turn in 0..worlds.len() {
            // Who comes first shall not matter.
            let worker = (turn + first_of_round) % worlds.len();
            for message in worlds[worker].work() {
                is_idle = false;
                if let Event::Gradients(shard) = &message.event {
                    for (other, world) in worlds.iter_mut().enumerate().filter(|(other, _)| *other != worker) {
                        assert_ne!(other as u32, shard.worker);
                        world.give(shard, &message.payloads);
                    }
                } else if worker == 0 {
                    said.push(message);
                }
            }
        }
        if is_idle {
            return (worlds, said);
        }
    }
}

fn relative_distance(a: &[u8], b: &[u8]) -> f64 {
    let values = |file: &[u8]| {
        let file = Safetensors::read(file).unwrap();
        let mut all = Vec::new();
        for entry in &file.header().entries {
            let view = file.get(&entry.name).unwrap();
            let mut values = vec![0.0; view.bytes().len() / 4];
            view.to_f32(&mut values).unwrap();
            all.extend(values);
        }
        all
    };
    let (a, b) = (values(a), values(b));
    let norm = |x: &mut dyn Iterator<Item = f32>| x.map(|x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt();
    norm(&mut a.iter().zip(&b).map(|(a, b)| a - b)) / norm(&mut a.iter().copied())
}

#[test]
fn workers_together_make_the_run_of_one_within_rounding_and_have_the_same_bits() {
    let lora = Train::Lora { rank: 4, alpha: 8.0, targets: [true; 4] };
    for train in [Train::Full, Train::Body, lora] {
        let settings = Settings { train, learning_rate: 3e-3, ..settings() };
        let mut alone = World::new(20, 6);
        let expected = losses(&alone.ask(start(1, settings.clone())));
        let alone = alone.weights();
        for n_workers in [2, 3] {
            let (mut worlds, said) = run(n_workers, &settings, 0);
            let found = losses(&said);
            assert_eq!(found.len(), 10, "{:?}", refusals(&said));
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found - expected).abs() < 1e-4 * expected, "{n_workers}: {found} {expected}");
            }
            let weights: Vec<_> = worlds.iter_mut().map(World::weights).collect();
            assert!(weights.iter().all(|other| *other == weights[0]), "all workers have the same bits");
            assert!(relative_distance(&weights[0], &alone) < 1e-4);
            // Again, and with another worker first.
            let (mut again, said) = run(n_workers, &settings, 1);
            assert_eq!((losses(&said), again[0].weights()), (found, weights[0].clone()));
        }
    }
}

#[test]
fn a_worker_without_an_example_of_a_batch_still_steps() {
    // Batches of one example for two workers; the last batch of 20 in threes has two.
    for batch_size in [1, 3] {
        let settings = Settings { batch_size, n_epochs: 1, ..settings() };
        let (mut worlds, said) = run(2, &settings, 0);
        assert_eq!(losses(&said).len(), 20_usize.div_ceil(batch_size as usize));
        let weights = worlds[0].weights();
        assert_eq!(worlds[1].weights(), weights);
        let mut alone = World::new(20, 6);
        alone.ask(start(1, settings));
        assert!(relative_distance(&weights, &alone.weights()) < 1e-4);
    }
}

#[test]
fn gradients_that_do_not_fit_are_refused() {
    let mut world = World::new(20, 6);
    let role = Role { worker: 0, n_workers: 2 };
    let (settings, watched, sampling) = (settings(), Vec::new(), Sampling::default());
    world.say(Command::Start { run: 1, settings, role, watched, sampling });
    let messages = world.work();
    let Some((Event::Gradients(shard), payloads)) =
        messages.into_iter().map(|message| (message.event, message.payloads)).next_back()
    else {
        panic!()
    };
    let of_other = crate::sft::protocol::Shard { worker: 1, ..shard.clone() };
    let say = |world: &mut World, shard: &crate::sft::protocol::Shard, payloads: Vec<Vec<u8>>| {
        world.give(shard, &payloads);
        refusals(&world.work())
    };
    assert!(say(&mut world, &shard, payloads.clone())[0].contains("no such worker"));
    assert!(say(&mut world, &of_other, vec![])[0].contains("two buffers"));
    assert!(say(&mut world, &of_other, vec![payloads[0].clone(), payloads[1][1..].to_vec()])[0].contains("cut"));
    // Of another run: dropped.
    let old = crate::sft::protocol::Shard { run: 0, ..of_other.clone() };
    assert!(say(&mut world, &old, payloads.clone()).is_empty());
    // Too short for what is trained: the run fails with a sentence.
    let short = vec![payloads[0][4..].to_vec(), payloads[1].clone()];
    assert!(say(&mut world, &of_other, short)[0].contains("dense gradients"));
}
