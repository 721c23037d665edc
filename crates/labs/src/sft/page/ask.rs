//! What a reader wants.

use super::pairs::{Pairs, Part, Side, sentence};
use super::{Back, Do, Goal, Page, Weights, keep, preset_of};
use crate::model::Preset as Button;
use crate::parameters::{ParameterError, Values};
use crate::parts::Phase;
use crate::sft::about::ABOUT;
use crate::sft::protocol::Command;

/// What a reader asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Begins a run, holds it, or goes on with it.
    Go,
    /// Makes one step.
    Step,
    /// Ends the run; what it computed stays.
    Stop,
    /// Back to the page's settings, pairs and picture.
    Reset,
    /// Goes back to weights that were kept.
    Rewind(Back),
    /// Sets a parameter to what a text says.
    Set(String, String),
    /// Takes another seed, as typed.
    Seed(String),
    /// Takes the next seed.
    NewSeed,
    /// Takes the pairs and settings of the preset with this index, and runs.
    Preset(usize),
    /// Lets the run go on though nobody sees it, or not.
    KeepTraining(bool),
    /// Changes one side of a pair.
    Edit(usize, Side, String),
    /// Holds a pair out, or trains on it.
    HoldOut(usize, bool),
    /// Takes a pair away.
    Delete(usize),
    /// Adds a pair.
    Add,
    /// Turns the table's pages.
    Turn(isize),
    /// Draws which pairs are held out, so many in a hundred.
    Split(String),
    /// Takes another template.
    Template(String),
    /// Saves pairs.
    Export(Part),
    /// Counts the tokens of all pairs.
    Count,
    /// Shows a pair as tokens.
    Explain(usize),
    /// Measures what a run would take.
    Estimate,
    /// Judges answers of the model as it is.
    Check,
    /// Answers a prompt of the reader's.
    Try(String),
    /// Watches these prompts in the next run, one a line.
    Watch(String),
    /// Shows the tokens of this watched prompt.
    Choose(usize),
    /// Fetches the model that is chosen.
    Bring,
    /// Gives a download up.
    Cancel,
    /// Deletes what is kept of the hub's model.
    Forget,
    /// Takes the model without the adapter that was added.
    DropAdapter,
    /// Takes the run up from its newest checkpoint.
    TakeUp,
    /// Deletes the checkpoints.
    Drop,
    /// Saves weights.
    Take(Weights),
    /// Saves what stands beside weights.
    TakeBeside(keep::Beside),
    /// Saves the numbers of the run.
    Csv,
    /// Copies a link.
    Share,
}

impl Ask {
    /// What an element asks for: `name`, or `name:argument`, with what was typed into it. Of a box that is ticked, `true`.
    pub fn of(element: &str, typed: &str) -> Option<Self> {
        let (name, argument) = element.split_once(':').unwrap_or((element, ""));
        let at = || argument.parse().ok();
        Some(match name {
            "go" => Self::Go,
            "step" => Self::Step,
            "stop" => Self::Stop,
            "reset" => Self::Reset,
            "rewind" => Self::Rewind(if argument == "best" { Back::Best } else { Back::Start }),
            "set" if argument == "seed" => Self::Seed(typed.to_owned()),
            "set" => Self::Set(argument.to_owned(), typed.to_owned()),
            "new-seed" => Self::NewSeed,
            "preset" => Self::Preset(at()?),
            "keep-training" => Self::KeepTraining(typed == "true"),
            "instruction" => Self::Edit(at()?, Side::Instruction, typed.to_owned()),
            "completion" => Self::Edit(at()?, Side::Completion, typed.to_owned()),
            "hold" => Self::HoldOut(at()?, typed == "true"),
            "delete" => Self::Delete(at()?),
            "add" => Self::Add,
            "turn" => Self::Turn(argument.parse().ok()?),
            "split" => Self::Split(typed.to_owned()),
            "template" => Self::Template(typed.to_owned()),
            "export" => Self::Export(if argument == "held-out" { Part::HeldOut } else { Part::All }),
            "count" => Self::Count,
            "explain" => Self::Explain(at()?),
            "estimate" => Self::Estimate,
            "check" => Self::Check,
            "try" => Self::Try(typed.to_owned()),
            "watch" => Self::Watch(typed.to_owned()),
            "choose" => Self::Choose(at()?),
            "bring" => Self::Bring,
            "cancel" => Self::Cancel,
            "forget" => Self::Forget,
            "drop-adapter" => Self::DropAdapter,
            "take-up" => Self::TakeUp,
            "drop" => Self::Drop,
            "take" => match argument {
                "f32" => Self::Take(Weights::Model { is_half: false }),
                "f16" => Self::Take(Weights::Model { is_half: true }),
                "adapter" => Self::Take(Weights::Adapter),
                "config" => Self::TakeBeside(keep::Beside::Config),
                "tokenizer" => Self::TakeBeside(keep::Beside::Tokenizer),
                "adapter-config" => Self::TakeBeside(keep::Beside::AdapterConfig),
                _ => return None,
            },
            "csv" => Self::Csv,
            "share" => Self::Share,
            _ => return None,
        })
    }
}

impl Page {
    /// Does what a reader asks.
    pub fn ask(&mut self, ask: Ask) -> Vec<Do> {
        match ask {
            Ask::Go if self.phase.is_under_way() => self.pause(),
            Ask::Go if self.can_go_on() => self.go_on(),
            Ask::Go => self.aim(Goal::Run { once: false }),
            Ask::Step if self.phase.is_under_way() => Vec::new(),
            Ask::Step if self.can_go_on() => {
                self.phase = Phase::Paused;
                self.status = "Making one step.".to_owned();
                vec![self.send(Command::Step)]
            }
            Ask::Step => self.aim(Goal::Run { once: true }),
            Ask::Stop => self.stop(),
            Ask::Reset => self.reset(),
            Ask::Rewind(kept) if self.has_run() => {
                self.problem.clear();
                self.phase = Phase::Paused;
                (self.n_pauses, self.is_held) = (0, false);
                vec![self.send(Command::Rewind(kept))]
            }
            Ask::Set(name, text) => match self.values.set(&name, &text) {
                Ok(()) => self.set(&name),
                Err(error) => self.refuse(&error),
            },
            Ask::Seed(text) => match text.trim().parse() {
                Ok(seed) => {
                    self.seed = seed;
                    self.set("seed")
                }
                Err(_) => self.tell_problem("The seed must be a whole number from 0 to 18,446,744,073,709,551,615."),
            },
            Ask::NewSeed => {
                self.seed = self.seed.wrapping_add(1);
                self.set("seed")
            }
            Ask::Preset(preset_idx) => self.take_preset(preset_idx),
            Ask::KeepTraining(keeps) => {
                self.keeps_training = keeps;
                Vec::new()
            }
            Ask::Edit(at, side, text) => {
                self.pairs.edit(at, side, &text);
                self.pairs_changed()
            }
            Ask::HoldOut(at, is_held_out) => {
                self.pairs.hold_out(at, is_held_out);
                self.pairs_changed()
            }
            Ask::Delete(at) => {
                self.pairs.delete(at);
                self.pairs_changed()
            }
            Ask::Add => {
                self.pairs.add();
                self.pairs_changed()
            }
            Ask::Turn(n_pages) => {
                self.pairs.turn(n_pages);
                Vec::new()
            }
            Ask::Split(text) => match text.trim().trim_end_matches('%').trim().parse() {
                Ok(percent @ 0..=90) => {
                    self.pairs.split(percent, self.seed);
                    self.pairs_changed()
                }
                _ => self.tell_problem("From 0 to 90 % of the pairs can be held out."),
            },
            Ask::Template(text) => match self.pairs.set_template(&text) {
                Ok(()) => self.pairs_changed(),
                Err(why) => self.tell_problem(&why),
            },
            Ask::Export(part) => {
                let name = if part == Part::HeldOut { "held-out.jsonl" } else { "pairs.jsonl" };
                vec![Do::SaveText(name, "application/jsonl", self.pairs.export(part))]
            }
            Ask::Count => self.aim(Goal::Count),
            Ask::Explain(row) => self.aim(Goal::Explain(row)),
            Ask::Estimate => self.aim(Goal::Probe),
            Ask::Check => self.check_now(),
            Ask::Try(prompt) => self.try_prompt(prompt),
            Ask::Watch(text) => self.watch_prompts(&text),
            Ask::Choose(watched) => {
                self.chosen = watched;
                Vec::new()
            }
            Ask::Bring => self.bring(),
            Ask::Cancel => self.cancel(),
            Ask::Forget => vec![Do::Forget(super::models::Which::Hub)],
            Ask::DropAdapter => self.drop_adapter(),
            Ask::TakeUp => self.aim(Goal::TakeUp),
            Ask::Drop => {
                self.checkpoints.found = None;
                vec![Do::DropCheckpoints]
            }
            Ask::Take(export) => self.take(export),
            Ask::TakeBeside(beside) => self.take_beside(beside),
            Ask::Csv => self.csv(),
            Ask::Share => self.share(),
            Ask::Rewind(_) => Vec::new(),
        }
    }

    fn pause(&mut self) -> Vec<Do> {
        if self.phase == Phase::Starting {
            self.phase = if self.has_run() { Phase::Finished } else { Phase::Still };
            self.goal = None;
            self.verdict.under_way = None;
            self.status = "Not begun.".to_owned();
            return Vec::new();
        }
        self.phase = Phase::Paused;
        self.status = self.at("Paused");
        if std::mem::take(&mut self.is_held) {
            return Vec::new();
        }
        self.n_pauses += 1;
        self.send_awaited(Command::Pause)
    }

    fn go_on(&mut self) -> Vec<Do> {
        self.problem.clear();
        self.phase = Phase::Running;
        self.status = "Running.".to_owned();
        self.is_held = !self.is_seen && !self.keeps_training;
        if self.is_held { Vec::new() } else { vec![self.send(Command::Resume)] }
    }

    fn stop(&mut self) -> Vec<Do> {
        match self.phase {
            Phase::Starting => self.pause(),
            Phase::Running | Phase::Paused => {
                self.is_held = false;
                self.phase = Phase::Finished;
                self.status = self.at("Stopped");
                self.send_awaited(Command::Stop)
            }
            Phase::Still | Phase::Finished | Phase::Failed => Vec::new(),
        }
    }

    fn reset(&mut self) -> Vec<Do> {
        let mut todo = vec![Do::DrawStill];
        if self.models.coming.is_some() {
            todo.push(Do::CancelBring);
        }
        if self.has_run() {
            todo.push(self.send(Command::Stop));
        }
        let fresh = Self::new(self.given.clone());
        let (version, models) = (self.pairs.version + 1, std::mem::take(&mut self.models));
        *self = Self {
            // What was sent to the workers under an earlier number is not taken for these pairs.
            pairs: Pairs { version, ..fresh.pairs },
            models,
            crew: std::mem::take(&mut self.crew),
            checkpoints: std::mem::take(&mut self.checkpoints),
            // Events of the run that was under way are dropped.
            run: self.run + 1,
            last_ask: self.last_ask,
            is_seen: self.is_seen,
            keeps_training: self.keeps_training,
            n_resets: self.n_resets + 1,
            status: "Reset.".to_owned(),
            ..fresh
        };
        self.models.coming = None;
        todo.extend(self.lose_adapter());
        todo
    }

    fn take_preset(&mut self, preset_idx: usize) -> Vec<Do> {
        let Some(Button { settings, .. }) = ABOUT.presets.get(preset_idx) else { return Vec::new() };
        match Values::decode(ABOUT.parameters, settings) {
            Ok(mut values) => {
                // Which model, and how it is computed, is the reader's affair.
                for name in ["model", "workers"] {
                    if let Some((parameter, value)) = self
                        .values
                        .get(name)
                        .and_then(|value| Some((ABOUT.parameters.iter().find(|it| it.name == name)?, value)))
                    {
                        let _ = values.set(name, &parameter.text(value));
                    }
                }
                self.values = values;
                self.load_preset_pairs();
                self.preset = Some(preset_idx);
                self.n_resets += 1;
                if self.phase.is_under_way() {
                    // The new run takes the place of the one that is under way.
                    self.phase = Phase::Finished;
                    self.goal = None;
                }
                self.aim(Goal::Run { once: false })
            }
            Err(error) => self.refuse(&error),
        }
    }

    pub(super) fn load_preset_pairs(&mut self) {
        let version = self.pairs.version + 1;
        self.pairs = Pairs { version, ..Pairs::of(preset_of(&self.values)) };
        self.verdict = super::verdict::Verdict::default();
        self.mask = None;
    }

    /// A parameter has another value.
    fn set(&mut self, name: &str) -> Vec<Do> {
        self.problem.clear();
        self.preset = None;
        self.estimate = None;
        match name {
            "data" => {
                self.load_preset_pairs();
                return self.pairs_changed();
            }
            // Answers are judged as they were asked.
            "temperature" | "top_k" | "top_p" | "seed" => self.verdict.before = None,
            "model" => return self.model_chosen(),
            _ => {}
        }
        self.status = match self.phase {
            Phase::Starting | Phase::Running | Phase::Paused => {
                "The run goes on with the settings that it began with; the next one takes these.".to_owned()
            }
            _ if self.is_of_settings() => String::new(),
            _ => "The picture shows earlier settings.".to_owned(),
        };
        Vec::new()
    }

    /// The pairs are others: they are counted anew where that disturbs no run.
    pub(super) fn pairs_changed(&mut self) -> Vec<Do> {
        self.problem.clear();
        self.verdict = super::verdict::Verdict { after: self.verdict.after, ..Default::default() };
        self.mask = None;
        self.estimate = None;
        if self.phase.is_under_way() || self.phase == Phase::Paused {
            self.status = "The run goes on with the pairs that it began with; the next one takes these.".to_owned();
            return Vec::new();
        }
        if self.of_run.is_none() && self.crew.has_data() { self.aim(Goal::Count) } else { Vec::new() }
    }

    pub(super) fn refuse(&mut self, error: &ParameterError) -> Vec<Do> {
        let told = match error {
            ParameterError::Type { name, expected, found } => {
                let parameter = ABOUT.parameters.iter().find(|parameter| parameter.name == *name);
                format!("{} must be {expected}, not “{found}”.", parameter.map_or(*name, |parameter| parameter.label))
            }
            other => sentence(&other.to_string()),
        };
        self.n_resets += 1;
        self.tell_problem(&told)
    }

    pub(super) fn tell_problem(&mut self, what: &str) -> Vec<Do> {
        what.clone_into(&mut self.problem);
        Vec::new()
    }

    /// Of so many pairs a tenth, as the field says before anybody types.
    pub fn percent_held_out(&self) -> usize {
        let twice = (200 * self.pairs.places(true).count()).checked_div(self.pairs.rows.len());
        twice.map_or(0, |twice| twice.div_ceil(2).min(90))
    }
}
