//! The lab that fine-tunes a language model, in its article: one click teaches a style, nothing jumps, what is taken
//! away comes back the same, and what breaks says so.

use anyhow::{Context, Result, bail, ensure};
use labs::{
    protocol::decode,
    sft::protocol::{Event, ScoredToken},
};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    lab::{Button, Lab},
    path_from_env,
    site::{Build, Fault, Site},
};
use std::time::{Duration, Instant};

/// The figure's id, and the lab's name.
const ID: &str = "sft";

/// How long a whole run may take on a machine that does other things meanwhile.
const RUN: Duration = Duration::from_secs(150);

/// Keeps workers, what they say, and files that are saved, for the tests to look at.
const SPY: &str = "
    window.workers = []; window.heard = []; window.saved = [];
    const Own = window.Worker;
    window.Worker = class extends Own {
      constructor(...given) {
        super(...given);
        workers.push(this);
        this.addEventListener('message', ({ data }) => { if (data[0].length < 4000) heard.push([...data[0]]) });
      }
    };
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { saved.push(blob); return make(blob) };
";

fn route(site: &Site) -> Result<String> {
    for route in site.articles()? {
        if site.html(&route)?.contains(&format!(" data-lab=\"{ID}\"")) {
            return Ok(route);
        }
    }
    bail!("no article has the lab {ID}")
}

async fn open(site: &Site, chrome: &Chrome, view: View) -> Result<Tab> {
    let tab = chrome.tab(view.with_script_before(SPY)).await?;
    tab.goto_live(&site.url(&route(site)?)).await?;
    // On a phone the last blocks may be laid out by now and not yet in their places, which the jump to the figure would
    // take for a move of the layout.
    let rests = "(() => { const height = () => document.documentElement.scrollHeight, before = height(); \
                 return new Promise((done) => setTimeout(() => done(height() === before), 300)) })()";
    tab.wait_for(rests, "the page to rest").await?;
    Lab::new(&tab, ID).wake().await?;
    Ok(tab)
}

/// Sets a field as a reader does.
async fn set(tab: &Tab, name: &str, value: &str) -> Result<()> {
    let field = format!("document.querySelector('figure#{ID} [data-set={name}]')");
    tab.eval(&format!(
        "(() => {{ {field}.value = '{value}'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
    ))
    .await
}

/// A run so short that a test can have several.
async fn shorten(tab: &Tab) -> Result<()> {
    set(tab, "epochs", "3").await
}

/// Waits until a run is over and its answers are judged; what the figure says of them. All is read in one look, so that
/// what is told belongs together.
async fn judged(tab: &Tab) -> Result<String> {
    let (start, lab) = (Instant::now(), Lab::new(tab, ID));
    let look = format!(
        "(() => {{ const text = (part) => document.querySelector({:?} + part)?.textContent ?? ''; \
         return [document.querySelector({:?}).dataset.phase, text('.lab-status'), text('.lab-problem'), text('.lab-verdict')] }})()",
        lab.selector(""),
        lab.selector(".lab-body"),
    );
    loop {
        let [phase, status, problem, verdict]: [String; 4] = tab.eval(&look).await?;
        if phase == "finished" && status.starts_with("Finished") {
            return Ok(verdict);
        }
        ensure!(phase != "failed", "it failed: {problem:?}, {status:?}");
        ensure!(start.elapsed() < RUN, "the run did not end; it is {phase} and says {status:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn one_click_teaches_the_style() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = open(&site, &chrome, View::default()).await?;
    let lab = Lab::new(&tab, ID);
    ensure!(!site.asked().iter().any(|path| path.contains("/lm-worker")), "a worker was fetched before anybody asked");
    lab.press(Button::Go).await?;
    let verdict = judged(&tab).await?;
    // `before training 0 of 20 held out; after 204 steps 20 of 20 held out, 40 of 40 trained`
    let numbers: Vec<u32> = verdict.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let [before, 20, _, after, 20, ..] = numbers[..] else { bail!("the verdict is {verdict:?}") };
    ensure!(before <= 2, "before training {before} of 20 answers pass");
    ensure!(after >= 16, "after training {after} of 20 answers pass");
    let now: String =
        tab.eval("document.querySelector('.lab-seen:nth-of-type(3) div:last-of-type .lab-answer').textContent").await?;
    ensure!(now.starts_with("Ahoy! ") && now.ends_with("shipmate!"), "it says {now:?}");
    check::is_quiet(&tab, "a run").await?;
    chrome.stop().await
}

#[tokio::test]
async fn the_still_gives_way_without_a_shift_and_a_run_obeys() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    for view in [View::default(), View::phone(), View::narrow()] {
        let width = view.width;
        let tab = open(&site, &chrome, view).await?;
        let lab = Lab::new(&tab, ID);
        let charts = format!("document.querySelector({:?}).textContent", lab.selector(".lab-charts"));
        let picture: String = tab.eval(&charts).await?;
        let is_wide: bool = tab.eval("document.documentElement.scrollWidth > innerWidth").await?;
        ensure!(!is_wide, "at {width} px the page scrolls sideways");
        lab.run().await?;
        lab.press(Button::Go).await?;
        lab.wait_phase("paused").await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let paused_at = lab.step().await?;
        lab.press(Button::Step).await?;
        lab.wait_beyond(paused_at).await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
        ensure!(lab.step().await? == paused_at + 1, "a single step was none");
        lab.press(Button::Stop).await?;
        lab.wait_phase("finished").await?;
        lab.press(Button::Reset).await?;
        lab.wait_phase("still").await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
        let again: String = tab.eval(&charts).await?;
        ensure!(again == picture, "at {width} px a reset does not show the page's picture");
        let shifts: Vec<Vec<String>> = tab.eval("seen.shifts.map((shift) => shift.moved)").await?;
        ensure!(shifts.is_empty(), "at {width} px the layout moved: {shifts:?}");
        check::is_quiet(&tab, &format!("{width} px")).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// Log-probabilities that a worker gave of a watched prompt's tokens, the latest first.
async fn scores(tab: &Tab, watched: u32) -> Result<Vec<Vec<ScoredToken>>> {
    let heard: Vec<Vec<u8>> = tab.eval("heard").await?;
    let events = heard.iter().rev().filter_map(|bytes| decode::<Event>(bytes).ok());
    Ok(events
        .filter_map(|event| match event {
            Event::Sample { sampled, .. } if sampled.watched == watched => Some(sampled.expected),
            _ => None,
        })
        .collect())
}

#[tokio::test]
async fn what_is_exported_comes_back_with_the_same_numbers() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = open(&site, &chrome, View::default()).await?;
    let lab = Lab::new(&tab, ID);
    shorten(&tab).await?;
    lab.press(Button::Go).await?;
    judged(&tab).await?;
    let trained = scores(&tab, 2).await?.first().cloned().context("the worker scored nothing")?;
    ensure!(trained.len() > 5, "{trained:?}");
    tab.eval::<()>("document.querySelectorAll('figure#sft details').forEach((it) => { it.open = true })").await?;
    tab.reveal("[data-ask='take:f32']").await?;
    tab.click("[data-ask='take:f32']").await?;
    tab.wait_for("saved.length === 1", "the file").await?;
    set(&tab, "model", "disk").await?;
    tab.wait_for("document.querySelector('[data-file=model]')", "the field for files").await?;
    tab.eval::<()>("void (heard.length = 0)").await?;
    let choose = "(async () => { const files = new DataTransfer(); \
        for (const part of ['config', 'tokenizer']) { \
          const answer = await fetch(document.getElementById(`pocket-${part}`).href); \
          files.items.add(new File([await answer.blob()], `${part}.json`)) } \
        files.items.add(new File([saved[0]], 'model.safetensors')); \
        const input = document.querySelector('[data-file=model]'); input.files = files.files; \
        input.dispatchEvent(new Event('change', { bubbles: true })) })()";
    tab.eval::<()>(choose).await?;
    lab.press(Button::Step).await?;
    lab.wait_phase("paused").await?;
    let start = Instant::now();
    let again = loop {
        match scores(&tab, 2).await?.last() {
            Some(again) => break again.clone(),
            None => ensure!(start.elapsed() < RUN, "the model that came back was not asked: {}", lab.problem().await?),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    ensure!(again == trained, "the model that came back says {again:?}, not {trained:?}");
    chrome.stop().await
}

/// Presses a button wherever it stands, and waits until so many files are saved.
async fn save(tab: &Tab, ask: &str, n_saved: u32) -> Result<()> {
    tab.eval::<()>(&format!("document.querySelector(\"figure#{ID} [data-ask='{ask}']\").click()")).await?;
    tab.wait_for(&format!("saved.length === {n_saved}"), ask).await
}

/// Two digests of the files with these numbers.
async fn digests(tab: &Tab, files: [u32; 2]) -> Result<[String; 2]> {
    tab.eval(&format!(
        "Promise.all({files:?}.map(async (n) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', \
         await saved[n].arrayBuffer()))].join(' ')))"
    ))
    .await
}

#[tokio::test]
async fn an_adapter_comes_back_and_the_reader_s_prompts_are_asked() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = open(&site, &chrome, View::default()).await?;
    let lab = Lab::new(&tab, ID);
    tab.eval::<()>(&format!("document.querySelector('figure#{ID} [data-ask=add]').click()")).await?;
    set(&tab, "train", "lora").await?;
    set(&tab, "learning_rate", "0.005").await?;
    set(&tab, "epochs", "1").await?;
    let field = format!("document.querySelector('figure#{ID} [data-type=watch]')");
    let lines: String = tab.eval(&format!("{field}.value")).await?;
    ensure!(lines.lines().count() == 4, "the prompts of the pairs are {lines:?}");
    tab.eval::<()>(&format!(
        "(() => {{ {field}.value = 'What is a cow?'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
    ))
    .await?;
    lab.press(Button::Go).await?;
    tab.wait_for("/^Finished/.test(document.querySelector('.lab-status').textContent)", "the end of the run").await?;
    let asked: Vec<String> =
        tab.eval("[...document.querySelectorAll('.lab-asked')].map((asked) => asked.textContent)").await?;
    ensure!(asked == ["What is a cow? of your own"], "it asks {asked:?}");
    save(&tab, "take:f32", 1).await?;
    save(&tab, "take:adapter-config", 2).await?;
    save(&tab, "take:adapter", 3).await?;

    lab.press(Button::Reset).await?;
    lab.wait_phase("still").await?;
    let choose = "(() => { const files = new DataTransfer(); \
        files.items.add(new File([saved[1]], 'adapter_config.json')); \
        files.items.add(new File([saved[2]], 'adapter_model.safetensors')); \
        const input = document.querySelector('[data-file=adapter]'); input.files = files.files; \
        input.dispatchEvent(new Event('change', { bubbles: true })) })()";
    tab.eval::<()>(choose).await?;
    let is_read = "/^The tokens are counted/.test(document.querySelector('.lab-status').textContent)";
    tab.wait_for(is_read, "the model with its adapter").await?;
    save(&tab, "take:f32", 4).await?;
    let [merged, again] = digests(&tab, [0, 3]).await?;
    ensure!(merged == again, "with the adapter the model has other weights than after the run");
    tab.eval::<()>("document.querySelector(\"[data-ask='drop-adapter']\").click()").await?;
    tab.wait_for("!document.querySelector(\"[data-ask='drop-adapter']\")", "the adapter to be gone").await?;
    tab.wait_for(is_read, "the model without it").await?;
    ensure!(lab.problem().await?.is_empty(), "it says {}", lab.problem().await?);
    check::is_quiet(&tab, "an adapter").await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_worker_that_is_killed_in_mid_step_is_told_and_the_next_run_works() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = open(&site, &chrome, View::default()).await?;
    let lab = Lab::new(&tab, ID);
    lab.run().await?;
    tab.eval::<()>("workers[0].terminate()").await?;
    lab.press(Button::Go).await?;
    let sentence = lab.wait_problem().await?;
    ensure!(sentence.contains("not answered for two seconds"), "it says {sentence:?}");
    ensure!(lab.phase().await? == "failed", "it is {}", lab.phase().await?);
    shorten(&tab).await?;
    lab.press(Button::Go).await?;
    // The figure shows what a click began with its next frame.
    lab.wait_phase("running").await?;
    judged(&tab).await?;
    ensure!(lab.problem().await?.is_empty(), "it still complains: {}", lab.problem().await?);
    chrome.stop().await
}

/// What axe finds in the figure, as one line each.
async fn violations(tab: &Tab, state: &str, width: u32, faults: &mut Vec<String>) -> Result<()> {
    for dark in [false, true] {
        tab.lit(dark, true).await?;
        let found: Vec<String> = tab
            .eval(
                "axe.run('figure.lab', { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => \
                 nodes.map((node) => `${id}: ${node.target}: ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`)))",
            )
            .await?;
        faults.extend(found.into_iter().map(|fault| format!("{state}, {width} px, dark {dark}: {fault}")));
    }
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_any_state() -> Result<()> {
    let axe = path_from_env("AXE_JS")?;
    let axe = std::fs::read_to_string(&axe).with_context(|| format!("{} cannot be read", axe.display()))?;
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let mut faults = Vec::new();
    for width in [320, 1440] {
        let tab = open(&site, &chrome, View { width, still: true, ..View::default() }).await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        let lab = Lab::new(&tab, ID);
        violations(&tab, "still", width, &mut faults).await?;
        // All that can be opened, and every field of an adapter.
        tab.eval::<()>("document.querySelectorAll('figure#sft details').forEach((it) => { it.open = true })").await?;
        set(&tab, "train", "lora").await?;
        set(&tab, "learning_rate", "0.005").await?;
        violations(&tab, "opened", width, &mut faults).await?;
        lab.press(Button::Go).await?;
        violations(&tab, "loading", width, &mut faults).await?;
        lab.wait_phase("running").await?;
        violations(&tab, "running", width, &mut faults).await?;
        lab.press(Button::Stop).await?;
        lab.wait_phase("finished").await?;
        tab.click("[data-ask='explain:0']").await?;
        tab.wait_for("document.querySelector('.lab-tokens .counts')", "the tokens").await?;
        violations(&tab, "finished", width, &mut faults).await?;
        tab.close(&chrome).await?;

        let tab = chrome.tab(View { width, still: true, ..View::default() }).await?;
        for script in site.files()?.into_iter().filter(|file| file.starts_with("lm-worker") && file.ends_with(".js")) {
            site.fault(&format!("/{script}"), Fault::Break);
        }
        tab.goto_live(&site.url(&route(&site)?)).await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        let lab = Lab::new(&tab, ID);
        lab.wake().await?;
        lab.press(Button::Go).await?;
        lab.wait_phase("failed").await?;
        violations(&tab, "failed", width, &mut faults).await?;
        site.heal();
        tab.close(&chrome).await?;
    }
    ensure!(faults.is_empty(), "{} violations:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

/// What a run told of itself: seconds of training, and the losses on held-out pairs in their order.
async fn told(tab: &Tab) -> Result<(f64, Vec<f32>)> {
    let heard: Vec<Vec<u8>> = tab.eval("heard").await?;
    let (mut seconds, mut held_out) = (0.0, Vec::new());
    for event in heard.iter().filter_map(|bytes| decode::<Event>(bytes).ok()) {
        if let Event::Progress { steps, evaluations, .. } = event {
            seconds += steps.iter().map(|step| f64::from(step.n_tokens) / f64::from(step.tokens_per_s)).sum::<f64>();
            held_out.extend(evaluations.into_iter().filter_map(|evaluated| evaluated.held_out_loss));
        }
    }
    Ok((seconds, held_out))
}

/// All four presets with three seeds, in one worker. Four minutes on two cores:
/// `cargo test -p site-tests language:: -- --ignored --nocapture` prints what each run came to.
#[tokio::test]
#[ignore = "takes four minutes"]
async fn every_preset_teaches_what_it_says_with_three_seeds() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = open(&site, &chrome, View::default()).await?;
    let lab = Lab::new(&tab, ID);
    let mut missed = Vec::new();
    for preset in 0..4 {
        for seed in 1..=3 {
            lab.press(Button::Reset).await?;
            lab.wait_phase("still").await?;
            lab.set_seed(seed).await?;
            tab.reveal(&format!("[data-ask='preset:{preset}']")).await?;
            tab.eval::<()>("void (heard.length = 0)").await?;
            let start = Instant::now();
            tab.click(&format!("[data-ask='preset:{preset}']")).await?;
            let verdict = judged(&tab).await?;
            let whole = start.elapsed().as_secs_f64();
            let (training, held_out) = told(&tab).await?;
            let (Some(&first), Some(&last)) = (held_out.first(), held_out.last()) else {
                bail!("nothing was held out")
            };
            let numbers: Vec<u32> =
                verdict.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            let [before, 20, _, after, 20, trained, n_trained, ..] = numbers[..] else {
                bail!("the verdict is {verdict:?}")
            };
            println!(
                "preset {preset}, seed {seed}: before {before}, after {after} of 20 held out, {trained} of {n_trained} \
                 trained; held-out loss {first:.3} to {last:.3}; {training:.0} s of training, {whole:.0} s with questions"
            );
            let is_taught = match preset {
                3 => {
                    // What was never told cannot be known, and the figure says so. What an answer looks like, a place in
                    // a few words, is learnt within a fifth of the run (the loss falls from 7.6 to 3.8); the facts that
                    // are learnt from then on make no other more likely.
                    let begun = held_out.iter().take(held_out.len() / 4).copied().fold(f32::INFINITY, f32::min);
                    10 * trained >= 9 * n_trained && after <= 2 && last > 1.1 * begun && verdict.contains("honest")
                }
                _ => after >= 16 && last <= 0.5 * first,
            };
            if before > 2 || !is_taught {
                missed.push(format!("preset {preset}, seed {seed}: {verdict} Held-out loss {first} to {last}"));
            }
        }
    }
    ensure!(missed.is_empty(), "{}", missed.join("\n"));
    chrome.stop().await
}
