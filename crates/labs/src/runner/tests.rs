use super::*;
use crate::{
    model::{About, ModelError},
    parameters::Value,
    protocol::decode,
};
use std::cell::Cell;

/// Counts: each step takes two pieces of work of 5 ms.
struct Counter {
    n_pieces: u32,
    fails_at: u64,
}

impl Model for Counter {
    type Report = u32;
    const ABOUT: About = About {
        name: "counter",
        caption: "",
        question: "",
        computes: "",
        parameters: &[],
        presets: &[],
        n_steps: 100,
        may_run_hidden: false,
    };
    fn new(_: &Values, seed: u64) -> Result<Self, ModelError> {
        Ok(Self { n_pieces: 0, fails_at: seed })
    }
    fn advance(&mut self) -> Result<Advance, ModelError> {
        self.n_pieces += 1;
        if u64::from(self.n_pieces) == self.fails_at {
            return Err(ModelError::NotFinite { what: "count", step: self.step() });
        }
        Ok(match (self.n_pieces % 2, self.step()) {
            (1, _) => Advance::Within,
            (_, 100) => Advance::Finished,
            _ => Advance::Stepped,
        })
    }
    fn step(&self) -> u32 {
        self.n_pieces / 2
    }
    fn report(&self) -> u32 {
        self.step()
    }
    fn loss(&self) -> f64 {
        f64::from(100 - self.step())
    }
}

/// A runner, a clock that goes on by 5 ms whenever it is read, and what was told.
#[derive(Default)]
struct Bench {
    runner: Runner<Counter>,
    clock_ms: Cell<f64>,
    told: Vec<Event>,
}

impl Bench {
    fn obey(&mut self, command: Command) -> &mut Self {
        self.runner.obey(command, &mut |event| self.told.push(event));
        self
    }

    fn start(seed: u64, pause_at: u32) -> Self {
        let mut bench = Self::default();
        bench.obey(Command::Start { run: 1, settings: Vec::new(), seed, pause_at });
        bench
    }

    fn slice(&mut self) -> bool {
        let now = || self.clock_ms.replace(self.clock_ms.get() + 5.0);
        self.runner.slice(&now, &mut |event| self.told.push(event))
    }

    fn run_out(&mut self) -> &mut Self {
        while self.slice() {}
        self
    }

    /// What was told since the last look: `12` for progress at step 12, else the event's name.
    fn told(&mut self) -> Vec<String> {
        let name = |event: Event| match event {
            Event::Progress { step, report, .. } => {
                assert_eq!(decode(&report), Ok(step));
                step.to_string()
            }
            Event::Ready { .. } => "ready".to_owned(),
            Event::Paused { .. } => "paused".to_owned(),
            Event::Done { .. } => "done".to_owned(),
            Event::Failed { message, .. } => message,
        };
        self.told.drain(..).map(name).collect()
    }
}

#[test]
fn a_run_goes_to_its_end_in_short_slices() {
    let mut bench = Bench::start(0, 0);
    let mut n_slices = 0;
    while bench.slice() {
        n_slices += 1;
    }
    // 200 pieces of work, at most four readings of the clock to a slice.
    assert!(n_slices >= 50, "{n_slices}");
    let told = bench.told();
    assert_eq!(told[told.len() - 2..], ["100", "done"]);
    // The clock passed at least 1,000 ms; a report each 50 ms at most.
    assert!(told.len() as f64 <= bench.clock_ms.get() / REPORT_MS + 3.0, "{told:?}");
    assert!(!bench.obey(Command::Resume).slice(), "there is nothing left to do");
}

#[test]
fn a_run_halts_between_slices_and_goes_on() {
    let mut bench = Bench::start(0, 0);
    bench.slice();
    bench.told();
    bench.obey(Command::Pause);
    assert!(!bench.slice());
    let paused = bench.told();
    assert_eq!(paused[1], "paused");
    let step: u32 = paused[0].parse().unwrap();
    assert_eq!(bench.obey(Command::Step).run_out().told(), [(step + 1).to_string(), "paused".to_owned()]);
    bench.obey(Command::Stop);
    assert_eq!(bench.told(), [(step + 1).to_string(), "done".to_owned()]);
    assert_eq!(bench.obey(Command::Resume).run_out().told().last().unwrap(), "done");
}

#[test]
fn a_run_pauses_where_it_was_asked_to() {
    assert_eq!(Bench::start(0, 7).run_out().told().last_chunk().unwrap(), &["7".to_owned(), "paused".to_owned()]);
    let mut bench = Bench::start(0, 7);
    bench.run_out().obey(Command::Resume);
    assert_eq!(bench.run_out().told().last_chunk().unwrap(), &["100".to_owned(), "done".to_owned()]);
}

#[test]
fn a_failure_is_one_sentence_and_a_new_run_is_free_of_it() {
    let mut bench = Bench::start(31, 0);
    let message = "the count is no longer a finite number at step 15; smaller steps may help";
    assert_eq!(bench.run_out().told().last().unwrap(), message);
    assert!(!bench.obey(Command::Resume).slice());
    bench.obey(Command::Start { run: 2, settings: Vec::new(), seed: 0, pause_at: 0 });
    assert_eq!(bench.run_out().told().last().unwrap(), "done");
}

#[test]
fn settings_that_are_none_fail_the_run() {
    let mut bench = Bench::default();
    bench.obey(Command::Start { run: 3, settings: vec![Value::Whole(9)], seed: 0, pause_at: 0 });
    assert_eq!(bench.told(), ["The page asks for settings that this lab does not have."]);
    assert!(!bench.slice());
}

#[test]
fn commands_before_any_run_do_nothing() {
    let mut bench = Bench::default();
    for command in [Command::Resume, Command::Step] {
        assert!(!bench.obey(command).slice());
    }
    assert_eq!(bench.told(), Vec::<String>::new());
}
