//! A model of Pythia-14M's size: its numbers against those of transformers and PyTorch, and its speed.
//!
//! ```text
//! python crates/ml/reference/pythia14m.py target/pythia14m
//! RUSTFLAGS="-C target-feature=+simd128" cargo build -p ml --example pythia14m_module --profile worker \
//!   --target wasm32-unknown-unknown --target-dir target/pythia14m/build
//! node crates/ml/examples/pythia14m/run.mjs \
//!   target/pythia14m/build/wasm32-unknown-unknown/worker/examples/pythia14m_module.wasm target/pythia14m
//! cargo run -p ml --profile native --example pythia14m -- compare target/pythia14m
//! cargo run -p ml --profile native --example pythia14m -- bench
//! ```
//!
//! The third command may be left out: then what WebAssembly computes is not compared. Without a directory it measures
//! the module's speed. `crates/ml/reference/pythia14m.txt` is what the fourth printed.

mod job;

use job::{BATCH, Job};
use serde_json::Value;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error>>;

const N_STEPS: u32 = 10;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["compare", directory] => compare(Path::new(directory)),
        ["bench"] => bench(),
        _ => Err("give `compare DIRECTORY` or `bench`".into()),
    }
}

fn floats(path: &Path) -> Outcome<Vec<f32>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect())
}

/// `‖found − expected‖ / ‖expected‖`.
fn relative(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let square = |x: f64| x * x;
    let difference: f64 = found.iter().zip(expected).map(|(&f, &e)| square(f64::from(f) - f64::from(e))).sum();
    let size: f64 = expected.iter().map(|&e| square(f64::from(e))).sum();
    (difference / size).sqrt()
}

fn print(what: &str, found: f64, bound: f64) -> Outcome<()> {
    println!("{what:<58} {found:9.2e}   at most {bound:.0e}");
    if found <= bound { Ok(()) } else { Err(format!("{what}: {found:e} is above {bound:e}").into()) }
}

/// The largest error of a tensor's gradient.
fn worst(job: &Job, found: &[f32], expected: &[f32]) -> (f64, String) {
    let entries = job.trainer.model().layout().entries();
    let errors = entries.iter().map(|entry| (relative(&found[entry.range()], &expected[entry.range()]), entry.name()));
    errors.max_by(|a, b| a.0.total_cmp(&b.0)).map_or((0.0, String::new()), |(error, name)| (error, name.to_owned()))
}

fn compare(directory: &Path) -> Outcome<()> {
    let truth: Value = serde_json::from_slice(&std::fs::read(directory.join("truth.json"))?)?;
    let tokens: Vec<u32> = floats(&directory.join("tokens.u32"))?.iter().map(|x| x.to_bits()).collect();
    let batches: Vec<&[u32]> = tokens.chunks_exact(BATCH).collect();
    println!(
        "torch {}, transformers {}; this crate on {}",
        truth["torch"],
        truth["transformers"],
        std::env::consts::ARCH
    );
    println!("relative L2 distances from transformers, natively:");
    let mut job = Job::new(floats(&directory.join("weights.f32"))?)?;
    let logits = job.logits(batches[0])?;
    print("logits", relative(&logits, &floats(&directory.join("logits.f32"))?), 1e-5)?;
    let mut gradients = Vec::new();
    for (name, half) in [("full", false), ("half", true)] {
        job.set_batch(batches[0], half)?;
        let (loss, expected) = (job.pass()?, truth[format!("loss_{name}")].as_f64().unwrap_or(f64::NAN));
        print(&format!("loss, {name}"), (loss - expected).abs() / expected, 1e-5)?;
        let (found, expected) = (job.gradients(), floats(&directory.join(format!("gradients_{name}.f32")))?);
        print(&format!("all gradients, {name}"), relative(&found, &expected), 1e-5)?;
        let (error, tensor) = worst(&job, &found, &expected);
        print(&format!("worst tensor, {name}: {tensor}"), error, 1e-5)?;
        gradients.push(found);
        job.clear();
    }
    let mut losses = Vec::new();
    for (step, batch) in batches.iter().enumerate().take(N_STEPS as usize) {
        losses.push(job.step(batch, step as u32)? as f32);
    }
    let expected: Vec<f32> =
        truth["losses"].as_array().into_iter().flatten().map(|loss| loss.as_f64().unwrap_or(f64::NAN) as f32).collect();
    print("losses of ten steps, the worst absolute difference", furthest(&losses, &expected), 1e-4)?;
    job.settle()?;
    let (start, end) = (floats(&directory.join("weights.f32"))?, floats(&directory.join("weights_after.f32"))?);
    let moved = |to: &[f32]| to.iter().zip(&start).map(|(to, from)| to - from).collect::<Vec<f32>>();
    let weights = job.trainer.model().weights();
    print("weights after ten steps", relative(weights, &end), 1e-4)?;
    println!("{:<58} {:9.2e}", "what the ten steps added to them", relative(&moved(weights), &moved(&end)));
    if directory.join("wasm_logits.f32").exists() {
        println!("relative L2 distances of WebAssembly (node, simd128) from native:");
        let of_wasm = |name: &str| floats(&directory.join(format!("wasm_{name}.f32")));
        print("logits", relative(&of_wasm("logits")?, &logits), 1e-5)?;
        print("all gradients, full", relative(&of_wasm("gradients_full")?, &gradients[0]), 1e-5)?;
        print("all gradients, half", relative(&of_wasm("gradients_half")?, &gradients[1]), 1e-5)?;
        print("losses of ten steps", relative(&of_wasm("losses")?, &losses), 1e-5)?;
        print("weights after ten steps", relative(&of_wasm("weights_after")?, weights), 1e-5)?;
    }
    Ok(())
}

fn furthest(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(f, e)| f64::from((f - e).abs())).fold(0.0, f64::max)
}

fn bench() -> Outcome<()> {
    let mut job = Job::initial()?;
    for half in [false, true] {
        job.set_random_batch(half)?;
        let mut times = Vec::new();
        for step in 0..13 {
            let begun = Instant::now();
            job.pass()?;
            job.update(1e-4, 0.0, 1.0)?;
            // The first steps fill the caches.
            if step >= 2 {
                times.push(begun.elapsed().as_secs_f64());
            }
        }
        times.sort_by(f64::total_cmp);
        let (median, name) = (times[times.len() / 2], if half { "half masked" } else { "full" });
        println!("{name}: {:.1} ms, {:.0} tokens/s", 1e3 * median, job.n_positions() / median);
    }
    Ok(())
}
