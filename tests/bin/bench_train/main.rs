//! Measures how fast a model of Pythia-14M's shape is fine-tuned, natively and in the browser, in turns with other
//! programs where there are any: `others` says how they are named. With the prototype the worker takes turns, four
//! steps each, and of each turn the ratio counts. `--rounds N`, `--steps N` and `--turns N` make it longer, `--only TEXT`
//! leaves out all rows whose names lack that text; given again, it adds others.

mod chromium;
mod job;
mod native;
mod others;
mod table;

use anyhow::{Context, Result, bail, ensure};
use chromium::{Crew, Stage, Variant};
use job::{BATCH, Job, Mask, TIME, Told};
use others::Others;
use site_tests::measure::processor;
use table::Table;

/// Of the prototype's speed.
const PROTOTYPE_RATIO: f64 = 1.05;
/// Of that of jax-js.
const JAX_RATIO: f64 = 2.0;
/// Two workers' speed together, of that of two that know nothing of each other.
const PAIR_RATIO: f64 = 0.85;
/// What one worker may hold, in megabytes of 10⁶ bytes.
const MEMORY_MB: f64 = 300.0;

/// Names of rows.
const NATIVE: &str = "ours, native, 1 thread";
const ONE: [&str; 2] = ["ours, 1 worker, SIMD", "ours, 1 worker, relaxed SIMD"];
const THEIRS: [&str; 2] = ["prototype, SIMD", "prototype, relaxed SIMD"];
const THEIRS_NATIVE: &str = "prototype, native, 1 thread";
const JAX: &str = "jax-js, its WebAssembly (an easier step)";
const TORCH: [&str; 2] = ["PyTorch, 1 thread", "PyTorch, 2 threads"];
const TWO: &str = "ours, 2 workers, 4 sequences each, relaxed SIMD";
const HALVES: &str = "ours, 2 workers, 2 sequences each, relaxed SIMD";
const APART: &str = "ours, 2 workers on a run each, summed";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Options { n_rounds, n_steps, n_turns, only } = Options::of(std::env::args().skip(1))?;
    let wants = |name: &str| only.is_empty() || only.iter().any(|text| name.contains(text));
    let folder = tempfile::tempdir()?;
    let job = Job::prepare(folder.path(), n_steps, n_turns)?;
    let others = Others::find(folder.path())?;
    let stage = Stage::set(folder.path()).await?;
    println!(
        "\nPythia-14M's shape, {BATCH} × {TIME} tokens a step: {n_rounds} rounds of {n_steps} steps and of {n_turns} turns, {}, {}\n",
        processor(),
        stage.browser().await?
    );
    let mut table = Table::default();
    let mut memory_mb: f64 = 0.0;
    for round in 0..n_rounds {
        eprintln!("round {} of {n_rounds}", round + 1);
        for mask in Mask::BOTH {
            for variant in Variant::BOTH {
                let at = variant as usize;
                if wants(ONE[at]) {
                    let told = stage.run(&job, mask, variant, Crew::One).await?;
                    let alone = told.first().context("no worker told anything")?;
                    table.add(ONE[at], mask, alone.speed()?);
                    memory_mb = memory_mb.max(alone.memory_bytes as f64 / 1e6);
                }
                if wants(THEIRS[at])
                    && let Some(prototype) = others.prototype(mask, variant)
                {
                    let (told, turns) = stage.turns(&job, mask, variant, prototype).await?;
                    memory_mb = memory_mb.max(told.memory_bytes as f64 / 1e6);
                    table.add(THEIRS[at], mask, job::speed(BATCH * TIME, turns.iter().map(|turn| turn.1).collect()));
                    table.turns(ONE[at], THEIRS[at], mask, &turns);
                }
            }
            if wants(JAX)
                && let Some(speed) = others.jax(&stage, mask, n_steps.min(5)).await?
            {
                table.add(JAX, mask, speed);
            }
            for (crew, name) in [(Crew::Two, TWO), (Crew::Halves, HALVES), (Crew::Apart, APART)] {
                if wants(name) {
                    let told = stage.run(&job, mask, Variant::Relaxed, crew).await?;
                    let speed = if crew == Crew::Apart {
                        Told::speeds_together(&told)?.iter().sum()
                    } else {
                        // Of two that share a run, the first tells the speed of both.
                        told.first().context("no worker told anything")?.speed()?
                    };
                    table.add(name, mask, speed);
                }
            }
            if wants(NATIVE) {
                table.add(NATIVE, mask, native::run(&job, mask)?.speed()?);
            }
            for (at, name) in TORCH.into_iter().enumerate() {
                if wants(name)
                    && let Some(speed) = others.pytorch(mask, at + 1, n_steps)?
                {
                    table.add(name, mask, speed);
                }
            }
        }
        if wants(THEIRS_NATIVE)
            && let Some(speeds) = others.native_prototype()?
        {
            Mask::BOTH.into_iter().zip(speeds).for_each(|(mask, speed)| table.add(THEIRS_NATIVE, mask, speed));
        }
    }
    stage.clear().await?;

    table.print();
    println!();
    for (ours, theirs, bound) in [
        (ONE[0], THEIRS[0], Some(PROTOTYPE_RATIO)),
        (ONE[1], THEIRS[1], Some(PROTOTYPE_RATIO)),
        (NATIVE, THEIRS_NATIVE, Some(PROTOTYPE_RATIO)),
        (ONE[1], JAX, Some(JAX_RATIO)),
        (NATIVE, TORCH[0], None),
        (ONE[1], TORCH[0], None),
        (TWO, APART, Some(PAIR_RATIO)),
        (HALVES, APART, None),
        (HALVES, ONE[1], None),
    ] {
        table.ratio(ours, theirs, bound);
    }
    if memory_mb > 0.0 {
        table.memory(memory_mb, MEMORY_MB);
    }
    let missed = table.missed();
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join("; "));
    Ok(())
}

/// What was asked for.
struct Options {
    n_rounds: u32,
    n_steps: u32,
    n_turns: u32,
    /// Texts of which a row's name must have one; none for all rows.
    only: Vec<String>,
}

impl Options {
    fn of(mut given: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self { n_rounds: 3, n_steps: 16, n_turns: 12, only: Vec::new() };
        while let Some(name) = given.next() {
            let value = given.next().with_context(|| format!("`{name}` needs a value"));
            let number = |text: String| {
                let number = text.parse().ok().filter(|&n: &u32| n > 0);
                number.with_context(|| format!("`{name}` needs a number above 0, not `{text}`"))
            };
            match name.as_str() {
                "--rounds" => options.n_rounds = number(value?)?,
                "--steps" => options.n_steps = number(value?)?,
                "--turns" => options.n_turns = number(value?)?,
                "--only" => options.only.push(value?),
                _ => {
                    bail!("`bench train` knows `--rounds N`, `--steps N`, `--turns N` and `--only TEXT`, not `{name}`")
                }
            }
        }
        ensure!(options.n_steps >= 4, "`--steps` must be 4 at least, since the first ones warm up");
        Ok(options)
    }
}
