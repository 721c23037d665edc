//! Measures the lab of the first article that has one, and the lab that fine-tunes a language model: how fast the first
//! trains, how soon they stop, and what the page's main thread has left meanwhile.

use anyhow::{Context, Result, ensure};
use labs::{
    parameters::Values,
    protocol::{Command, encode},
    registry,
};
use site_tests::{
    browser::{Chrome, Tab, Task, View},
    lab::{Button, Lab, Place},
    measure::processor,
    site::{Build, Site},
};

/// How often each figure is taken; the median counts.
const ROUNDS: usize = 5;
/// Steps of the measured run.
const STEPS: u32 = 2_000;
/// How long they may take in one worker, in milliseconds.
const TRAINING_MS: f64 = 3_000.0;
/// How long a run may go on after a click on Stop.
const STOP_MS: f64 = 100.0;
/// Work of the main thread in a frame, at the 95th percentile.
const FRAME_WORK_MS: f64 = 8.0;
/// Its longest task.
const TASK_MS: f64 = 50.0;
/// Length of a frame.
const FRAME_MS: f64 = 1_000.0 / 60.0;
/// Starts a worker in the page; see the file.
const WORKER: &str = include_str!("../page/worker.js");

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let site = Site::serve(Build::Root)?;
    let chrome = Chrome::start_whole().await?;
    let mut missed = Vec::new();
    for place in [Place::find(&site)?, Place::of_language_model(&site)?] {
        missed.extend(measure(&chrome, &site, &place).await?);
    }
    chrome.stop().await?;
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join(", "));
    Ok(())
}

/// Measures one lab, prints what was found, and gives what is out of bounds.
async fn measure(chrome: &Chrome, site: &Site, place: &Place) -> Result<Vec<String>> {
    let steps = place.n_steps()?.min(STEPS);
    // How fast a language model trains is another bench's affair.
    let is_model = registry::find(&place.lab).is_some_and(|lab| !lab.needs_language_model());
    let (mut training, mut stops, mut tasks) = (Vec::new(), Vec::new(), Vec::new());
    let (mut works, mut waits) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        if is_model {
            training.push(train(chrome, site, place, steps).await?);
        }
        stops.push(stop(chrome, site, place).await?);
        let trace = watch(chrome, site, place).await?;
        works.push(percentile(frames(&trace, |task| task.work_ms), 0.95));
        waits.push(percentile(frames(&trace, |task| task.ms), 0.95));
        tasks.push(trace.iter().map(|task| task.ms).fold(0.0, f64::max));
    }

    println!("{} of {}: median of {ROUNDS}, {}\n", place.lab, place.route, processor());
    println!("{:<52} {:>9} {:>9} {:>9} {:>9}", "", "median", "least", "most", "bound");
    let mut missed = Vec::new();
    let bound = TRAINING_MS * f64::from(steps) / f64::from(STEPS);
    for (what, figures, bound) in [
        (format!("{steps} steps in one worker, first to last"), training, bound),
        ("from a click on Stop to the answer on the page".to_owned(), stops, STOP_MS),
        ("main-thread work of a frame while training, 95 %".to_owned(), works, FRAME_WORK_MS),
        // Includes what the thread waits for a core, where worker, drawing and browser are more threads than cores.
        ("  by the clock on the wall".to_owned(), waits, f64::INFINITY),
        ("longest task of the main thread while training".to_owned(), tasks, TASK_MS),
    ] {
        if figures.is_empty() {
            continue;
        }
        let (least, median, most) =
            (percentile(figures.clone(), 0.0), percentile(figures.clone(), 0.5), percentile(figures, 1.0));
        let bound_text = if bound.is_finite() { format!("{bound:>6.0} ms") } else { String::new() };
        println!("{what:<52} {median:>6.1} ms {least:>6.1} ms {most:>6.1} ms {bound_text}");
        if median > bound {
            missed.push(format!("{}: {what}", place.lab));
        }
    }
    println!();
    Ok(missed)
}

/// Milliseconds from the command to start until the worker says that it has halted, with nothing else on the page.
async fn train(chrome: &Chrome, site: &Site, place: &Place, steps: u32) -> Result<f64> {
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/about/")).await?;
    tab.eval::<()>(&format!("({WORKER})(document.getElementById('lab-worker-js').href, {:?})", place.lab)).await?;
    tab.wait_for("hand.heard.length === 1", "the worker").await?;
    let about = registry::find(&place.lab).and_then(|lab| lab.about).context("there is no such lab")?;
    let settings = Values::defaults(about.parameters).list().to_vec();
    let start = encode(&Command::Start { run: 1, settings, seed: 1, pause_at: steps });
    // Whatever is longer than a halt's two or three bytes is progress.
    let time = format!(
        "new Promise((done) => {{ const start = performance.now(); \
         hand.worker.addEventListener('message', ({{ data }}) => data.length <= 3 && done(performance.now() - start)); \
         hand.say({start:?}) }})"
    );
    let time = tab.eval(&time).await?;
    tab.close(chrome).await?;
    Ok(time)
}

/// A lab in its article that trains.
async fn training<'a>(tab: &'a Tab, site: &Site, place: &Place) -> Result<Lab<'a>> {
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(tab, &place.lab);
    lab.wake().await?;
    // The renderer comes when the page is at rest.
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 2500))", "the page to be at rest").await?;
    lab.run().await?;
    Ok(lab)
}

/// Milliseconds from a click on Stop until the figure says that it has ended and the last report is drawn.
async fn stop(chrome: &Chrome, site: &Site, place: &Place) -> Result<f64> {
    let tab = chrome.tab(View::default()).await?;
    let lab = training(&tab, site, place).await?;
    let body = lab.selector(".lab-body");
    tab.eval::<()>(&format!(
        "(() => {{ addEventListener('click', (event) => window.clickAt = event.timeStamp, true); \
         const body = document.querySelector({body:?}); let last = 0; \
         new MutationObserver(() => {{ if (body.dataset.phase !== 'finished') return; \
           window.stoppedAt = performance.now() }}).observe(body, {{ subtree: true, childList: true, attributes: true, characterData: true }}) }})()"
    ))
    .await?;
    lab.press(Button::Stop).await?;
    lab.wait_phase("finished").await?;
    // Until nothing more changes in the figure.
    tab.wait_for("window.stoppedAt && new Promise((done) => setTimeout(() => done(true), 500))", "the last report")
        .await?;
    let time = tab.eval("stoppedAt - clickAt").await?;
    tab.close(chrome).await?;
    Ok(time)
}

/// What the main thread does during two seconds of training, its figure in view.
async fn watch(chrome: &Chrome, site: &Site, place: &Place) -> Result<Vec<Task>> {
    let tab = chrome.tab(View::default()).await?;
    let lab = training(&tab, site, place).await?;
    let tasks = tab
        .trace(async {
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            Ok(())
        })
        .await?;
    ensure!(!tasks.is_empty(), "the trace holds no task");
    let _ = lab;
    tab.close(chrome).await?;
    Ok(tasks)
}

/// For each frame between the first task and the last the sum of what `cost` gives of its tasks, in milliseconds.
fn frames(tasks: &[Task], cost: impl Fn(&Task) -> f64) -> Vec<f64> {
    let first = tasks.iter().map(|task| task.at_ms).fold(f64::INFINITY, f64::min);
    let last = tasks.iter().map(|task| task.at_ms + task.ms).fold(0.0, f64::max);
    let n_frames = ((last - first) / FRAME_MS).ceil() as usize;
    let mut frames = vec![0.0; n_frames.max(1)];
    for task in tasks {
        // A task that spans frames counts in each with its part.
        let (mut at, end) = (task.at_ms - first, task.at_ms - first + task.ms);
        while at < end {
            let frame_idx = (at / FRAME_MS) as usize;
            let until = end.min((frame_idx + 1) as f64 * FRAME_MS);
            if let Some(frame) = frames.get_mut(frame_idx) {
                *frame += (until - at) / task.ms * cost(task);
            }
            // Rounding must not keep it where it is.
            at = until.max(at + 1e-6);
        }
    }
    frames
}

/// The figure that this share of all do not exceed.
fn percentile(mut figures: Vec<f64>, share: f64) -> f64 {
    figures.sort_by(f64::total_cmp);
    let at = ((figures.len().saturating_sub(1)) as f64 * share).round() as usize;
    figures.get(at).copied().unwrap_or_default()
}
