//! The figure with real workers on a tiny model, without a browser.

use super::ask::Ask;
use super::models::Which;
use super::pairs::{Part, Side};
use super::view;
use super::watch::Origin::{HeldOut, Reader, Trained};
use super::*;
use crate::parts::session::Loss;
use crate::protocol::encode;
use crate::sft::about::PARAMETERS;
use crate::sft::export;
use crate::sft::protocol::Event;
use crate::sft::rehearsal::Rehearsal;
use crate::sft::session::tests::world::{files, tiny};
use crate::sft::settings::Train;
use ml::safetensors::Dtype;

/// Eight pairs, a few steps: the presets' pairs do not fit a model so small.
fn figure(settings: &str) -> Rehearsal {
    let text = ["epochs=4;batch=4;length=48;evaluate=4;sample=4;warm_up=2", settings].join(";");
    let values = Values::decode(PARAMETERS, text.trim_end_matches(';')).unwrap();
    Rehearsal::new(values, files(tiny(), 1, Dtype::F32))
}

fn few_pairs(figure: &mut Rehearsal) {
    let line =
        |i: usize| format!("{{\"instruction\": \"Name the {i} cat.\", \"completion\": \" Ahoy! The {i} cat.\"}}\n");
    let file: String = (0..10).map(line).collect();
    figure.act(|page| page.read_file(FileOf::Pairs, file.as_bytes()));
}

fn run(figure: &mut Rehearsal) {
    figure.act(|page| page.ask(Ask::Go));
    figure.work();
}

#[test]
fn one_click_loads_asks_trains_and_asks_again() {
    let mut figure = figure("epochs=1");
    run(&mut figure);
    let page = &figure.page;
    assert_eq!((page.phase, page.problem.as_str()), (Phase::Finished, ""));
    assert_eq!((page.step, page.n_steps), (11, 11));
    assert_eq!(page.report.steps.len(), 11);
    let counts = page.verdict.before.unwrap();
    assert_eq!((counts.held_out.asked, counts.trained.asked), (20, 40));
    assert_eq!(page.verdict.after.map(|(step, counts)| (step, counts.held_out.asked)), Some((11, 20)));
    assert_eq!(
        page.report.seen.iter().map(|seen| seen.origin).collect::<Vec<_>>(),
        [Trained, Trained, HeldOut, HeldOut]
    );
    assert!(page.report.seen.iter().all(|seen| seen.before.is_some() && seen.now.is_some()));
    assert_eq!(page.status, "Finished at step 11 of 11.");
    assert!(page.models.info.is_some() && page.pairs.rows.iter().all(|row| row.lengths.is_some()));
}

#[test]
fn it_pauses_steps_goes_on_and_stops_without_losing_a_step() {
    let mut whole = figure("");
    few_pairs(&mut whole);
    run(&mut whole);
    let expected: Vec<f32> = whole.page.report.steps.iter().map(|step| step.train_loss).collect();
    assert_eq!(expected.len(), 12);

    let mut figure = figure("");
    few_pairs(&mut figure);
    figure.act(|page| page.ask(Ask::Step));
    figure.work();
    assert_eq!((figure.page.phase, figure.page.step), (Phase::Paused, 1));
    figure.act(|page| page.ask(Ask::Go));
    figure.work_until(|page| page.phase == Phase::Running && page.step >= 3);
    figure.act(|page| page.ask(Ask::Go));
    figure.work();
    assert_eq!(figure.page.phase, Phase::Paused);
    let paused_at = figure.page.step;
    figure.act(|page| page.ask(Ask::Step));
    figure.work();
    assert_eq!((figure.page.phase, figure.page.step), (Phase::Paused, paused_at + 1));
    figure.act(|page| page.ask(Ask::Go));
    figure.work_until(|page| page.phase == Phase::Running && page.step >= 7);
    figure.act(|page| page.ask(Ask::Stop));
    figure.work();
    assert_eq!(figure.page.phase, Phase::Finished);
    assert!(figure.page.status.starts_with("Stopped at step"), "{}", figure.page.status);
    run(&mut figure);
    let found: Vec<f32> = figure.page.report.steps.iter().map(|step| step.train_loss).collect();
    assert_eq!(found, expected);
}

#[test]
fn out_of_sight_it_waits_unless_it_shall_go_on() {
    for keeps in [false, true] {
        let mut figure = figure("");
        few_pairs(&mut figure);
        figure.act(|page| page.ask(Ask::KeepTraining(keeps)));
        figure.act(|page| page.ask(Ask::Go));
        figure.work_until(|page| page.phase == Phase::Running && page.step >= 2);
        figure.act(|page| page.see(false));
        figure.work();
        assert_eq!(figure.page.phase == Phase::Finished, keeps);
        figure.act(|page| page.see(true));
        figure.work();
        assert_eq!(figure.page.phase, Phase::Finished);
    }
}

#[test]
fn a_reset_is_the_page_again_and_a_run_after_it_the_same() {
    let mut figure = figure("epochs=1");
    run(&mut figure);
    let losses: Vec<f32> = figure.page.report.steps.iter().map(|step| step.train_loss).collect();
    figure.act(|page| page.ask(Ask::Edit(0, Side::Completion, " No.".into())));
    figure.act(|page| page.ask(Ask::Set("learning_rate".into(), "0.01".into())));
    figure.act(|page| page.ask(Ask::Reset));
    figure.work();
    assert!(figure.asked.contains(&Do::DrawStill));
    assert!(!figure.page.has_shown() && figure.page.phase == Phase::Still);
    assert_eq!(figure.page.pairs.preset, Some(Preset::Style));
    run(&mut figure);
    assert_eq!(figure.page.report.steps.iter().map(|step| step.train_loss).collect::<Vec<_>>(), losses);
}

#[test]
fn a_preset_in_the_middle_of_a_run_begins_its_own() {
    let mut figure = figure("epochs=30");
    figure.act(|page| page.ask(Ask::Go));
    figure.work_until(|page| page.phase == Phase::Running && page.step >= 2);
    figure.act(|page| page.ask(Ask::Preset(3)));
    figure.act(|page| page.ask(Ask::Go));
    assert_eq!(figure.page.pairs.preset, Some(Preset::Facts));
    figure.act(|page| page.ask(Ask::Set("epochs".into(), "1".into())));
    run(&mut figure);
    assert_eq!((figure.page.phase, figure.page.step), (Phase::Finished, 5), "{}", figure.page.problem);
}

#[test]
fn several_workers_make_one_run_and_go_back_together() {
    let mut alone = figure("");
    few_pairs(&mut alone);
    run(&mut alone);
    let mut figure = figure("workers=3");
    few_pairs(&mut figure);
    run(&mut figure);
    assert_eq!((figure.page.phase, figure.page.problem.as_str()), (Phase::Finished, ""));
    let first: Vec<f32> = figure.page.report.steps.iter().map(|step| step.train_loss).collect();
    for (found, expected) in first.iter().zip(&alone.page.report.steps) {
        assert!((found - expected.train_loss).abs() < 1e-3, "{found} {}", expected.train_loss);
    }
    figure.act(|page| page.ask(Ask::Rewind(Back::Start)));
    figure.work();
    assert_eq!((figure.page.phase, figure.page.step), (Phase::Paused, 0));
    run(&mut figure);
    let again: Vec<f32> = figure.page.report.steps.iter().map(|step| step.train_loss).collect();
    assert_eq!((figure.page.phase, again), (Phase::Finished, first));
}

#[test]
fn a_checkpoint_is_taken_up_in_another_visit() {
    let mut figure = figure("");
    few_pairs(&mut figure);
    figure.page.found_checkpoints([None, None], "");
    figure.act(|page| page.ask(Ask::Go));
    figure.work_until(|page| page.phase == Phase::Running && page.step >= 5);
    figure.act(|page| page.ask(Ask::Go));
    figure.act(Page::leave);
    figure.work();
    let step = figure.page.step;
    assert_eq!(figure.page.checkpoints.written_at, Some(step));
    assert_eq!(figure.asked.last(), Some(&Do::Note("pocket 1".into())));
    run(&mut figure);
    let expected: Vec<f32> = figure.page.report.steps.iter().map(|step| step.train_loss).collect();

    let mut other = super::tests::figure("");
    other.slots = figure.slots.clone();
    other.page.found_checkpoints([None, Some(1)], "pocket 1");
    assert!(view::stage(&other.page, "x", &|_| String::new(), true).contains("data-ask=\"take-up\""));
    other.act(|page| page.ask(Ask::TakeUp));
    other.work();
    // A checkpoint waits for the end of the step that is under way.
    assert_eq!((other.page.phase, other.page.problem.as_str()), (Phase::Paused, ""));
    assert!((step..=step + 1).contains(&other.page.step), "{} {step}", other.page.step);
    assert_eq!(other.page.pairs.set(), figure.page.pairs.set());
    run(&mut other);
    let found: Vec<f32> = other.page.report.steps.iter().map(|step| step.train_loss).collect();
    assert_eq!(found, expected);

    // A new run of a later visit goes on counting, so that the newest is known, and keeps the newest until it is written.
    let mut later = super::tests::figure("");
    few_pairs(&mut later);
    later.slots = figure.slots.clone();
    later.page.found_checkpoints([None, Some(1)], "pocket 1");
    later.act(|page| page.ask(Ask::Step));
    later.work();
    let before = later.slots.clone();
    later.act(Page::leave);
    later.work();
    assert_eq!((later.slots[1] == before[1], later.slots[0] == before[0]), (true, false));
    later.act(|page| page.ask(Ask::TakeUp));
    later.work();
    assert_eq!((later.page.phase, later.page.step), (Phase::Paused, 1));

    // What could not be written is written to the same slot again.
    later.act(|page| page.ask(Ask::Step));
    later.work();
    let todo = later.page.leave();
    let [Do::Send(0, Command::WriteCheckpoint { ask, serial: 3 }, With::Slot(1, _))] = todo[..] else {
        panic!("{todo:?}")
    };
    assert!(later.page.leave().is_empty(), "one at a time");
    later.act(|page| page.refused(ask, "The disk is full."));
    assert_eq!(later.page.status, "No checkpoint was written. The disk is full.");
    assert!(matches!(later.page.leave()[..], [Do::Send(0, _, With::Slot(1, _))]));

    // Neither is whole.
    let mut third = super::tests::figure("");
    third.slots = figure.slots.map(|slot| slot[..slot.len() / 2].to_vec());
    third.page.found_checkpoints([None, Some(1)], "nonsense");
    third.act(|page| page.ask(Ask::TakeUp));
    third.work();
    assert!(third.page.problem.contains("whole"), "{}", third.page.problem);
    run(&mut third);
    assert_eq!(third.page.phase, Phase::Finished, "{}", third.page.problem);
}

#[test]
fn what_is_exported_is_imported_with_the_same_answers() {
    let mut figure = figure("");
    few_pairs(&mut figure);
    run(&mut figure);
    figure.act(|page| page.ask(Ask::of("take:f32", "").unwrap()));
    figure.act(|page| page.ask(Ask::Try("Name the 3 cat.".into())));
    figure.work();
    let (name, weights) = figure.saved.pop().unwrap();
    assert_eq!(name, "model.safetensors");
    let answer = figure.page.trial.answer.clone();
    let mut three = files(tiny(), 1, Dtype::F32);
    three[2] = weights;
    let mut other = Rehearsal::new(Values::decode(PARAMETERS, "model=disk").unwrap(), three);
    few_pairs(&mut other);
    other.act(|page| page.ask(Ask::Count));
    assert_eq!(other.page.models.at_hand, Some(Which::Disk));
    other.work();
    other.act(|page| page.ask(Ask::Try("Name the 3 cat.".into())));
    other.work();
    assert_eq!(other.page.trial.answer, answer);
    // Of all weights there is no adapter; of an adapter both files.
    figure.act(|page| page.ask(Ask::of("take:adapter-config", "").unwrap()));
    assert!(figure.page.problem.contains("no adapter"));
}

#[test]
fn an_adapter_comes_with_its_configuration() {
    let mut figure = figure("train=lora;rank=2;learning_rate=0.01");
    few_pairs(&mut figure);
    run(&mut figure);
    figure.act(|page| page.ask(Ask::of("take:adapter", "").unwrap()));
    figure.act(|page| page.ask(Ask::of("take:adapter-config", "").unwrap()));
    figure.work();
    let names: Vec<&str> = figure.saved.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["adapter_config.json", "adapter_model.safetensors"]);
}

/// The weights of a figure, as they are exported.
fn weights(figure: &mut Rehearsal) -> Vec<u8> {
    figure.act(|page| page.ask(Ask::of("take:f32", "").unwrap()));
    figure.work();
    figure.saved.pop().unwrap().1
}

#[test]
fn an_adapter_comes_back_as_the_weights_that_it_was_merged_into() {
    let mut figure = figure("train=lora;rank=2;learning_rate=0.01;dense=true;contract=true");
    few_pairs(&mut figure);
    run(&mut figure);
    let merged = weights(&mut figure);
    figure.act(|page| page.ask(Ask::of("take:adapter-config", "").unwrap()));
    figure.act(|page| page.ask(Ask::of("take:adapter", "").unwrap()));
    figure.work();
    let [(_, config), (_, file)] = &figure.saved[..] else { panic!("{}", figure.saved.len()) };
    let shape = export::adapter_shape(config).unwrap();
    let adapter = vec![encode(&shape), file.clone()];

    let mut other = super::tests::figure("");
    few_pairs(&mut other);
    other.act(|page| page.ask(Ask::Count));
    other.work();
    let loaded = weights(&mut other);
    assert!(loaded != merged);
    other.adapter = adapter.clone();
    other.act(Page::came_adapter);
    other.work();
    assert_eq!((other.page.problem.as_str(), other.page.models.has_adapter), ("", true));
    assert!(view::stage(&other.page, "x", &|_| String::new(), true).contains("data-ask=\"drop-adapter\""));
    assert!(weights(&mut other) == merged);
    other.act(|page| page.ask(Ask::DropAdapter));
    other.work();
    assert!(weights(&mut other) == loaded && !other.page.models.has_adapter && other.adapter.is_empty());

    // One that does not fit is told, and the model stays.
    let said = |rank: u32, cut: usize| {
        let mut figure = super::tests::figure("");
        few_pairs(&mut figure);
        figure.act(|page| page.ask(Ask::Count));
        figure.work();
        let shape = Train::Lora { rank, alpha: 16.0, targets: [true, true, false, true] };
        figure.adapter = vec![encode(&shape), file[..file.len() - cut].to_vec()];
        figure.act(Page::came_adapter);
        figure.work();
        let told = figure.page.problem.clone();
        assert!(!figure.page.models.has_adapter && figure.adapter.is_empty());
        figure.act(|page| page.ask(Ask::Count));
        figure.work();
        assert!(figure.page.problem.is_empty() && weights(&mut figure) == loaded, "{}", figure.page.problem);
        told
    };
    assert!(said(3, 0).contains("lora_A"), "{}", said(3, 0));
    assert!(said(99, 0).contains("rank"), "{}", said(99, 0));
    assert!(said(2, 1).ends_with('.'), "a file that was cut off");
}

#[test]
fn the_reader_s_prompts_are_asked_before_and_after() {
    let mut figure = figure("");
    few_pairs(&mut figure);
    let known = figure.page.pairs.rows[figure.page.pairs.places(true).next().unwrap()].pair.instruction.clone();
    figure.act(|page| page.ask(Ask::Watch(format!("  Name a cow. \n\n{known}\n"))));
    assert_eq!(figure.page.watched_lines(), format!("Name a cow.\n{known}"));
    run(&mut figure);
    let seen = &figure.page.report.seen;
    assert_eq!(seen.iter().map(|seen| seen.origin).collect::<Vec<_>>(), [Reader, HeldOut]);
    assert!(seen.iter().all(|seen| seen.before.is_some() && seen.now.is_some()));
    // Of what is not expected no token is scored.
    assert!(seen[0].losses[0].1.is_empty() && !seen[1].losses[0].1.is_empty());
    assert_eq!(figure.page.chosen, 1);
    assert!(view::said(&figure.page).contains("<small>of your own</small>"));
    figure.act(|page| page.ask(Ask::Watch("a\n".repeat(9))));
    assert_eq!(figure.page.problem, "These are 9 prompts; 8 is the most.");
    assert_eq!(figure.page.watched.len(), 2);
    figure.act(|page| page.ask(Ask::Watch(" \n".into())));
    assert_eq!(figure.page.watched_lines().lines().count(), 3, "the two that train and the one that is held out");
}

#[test]
fn a_link_brings_settings_and_pairs_and_a_strangers_is_one_sentence() {
    let mut figure = figure("");
    few_pairs(&mut figure);
    figure.act(|page| page.ask(Ask::Seed("7".into())));
    figure.act(|page| page.ask(Ask::Share));
    let Some(Do::Share(text)) = figure.asked.pop() else { panic!() };
    let mut other = Page::new(Values::defaults(PARAMETERS));
    other.open(&text);
    assert_eq!((other.problem.as_str(), other.seed), ("", 7));
    assert_eq!((other.pairs.set(), &other.values), (figure.page.pairs.set(), &figure.page.values));
    for hostile in [
        "epochs=9999999",
        "<b>=1",
        "seed=-1",
        "pairs=<script>",
        "pairs={instruction}\u{1e}{\"instruction\": 1}\u{1e}",
        "pairs=none\u{1e}{\"instruction\": \"a\", \"completion\": \" b\"}\u{1e}",
        &"x".repeat(7000),
    ] {
        let mut page = Page::new(Values::defaults(PARAMETERS));
        page.open(hostile);
        assert!(page.problem.starts_with("The link cannot be used: "), "{hostile}: {}", page.problem);
        assert_eq!((page.seed, page.pairs.preset), (DEFAULT_SEED, Some(Preset::Style)));
        assert!(!view::stage(&page, "x", &|_| String::new(), true).contains("<script"));
    }
}

#[test]
fn what_goes_wrong_is_one_sentence_and_the_next_run_works() {
    // Pairs that cannot be used.
    let mut figure = figure("length=8");
    run(&mut figure);
    assert_eq!(figure.page.phase, Phase::Failed);
    assert!(figure.page.problem.contains("has room for its completion"), "{}", figure.page.problem);
    figure.act(|page| page.ask(Ask::Set("length".into(), "48".into())));
    figure.act(|page| page.ask(Ask::Set("epochs".into(), "1".into())));
    run(&mut figure);
    assert_eq!(figure.page.phase, Phase::Finished, "{}", figure.page.problem);
    // A worker that is gone.
    figure.act(|page| page.lose(Loss::Ended));
    assert!(figure.page.problem.starts_with("The computation ended unexpectedly."), "{}", figure.page.problem);
    run(&mut figure);
    assert_eq!(figure.page.phase, Phase::Finished, "{}", figure.page.problem);
    // Files that are no model.
    let mut broken = files(tiny(), 1, Dtype::F32);
    broken[2].truncate(100);
    let mut figure = Rehearsal::new(Values::defaults(PARAMETERS), broken);
    run(&mut figure);
    assert_eq!((figure.page.phase, figure.page.models.at_hand), (Phase::Failed, None));
    assert!(figure.page.problem.ends_with('.'), "{}", figure.page.problem);
    // A network that is down.
    let mut page = Page::new(Values::defaults(PARAMETERS));
    assert_eq!(page.ask(Ask::Go), [Do::Bring(Which::Pocket)]);
    page.came_not("the network is down");
    assert_eq!((page.phase, page.problem.as_str()), (Phase::Still, "The network is down."));
    // Another version of the worker.
    let todo = page.hear(0, Event::Ready { protocol: 99 }, 0);
    assert!(page.problem.contains("another version") && todo.is_empty());
}

#[test]
fn a_silent_worker_is_ended() {
    let mut figure = figure("");
    few_pairs(&mut figure);
    figure.act(|page| page.ask(Ask::Go));
    figure.work_until(|page| page.phase == Phase::Running && page.step >= 2);
    figure.act(|page| page.ask(Ask::Go));
    for _ in 0..4 {
        figure.act(Page::tick);
    }
    assert_eq!(figure.page.phase, Phase::Failed);
    assert!(figure.page.problem.contains("two seconds"));
}

#[test]
fn every_control_asks_for_something() {
    let mut page = Page::new(Values::decode(PARAMETERS, "train=lora").unwrap());
    page.keeps_training = true;
    let html = view::stage(&page, "x", &|_| String::new(), true);
    let values = |name: &str| {
        let start = format!(" {name}=\"");
        let found = html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
        found.map(str::to_owned).collect::<Vec<_>>()
    };
    let asks = [values("data-ask"), values("data-type")].concat();
    assert!(asks.len() > 40, "{asks:?}");
    for ask in asks {
        assert!(Ask::of(&ask, "1").is_some(), "{ask}");
    }
    for name in values("data-set") {
        assert!(name == "seed" || PARAMETERS.iter().any(|parameter| parameter.name == name), "{name}");
    }
    let shown = values("data-set");
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.name != "data") {
        assert!(shown.contains(&parameter.name.to_owned()), "{} has no control", parameter.name);
    }
    // A hundred thousand pairs are not a hundred thousand rows.
    let line = "{\"instruction\": \"A?\", \"completion\": \" B.\"}\n";
    page.read_file(FileOf::Pairs, line.repeat(100_000).as_bytes());
    assert!(view::stage(&page, "x", &|_| String::new(), true).len() < 2 * html.len());
    assert_eq!(page.pairs.export(Part::HeldOut).lines().count(), 10_000);
}
