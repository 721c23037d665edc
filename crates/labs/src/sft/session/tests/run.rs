//! Runs: their steps, their halts, their ends.

use super::world::*;
use crate::sft::protocol::{Command, Evaluated, Event, Kept, Watched};
use crate::sft::settings::{Settings, Train};
use ml::neox::Config;
use ml::safetensors::Dtype;

const LORA: Train = Train::Lora { rank: 4, alpha: 8.0, targets: [true; 4] };

fn evaluations(messages: &[crate::sft::session::Message]) -> Vec<Evaluated> {
    let of = |event| if let Event::Progress { evaluations, .. } = event { evaluations } else { Vec::new() };
    events(messages).into_iter().flat_map(of).collect()
}

#[test]
fn a_run_learns_and_ends() {
    // Tables of random embeddings leave little to learn to what trains neither.
    for (train, learning_rate, part) in [(Train::Full, 1e-2, 0.7), (Train::Body, 3e-2, 0.95), (LORA, 1e-1, 0.98)] {
        let mut world = World::new(20, 6);
        let settings = Settings { train: train.clone(), learning_rate, n_epochs: 8, ..settings() };
        let messages = world.ask(start(1, settings));
        let losses = losses(&messages);
        assert_eq!(losses.len(), 40, "{:?}", refusals(&messages));
        // Before training, a model guesses among all rows of its table.
        assert!((losses[0] - (304_f32).ln()).abs() < 0.2, "{train:?}: {}", losses[0]);
        assert!(losses[39] < part * losses[0], "{train:?}: {losses:?}");
        let found = evaluations(&messages);
        assert_eq!(found.iter().map(|found| found.step).collect::<Vec<_>>(), [0, 5, 10, 15, 20, 25, 30, 35, 40]);
        assert!(found[8].held_out_loss < found[0].held_out_loss && found[0].is_best);
        assert!(found[0].paragraph_perplexity > 100.0);
        assert_eq!(events(&messages).last(), Some(&Event::Done { run: 1 }));
        assert!(refusals(&world.ask(Command::Resume))[0].contains("over"));
    }
}

#[test]
fn steps_say_what_they_did() {
    let mut world = World::new(20, 0);
    let messages = world.ask(start(1, settings()));
    let (steps, found) = (steps(&messages), evaluations(&messages));
    assert_eq!(steps.iter().map(|step| step.step).collect::<Vec<_>>(), (1..=10).collect::<Vec<_>>());
    assert_eq!(steps[0].learning_rate, 5e-3);
    assert!(steps.iter().all(|step| step.gradient_norm > 0.0 && step.tokens_per_s > 0.0 && step.n_tokens > 40));
    assert!(found.iter().all(|found| found.held_out_loss.is_none() && !found.is_best && !found.is_over_fitting));
    let Event::Progress { memory_bytes, n_steps, .. } = &events(&messages)[0] else { panic!() };
    assert_eq!((*memory_bytes, *n_steps), (77, 10));
}

#[test]
fn how_a_run_is_cut_into_commands_changes_nothing() {
    let whole = losses(&World::new(20, 6).ask(start(1, settings())));
    let mut world = World::new(20, 6);
    world.say(start(1, settings()));
    world.say(Command::Pause);
    assert!(events(&world.work()).contains(&Event::Paused { run: 1 }));
    let mut cut: Vec<f32> = Vec::new();
    for n in 1..=4 {
        let messages = world.ask(Command::Step);
        assert_eq!(losses(&messages).len(), 1, "one step");
        assert_eq!(events(&messages).last(), Some(&Event::Paused { run: 1 }), "step {n}");
        cut.extend(losses(&messages));
    }
    world.say(Command::Resume);
    // In the middle of a step, at every piece of work.
    let mut n_pieces = 0;
    while world.session.advance(&world.clock) {
        n_pieces += 1;
        world.say(Command::Pause);
        let is_between = world.session.run.as_ref().unwrap().is_between_steps();
        // Between steps, what was due before the pause is still done.
        assert!(!world.session.advance(&world.clock) || is_between);
        if world.session.run.as_ref().is_some_and(|run| run.step >= run.n_steps) {
            break;
        }
        world.say(Command::Resume);
    }
    cut.extend(losses(&world.work()));
    assert!(n_pieces > 20);
    assert_eq!(cut, whole);
}

#[test]
fn a_run_that_was_stopped_can_go_on() {
    let mut world = World::new(20, 0);
    world.say(start(1, settings()));
    world.say(Command::Pause);
    world.work();
    world.step(3);
    assert_eq!(events(&world.ask(Command::Stop)).last(), Some(&Event::Done { run: 1 }));
    let rest = losses(&world.ask(Command::Resume));
    assert_eq!(rest.len(), 7);
}

#[test]
fn going_back_to_the_start_is_the_same_run_again() {
    for train in [Train::Full, Train::Body, LORA] {
        let mut world = World::new(20, 6);
        let settings = Settings { train, ..settings() };
        let first = losses(&world.ask(start(1, settings.clone())));
        let messages = world.ask(Command::Rewind(Kept::Start));
        assert_eq!(events(&messages).last(), Some(&Event::Rewound { run: 1, step: 0 }));
        assert_eq!(losses(&world.ask(Command::Resume)), first);
        // A new run begins from the weights that were loaded, too.
        assert_eq!(losses(&world.ask(start(2, settings))), first);
    }
}

#[test]
fn going_back_to_the_best_has_its_loss() {
    let mut world = World::new(8, 6);
    // So few pairs for so long are learned by heart.
    let settings = Settings { n_epochs: 60, learning_rate: 3e-2, ..settings() };
    let messages = world.ask(start(1, settings));
    let found = evaluations(&messages);
    let best = found.iter().rfind(|found| found.is_best).unwrap();
    assert!(best.step < 120, "the held-out loss turns around");
    assert!(found.last().unwrap().is_over_fitting, "{found:?}");
    let weights = world.weights();
    let messages = world.ask(Command::Rewind(Kept::Best));
    assert_eq!(events(&messages).last(), Some(&Event::Rewound { run: 1, step: best.step }));
    assert_ne!(world.weights(), weights);
    // The run goes on from there, and says at its first evaluation what it said then or better.
    world.say(Command::Resume);
    let again = evaluations(&world.work());
    assert_eq!(again[0].step, best.step + 5);
    assert!(again[0].held_out_loss < found[0].held_out_loss);
}

#[test]
fn without_a_best_there_is_nothing_to_go_back_to() {
    let mut world = World::new(20, 0);
    assert_eq!(refusals(&world.ask(Command::Rewind(Kept::Best))), ["No run has begun."]);
    world.ask(start(1, settings()));
    assert_eq!(refusals(&world.ask(Command::Rewind(Kept::Best))), ["There is no kept best to go back to."]);
}

#[test]
fn a_run_that_goes_astray_says_why_and_can_go_back() {
    let mut world = World::new(20, 6);
    let before = world.weights();
    // Layer norms keep a tiny model finite at any rate; decay that overshoots does not.
    let settings =
        Settings { learning_rate: 10.0, weight_decay: 10.0, max_norm: 0.0, n_epochs: 200, n_warm_up: 0, ..settings() };
    let messages = world.ask(start(1, settings));
    let found = refusals(&messages);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("the learning rate times the weight decay is 100"), "{found:?}");
    assert_eq!(refusals(&world.ask(Command::Resume)), ["The run is over; a new one can be started."]);
    world.ask(Command::Rewind(Kept::Start));
    assert_eq!(world.weights(), before);
    assert!(events(&world.ask(Command::Step)).contains(&Event::Paused { run: 1 }));
}

#[test]
fn watched_prompts_are_continued_before_while_and_after() {
    let mut world = World::new(20, 6);
    let watched = vec![
        Watched { instruction: "Name the red cat.".into(), completion: " Ahoy! The red cat.".into() },
        Watched { instruction: "Name it.".into(), completion: String::new() },
    ];
    let mut command = start(1, Settings { n_epochs: 12, learning_rate: 2e-2, sample_every: 30, ..settings() });
    if let Command::Start { watched: to_watch, .. } = &mut command {
        *to_watch = watched;
    }
    let messages = world.ask(command);
    let samples: Vec<_> = events(&messages)
        .into_iter()
        .filter_map(|event| if let Event::Sample { sampled, .. } = event { Some(sampled) } else { None })
        .collect();
    let places: Vec<_> = samples.iter().map(|sampled| (sampled.step, sampled.watched)).collect();
    assert_eq!(places, [(0, 0), (0, 1), (30, 0), (30, 1), (60, 0), (60, 1)]);
    let of = |step| samples.iter().find(|sampled| sampled.step == step && sampled.watched == 0).unwrap();
    let (first, last) = (of(0), of(60));
    let text: String = first.expected.iter().map(|token| token.text.as_str()).collect();
    assert_eq!(text, " Ahoy! The red cat.<|endoftext|>");
    let mean = |sampled: &crate::sft::protocol::Sampled| {
        sampled.expected.iter().map(|token| token.log_probability).sum::<f32>() / sampled.expected.len() as f32
    };
    assert!(mean(last) > mean(first) + 2.0, "{} {}", mean(first), mean(last));
    assert!(last.text.starts_with(" Ahoy! The") && last.ended, "{last:?}");
    assert!(samples[1].expected.is_empty());
}

/// A model of the pocket's shape, in half precision, as the page brings it.
#[test]
fn a_pocket_sized_model_learns() {
    let config = Config { vocabulary: 2048, ..Config::pocket() };
    let mut world = World::of(files(config, 3, Dtype::F16), data(24, 4));
    let settings = Settings { learning_rate: 3e-3, n_epochs: 3, sequence_len: 64, ..settings() };
    let losses = losses(&world.ask(start(1, settings)));
    assert_eq!(losses.len(), 18);
    assert!(losses[17] < 0.6 * losses[0], "{losses:?}");
}

#[test]
fn a_probe_changes_nothing_and_says_what_a_run_would_take() {
    for train in [Train::Full, LORA] {
        let mut world = World::new(20, 6);
        let before = world.weights();
        let settings = Settings { train, n_epochs: 3, ..settings() };
        let messages = world.ask(Command::Probe { ask: 9, settings: settings.clone() });
        let Some(Event::Probed { ask: 9, estimate }) = events(&messages).pop() else { panic!("{messages:?}") };
        assert_eq!(estimate.n_steps, 15);
        assert!(estimate.tokens_per_s > 0.0 && estimate.seconds > 0.0 && estimate.memory_bytes > 100_000);
        assert_eq!(world.weights(), before);
        let losses = losses(&world.ask(start(1, settings.clone())));
        assert_eq!(losses.len(), 15);
        let refused = refusals(&world.ask(Command::Probe { ask: 9, settings }));
        assert_eq!(refused, ["A speed can be measured only while no run holds the memory."]);
    }
}
