//! The work that every program is given: steps of 4 × 64 tokens on a model of Pythia-14M's shape with random weights.

use anyhow::{Context, Result, ensure};
use labs::{
    protocol::{decode, encode},
    sft::{
        data::{DataSet, HeldOut, Pair},
        protocol::{Command, Event, Role, Sampling},
        settings::Settings,
    },
};
use serde_json::Value;
use site_tests::{measure::median, second_origin::write_model};
use std::{fs, path::Path};

/// Sequences of a step of one worker.
pub const BATCH: u32 = 4;
/// Their positions.
pub const TIME: u32 = 64;
/// Tokens of a pair's prompt: what follows the last of them counts in the loss.
const N_PROMPT: u32 = TIME / 2 + 1;
/// The model's files, in the order in which a worker takes them.
pub const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Which positions count in the loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mask {
    /// All of them.
    Full,
    /// The second half of each sequence.
    Half,
}

impl Mask {
    pub const BOTH: [Self; 2] = [Self::Full, Self::Half];

    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Half => "half masked",
        }
    }
}

/// Model and data.
pub struct Job {
    /// As [`FILES`].
    pub files: [Vec<u8>; 3],
    tokenizer_words: Vec<String>,
    /// Steps of a run.
    pub n_steps: u32,
    /// How often another program takes turns with a run.
    pub n_turns: u32,
}

impl Job {
    /// Writes the model into a folder.
    pub fn prepare(folder: &Path, n_steps: u32, n_turns: u32) -> Result<Self> {
        write_model(folder)?;
        let [config, tokenizer, weights] = FILES.map(|name| fs::read(folder.join(name)));
        let files = [config?, tokenizer?, weights?];
        let tokenizer_words = words(&files[1])?;
        Ok(Self { files, tokenizer_words, n_steps, n_turns })
    }

    /// What a worker is told, in order: each as soon as it has done the one before. A step has `batch` sequences, of
    /// all workers of a run together.
    pub fn commands(&self, mask: Mask, role: Role, batch: u32, n_steps: u32) -> [Command; 3] {
        let settings = Settings {
            batch_size: batch,
            sequence_len: TIME,
            n_epochs: n_steps,
            masks_prompt: mask == Mask::Half,
            weight_decay: 0.01,
            evaluate_every: 1_000_000,
            sample_every: 1_000_000,
            keeps_best: false,
            ..Settings::default()
        };
        let sampling = Sampling { max_tokens: 1, ..Sampling::default() };
        let start = Command::Start { run: 1, settings, role, watched: Vec::new(), sampling };
        [Command::Load, Command::SetData(self.data(batch)), start]
    }

    /// The same as bytes.
    pub fn messages(&self, mask: Mask, role: Role, batch: u32, n_steps: u32) -> [Vec<u8>; 3] {
        self.commands(mask, role, batch, n_steps).map(|command| encode(&command))
    }

    /// Pairs that fill a sequence: one step is one epoch. The prompt is one token longer than half of it, since its last
    /// token already has a loss, that of the first token of the answer: so of all positions exactly half count, as in
    /// what this is compared with.
    fn data(&self, batch: u32) -> DataSet {
        let (words, n_prompt) = (&self.tokenizer_words, N_PROMPT as usize);
        let text = |pair: usize, from: usize, n: usize| -> String {
            (from..from + n).map(|at| format!(" {}", words[(at * 7 + pair * 41) % words.len()])).collect()
        };
        let pair =
            |at: usize| Pair { instruction: text(at, 0, n_prompt), completion: text(at, n_prompt, n_prompt + 8) };
        let pairs = (0..batch as usize).map(pair).collect();
        DataSet { pairs, held_out: HeldOut::Given(Vec::new()), template: "{instruction}".to_owned() }
    }
}

/// Words that are one token each.
fn words(tokenizer: &[u8]) -> Result<Vec<String>> {
    let tokenizer: Value = serde_json::from_slice(tokenizer)?;
    let vocabulary = tokenizer["model"]["vocab"].as_object().context("the pocket tokenizer has no vocabulary")?;
    // The tokenizer spells a space before a word so.
    let words: Vec<String> = vocabulary
        .keys()
        .filter_map(|token| token.strip_prefix('Ġ'))
        .filter(|word| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .map(str::to_owned)
        .collect();
    ensure!(words.len() >= TIME as usize, "the pocket tokenizer has only {} words", words.len());
    Ok(words)
}

/// Tokens a second of a step in the middle.
pub fn speed(n_tokens: u32, step_ms: Vec<f64>) -> f64 {
    f64::from(n_tokens) * 1_000.0 / median(step_ms)
}

/// What a worker tells of its run.
#[derive(Debug)]
pub struct Told {
    /// Positions of a step.
    n_tokens: u32,
    /// When steps were told, in milliseconds, and how many.
    marks: Vec<(f64, usize)>,
    /// The most memory that it held, in bytes.
    pub memory_bytes: u64,
    /// Mean loss of the first step and of the last.
    pub losses: Option<(f32, f32)>,
}

impl Told {
    /// Nothing yet, of a run with so many sequences a step.
    pub fn of(batch: u32) -> Self {
        Self { n_tokens: batch * TIME, marks: Vec::new(), memory_bytes: 0, losses: None }
    }

    /// Takes in an event. Whether the run has ended.
    pub fn hear(&mut self, at_ms: f64, event: &Event) -> Result<bool> {
        match event {
            Event::DataReady { lengths, .. } => {
                let fits = |n_prompt, n_tokens| n_prompt == N_PROMPT && n_tokens > TIME;
                ensure!(
                    lengths.iter().all(|lengths| fits(lengths.n_prompt, lengths.n_tokens)),
                    "a pair has not a prompt of {N_PROMPT} tokens and more than {TIME} in all: {lengths:?}"
                );
            }
            Event::Progress { steps, memory_bytes, .. } => {
                self.memory_bytes = self.memory_bytes.max(*memory_bytes);
                let Some(last) = steps.last() else { return Ok(false) };
                ensure!(
                    steps.iter().all(|step| step.n_tokens == self.n_tokens),
                    "a step is not of {} tokens",
                    self.n_tokens
                );
                self.marks.push((at_ms, steps.len()));
                let first = self.losses.map_or(last.train_loss, |(first, _)| first);
                self.losses = Some((first, last.train_loss));
            }
            Event::Done { .. } => return Ok(true),
            Event::Failed { message, .. } | Event::Refused { message, .. } => {
                anyhow::bail!("the worker says: {message}")
            }
            _ => {}
        }
        Ok(false)
    }

    /// The same of an event's bytes.
    pub fn hear_bytes(&mut self, at_ms: f64, bytes: &[u8]) -> Result<bool> {
        self.hear(at_ms, &decode(bytes)?)
    }

    /// Tokens a second. The first step is left out, since it warms up.
    pub fn speed(&self) -> Result<f64> {
        self.speed_between(0.0, f64::INFINITY)
    }

    fn speed_between(&self, from_ms: f64, until_ms: f64) -> Result<f64> {
        Ok(f64::from(self.n_tokens) * 1_000.0 / self.step_ms(from_ms, until_ms)?)
    }

    /// Tokens a second of several runs, each of those steps that were told while all went on: once a run has ended, the
    /// others have the machine to themselves.
    pub fn speeds_together(told: &[Self]) -> Result<Vec<f64>> {
        let marks = || told.iter().map(|told| told.marks.iter().map(|(at_ms, _)| *at_ms));
        let from_ms = marks().filter_map(|mut of_run| of_run.next()).fold(0.0, f64::max);
        let until_ms = marks().filter_map(|mut of_run| of_run.next_back()).fold(f64::INFINITY, f64::min);
        told.iter().map(|told| told.speed_between(from_ms, until_ms)).collect()
    }

    /// Milliseconds of a step, of those that were told from one time to another: their mean, since a worker tells of a
    /// step only between two slices of work, so that what lies between two marks is a whole number of slices.
    pub fn step_ms(&self, from_ms: f64, until_ms: f64) -> Result<f64> {
        let mut marks = self.marks.iter().filter(|(at_ms, _)| (from_ms..=until_ms).contains(at_ms));
        let (begun_ms, _) = marks.next().context("no step was told")?;
        let (ended_ms, n_steps) = marks.fold((*begun_ms, 0), |(_, n_steps), (at_ms, n)| (*at_ms, n_steps + n));
        ensure!(n_steps > 0, "only one step was told");
        Ok((ended_ms - begun_ms) / n_steps as f64)
    }
}
