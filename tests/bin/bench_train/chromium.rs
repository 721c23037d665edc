//! The same in a browser: the site's own workers, in a page that holds nothing else.

use crate::job::{BATCH, FILES, Job, Mask, Told};
use anyhow::{Context, Result, bail, ensure};
use labs::{
    protocol::encode,
    sft::protocol::{Command, Event, Role, Shard},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use site_tests::{
    browser::{Chrome, Tab, View},
    measure::median,
    site::{Build, Site},
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// How long a run may take.
const LIMIT: Duration = Duration::from_secs(300);
/// How many steps a program makes before it is another's turn.
const STEPS_OF_A_TURN: u32 = 4;
/// How often it is looked whether it has ended: seldom, since looking takes the page's time.
const GLANCE: Duration = Duration::from_millis(250);
/// See the files.
const TRAIN: &str = include_str!("../../page/train.js");
const TRAIN_PAIR: &str = include_str!("../../page/train_pair.js");

/// Which of the two workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// For every browser.
    Simd,
    /// For those that know relaxed SIMD.
    Relaxed,
}

impl Variant {
    pub const BOTH: [Self; 2] = [Self::Simd, Self::Relaxed];

    pub fn name(self) -> &'static str {
        match self {
            Self::Simd => "SIMD",
            Self::Relaxed => "relaxed SIMD",
        }
    }
}

/// Who works together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crew {
    /// One worker.
    One,
    /// Two that share every step, each with as many sequences as one alone.
    Two,
    /// Two that share the step of one.
    Halves,
    /// Two with a run each, started together.
    Apart,
}

/// A browser, and a server of all that its page needs.
pub struct Stage {
    chrome: Chrome,
    site: Site,
    scripts: [String; 2],
}

impl Stage {
    /// Puts the published workers into `folder`, where the model is, and serves it.
    pub async fn set(folder: &Path) -> Result<Self> {
        let built = Site::serve(Build::Root)?;
        let mut scripts = [String::new(), String::new()];
        for file in built.files()?.into_iter().filter(|file| file.starts_with("lm-worker")) {
            fs::copy(built.dist.join(&file), folder.join(&file))?;
            if file.ends_with(".js") {
                scripts[usize::from(file.starts_with("lm-worker-relaxed"))] = format!("/{file}");
            }
        }
        ensure!(scripts.iter().all(|script| !script.is_empty()), "the site has no worker of the language model");
        fs::write(
            folder.join("index.html"),
            "<!doctype html><html lang=\"en\"><title>Bench</title><body></body></html>",
        )?;
        Ok(Self { chrome: Chrome::start_whole().await?, site: Site::serve_folder(folder.to_owned(), "")?, scripts })
    }

    /// The name that the browser gives itself.
    pub async fn browser(&self) -> Result<String> {
        let tab = self.tab().await?;
        let agent: String = tab.eval("navigator.userAgent").await?;
        tab.close(&self.chrome).await?;
        let name = agent.split(' ').find(|word| word.contains("Chrom")).unwrap_or("a browser");
        Ok(name.replace('/', " "))
    }

    async fn tab(&self) -> Result<Tab> {
        let tab = self.chrome.tab(View::default()).await?;
        tab.goto(&self.site.url("/")).await?;
        Ok(tab)
    }

    /// A run of the job; for each worker what it told.
    pub async fn run(&self, job: &Job, mask: Mask, variant: Variant, crew: Crew) -> Result<Vec<Told>> {
        let role = |worker| Role { worker, n_workers: 2 };
        let (roles, batch) = match crew {
            Crew::One => (vec![Role::ALONE], BATCH),
            Crew::Two => (vec![role(0), role(1)], 2 * BATCH),
            Crew::Halves => (vec![role(0), role(1)], BATCH),
            Crew::Apart => (vec![Role::ALONE; 2], BATCH),
        };
        let shares = roles[0] != Role::ALONE;
        let starts: Vec<_> = roles.into_iter().map(|role| job.messages(mask, role, batch, job.n_steps)).collect();
        let script = &self.scripts[usize::from(variant == Variant::Relaxed)];
        let given = json!({ "script": script, "files": FILES, "starts": starts, "tags": tags() });
        let told: Vec<Vec<(f64, Vec<u8>)>> = self.result(TRAIN, &given).await?;
        told.into_iter()
            .enumerate()
            .map(|(at, messages)| {
                let mut told = Told::of(batch);
                for (at_ms, bytes) in messages {
                    told.hear_bytes(at_ms, &bytes)?;
                }
                // Of two that share a run the first is enough.
                ensure!(told.losses.is_some() || (shares && at == 1), "a worker told of no step");
                Ok(told)
            })
            .collect()
    }

    /// Some steps of one worker and as many of another engine by turns, `job.n_turns` times: what the worker told, and of
    /// each turn the milliseconds of a step of both. `other` is a script that makes such an engine of what is `given`.
    pub async fn turns(
        &self,
        job: &Job,
        mask: Mask,
        variant: Variant,
        (other, given): (&str, Value),
    ) -> Result<(Told, Vec<(f64, f64)>)> {
        let script = &self.scripts[usize::from(variant == Variant::Relaxed)];
        // More steps than are made: the run does not end of itself.
        let start = job.messages(mask, Role::ALONE, BATCH, (job.n_turns + 2) * (STEPS_OF_A_TURN + 3));
        let given = json!({
            "script": script, "files": FILES, "start": start, "tags": tags(), "other": given,
            "pause": encode(&Command::Pause), "resume": encode(&Command::Resume),
            "nTurns": job.n_turns, "nSteps": STEPS_OF_A_TURN,
        });
        let script = format!("({TRAIN_PAIR})({other})");
        type Turn = (f64, f64, Vec<f64>);
        let (messages, turns): (Vec<(f64, Vec<u8>)>, Vec<Turn>) = self.result(&script, &given).await?;
        let mut told = Told::of(BATCH);
        for (at_ms, bytes) in messages {
            told.hear_bytes(at_ms, &bytes)?;
        }
        let turn = |(begun, ended, others): Turn| Ok((told.step_ms(begun, ended)?, median(others)));
        let turns = turns.into_iter().map(turn).collect::<Result<_>>()?;
        Ok((told, turns))
    }

    /// What a script of a page leaves in `window.told`.
    pub async fn result<T: DeserializeOwned>(&self, script: &str, given: &Value) -> Result<T> {
        let tab = self.tab().await?;
        tab.eval::<()>(&format!(
            "void ({script})({given}).catch((error) => {{ window.trouble = String(error?.stack ?? error) }})"
        ))
        .await?;
        let begun = Instant::now();
        loop {
            let (is_told, trouble): (bool, Option<String>) =
                tab.eval("[window.told !== undefined, window.trouble ?? null]").await?;
            if let Some(trouble) = trouble {
                bail!("the page says: {trouble}");
            }
            if is_told {
                break;
            }
            ensure!(begun.elapsed() < LIMIT, "waited {LIMIT:?} for a run to end");
            tokio::time::sleep(GLANCE).await;
        }
        let told = tab.eval("window.told").await.context("what the page tells cannot be read")?;
        tab.close(&self.chrome).await?;
        Ok(told)
    }

    pub async fn clear(self) -> Result<()> {
        self.chrome.stop().await
    }
}

/// The first byte of each message that the page must know.
fn tags() -> Value {
    let shard = Shard { run: 0, step: 0, worker: 0, loss: 0.0, tokens: Vec::new() };
    let first = |bytes: Vec<u8>| bytes.first().copied();
    let event = |event: Event| first(encode(&event));
    let message = String::new();
    json!({
        "ready": event(Event::Ready { protocol: 0 }),
        "loaded": event(Event::Loaded { n_weights: 0, n_body_weights: 0, context: 0, shape: [0; 4], fingerprint: 0 }),
        "dataReady": event(Event::DataReady {
            n_trained: 0, n_held_out: 0, lengths: Vec::new(), prompt_ends_in_space: false,
        }),
        "gradients": event(Event::Gradients(shard.clone())),
        "progress": event(Event::Progress {
            run: 0, step: 0, n_steps: 0, steps: Vec::new(), evaluations: Vec::new(), memory_bytes: 0,
        }),
        "paused": event(Event::Paused { run: 0 }),
        "give": first(encode(&Command::Gradients(shard))),
        "ends": [
            event(Event::Done { run: 0 }),
            event(Event::Failed { run: 0, message: message.clone() }),
            event(Event::Refused { ask: 0, message }),
        ],
    })
}
