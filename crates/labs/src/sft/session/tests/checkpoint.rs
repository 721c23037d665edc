//! Runs that are cut off and taken up.

use super::world::*;
use crate::sft::protocol::{Command, Event, Held, Kept, Role};
use crate::sft::settings::{Settings, Train};
use ml::safetensors::Dtype;

const LORA: Train = Train::Lora { rank: 4, alpha: 8.0, targets: [true, false, true, false] };

/// 20 steps.
fn long(train: Train) -> Settings {
    Settings { train, n_epochs: 4, ..settings() }
}

fn paused(settings: Settings) -> World {
    let mut world = World::new(20, 6);
    world.say(start(1, settings));
    world.say(Command::Pause);
    world.work();
    world
}

/// Everything of a checkpoint but its state, in which speeds stand.
fn numbers(checkpoint: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (mut reader, mut rest, mut sections) = (ml::checkpoint::Reader::new(), checkpoint, Vec::new());
    while let Some(event) = reader.next(&mut rest).unwrap() {
        match event {
            ml::checkpoint::Event::Section(name, _) => sections.push((name, Vec::new())),
            ml::checkpoint::Event::Data(data) => sections.last_mut().unwrap().1.extend_from_slice(data),
            _ => {}
        }
    }
    reader.finish().unwrap();
    assert_eq!(sections.remove(0).0, "state");
    sections
}

fn take_up(files: Vec<Vec<u8>>, checkpoint: Vec<u8>, in_parts_of: usize) -> (World, Vec<crate::sft::session::Message>) {
    let mut world = World::empty();
    world.session.obey(Command::Load, files);
    let parts = checkpoint.chunks(in_parts_of).map(<[u8]>::to_vec).collect();
    world.session.obey(Command::ReadCheckpoint { run: 2, role: Role::ALONE }, parts);
    let messages = world.work();
    (world, messages)
}

#[test]
fn ten_steps_a_checkpoint_and_ten_steps_are_twenty_steps_bit_by_bit() {
    for train in [Train::Full, Train::Body, LORA] {
        let mut whole = paused(long(train.clone()));
        let expected: Vec<f32> = whole.step(20).iter().map(|stepped| stepped.train_loss).collect();
        let at_end = numbers(&whole.checkpoint());
        assert_eq!(at_end.len(), 4, "weights, two moments, the best weights");

        let mut first = paused(long(train));
        let mut found: Vec<f32> = first.step(10).iter().map(|stepped| stepped.train_loss).collect();
        // The wait does not change the run that goes on.
        let checkpoint = first.checkpoint();
        let mut on = first.step(10).iter().map(|stepped| stepped.train_loss).collect();
        let mut there = found.clone();
        there.append(&mut on);
        assert_eq!((there, numbers(&first.checkpoint())), (expected.clone(), at_end.clone()));

        let (mut second, messages) = take_up(files(tiny(), 1, Dtype::F32), checkpoint, 1001);
        let Some(Event::TakenUp { run: 2, held, data: of_run, steps, evaluations, .. }) = events(&messages).pop()
        else {
            panic!("{:?}", refusals(&messages))
        };
        assert_eq!((held.step, held.n_steps, held.differences.len()), (10, 20, 0));
        assert_eq!((of_run, steps.len(), evaluations.len()), (data(20, 6), 10, 3));
        found.extend(second.step(10).iter().map(|stepped| stepped.train_loss));
        assert_eq!(found, expected);
        assert_eq!(numbers(&second.checkpoint()), at_end);
        // The start is what the model's file holds.
        second.ask(Command::Rewind(Kept::Start));
        assert_eq!(second.weights(), World::new(20, 6).weights());
    }
}

#[test]
fn a_checkpoint_in_the_middle_of_a_step_waits_for_its_end() {
    let mut world = World::new(20, 6);
    world.say(start(1, long(Train::Full)));
    while world.session.run.as_ref().is_some_and(|run| run.step < 7 || run.is_between_steps()) {
        assert!(world.session.advance(&world.clock));
    }
    world.say(Command::Pause);
    let checkpoint = world.checkpoint();
    let (_, messages) = take_up(files(tiny(), 1, Dtype::F32), checkpoint, usize::MAX);
    let Some(Event::TakenUp { held: Held { step, .. }, .. }) = events(&messages).pop() else { panic!() };
    assert_eq!(step, 8);
}

#[test]
fn a_checkpoint_that_is_cut_or_changed_anywhere_leaves_everything_as_it_was() {
    let mut world = paused(long(LORA));
    world.step(6);
    let checkpoint = world.checkpoint();
    world.step(1);
    let weights = world.weights();
    let mut n_read = 0;
    for at in (0..checkpoint.len()).step_by(checkpoint.len() / 97) {
        let mut changed = checkpoint.clone();
        changed[at] ^= 1 << (at % 8);
        for damaged in [checkpoint[..at].to_vec(), changed] {
            world.session.obey(Command::InspectCheckpoint { ask: 4 }, vec![damaged.clone()]);
            world.session.obey(Command::ReadCheckpoint { run: 2, role: Role::ALONE }, vec![damaged]);
            let found = refusals(&world.work());
            assert_eq!(found.len(), 2, "{at}");
            assert!(
                found.iter().all(|sentence| sentence.contains("checkpoint") && sentence.ends_with('.')),
                "{found:?}"
            );
            n_read += 1;
        }
    }
    assert!(n_read > 150);
    assert_eq!(world.weights(), weights);
    assert_eq!(losses(&world.ask(Command::Step)).len(), 1, "the run goes on");
}

#[test]
fn what_will_differ_is_said() {
    let mut world = paused(long(Train::Body));
    world.step(2);
    let checkpoint = world.checkpoint();
    let mut other = World::empty();
    other.session.build.variant = ml::checkpoint::Variant::Simd;
    other.session.obey(Command::Load, files(tiny(), 1, Dtype::F32));
    other.session.obey(Command::InspectCheckpoint { ask: 3 }, vec![checkpoint.clone()]);
    let Some(Event::Inspected { ask: 3, held }) = events(&other.work()).pop() else { panic!() };
    assert_eq!((held.differences.len(), held.fits_model, held.step), (1, true, 2));
    assert!(held.differences[0].contains("native") && held.differences[0].contains("SIMD"), "{held:?}");
    let role = Role { worker: 0, n_workers: 2 };
    other.session.obey(Command::ReadCheckpoint { run: 2, role }, vec![checkpoint.clone()]);
    let Some(Event::TakenUp { held, .. }) = events(&other.work()).pop() else { panic!() };
    assert_eq!(held.differences.len(), 2);
    // Another model.
    let (_, messages) = take_up(files(tiny(), 2, Dtype::F32), checkpoint, 4096);
    let expected = "The checkpoint belongs to another model than the one that is loaded.";
    assert_eq!(refusals(&messages), [expected]);
}
