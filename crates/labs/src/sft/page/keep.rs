//! What is taken away, and what is taken up again.

use super::pairs::Pairs;
use super::report::Report;
use super::verdict::When;
use super::{Do, OfRun, Page, With};
use crate::parameters::Values;
use crate::parts::{DEFAULT_SEED, Phase};
use crate::protocol::RunId;
use crate::sft::about::{ABOUT, take_over};
use crate::sft::data::{DataSet, jsonl};
use crate::sft::export;
use crate::sft::protocol::{AskId, Chunk, Command, Evaluated, Export, Held, Role, Stepped, Watched};
use crate::text::parted;
use ml::hub::ModelConfig;
use ml::neox::Trained;

/// Checkpoints are written so often while a run goes on, in ticks: every thirty seconds.
const N_TICKS: u32 = 60;

/// The longest text of a link that is read, and that is made. Browsers take more, chats and mails do not.
pub const MOST_LINK_BYTES: usize = 6000;

/// A file that is being made from chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum File {
    /// All weights.
    Model,
    /// An adapter's.
    Adapter,
}

/// What stands beside weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// `config.json`.
    Config,
    /// `tokenizer.json`.
    Tokenizer,
    /// `adapter_config.json`.
    AdapterConfig,
}

/// Checkpoints that were found or are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checkpoints {
    /// Lengths of the two files that were found; nothing where there is none, or no place for them.
    pub found: Option<[Option<u64>; 2]>,
    /// Whether this browser has a place for them.
    pub is_possible: bool,
    /// The step of the last that was written by this page.
    pub written_at: Option<u32>,
    /// The model whose run the found ones hold, as noted.
    pub of_model: String,
    /// Of the last one. Goes on over runs and visits, so that the newest is known by it; its slot follows from it.
    serial: u64,
    n_ticks: u32,
    writing: Option<Writing>,
    inspecting: Vec<(AskId, usize)>,
    inspected: Vec<(usize, Held)>,
}

/// A checkpoint that is being written.
#[derive(Clone, Debug, PartialEq)]
struct Writing {
    ask: AskId,
    run: RunId,
    step: u32,
    model: String,
}

impl Checkpoints {
    pub(super) fn begin(&mut self) {
        (self.n_ticks, self.written_at) = (0, None);
    }

    /// Whether a worker writes one.
    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    pub(super) fn is_due(&mut self) -> bool {
        self.n_ticks += 1;
        self.n_ticks >= N_TICKS
    }

    pub(super) fn is_inspected(&self, ask: AskId) -> bool {
        self.inspecting.iter().any(|(of, _)| *of == ask)
    }

    /// If it was the question that writes one, the run that it was of.
    pub(super) fn give_up(&mut self, ask: AskId) -> Option<RunId> {
        let run = self.writing.as_ref().filter(|writing| writing.ask == ask)?.run;
        self.break_off();
        Some(run)
    }

    /// What was written is broken: the next one goes to the same slot, since the other holds what is whole.
    fn break_off(&mut self) {
        if self.writing.take().is_some() {
            self.serial = self.serial.saturating_sub(1);
        }
    }

    pub(super) fn lose(&mut self) {
        self.break_off();
        self.inspecting.clear();
        if self.written_at.is_some() {
            // So that the figure offers to take it up.
            self.found = Some([Some(0); 2]);
        }
    }
}

/// `config.json` as it stands beside weights of single precision, from the one that the model was loaded with.
pub fn config_file(loaded: &[u8]) -> Option<String> {
    let facts = ModelConfig::from_json(loaded).ok()?;
    let end = facts.eos_id.unwrap_or_default();
    Some(export::config(&facts, end, false))
}

/// The note of a run's model and of its last checkpoint's number, as the browser kept it; anybody may have changed it.
pub fn note(text: &str) -> (String, u64) {
    let (model, serial) = text.split_once(' ').unwrap_or((text, ""));
    let is_known = |name: &&str| ["pocket", "hub", "disk"].contains(name);
    (Some(model).filter(is_known).unwrap_or("pocket").to_owned(), serial.parse().unwrap_or(0))
}

impl Page {
    /// The browser has a place for checkpoints, with files of these lengths, and this note of an earlier visit.
    pub fn found_checkpoints(&mut self, sizes: [Option<u64>; 2], noted: &str) {
        self.checkpoints.is_possible = true;
        self.checkpoints.found = Some(sizes).filter(|sizes| sizes.iter().any(Option::is_some));
        (self.checkpoints.of_model, self.checkpoints.serial) = note(noted);
    }

    pub(super) fn write_checkpoint(&mut self) -> Vec<Do> {
        if !self.checkpoints.is_possible || self.checkpoints.writing.is_some() || !self.has_run() {
            return Vec::new();
        }
        let ask = self.next_ask();
        let info = self.models.info;
        let checkpoints = &mut self.checkpoints;
        checkpoints.n_ticks = 0;
        checkpoints.serial = checkpoints.serial.saturating_add(1);
        let model = self.of_run.as_ref().map_or("", |run| run.values.choice("model")).to_owned();
        checkpoints.writing = Some(Writing { ask, run: self.run, step: self.step, model });
        // Weights and two moments of all that is trained, and the best weights.
        let n_trained = match self.of_run.as_ref().map(|run| run.settings.trained()) {
            Some(Trained::Body) => info.map_or(0, |info| info.n_body_weights),
            Some(Trained::Lora(..)) => 1 << 20,
            _ => info.map_or(0, |info| info.n_weights),
        };
        let (serial, slot) = (checkpoints.serial, (checkpoints.serial % 2) as usize);
        vec![Do::Send(0, Command::WriteCheckpoint { ask, serial }, With::Slot(slot, 16 * n_trained + (1 << 20)))]
    }

    pub(super) fn written(&mut self, ask: AskId) -> Vec<Do> {
        let checkpoints = &mut self.checkpoints;
        let Some(Writing { run, step, model, .. }) = checkpoints.writing.take_if(|writing| writing.ask == ask) else {
            return Vec::new();
        };
        if run == self.run {
            checkpoints.written_at = Some(step);
        }
        vec![Do::Note([&model, " ", &checkpoints.serial.to_string()].concat())]
    }

    /// Asks what both checkpoints hold.
    pub(super) fn inspect_checkpoints(&mut self) -> Vec<Do> {
        if !self.checkpoints.inspecting.is_empty() {
            return Vec::new();
        }
        self.status = "Reading the checkpoints.".to_owned();
        self.checkpoints.inspected.clear();
        let mut todo = Vec::new();
        for slot in 0..2 {
            let ask = self.next_ask();
            self.checkpoints.inspecting.push((ask, slot));
            todo.push(Do::Send(0, Command::InspectCheckpoint { ask }, With::Slot(slot, 0)));
        }
        todo
    }

    /// What one of them holds, or that it is not whole.
    pub(super) fn inspected(&mut self, ask: AskId, held: Option<Held>) -> Vec<Do> {
        let Some(at) = self.checkpoints.inspecting.iter().position(|(of, _)| *of == ask) else { return Vec::new() };
        let (_, slot) = self.checkpoints.inspecting.swap_remove(at);
        self.checkpoints.inspected.extend(held.map(|held| (slot, held)));
        if !self.checkpoints.inspecting.is_empty() {
            return Vec::new();
        }
        let newest = self.checkpoints.inspected.iter().max_by_key(|(_, held)| held.serial);
        let Some((slot, held)) = newest.cloned() else {
            self.checkpoints.found = None;
            self.fail("Neither checkpoint is whole, so the run cannot be taken up.".to_owned());
            return Vec::new();
        };
        if !held.fits_model {
            self.fail(
                "The checkpoint belongs to another model. Choose the one that the run was made with, then take it up."
                    .to_owned(),
            );
            return Vec::new();
        }
        self.run += 1;
        self.crew.n_in_run = 1;
        self.checkpoints.serial = held.serial;
        let command = Command::ReadCheckpoint { run: self.run, role: Role::ALONE };
        vec![Do::Send(0, command, With::Slot(slot, 0))]
    }

    pub(super) fn taken_up(
        &mut self,
        held: Held,
        data: DataSet,
        steps: Vec<Stepped>,
        evaluations: Vec<Evaluated>,
        watched: Vec<Watched>,
    ) -> Vec<Do> {
        self.goal = None;
        self.pairs.take(data);
        if let Some(worker) = self.crew.workers.first_mut() {
            worker.pairs = Some((self.pairs.version, true));
        }
        take_over(&mut self.values, &held.settings);
        // A set that is as a preset has it is called so, so that its checker judges the answers.
        if let Some(preset) = self.pairs.preset {
            let _ = self.values.set("data", preset.name());
        }
        let _ = self.values.set("workers", "1");
        self.seed = held.settings.seed;
        let seen = watched.into_iter().map(|watched| (watched.clone(), self.watch(watched).1)).collect();
        self.report = Report { steps, evaluations, ..Report::of(seen) };
        self.verdict = super::verdict::Verdict::default();
        (self.step, self.n_steps) = (held.step, held.n_steps);
        self.of_run = Some(OfRun {
            values: self.values.clone(),
            seed: self.seed,
            pairs: self.pairs.version,
            settings: held.settings.clone(),
        });
        self.checkpoints.found = None;
        self.checkpoints.written_at = Some(held.step);
        (self.n_pauses, self.is_held) = (0, false);
        self.phase = Phase::Paused;
        self.n_resets += 1;
        self.status = Self::taken_up_words(&held);
        self.open_checkpoints()
    }

    pub(super) fn open_checkpoints(&self) -> Vec<Do> {
        if self.checkpoints.is_possible { vec![Do::OpenCheckpoints] } else { Vec::new() }
    }

    /// Judges answers now, while the run halts.
    pub(super) fn check_now(&mut self) -> Vec<Do> {
        let halts = matches!(self.phase, Phase::Paused | Phase::Finished | Phase::Failed) && self.has_run();
        if halts && self.verdict.under_way.is_none() {
            self.judge(When::After(self.run, self.step))
        } else {
            Vec::new()
        }
    }

    /// Answers a prompt of the reader's with the model as it is.
    pub(super) fn try_prompt(&mut self, prompt: String) -> Vec<Do> {
        if prompt.trim().is_empty() {
            return Vec::new();
        }
        if !self.crew.has_data() {
            return self.tell_problem("Press Run or count the tokens first: no model is loaded yet.");
        }
        let ask = self.next_ask();
        self.trial = super::Trial { ask, prompt: prompt.clone(), answer: String::new(), is_done: false };
        let sampling = self.sampling();
        vec![self.send(Command::Generate { ask, text: prompt, is_raw: false, sampling })]
    }

    pub(super) fn take(&mut self, export: Export) -> Vec<Do> {
        if !self.crew.has_data() {
            return self.tell_problem("There are no weights to save yet: press Run first.");
        }
        let ask = self.next_ask();
        let file = if export == Export::Adapter { File::Adapter } else { File::Model };
        self.exports.push((ask, file));
        self.status = "Writing the file.".to_owned();
        vec![self.send(Command::Export { ask, export })]
    }

    /// Takes a part of a file.
    pub(super) fn collect(&mut self, chunk: Chunk, n_bytes: u64) -> Vec<Do> {
        let Chunk { ask, at, total } = chunk;
        let copying = self.crew.copying.filter(|(_, of)| *of == ask);
        let export = self.exports.iter().find(|(of, _)| *of == ask).map(|(_, file)| *file);
        if copying.is_none() && export.is_none() {
            return Vec::new();
        }
        let mut todo = vec![Do::Collect(ask)];
        if at + n_bytes >= total {
            if copying.is_some() {
                todo.extend(self.hand_to_helpers(ask));
            }
            if let Some(file) = export {
                self.exports.retain(|(of, _)| *of != ask);
                self.status = "Saved.".to_owned();
                let name = if file == File::Adapter { "adapter_model.safetensors" } else { "model.safetensors" };
                todo.push(Do::SaveCollected(ask, name));
            }
        }
        todo
    }

    pub(super) fn take_beside(&mut self, beside: Beside) -> Vec<Do> {
        if self.models.at_hand.is_none() {
            return self.tell_problem("There is no model yet: press Run first.");
        }
        match beside {
            Beside::Config => vec![Do::SaveModelFile(0)],
            Beside::Tokenizer => vec![Do::SaveModelFile(1)],
            Beside::AdapterConfig => {
                let trained = self.settings_of_run().map(crate::sft::settings::Settings::trained);
                let Some(Trained::Lora(lora, _)) = trained else {
                    return self.tell_problem("This run trains the weights themselves; it has no adapter.");
                };
                vec![Do::SaveText("adapter_config.json", "application/json", export::adapter_config(&lora))]
            }
        }
    }

    pub(super) fn csv(&mut self) -> Vec<Do> {
        if self.report.steps.is_empty() {
            self.status = "There is no run to save yet; the tables hold the picture’s numbers.".to_owned();
            return Vec::new();
        }
        vec![Do::SaveText("run.csv", "text/csv", export::csv(&self.report.steps, &self.report.evaluations))]
    }

    /// A link with settings, seed, and the pairs where they are few and no preset's.
    pub(super) fn share(&mut self) -> Vec<Do> {
        let mut text = self.values.encode();
        let mut push = |part: String| {
            text += if text.is_empty() { "" } else { ";" };
            text += &part;
        };
        if self.seed != DEFAULT_SEED {
            push(format!("seed={}", self.seed));
        }
        if self.pairs.preset.is_none() {
            // A line that trains, an empty line, a line that is held out: as files have them.
            let set = [
                self.pairs.template.clone(),
                self.pairs.export(super::pairs::Part::All),
                self.pairs.export(super::pairs::Part::HeldOut),
            ];
            push(format!("pairs={}", set.join("\u{1e}")));
        }
        if text.len() > MOST_LINK_BYTES {
            return self.tell_problem(
                "The pairs are too long for a link. Export them as JSONL; a link of the settings alone comes without them.",
            );
        }
        vec![Do::Share(text)]
    }

    /// Opens what a link says, or tells why not. Anybody may have written it.
    pub fn open(&mut self, text: &str) {
        if let Err(why) = self.try_open(text) {
            let given = self.given.clone();
            (self.values, self.seed, self.pairs) = (given.clone(), DEFAULT_SEED, Self::new(given).pairs);
            self.problem = format!("The link cannot be used: {why}. The article’s own settings stand here instead.");
        }
        self.n_resets += 1;
    }

    fn try_open(&mut self, text: &str) -> Result<(), String> {
        if text.len() > MOST_LINK_BYTES {
            return Err(format!("it is longer than {MOST_LINK_BYTES} characters"));
        }
        // Pairs come last: they may hold any sign.
        let (settings, pairs) = match parted(text, "pairs=") {
            Some((settings, pairs)) => (settings, Some(pairs)),
            None => (text, None),
        };
        let mut values = Values::defaults(ABOUT.parameters);
        for setting in settings.split(';').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            if name == "seed" {
                self.seed = value.parse().map_err(|_| "its seed is no whole number".to_owned())?;
            } else {
                values.set(name, value).map_err(|error| error.to_string())?;
            }
        }
        self.values = values;
        self.load_preset_pairs();
        let Some(pairs) = pairs else { return Ok(()) };
        let parts: Vec<&str> = pairs.split('\u{1e}').collect();
        let [template, trained, held_out] = parts[..] else { return Err("its pairs are cut off".to_owned()) };
        let read = |text: &str| match text.trim().is_empty() {
            true => Ok(Vec::new()),
            false => match jsonl::read(text.as_bytes()) {
                Ok(import) if import.n_faults == 0 => Ok(import.pairs),
                Ok(_) => Err("a line of its pairs is none".to_owned()),
                Err(error) => Err(error.to_string()),
            },
        };
        let held_out = crate::sft::data::HeldOut::Given(read(held_out)?);
        let set = DataSet { pairs: read(trained)?, held_out, template: template.to_owned() };
        set.clone().checked().map_err(|error| error.to_string())?;
        let mut pairs = Pairs { version: self.pairs.version, ..self.pairs.clone() };
        pairs.take(set);
        self.pairs = pairs;
        Ok(())
    }
}
