use super::*;
use crate::{lab_name::Model, model::Model as _, parameters::Value};

const ABOUT: &About = &Model::ABOUT;

fn settings(text: &str) -> Vec<Value> {
    Values::decode(ABOUT.parameters, text).unwrap().list().to_vec()
}

fn session() -> Session {
    Session::new(ABOUT, Values::defaults(ABOUT.parameters))
}

/// One whose first run is under way.
fn running() -> Session {
    let mut session = session();
    assert_eq!(session.ask(Ask::Run), [Do::Launch]);
    assert_eq!(session.phase, Phase::Starting);
    let start = Command::Start { run: 1, settings: settings(""), seed: DEFAULT_SEED, pause_at: 0 };
    assert_eq!(session.hear(Event::Ready { protocol: PROTOCOL }), [Do::Send(start)]);
    assert_eq!(session.phase, Phase::Running);
    session
}

fn progress(run: RunId, step: u32) -> Event {
    Event::Progress { run, step, loss: 0.0, report: vec![7] }
}

fn set_rate(text: &str) -> Ask {
    Ask::Set { name: "rate", text: text.to_owned() }
}

#[test]
fn a_run_goes_from_still_to_its_end() {
    let mut session = running();
    assert_eq!(session.hear(progress(1, 200)), [Do::Draw(vec![7])]);
    assert_eq!(session.hear(Event::Done { run: 1 }), []);
    assert_eq!((session.phase, session.status.as_str()), (Phase::Finished, "Finished at step 200."));
    let start = Command::Start { run: 2, settings: settings(""), seed: DEFAULT_SEED, pause_at: 0 };
    assert_eq!(session.ask(Ask::Run), [Do::Send(start)], "an ended run begins anew, in the same worker");
}

#[test]
fn events_of_an_earlier_run_are_dropped() {
    let mut session = running();
    assert_eq!(session.hear(progress(0, 50)), []);
    assert_eq!(session.hear(Event::Done { run: 0 }), []);
    assert_eq!((session.phase, session.step), (Phase::Running, 0));
}

#[test]
fn pause_and_go_on_survive_answers_that_come_late() {
    let mut session = running();
    session.hear(progress(1, 20));
    assert_eq!(session.ask(Ask::Pause), [Do::Send(Command::Pause)]);
    assert_eq!((session.phase, session.status.as_str()), (Phase::Paused, "Paused at step 20."));
    assert_eq!(session.ask(Ask::Run), [Do::Send(Command::Resume)]);
    session.hear(Event::Paused { run: 1 });
    assert_eq!(session.phase, Phase::Running, "the answer is to the pause before");
    session.hear(Event::Paused { run: 1 });
    assert_eq!(session.phase, Phase::Paused, "this one is the worker's own");
}

#[test]
fn single_steps_begin_a_run_and_go_on_with_it() {
    let mut session = session();
    session.ask(Ask::Step);
    let start = Command::Start { run: 1, settings: settings(""), seed: DEFAULT_SEED, pause_at: 1 };
    assert_eq!(session.hear(Event::Ready { protocol: PROTOCOL }), [Do::Send(start)]);
    session.hear(progress(1, 1));
    session.hear(Event::Paused { run: 1 });
    assert_eq!(session.phase, Phase::Paused);
    assert_eq!(session.ask(Ask::Step), [Do::Send(Command::Step)]);
}

#[test]
fn a_stopped_run_is_kept() {
    let mut session = running();
    session.hear(progress(1, 30));
    assert_eq!(session.ask(Ask::Stop), [Do::Send(Command::Stop)]);
    session.hear(Event::Done { run: 1 });
    assert_eq!((session.phase, session.status.as_str()), (Phase::Finished, "Stopped at step 30."));
    assert_eq!(session.ask(Ask::Run), [Do::Send(Command::Resume)]);
}

#[test]
fn a_change_restarts_a_run_and_marks_a_picture() {
    let mut session = running();
    assert_eq!(session.ask(set_rate("0.5")), [Do::RestartSoon]);
    let start = Command::Start { run: 2, settings: settings("rate=0.5"), seed: DEFAULT_SEED, pause_at: 0 };
    assert_eq!(session.restart(), [Do::Send(start)]);
    session.ask(Ask::Pause);
    assert_eq!(session.restart(), [], "a pause in the meantime holds");
    assert_eq!(session.ask(set_rate("0.25")), []);
    assert_eq!(session.status, "The picture shows earlier settings.");
    assert!(matches!(session.ask(Ask::Run)[..], [Do::Send(Command::Start { run: 3, .. })]));
}

#[test]
fn what_is_typed_wrong_changes_nothing() {
    let mut session = running();
    assert_eq!(session.ask(set_rate("fast")), []);
    assert_eq!(session.problem, "Learning rate must be a number from 0.001 to 1, not “fast”.");
    assert_eq!(session.values, Values::defaults(ABOUT.parameters));
    session.ask(Ask::Seed("x".to_owned()));
    assert_eq!(session.seed, DEFAULT_SEED);
    assert_eq!(session.ask(Ask::Seed("3".to_owned())), [Do::RestartSoon]);
    assert_eq!((session.seed, session.problem.as_str()), (3, ""));
}

#[test]
fn reset_brings_the_page_back() {
    let mut session = running();
    session.ask(set_rate("0.5"));
    session.ask(Ask::NewSeed);
    assert_eq!(session.ask(Ask::Reset), [Do::DrawStill, Do::Send(Command::Stop)]);
    assert_eq!((session.phase, session.seed, session.step), (Phase::Still, DEFAULT_SEED, 0));
    assert_eq!(session.values, Values::defaults(ABOUT.parameters));
    assert_eq!(session.hear(progress(1, 99)), [], "the run before is of no concern any more");
    assert!(matches!(session.ask(Ask::Run)[..], [Do::Send(Command::Start { .. })]));
}

#[test]
fn who_is_not_seen_pauses_and_goes_on_by_itself() {
    let mut session = running();
    assert_eq!(session.see(false), [Do::Send(Command::Pause)]);
    session.hear(Event::Paused { run: 1 });
    for _ in 0..100 {
        assert_eq!(session.tick(), []);
    }
    assert_eq!(session.phase, Phase::Running);
    assert_eq!(session.see(true), [Do::Send(Command::Resume)]);
    session.ask(Ask::Pause);
    assert_eq!(session.see(false), []);
    assert_eq!(session.see(true), [], "what the reader paused stays paused");
}

#[test]
fn nothing_is_loaded_for_a_figure_that_nobody_sees() {
    let mut session = session();
    session.see(false);
    let shared = Shared::decode(ABOUT, "rate=0.5;step=9");
    assert_eq!(session.open(shared), []);
    assert_eq!(session.see(true), [Do::Launch]);
    let start = Command::Start { run: 1, settings: settings("rate=0.5"), seed: DEFAULT_SEED, pause_at: 9 };
    assert_eq!(session.hear(Event::Ready { protocol: PROTOCOL }), [Do::Send(start)]);
}

#[test]
fn a_bad_link_is_a_sentence_and_the_defaults() {
    let mut session = session();
    assert_eq!(session.open(Shared::decode(ABOUT, "rate=9")), []);
    assert!(session.problem.contains("`rate` must be a number from 0.001 to 1, not `9`"), "{}", session.problem);
    assert_eq!((session.phase, session.is_of_settings()), (Phase::Still, true));
}

#[test]
fn silence_for_two_seconds_is_a_sentence_and_a_fresh_worker() {
    let mut session = running();
    session.hear(progress(1, 40));
    for _ in 0..3 {
        assert_eq!(session.tick(), []);
    }
    session.hear(progress(1, 41));
    for _ in 0..3 {
        assert_eq!(session.tick(), []);
    }
    assert_eq!(session.tick(), [Do::End]);
    assert_eq!(session.phase, Phase::Failed);
    assert!(session.problem.contains("not answered for two seconds"), "{}", session.problem);
    assert!(session.problem.contains("step 41"), "{}", session.problem);
    assert_eq!(session.ask(Ask::Run), [Do::Launch]);
}

#[test]
fn a_pause_without_an_answer_is_noticed_too() {
    let mut session = running();
    session.ask(Ask::Pause);
    let answers: Vec<_> = (0..4).flat_map(|_| session.tick()).collect();
    assert_eq!(answers, [Do::End]);
}

#[test]
fn a_worker_that_does_not_come_is_a_sentence() {
    let mut lost = session();
    lost.ask(Ask::Run);
    assert_eq!(lost.lose(Loss::Ended), [Do::End]);
    assert!(lost.problem.contains("could not be loaded"), "{}", lost.problem);
    let mut slow = session();
    slow.ask(Ask::Run);
    assert_eq!((0..59).flat_map(|_| slow.tick()).count(), 0);
    assert_eq!(slow.tick(), [Do::End]);
    let mut old = session();
    old.ask(Ask::Run);
    assert_eq!(old.hear(Event::Ready { protocol: PROTOCOL + 1 }), [Do::End]);
    assert!(old.problem.contains("another version"), "{}", old.problem);
}

#[test]
fn a_model_that_fails_leaves_its_worker() {
    let mut session = running();
    let message = "the error is no longer a finite number at step 3; smaller steps may help".to_owned();
    assert_eq!(session.hear(Event::Failed { run: 1, message }), []);
    assert_eq!(session.phase, Phase::Failed);
    assert!(matches!(session.ask(Ask::Run)[..], [Do::Send(Command::Start { run: 2, .. })]));
    assert_eq!(session.problem, "");
}

#[test]
fn a_preset_runs_at_once() {
    let mut session = running();
    let settings = settings(ABOUT.presets[0].settings);
    let start = Command::Start { run: 2, settings, seed: DEFAULT_SEED, pause_at: 0 };
    assert_eq!(session.ask(Ask::Preset(0)), [Do::Send(start)]);
    assert_eq!(session.preset, Some(0));
    session.ask(set_rate("0.5"));
    assert_eq!(session.preset, None);
    assert_eq!(session.ask(Ask::Preset(99)), []);
}

#[test]
fn a_link_tells_settings_seed_and_step() {
    let mut session = running();
    session.hear(progress(1, 70));
    assert_eq!(session.ask(Ask::Share), [Do::Share("step=70".to_owned())]);
    session.ask(Ask::Pause);
    session.ask(Ask::NewSeed);
    assert_eq!(session.ask(Ask::Share), [Do::Share("seed=2".to_owned())], "the picture is of another seed");
}
