//! Fine-tunes the committed pocket model with each preset of the lab and prints how many answers pass before and after.
//!
//! `cargo run --profile native -p pretrain --example finetune -- [FOLDER [PRESET]]`
//!
//! Full training on one thread: 200 steps of 8 pairs, AdamW without weight decay, clipping at 1, ten steps of warm-up
//! and half a cosine from 5e-4, or 8e-4 for lists: their digits are rare in the corpus and take longer to learn.
//! Answers are the likeliest tokens one by one, at most 48.

use labs::sft::check::{Answer, check};
use labs::sft::preset::Preset;
use ml::kernels::adamw::Constants;
use ml::neox::{Batch, Model, Progress, Trained, Trainer, Update};
use ml::random::Random;
use ml::tokenizer::Tokenizer;
use pretrain::folder;
use std::path::Path;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

const STEPS: u32 = 200;
const PAIRS: usize = 8;
const LONGEST: usize = 48;
const SEEDS: u64 = 3;

struct Pair {
    instruction: String,
    completion: String,
    tokens: Vec<u32>,
    counts: Vec<bool>,
}

impl Pair {
    fn prompt(&self) -> &[u32] {
        let n = self.counts.iter().filter(|&&counts| !counts).count();
        &self.tokens[..n]
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().map_or("models/pocket", String::as_str);
    let (base, tokenizer) = folder::read(Path::new(folder))?;
    println!("preset   seed  passed before  after  trained  held-out loss before  after  ratio  seconds");
    for preset in Preset::ALL {
        if arguments.get(1).is_some_and(|only| only != preset.name()) {
            continue;
        }
        let trained = pairs(preset.trained(), &tokenizer)?;
        let held_out = pairs(preset.held_out(), &tokenizer)?;
        let before = (passed(&base, &tokenizer, preset, &held_out, false)?, loss(&base, &held_out)?);
        for seed in 0..SEEDS {
            let begun = Instant::now();
            let tuned = tune(&base, &trained, peak(preset), seed)?;
            let seconds = begun.elapsed().as_secs_f64();
            let shown = arguments.get(2).is_some() && seed == 0;
            let after = (passed(&tuned, &tokenizer, preset, &held_out, shown)?, loss(&tuned, &held_out)?);
            let of_trained = passed(&tuned, &tokenizer, preset, &trained, false)?;
            println!(
                "{:8} {seed:4}  {:13.0}% {:5.0}% {:7.0}% {:21.3} {:6.3} {:6.2} {seconds:8.1}",
                preset.name(),
                100.0 * before.0,
                100.0 * after.0,
                100.0 * of_trained,
                before.1,
                after.1,
                after.1 / before.1,
            );
        }
    }
    Ok(())
}

/// Reads pairs and puts them into the default template.
fn pairs(jsonl: &str, tokenizer: &Tokenizer) -> Result<Vec<Pair>, Failure> {
    let pair = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let field = |name: &str| value[name].as_str().map(str::to_owned).ok_or(format!("no {name} in {line}"));
        let (instruction, completion) = (field("instruction")?, field("completion")?);
        let mut tokens = tokenizer.encode(&format!("Instruction: {instruction}\nResponse:"));
        let mut counts = vec![false; tokens.len()];
        tokens.extend(tokenizer.encode(&completion));
        tokens.push(u32::from(pretrain::stream::END_TOKEN));
        counts.resize(tokens.len(), true);
        Ok(Pair { instruction, completion, tokens, counts })
    };
    jsonl.lines().map(pair).collect()
}

fn finish(trainer: &mut Trainer) -> Result<(), ml::neox::Error> {
    while trainer.advance()? == Progress::Working {}
    Ok(())
}

/// The highest learning rate.
const fn peak(preset: Preset) -> f32 {
    match preset {
        Preset::Format => 8e-4,
        Preset::Style | Preset::Refusal | Preset::Facts => 5e-4,
    }
}

fn tune(base: &Model, pairs: &[Pair], peak: f32, seed: u64) -> Result<Model, Failure> {
    let mut trainer = Trainer::new(base.clone(), Trained::Full)?;
    let mut random = Random::new(seed, 0);
    let mut order: Vec<usize> = Vec::new();
    for step in 0..STEPS {
        let mut batch = Batch::new();
        for _ in 0..PAIRS {
            if order.is_empty() {
                order = (0..pairs.len()).collect();
                random.shuffle(&mut order);
            }
            let pair = &pairs[order.pop().unwrap_or_default()];
            batch.push(&pair.tokens, &pair.counts)?;
        }
        trainer.begin_pass(&batch, 1.0 / batch.n_counted() as f32)?;
        finish(&mut trainer)?;
        let warm = (step + 1).min(10) as f32 / 10.0;
        let cosine = 0.5 * (1.0 + (step as f32 / STEPS as f32 * std::f32::consts::PI).cos());
        let learning_rate = peak * warm * (0.1 + 0.9 * cosine);
        let update = Update::default();
        let constants = Constants { learning_rate, weight_decay: 0.0, ..update.constants };
        trainer.begin_update(Update { constants, ..update })?;
        finish(&mut trainer)?;
    }
    trainer.begin_settling()?;
    finish(&mut trainer)?;
    Ok(trainer.into_parts().0)
}

/// The mean loss over all tokens that count, in nats.
fn loss(model: &Model, pairs: &[Pair]) -> Result<f64, Failure> {
    let mut batch = Batch::new();
    pairs.iter().try_for_each(|pair| batch.push(&pair.tokens, &pair.counts))?;
    let mut trainer = Trainer::new(model.clone(), Trained::Body)?;
    trainer.begin_evaluation(&batch)?;
    finish(&mut trainer)?;
    Ok(trainer.losses().iter().map(|&l| f64::from(l)).sum::<f64>() / batch.n_counted() as f64)
}

/// The part of the pairs whose answers pass.
fn passed(model: &Model, tokenizer: &Tokenizer, preset: Preset, pairs: &[Pair], shown: bool) -> Result<f64, Failure> {
    let mut good = 0;
    for pair in pairs {
        let (text, ended) = answer(model, tokenizer, pair.prompt())?;
        let verdict = check(preset, &pair.instruction, &pair.completion, Answer { text: &text, ended });
        good += usize::from(verdict.is_ok());
        if shown {
            let verdict = verdict.map_or_else(|flaw| flaw.to_string(), |()| "passes".to_owned());
            println!("  {} | {text:?} | {verdict}", pair.instruction);
        }
    }
    Ok(good as f64 / pairs.len() as f64)
}

/// The likeliest token, again and again.
fn answer(model: &Model, tokenizer: &Tokenizer, prompt: &[u32]) -> Result<(String, bool), Failure> {
    let mut tokens = prompt.to_vec();
    let vocabulary = model.config().vocabulary;
    for _ in 0..LONGEST {
        let logits = model.logits(None, &tokens)?;
        let last = &logits[logits.len() - vocabulary..];
        let best = (0..vocabulary).max_by(|&a, &b| last[a].total_cmp(&last[b])).unwrap_or_default();
        if best == usize::from(pretrain::stream::END_TOKEN) {
            return Ok((tokenizer.decode(&tokens[prompt.len()..]), true));
        }
        tokens.push(best as u32);
    }
    Ok((tokenizer.decode(&tokens[prompt.len()..]), false))
}
