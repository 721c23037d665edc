//! Programs to compare with. None of them belongs to this project: whoever has one names it in the environment.
//!
//! | variable | names |
//! |---|---|
//! | `BENCH_PROTOTYPE` | a folder with the feasibility study's engine: `simd.wasm`, `relaxed.wasm`, and its program `bench` beside `reference-out/` |
//! | `BENCH_JAX_JS` | the folder of the npm package `@jax-js/jax`, unpacked |
//! | `BENCH_PYTHON` | a Python that has torch and transformers |

use crate::{
    chromium::{Stage, Variant},
    job::{BATCH, Mask, TIME, speed},
};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// See the files.
const PROTOTYPE: &str = include_str!("../../page/prototype.js");
const JAX: &str = include_str!("../../page/train_jax.js");
const PYTORCH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bin/bench_train/pytorch.py");

/// Those that are here.
#[derive(Default)]
pub struct Others {
    prototype: [Option<String>; 2],
    native_prototype: Option<PathBuf>,
    jax: Option<String>,
    python: Option<PathBuf>,
}

impl Others {
    /// Looks for them, says of each that is not here, and puts what a page needs into the folder that is served.
    pub fn find(folder: &Path) -> Result<Self> {
        let mut found = Self::default();
        let named = |variable: &str, what: &str| {
            let path = env::var_os(variable).map(PathBuf::from);
            if path.is_none() {
                println!("Left out, since {variable} is not set: {what}.");
            }
            path
        };
        if let Some(from) = named("BENCH_PROTOTYPE", "the prototype's engine") {
            for (variant, name) in Variant::BOTH.into_iter().zip(["simd.wasm", "relaxed.wasm"]) {
                match fs::copy(from.join(name), folder.join(format!("prototype-{name}"))) {
                    Ok(_) => found.prototype[variant as usize] = Some(format!("/prototype-{name}")),
                    Err(_) => println!(
                        "Left out, since BENCH_PROTOTYPE holds no {name}: the prototype with {}.",
                        variant.name()
                    ),
                }
            }
            match from.join("bench").is_file() && from.join("reference-out/flat.f32").is_file() {
                true => found.native_prototype = Some(from),
                false => {
                    println!("Left out, since BENCH_PROTOTYPE holds no `bench` with its data: the native prototype.")
                }
            }
        }
        if let Some(from) = named("BENCH_JAX_JS", "jax-js") {
            fs::create_dir(folder.join("jax"))?;
            let dist = from.join("dist");
            let files = fs::read_dir(&dist).with_context(|| format!("{} cannot be read", dist.display()))?;
            for file in files {
                let file = file?;
                fs::copy(file.path(), folder.join("jax").join(file.file_name()))?;
            }
            found.jax = Some("/jax/index.js".to_owned());
        }
        found.python = named("BENCH_PYTHON", "PyTorch");
        Ok(found)
    }

    /// A script that makes the prototype's engine in a page, and what it is made with.
    pub fn prototype(&self, mask: Mask, variant: Variant) -> Option<(&'static str, Value)> {
        let module = self.prototype[variant as usize].as_ref()?;
        let given = json!({ "module": module, "isHalf": mask == Mask::Half, "batch": BATCH, "time": TIME });
        Some((PROTOTYPE, given))
    }

    /// jax-js in the same browser.
    pub async fn jax(&self, stage: &Stage, mask: Mask, n_steps: u32) -> Result<Option<f64>> {
        let Some(library) = &self.jax else { return Ok(None) };
        let given = json!({
            "library": library, "isHalf": mask == Mask::Half, "nSteps": n_steps, "batch": BATCH, "time": TIME,
        });
        Ok(Some(speed(BATCH * TIME, stage.result(JAX, &given).await?)))
    }

    /// The prototype's own program, which tells of all its ways at once: full and half masked, rows updated lazily.
    pub fn native_prototype(&self) -> Result<Option<[f64; 2]>> {
        let Some(folder) = &self.native_prototype else { return Ok(None) };
        let told =
            output(Command::new(folder.join("bench")).env("REF", folder.join("reference-out/")).current_dir(folder))?;
        let of = |name: &str| {
            let line = told.lines().find_map(|line| line.strip_prefix(name));
            let speed = line.and_then(|line| line.split(" -> ").nth(1)).and_then(|rest| rest.split(' ').next());
            speed
                .and_then(|speed| speed.parse().ok())
                .with_context(|| format!("the prototype says nothing of `{name}`"))
        };
        Ok(Some([of("full lazy:")?, of("half lazy:")?]))
    }

    /// PyTorch with so many threads.
    pub fn pytorch(&self, mask: Mask, n_threads: usize, n_steps: u32) -> Result<Option<f64>> {
        let Some(python) = &self.python else { return Ok(None) };
        let mask = if mask == Mask::Half { "half" } else { "full" };
        let told = output(Command::new(python).args([PYTORCH, &n_threads.to_string(), &n_steps.to_string(), mask]))?;
        let speed = told.trim().parse().with_context(|| format!("PyTorch's program says {told:?}"))?;
        Ok(Some(speed))
    }
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{:?} does not start", command.get_program()))?;
    let complaint = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    ensure!(output.status.success(), "{:?} failed: {complaint}", command.get_program());
    Ok(String::from_utf8(output.stdout)?)
}
