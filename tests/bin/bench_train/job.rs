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
use site_tests::second_origin::write_model;
use std::{fs, path::Path};

/// Sequences of a step.
pub const BATCH: u32 = 4;
/// Their positions.
pub const TIME: u32 = 64;
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
    data: DataSet,
    n_steps: u32,
}

impl Job {
    /// Writes the model into a folder.
    pub fn prepare(folder: &Path, n_steps: u32) -> Result<Self> {
        write_model(folder)?;
        let [config, tokenizer, weights] = FILES.map(|name| fs::read(folder.join(name)));
        let files = [config?, tokenizer?, weights?];
        let data = data(&files[1])?;
        Ok(Self { files, data, n_steps })
    }

    /// What a worker is told, in order: each as soon as it has done the one before.
    pub fn commands(&self, mask: Mask, role: Role) -> [Command; 3] {
        let settings = Settings {
            batch_size: BATCH,
            sequence_len: TIME,
            n_epochs: self.n_steps,
            masks_prompt: mask == Mask::Half,
            weight_decay: 0.01,
            evaluate_every: 1_000_000,
            sample_every: 1_000_000,
            keeps_best: false,
            ..Settings::default()
        };
        let sampling = Sampling { max_tokens: 1, ..Sampling::default() };
        let start = Command::Start { run: 1, settings, role, watched: Vec::new(), sampling };
        [Command::Load, Command::SetData(self.data.clone()), start]
    }

    /// The same as bytes.
    pub fn messages(&self, mask: Mask, role: Role) -> [Vec<u8>; 3] {
        self.commands(mask, role).map(|command| encode(&command))
    }
}

/// Four pairs of half a sequence and more than another half, of words that are one token each.
fn data(tokenizer: &[u8]) -> Result<DataSet> {
    let tokenizer: Value = serde_json::from_slice(tokenizer)?;
    let vocabulary = tokenizer["model"]["vocab"].as_object().context("the pocket tokenizer has no vocabulary")?;
    // The tokenizer spells a space before a word so.
    let words: Vec<&str> = vocabulary
        .keys()
        .filter_map(|token| token.strip_prefix('Ġ'))
        .filter(|word| word.len() > 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect();
    let half = TIME as usize / 2;
    ensure!(words.len() >= 2 * half, "the pocket tokenizer has only {} words", words.len());
    let text = |pair: usize, from: usize, n: usize| -> String {
        (from..from + n).map(|at| format!(" {}", words[(at * 7 + pair * 41) % words.len()])).collect()
    };
    let pair = |at: usize| Pair { instruction: text(at, 0, half), completion: text(at, half, half + 8) };
    let pairs = (0..BATCH as usize).map(pair).collect();
    Ok(DataSet { pairs, held_out: HeldOut::Given(Vec::new()), template: "{instruction}".to_owned() })
}

/// What a worker tells of its run.
#[derive(Debug, Default)]
pub struct Told {
    /// When a step was told, in milliseconds, and how many positions had been computed by then.
    marks: Vec<(f64, u64)>,
    /// The most memory that it held, in bytes.
    pub memory_bytes: u64,
    /// Mean loss of the first step and of the last.
    pub losses: Option<(f32, f32)>,
}

impl Told {
    /// Takes in an event. Whether the run has ended.
    pub fn hear(&mut self, at_ms: f64, event: &Event) -> Result<bool> {
        match event {
            Event::DataReady { lengths, .. } => {
                let fits = |n_prompt, n_tokens| n_prompt == TIME / 2 && n_tokens > TIME;
                ensure!(
                    lengths.iter().all(|lengths| fits(lengths.n_prompt, lengths.n_tokens)),
                    "a pair is not half a sequence and more than another half: {lengths:?}"
                );
            }
            Event::Progress { steps, memory_bytes, .. } => {
                self.memory_bytes = self.memory_bytes.max(*memory_bytes);
                let before = self.marks.last().map_or(0, |(_, tokens)| *tokens);
                let Some(last) = steps.last() else { return Ok(false) };
                ensure!(
                    steps.iter().all(|step| step.n_tokens == BATCH * TIME),
                    "a step is not {BATCH} × {TIME} tokens"
                );
                self.marks.push((at_ms, before + u64::from(BATCH * TIME) * steps.len() as u64));
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

    /// Tokens a second, from the end of the first step to the end of the last: the first warms up.
    pub fn speed(&self) -> Result<f64> {
        let (Some((from, before)), Some((to, after))) = (self.marks.first(), self.marks.last()) else {
            anyhow::bail!("no step was told");
        };
        ensure!(to > from, "only one step was told");
        Ok((after - before) as f64 / (to - from) * 1_000.0)
    }
}
