//! What no session should be told. None of it ends one, and all of it is answered in words.

use super::world::*;
use crate::sft::data::{DataSet, HeldOut, Pair};
use crate::sft::protocol::{Command, Export, Kept, Role, Sampling, Shard, Watched};
use crate::sft::settings::{Settings, Train};
use ml::random::Random;
use ml::safetensors::Dtype;

/// That all refusals are sentences.
fn check(sentences: &[String]) {
    for sentence in sentences {
        let begins = sentence.chars().next().is_some_and(|letter| letter.is_uppercase() || !letter.is_alphabetic());
        assert!(begins && sentence.ends_with('.') && sentence.len() < 600, "{sentence}");
    }
}

#[test]
fn before_anything_is_loaded_everything_is_refused() {
    let mut world = World::empty();
    let commands = [
        Command::Resume,
        Command::Step,
        Command::Rewind(Kept::Start),
        Command::Probe { ask: 1, settings: Settings::default() },
        Command::Generate { ask: 1, text: "a".into(), is_raw: true, sampling: Sampling::default() },
        Command::Score { ask: 1, instruction: "a".into(), completion: "b".into() },
        Command::Export { ask: 1, export: Export::Adapter },
        Command::WriteCheckpoint { ask: 1, serial: 1 },
        Command::InspectCheckpoint { ask: 1 },
        Command::ReadCheckpoint { run: 1, role: Role::ALONE },
        start(1, Settings::default()),
        Command::Load,
    ];
    for command in commands {
        let sentences = refusals(&world.ask(command.clone()));
        assert_eq!(sentences.len(), 1, "{command:?}");
        check(&sentences);
    }
    assert!(refusals(&world.ask(Command::Pause)).is_empty(), "there is nothing to pause");
}

#[test]
fn files_of_another_kind_or_damaged_are_refused() {
    let good = files(tiny(), 1, Dtype::F16);
    let mut random = Random::new(7, 1);
    let mut n_refused = 0;
    for round in 0..300 {
        let mut files = good.clone();
        let file = &mut files[round % 3];
        match random.below(4) {
            0 => file.truncate(random.below(file.len() as u32) as usize),
            1 => {
                for _ in 0..20 {
                    let at = random.below(file.len().min(3000) as u32) as usize;
                    file[at] = random.bits() as u8;
                }
            }
            2 => file.extend_from_slice(b"more"),
            _ => *file = (0..random.below(100)).map(|_| random.bits() as u8).collect(),
        }
        let mut world = World::empty();
        world.session.obey(Command::Load, files);
        let sentences = refusals(&world.work());
        check(&sentences);
        n_refused += sentences.len();
    }
    assert!(n_refused > 150, "{n_refused}");
    let mut world = World::empty();
    for n in [0, 1, 2, 4] {
        world.session.obey(Command::Load, vec![Vec::new(); n]);
        assert_eq!(refusals(&world.work()), [format!("A model is three files, an adapter two more, and {n} came.")]);
    }
    // Files that do not belong together.
    let small = ml::neox::Config { vocabulary: 100, ..tiny() };
    let mixed = [files(small, 1, Dtype::F16)[0].clone(), good[1].clone(), good[2].clone()];
    world.session.obey(Command::Load, mixed.to_vec());
    assert!(refusals(&world.work())[0].contains("do not belong together"));
    let deeper = ml::neox::Config { n_layers: 3, ..tiny() };
    world.session.obey(Command::Load, vec![files(deeper, 1, Dtype::F16)[0].clone(), good[1].clone(), good[2].clone()]);
    assert!(refusals(&world.work())[0].contains("no tensor `gpt_neox.layers.2."));
}

#[test]
fn weights_that_are_not_finite_are_named() {
    let mut bad = files(tiny(), 1, Dtype::F32);
    let end = bad[2].len();
    bad[2][end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let mut world = World::empty();
    world.session.obey(Command::Load, bad);
    let expected = "The tensor `embed_out.weight` holds a number that is not finite: the file is damaged.";
    assert_eq!(refusals(&world.work()), [expected]);
}

#[test]
fn runs_that_cannot_be_are_refused_and_another_can_follow() {
    let mut world = World::new(20, 6);
    let lora = |rank, alpha| Train::Lora { rank, alpha, targets: [true; 4] };
    let bad = [
        Settings { batch_size: 0, ..settings() },
        Settings { sequence_len: 65, ..settings() },
        Settings { sequence_len: 2, ..settings() },
        Settings { learning_rate: f32::NAN, ..settings() },
        Settings { train: lora(17, 1.0), ..settings() },
        Settings { train: lora(4, f32::INFINITY), ..settings() },
        Settings { n_epochs: u32::MAX, ..settings() },
    ];
    for settings in bad {
        let sentences = refusals(&world.ask(start(1, settings.clone())));
        assert_eq!(sentences.len(), 1, "{settings:?}");
        check(&sentences);
        let sentences = refusals(&world.ask(Command::Probe { ask: 1, settings }));
        assert_eq!(sentences.len(), 1);
        check(&sentences);
    }
    for role in [Role { worker: 1, n_workers: 1 }, Role { worker: 0, n_workers: 0 }, Role { worker: 0, n_workers: 99 }]
    {
        let (settings, watched, sampling) = (settings(), Vec::new(), Sampling::default());
        check(&refusals(&world.ask(Command::Start { run: 1, settings, role, watched, sampling })));
    }
    assert_eq!(losses(&world.ask(start(2, settings()))).len(), 10);
}

/// Commands in any order, with anything in them.
#[test]
fn no_order_of_commands_ends_a_session() {
    let files = files(tiny(), 1, Dtype::F16);
    for seed in 0..40 {
        let mut random = Random::new(seed, 2);
        let mut world = World::empty();
        let mut checkpoint = Vec::new();
        for _ in 0..60 {
            let ask = random.below(3);
            let (command, payloads) = match random.below(18) {
                0 => (Command::Load, files.clone()),
                1 => (Command::SetData(data(random.below(9) as usize, random.below(3) as usize)), vec![]),
                2 => (start(ask, Settings { n_epochs: 1 + random.below(3), ..settings() }), vec![]),
                3 => (Command::Pause, vec![]),
                4 => (Command::Resume, vec![]),
                5 => (Command::Step, vec![]),
                6 => (Command::Stop, vec![]),
                7 => (Command::Rewind(if ask == 0 { Kept::Start } else { Kept::Best }), vec![]),
                8 => {
                    let sampling = Sampling { max_tokens: 3, temperature: 1.0, ..Sampling::default() };
                    (Command::Generate { ask, text: "Name\u{0} 🙂".into(), is_raw: ask == 0, sampling }, vec![])
                }
                9 => (Command::Score { ask, instruction: String::new(), completion: "x".into() }, vec![]),
                10 => {
                    let exports = [Export::Model { is_half: true }, Export::Adapter, Export::Model { is_half: false }];
                    (Command::Export { ask, export: exports[ask as usize] }, vec![])
                }
                11 => (Command::WriteCheckpoint { ask, serial: 1 }, vec![]),
                12 => (Command::ReadCheckpoint { run: ask, role: Role::ALONE }, vec![checkpoint.clone()]),
                13 => (Command::Probe { ask, settings: settings() }, vec![]),
                14 => {
                    let shard =
                        Shard { run: 1, step: ask, worker: ask, loss: f64::NAN, tokens: vec![random.bits(); 2] };
                    (Command::Gradients(shard), vec![vec![1; 16], vec![2; 32]])
                }
                15 => (Command::InspectCheckpoint { ask }, vec![vec![random.bits() as u8; 100]]),
                16 => {
                    let (instruction, completion) = (String::new(), "\u{301}".into());
                    let asked = (ask, random.below(9), ask == 0);
                    let (ask, sequence_len, masks_prompt) = asked;
                    (Command::Explain { ask, instruction, completion, sequence_len, masks_prompt }, vec![])
                }
                _ => {
                    let role = Role { worker: ask, n_workers: 2 };
                    let watched =
                        vec![Watched { instruction: "a".into(), completion: "b".into() }; random.below(11) as usize];
                    let sampling = Sampling { max_tokens: 2, ..Sampling::default() };
                    (Command::Start { run: ask, settings: settings(), role, watched, sampling }, vec![])
                }
            };
            match command {
                Command::Gradients(shard) => world.give(&shard, &payloads),
                command => world.session.obey(command, payloads),
            }
            for _ in 0..random.below(200) {
                world.session.advance(&world.clock);
            }
            let mut messages = Vec::new();
            while let Some(message) = world.session.next_message() {
                messages.push(message);
            }
            check(&refusals(&messages));
            if let Some(message) = messages.iter().find(|message| message.payloads.len() == 1) {
                checkpoint.extend_from_slice(&message.payloads[0]);
                checkpoint.truncate(1 << 20);
            }
        }
    }
}

#[test]
fn prompts_without_room_for_an_answer_are_told() {
    let long = Pair { instruction: "red ".repeat(200), completion: " x".into() };
    let template = crate::sft::data::Template::default().text();
    let set = DataSet { pairs: vec![long; 3], held_out: HeldOut::Given(Vec::new()), template };
    let mut world = World::of(files(tiny(), 1, Dtype::F32), set);
    let expected = "None of the 3 pairs has room for its completion in sequences of 48 tokens.";
    assert_eq!(refusals(&world.ask(start(1, settings()))), [expected]);
}
