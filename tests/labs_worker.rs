//! The labs' worker, spoken to as the lab module speaks to it.

use anyhow::{Context, Result, bail, ensure};
use labs::{
    model::About,
    parameters::{Value, Values},
    protocol::{Command, Event, PROTOCOL, decode, encode},
    registry::{self, BUILT},
};
use site_tests::{
    browser::{Chrome, Tab, View},
    site::{Build, Fault, Site},
};
use std::time::{Duration, Instant};

/// Starts a worker in the page; see the file.
const WORKER: &str = include_str!("page/worker.js");
/// How long a worker may take to answer on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);
/// How often the page is asked what it has heard.
const GLANCE: Duration = Duration::from_millis(15);

/// Steps over which a browser is held against the native numbers.
const N_STEPS: u32 = 10;

/// What a worker tells of a run.
#[derive(Debug, PartialEq)]
struct Report {
    step: u32,
    loss: f64,
    bytes: Vec<u8>,
}

/// A worker in a tab, and how much of what it said has been read.
struct Hand<'a> {
    tab: &'a Tab,
    n_read: usize,
}

impl<'a> Hand<'a> {
    async fn start(tab: &'a Tab, lab: &str) -> Result<Self> {
        tab.eval::<()>(&format!("({WORKER})(document.getElementById('lab-worker-js').href, {lab:?})")).await?;
        Ok(Self { tab, n_read: 0 })
    }

    async fn say(&self, command: &Command) -> Result<()> {
        self.say_bytes(&encode(command)).await
    }

    /// Says two things with nothing between them, however quick the lab is.
    async fn say_both(&self, first: &Command, second: &Command) -> Result<()> {
        self.tab.eval(&format!("void (hand.say({:?}), hand.say({:?}))", encode(first), encode(second))).await
    }

    async fn say_bytes(&self, bytes: &[u8]) -> Result<()> {
        self.tab.eval(&format!("hand.say({bytes:?})")).await
    }

    /// The next thing that it says.
    async fn next(&mut self) -> Result<Event> {
        let start = Instant::now();
        loop {
            let heard: Option<Vec<u8>> = self.tab.eval(&format!("hand.heard[{}] ?? null", self.n_read)).await?;
            if let Some(bytes) = heard {
                self.n_read += 1;
                return Ok(decode(&bytes)?);
            }
            if start.elapsed() > LIMIT {
                let errors: Vec<String> = self.tab.eval("hand.errors").await?;
                bail!("waited {LIMIT:?} for the worker to say something; it threw {errors:?}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Reads on to the next event that is no progress; gives it with the last progress before it.
    async fn halt(&mut self) -> Result<(Event, Option<Report>)> {
        let mut last = None;
        loop {
            match self.next().await? {
                Event::Progress { step, loss, report, .. } => last = Some(Report { step, loss, bytes: report }),
                event => return Ok((event, last)),
            }
        }
    }
}

fn start(about: &About, run: u32, pause_at: u32) -> Command {
    let settings = Values::defaults(about.parameters).list().to_vec();
    Command::Start { run, settings, seed: 7, pause_at }
}

async fn home(chrome: &Chrome, site: &Site) -> Result<Tab> {
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    Ok(tab)
}

#[tokio::test]
async fn every_lab_runs_steps_stops_and_goes_on() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    for about in BUILT {
        let lab = about.name;
        let mut hand = Hand::start(&tab, lab).await?;
        ensure!(hand.next().await? == Event::Ready { protocol: PROTOCOL }, "{lab}: it does not say that it is ready");

        // To a step, as a share link asks for it; then one more.
        hand.say(&start(about, 1, 3)).await?;
        let (event, last) = hand.halt().await?;
        ensure!(event == Event::Paused { run: 1 }, "{lab}: at the third step it says {event:?}");
        ensure!(last.map(|report| report.step) == Some(3), "{lab}: it did not report the third step");
        hand.say(&Command::Step).await?;
        let (event, last) = hand.halt().await?;
        ensure!(event == Event::Paused { run: 1 }, "{lab}: after a single step it says {event:?}");
        ensure!(last.map(|report| report.step) == Some(4), "{lab}: a single step was none");

        // Stopped in mid-run it keeps the run, and the same run begun anew is a new run.
        hand.say_both(&start(about, 2, 0), &Command::Stop).await?;
        let (event, last) = hand.halt().await?;
        ensure!(event == Event::Done { run: 2 }, "{lab}: stopped, it says {event:?}");
        let stopped_at = last.map(|report| report.step).context("no report when it stopped")?;
        ensure!(stopped_at < about.n_steps, "{lab}: it ran to its end before it heard of the stop");
        hand.say(&Command::Resume).await?;
        let (event, last) = hand.halt().await?;
        ensure!(event == Event::Done { run: 2 }, "{lab}: at its end it says {event:?}");
        ensure!(last.map(|report| report.step) == Some(about.n_steps), "{lab}: it ended before its last step");

        let errors: Vec<String> = tab.eval("hand.errors").await?;
        ensure!(errors.is_empty(), "{lab}: the worker threw {errors:?}");
    }
    chrome.stop().await
}

#[tokio::test]
async fn the_same_seed_gives_the_same_run() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    for about in BUILT {
        let mut traces = Vec::new();
        for run in [1, 2] {
            let mut hand = Hand::start(&tab, about.name).await?;
            hand.next().await?;
            let mut trace = Vec::new();
            for step in 1..=N_STEPS {
                hand.say(&if step == 1 { start(about, run, 1) } else { Command::Step }).await?;
                let (_, last) = hand.halt().await?;
                trace.push(last.context("no report")?);
            }
            traces.push(trace);
        }
        ensure!(traces[0] == traces[1], "{}: two runs of one seed differ", about.name);
        // Another target rounds otherwise, and no more than that over the first steps.
        let values = Values::defaults(about.parameters);
        let native = registry::losses(about.name, &values, 7, N_STEPS)?;
        for (Report { step, loss, .. }, native) in traces[0].iter().zip(native) {
            let apart = (loss - native).abs();
            ensure!(apart <= 1e-4 * native.abs(), "{}, step {step}: {native} natively, {loss} here", about.name);
        }
    }
    chrome.stop().await
}

#[tokio::test]
async fn what_cannot_be_read_or_done_is_told() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    let lab = BUILT.first().context("no lab is built")?;
    let mut hand = Hand::start(&tab, lab.name).await?;
    hand.next().await?;
    hand.say_bytes(&[255, 255, 255]).await?;
    tells(hand.next().await?, 0, "do not understand each other")?;
    hand.tab.eval::<()>("hand.worker.postMessage({ run: 'fast' })").await?;
    tells(hand.next().await?, 0, "do not understand each other")?;
    let settings = vec![Value::Switch(true); lab.parameters.len() + 1];
    hand.say(&Command::Start { run: 4, settings, seed: 7, pause_at: 0 }).await?;
    tells(hand.next().await?, 4, "settings that this lab does not have")?;
    // It goes on all the same.
    hand.say(&start(lab, 5, 2)).await?;
    let (event, _) = hand.halt().await?;
    ensure!(event == Event::Paused { run: 5 }, "after bad messages it says {event:?}");

    let mut stranger = Hand::start(&tab, "no-such-lab").await?;
    ensure!(stranger.next().await? == Event::Ready { protocol: PROTOCOL }, "a stranger is not ready");
    stranger.say(&start(lab, 6, 0)).await?;
    tells(stranger.next().await?, 6, "no-such-lab")?;
    let errors: Vec<String> = tab.eval("hand.errors").await?;
    ensure!(errors.is_empty(), "the worker threw {errors:?}");
    chrome.stop().await
}

/// Whether an event is a failure of this run that names its cause.
fn tells(event: Event, run: u32, cause: &str) -> Result<()> {
    match event {
        Event::Failed { run: failed, message } if failed == run && message.contains(cause) => Ok(()),
        event => bail!("instead of a failure of run {run} that tells of “{cause}” came {event:?}"),
    }
}

#[tokio::test]
async fn a_worker_that_cannot_start_is_an_error_that_its_page_hears() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let lab = BUILT.first().context("no lab is built")?.name;
    let worker = |file: &String| file.starts_with("lab-worker") && file.ends_with("_bg.wasm");
    let wasm = site.files()?.into_iter().find(worker).context("the site has no worker")?;
    for fault in [Fault::Missing, Fault::Break] {
        let tab = home(&chrome, &site).await?;
        site.fault(&format!("/{wasm}"), fault);
        Hand::start(&tab, lab).await?;
        tab.wait_for("hand.errors.length === 1 && !hand.heard.length", "the page to hear of it").await?;
        site.heal();
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
