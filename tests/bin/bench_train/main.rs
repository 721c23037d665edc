//! Measures how fast a model of Pythia-14M's shape is fine-tuned, natively and in the browser, in turns with other
//! programs where there are any: `others` says how they are named. `--rounds N` and `--steps N` make it longer.

mod chromium;
mod job;
mod native;
mod others;
mod table;

use anyhow::{Context, Result, bail, ensure};
use chromium::{Crew, Stage, Variant};
use job::{BATCH, Job, Mask, TIME};
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
const TWO: &str = "ours, 2 workers on one run, relaxed SIMD";
const APART: &str = "ours, 2 workers on a run each, summed";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (n_rounds, n_steps) = options(std::env::args().skip(1))?;
    let folder = tempfile::tempdir()?;
    let job = Job::prepare(folder.path(), n_steps)?;
    let others = Others::find(folder.path())?;
    let stage = Stage::set(folder.path()).await?;
    println!(
        "\nPythia-14M's shape, {BATCH} × {TIME} tokens a step: {n_rounds} rounds of {n_steps} steps, {}, {}\n",
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
                let told = stage.run(&job, mask, variant, Crew::One).await?;
                let alone = told.first().context("no worker told anything")?;
                table.add(ONE[at], mask, alone.speed()?);
                memory_mb = memory_mb.max(alone.memory_bytes as f64 / 1e6);
                if let Some(speed) = others.prototype(&stage, mask, variant, n_steps).await? {
                    table.add(THEIRS[at], mask, speed);
                }
            }
            if let Some(speed) = others.jax(&stage, mask, n_steps.min(5)).await? {
                table.add(JAX, mask, speed);
            }
            let together = stage.run(&job, mask, Variant::Relaxed, Crew::Two).await?;
            table.add(TWO, mask, together.first().context("no worker told anything")?.speed()?);
            let apart = stage.run(&job, mask, Variant::Relaxed, Crew::Apart).await?;
            let speeds = apart.iter().map(job::Told::speed).collect::<Result<Vec<_>>>()?;
            table.add(APART, mask, speeds.iter().sum());
            table.add(NATIVE, mask, native::run(&job, mask)?.speed()?);
            for (at, name) in TORCH.into_iter().enumerate() {
                if let Some(speed) = others.pytorch(mask, at + 1, n_steps)? {
                    table.add(name, mask, speed);
                }
            }
        }
        if let Some(speeds) = others.native_prototype()? {
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
        (TWO, ONE[1], None),
    ] {
        table.ratio(ours, theirs, bound);
    }
    table.memory(memory_mb, MEMORY_MB);
    let missed = table.missed();
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join("; "));
    Ok(())
}

/// Rounds and steps.
fn options(mut given: impl Iterator<Item = String>) -> Result<(u32, u32)> {
    let (mut n_rounds, mut n_steps) = (3, 8);
    while let Some(name) = given.next() {
        let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).filter(|&n: &u32| n > 0);
        let to = match name.as_str() {
            "--rounds" => &mut n_rounds,
            "--steps" => &mut n_steps,
            _ => bail!("`bench train` knows `--rounds N` and `--steps N`, not `{name}`"),
        };
        *to = number(given.next()).with_context(|| format!("`{name}` needs a number above 0"))?;
    }
    ensure!(n_steps >= 4, "`--steps` must be 4 at least, since the first ones warm up");
    Ok((n_rounds, n_steps))
}
