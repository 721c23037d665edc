//! What must be there before a wish can be met: files, workers, a model in each, pairs in each; one after the other.

use super::crew::Worker;
use super::models::{Coming, Which};
use super::report::Report;
use super::verdict::{MOST_ASKED, When};
use super::{Do, Goal, OfRun, Page, With};
use crate::parts::Phase;
use crate::sft::data::Pair;
use crate::sft::protocol::{Command, Role, Watched};

impl Page {
    /// Wants something.
    pub(super) fn aim(&mut self, goal: Goal) -> Vec<Do> {
        self.problem.clear();
        let is_run = matches!(goal, Goal::Run { .. } | Goal::TakeUp);
        if self.phase == Phase::Starting || (self.phase == Phase::Running && is_run) {
            return Vec::new();
        }
        match goal {
            Goal::Count | Goal::Probe if self.has_run() => {
                return self.tell_problem(
                    "This would end the run that is there. Reset the lab first, or begin a new run: it counts and \
                     measures too.",
                );
            }
            // A pair can be shown beside a run, which keeps its pairs.
            Goal::Explain(row) if self.has_run() => return self.explain(row),
            _ => {}
        }
        if goal == Goal::TakeUp && self.values.choice("model") != self.checkpoints.of_model {
            // A run is taken up with the model that it was made with.
            let _ = self.values.set("model", &self.checkpoints.of_model);
            self.n_resets += 1;
        }
        if is_run {
            self.phase = Phase::Starting;
            self.verdict.under_way = None;
        }
        self.goal = Some(goal);
        self.pursue()
    }

    /// Does what comes next on the way to what is wanted.
    pub(super) fn pursue(&mut self) -> Vec<Do> {
        let Some(goal) = self.goal else { return Vec::new() };
        if !self.is_seen && !self.keeps_training && matches!(goal, Goal::Run { .. }) {
            // Nobody would see it begin.
            self.is_held = true;
            return Vec::new();
        }
        if let Some(todo) = self.want_files() {
            return todo;
        }
        let n_workers = if let Goal::Run { .. } = goal { self.values.whole("workers").max(1) } else { 1 };
        let mut todo = Vec::new();
        while self.crew.workers.len() > n_workers as usize && matches!(goal, Goal::Run { .. }) {
            self.crew.workers.pop();
            todo.push(Do::End(self.crew.workers.len() as u32));
        }
        while self.crew.workers.len() < n_workers as usize {
            todo.push(Do::Launch(self.crew.workers.len() as u32));
            self.crew.workers.push(Worker::default());
            self.n_silent = 0;
            self.status = "Loading the computation.".to_owned();
        }
        let is_taking_up = goal == Goal::TakeUp;
        let (model, pairs) = (self.models.version, self.pairs.version);
        for worker_idx in 0..n_workers {
            let Some(worker) = self.crew.workers.get_mut(worker_idx as usize).filter(|worker| worker.is_ready) else {
                continue;
            };
            if worker.model.map(|(version, _)| version) != Some(model) {
                (worker.model, worker.pairs) = (Some((model, false)), None);
                if worker_idx == 0 {
                    (self.models.info, self.of_run) = (None, None);
                    self.status = "Reading the model.".to_owned();
                }
                todo.push(Do::Send(worker_idx, Command::Load, With::Model));
            }
            if !is_taking_up && worker.pairs.map(|(version, _)| version) != Some(pairs) {
                worker.pairs = Some((pairs, false));
                if worker_idx == 0 {
                    self.of_run = None;
                }
                todo.push(Do::Send(worker_idx, Command::SetData(self.pairs.set()), With::Nothing));
            }
        }
        let is_there = |worker: &Worker| {
            worker.is_ready
                && worker.model == Some((model, true))
                && (is_taking_up || worker.pairs == Some((pairs, true)))
        };
        if !self.crew.workers.iter().take(n_workers as usize).all(is_there) {
            return todo;
        }
        todo.extend(self.arrive(goal));
        todo
    }

    /// What is to be done for the model's files; nothing if they are at hand.
    fn want_files(&mut self) -> Option<Vec<Do>> {
        let which = Which::of(&self.values);
        if self.models.at_hand == Some(which) {
            return None;
        }
        if self.models.coming.is_some() {
            return Some(Vec::new());
        }
        self.models.coming = Some((which, Coming::default()));
        self.status = match which {
            Which::Disk => "Choose the model’s three files.",
            Which::Pocket | Which::Hub => "Loading the model.",
        }
        .to_owned();
        Some(vec![Do::Bring(which)])
    }

    /// Everything is there.
    fn arrive(&mut self, goal: Goal) -> Vec<Do> {
        match goal {
            Goal::Count => {
                self.goal = None;
                self.status = "The tokens are counted.".to_owned();
                Vec::new()
            }
            Goal::Explain(row) => {
                self.goal = None;
                self.status = String::new();
                self.explain(row)
            }
            Goal::Probe => {
                self.goal = None;
                self.status = "Measuring for a second.".to_owned();
                let (ask, settings) = (self.next_ask(), self.settings());
                vec![self.send(Command::Probe { ask, settings })]
            }
            Goal::TakeUp => self.inspect_checkpoints(),
            Goal::Run { once } => {
                if self.verdict.before.is_some() || self.pairs.preset.is_none() {
                    return self.begin(once);
                }
                if self.verdict.under_way.is_none() {
                    return self.judge(When::Before);
                }
                Vec::new()
            }
        }
    }

    /// Begins the run.
    fn begin(&mut self, once: bool) -> Vec<Do> {
        self.goal = None;
        self.run += 1;
        (self.n_pauses, self.step) = (0, 0);
        let settings = self.settings();
        let n_trained = self.pairs.places(false).count() as u32;
        self.n_steps = settings.n_steps(n_trained);
        self.of_run = Some(OfRun {
            values: self.values.clone(),
            seed: self.seed,
            pairs: self.pairs.version,
            settings: settings.clone(),
        });
        let watched = self.to_watch();
        let is_expected = |at: &usize| watched.get(*at).is_some_and(|(watched, _)| !watched.completion.is_empty());
        self.chosen = Some(self.chosen).filter(is_expected).or((0..watched.len()).find(is_expected)).unwrap_or(0);
        self.report = Report::of(watched.clone());
        self.verdict.after = None;
        self.verdict.flaws.clear();
        self.crew.n_in_run = self.values.whole("workers").max(1);
        self.crew.copying = None;
        self.checkpoints.begin();
        self.phase = if once { Phase::Paused } else { Phase::Running };
        self.status = if once { "Making one step." } else { "Running." }.to_owned();
        let watched: Vec<Watched> = watched.into_iter().map(|(watched, _)| watched).collect();
        let (run, sampling, n_workers) = (self.run, self.sampling(), self.crew.n_in_run);
        let start = |worker: u32| Command::Start {
            run,
            settings: settings.clone(),
            role: Role { worker, n_workers },
            watched: if worker == 0 { watched.clone() } else { Vec::new() },
            sampling,
        };
        let mut todo: Vec<Do> = (0..n_workers).map(|worker| Do::Send(worker, start(worker), With::Nothing)).collect();
        if once {
            todo.push(self.send(Command::Step));
        }
        todo.extend(self.open_checkpoints());
        todo
    }

    fn explain(&mut self, row: usize) -> Vec<Do> {
        let Some(of) = self.pairs.rows.get(row) else { return Vec::new() };
        let Pair { instruction, completion } = of.pair.clone();
        let settings = self.settings();
        let (ask, sequence_len) = (self.next_ask(), settings.sequence_len);
        self.mask = Some(super::Mask { row, tokens: Vec::new(), n_taken: 0 });
        self.explains = ask;
        let masks_prompt = settings.masks_prompt;
        vec![self.send(Command::Explain { ask, instruction, completion, sequence_len, masks_prompt })]
    }

    /// Begins to ask the questions of the pairs.
    pub(super) fn judge(&mut self, when: When) -> Vec<Do> {
        let Some(preset) = self.pairs.preset else { return Vec::new() };
        let some = |is_held_out| self.pairs.places(is_held_out).take(MOST_ASKED).map(move |row| (row, is_held_out));
        let pairs = some(true).chain(some(false)).map(|(row, is)| (self.pairs.rows[row].pair.clone(), is)).collect();
        self.verdict.begin(when, preset, pairs);
        self.ask_on()
    }

    /// The next questions.
    pub(super) fn ask_on(&mut self) -> Vec<Do> {
        let mut todo = Vec::new();
        let sampling = self.sampling();
        while let Some(text) = self.verdict.next(self.last_ask + 1) {
            let ask = self.next_ask();
            todo.push(self.send(Command::Generate { ask, text, is_raw: false, sampling }));
        }
        let is_before = self.phase == Phase::Starting;
        self.status = if is_before { "Asking the untrained model." } else { "Asking the trained model." }.to_owned();
        todo
    }
}
