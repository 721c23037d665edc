//! Runs of the lab that fine-tunes a language model which are cut off: by a tab that is killed while a checkpoint is
//! being written, and by a reader who leaves.

use anyhow::{Context, Result, bail, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    lab::{Button, Lab, prefixed},
    site::{Build, Site},
};
use std::time::{Duration, Instant};

/// The figure's id, and the lab's name.
const ID: &str = "sft";

/// How long a busy machine may take for a few steps.
const PATIENCE: Duration = Duration::from_secs(120);

/// Keeps the files that are saved, and tells each worker where its checkpoint is to be cut.
fn spy(cut: &str) -> String {
    format!(
        "window.saved = []; \
         const make = URL.createObjectURL; \
         URL.createObjectURL = (blob) => {{ saved.push(blob); return make(blob) }}; \
         const Own = window.Worker; \
         window.Worker = class extends Own {{ constructor(url, options) {{ super(`${{url}}?cut={cut}`, options) }} }};"
    )
}

/// Stands before a worker's own script. At one place of one checkpoint it asks for `/cut/PLACE`, so that the test knows,
/// and does nothing more for ever.
const CUTTER: &str = r#"
{
  const [which, place] = (new URLSearchParams(location.search).get('cut') ?? '').split('-');
  const files = FileSystemSyncAccessHandle.prototype;
  const { truncate, write, flush, close } = files;
  // How many checkpoints were begun, the bytes of the last and of the one before, and a byte that is held back.
  let n = 0, bytes = 0, before = 0, held = null;
  const stop = () => { const ask = new XMLHttpRequest(); ask.open('GET', `/cut/${parseInt(place) || place}`, false); ask.send(); for (;;); };
  const isHere = (at) => n === Number(which) && place === at;
  files.truncate = function (size) {
    if (n + 1 === Number(which) && place === 'before') stop();
    [n, before, bytes, held] = [n + 1, bytes, 0, null];
    truncate.call(this, size);
    if (isHere('empty')) stop();
  };
  files.write = function (part, { at }) {
    const own = part.slice();
    bytes = at + own.length;
    if (n === Number(which) && /^[0-9]/.test(place)) {
      const end = place.endsWith('%') ? Math.floor(before * parseFloat(place) / 100) : Number(place);
      if (at + own.length > end) {
        write.call(this, own.subarray(0, end - at), { at });
        stop();
      }
    }
    if (isHere('last')) {
      if (held) write.call(this, held.bytes, { at: held.at });
      held = { bytes: own.slice(-1), at: at + own.length - 1 };
      write.call(this, own.subarray(0, own.length - 1), { at });
      return own.length;
    }
    return write.call(this, own, { at });
  };
  files.flush = function () {
    if (isHere('last') || isHere('flush')) stop();
    flush.call(this);
  };
  files.close = function () {
    if (isHere('close')) stop();
    close.call(this);
  };
}
"#;

/// Where a tab is killed, and whether the checkpoint is whole then: before its file is emptied, then with so many bytes
/// of it, or that part of them, then with all but one, then with all.
const PLACES: [(&str, bool); 10] = [
    ("before", false),
    ("empty", false),
    ("1", false),
    ("60", false),
    ("5%", false),
    ("50%", false),
    ("97%", false),
    ("last", false),
    ("flush", true),
    ("close", true),
];

async fn open(tab: &Tab, url: &str) -> Result<()> {
    tab.goto_live(url).await?;
    Lab::new(tab, ID).wake().await
}

/// Sets a field as a reader does.
async fn set(tab: &Tab, name: &str, value: &str) -> Result<()> {
    let field = format!("document.querySelector('figure#{ID} [data-set={name}]')");
    tab.eval(&format!(
        "(() => {{ {field}.value = '{value}'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
    ))
    .await
}

/// Presses a button wherever it stands.
async fn press(tab: &Tab, ask: &str) -> Result<()> {
    let button = format!("document.querySelector(\"figure#{ID} [data-ask='{ask}']\")");
    tab.wait_for(&button, &format!("the button {ask}")).await?;
    tab.eval(&format!("{button}.click()")).await
}

async fn status(tab: &Tab) -> Result<String> {
    tab.eval(&format!("document.querySelector('figure#{ID} .lab-status').textContent")).await
}

/// Waits until the figure says something that begins so; all that it says then.
async fn wait_status(tab: &Tab, begins: &str) -> Result<String> {
    let start = Instant::now();
    loop {
        let words = status(tab).await?;
        if words.starts_with(begins) {
            return Ok(words);
        }
        let problem = Lab::new(tab, ID).problem().await?;
        ensure!(
            problem.is_empty() && start.elapsed() < PATIENCE,
            "waited for {begins:?}; it says {words:?} and complains {problem:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// A pair of the reader's own: then no checker asks sixty questions before and after.
async fn own_pairs(tab: &Tab) -> Result<()> {
    press(tab, "add").await
}

/// Makes one step and waits for its end.
async fn step(tab: &Tab, step: u32) -> Result<()> {
    Lab::new(tab, ID).press(Button::Step).await?;
    wait_status(tab, &format!("Paused at step {step} of ")).await.map(drop)
}

/// What the figure does when it may be left.
async fn write_checkpoint(tab: &Tab) -> Result<()> {
    tab.eval("void dispatchEvent(new Event('pagehide'))").await
}

/// Takes a run up, which must have the same bits as before; the step that it is at.
async fn take_up(tab: &Tab) -> Result<u32> {
    press(tab, "take-up").await?;
    let words = wait_status(tab, "Taken up at step ").await?;
    let numbers: Vec<u32> = words.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
    let [step, n_steps] = numbers[..] else { bail!("it says {words:?}") };
    ensure!(words == format!("Taken up at step {step} of {n_steps}."), "something differs: {words:?}");
    Ok(step)
}

/// All losses of a run that has ended, and a digest of its weights.
async fn outcome(tab: &Tab) -> Result<(String, String)> {
    press(tab, "csv").await?;
    tab.wait_for("saved.length === 1", "the numbers").await?;
    press(tab, "take:f32").await?;
    tab.wait_for("saved.length === 2", "the weights").await?;
    let csv: String = tab.eval("saved[0].text()").await?;
    // Speeds are never the same.
    let without_speed = |line: &str| {
        let columns: Vec<&str> = line.split(',').collect();
        [&columns[..5], &columns[6..]].concat().join(",")
    };
    let digest = "(async () => [...new Uint8Array(await crypto.subtle.digest('SHA-256', \
                  await saved[1].arrayBuffer()))].join(' '))()";
    Ok((csv.lines().map(without_speed).collect::<Vec<_>>().join("\n"), tab.eval(digest).await?))
}

#[tokio::test]
async fn a_run_whose_tab_is_killed_at_ten_places_of_a_checkpoint_ends_with_the_same_bits() -> Result<()> {
    let (_folder, site) = prefixed(Build::Root, "lm-worker", CUTTER)?;
    let route = site.apart()?.into_iter().next().context("no article has the lab")?;
    let (url, chrome) = (site.url(&route), Chrome::start().await?);
    let view = |cut: &str| View::default().with_script_before(&spy(cut));

    let tab = chrome.tab(view("")).await?;
    open(&tab, &url).await?;
    own_pairs(&tab).await?;
    set(&tab, "epochs", "3").await?;
    Lab::new(&tab, ID).press(Button::Go).await?;
    wait_status(&tab, "Finished at step 18 of 18.").await?;
    let expected = outcome(&tab).await?;
    ensure!(expected.0.lines().count() == 20, "{}", expected.0);
    tab.close(&chrome).await?;

    let mut whole_at = 0;
    let mut tab = chrome.tab(view(&format!("2-{}", PLACES[0].0))).await?;
    for (place_idx, (place, is_whole)) in PLACES.into_iter().enumerate() {
        open(&tab, &url).await?;
        if place_idx == 0 {
            own_pairs(&tab).await?;
            set(&tab, "epochs", "3").await?;
        } else {
            let found = take_up(&tab).await?;
            ensure!(found == whole_at, "{place} was reached; step {whole_at} is whole, and {found} was taken up");
        }
        // Each checkpoint takes the place of the older of two.
        step(&tab, whole_at + 1).await?;
        write_checkpoint(&tab).await?;
        let said = "document.querySelector('figure#sft [data-region=files]').textContent";
        let is_written = format!("{said}.includes('The last checkpoint holds step {}.')", whole_at + 1);
        if let Err(why) = tab.wait_for(&is_written, "a whole checkpoint").await {
            bail!("after the kill at {place}: {why}; the figure says {:?}", status(&tab).await?);
        }
        step(&tab, whole_at + 2).await?;
        site.forget();
        write_checkpoint(&tab).await?;
        if site.wait_asked(&format!("/cut/{}", place.trim_end_matches('%'))).await.is_err() {
            bail!("the place {place} is never reached; the figure says {:?}", status(&tab).await?);
        }
        whole_at += if is_whole { 2 } else { 1 };
        let next = PLACES.get(place_idx + 1).map_or(String::new(), |(next, _)| format!("2-{next}"));
        tab = chrome.kill(tab, view(&next)).await?;
    }
    open(&tab, &url).await?;
    ensure!(take_up(&tab).await? == whole_at);
    Lab::new(&tab, ID).press(Button::Go).await?;
    wait_status(&tab, "Finished at step 18 of 18.").await?;
    ensure!(outcome(&tab).await? == expected, "ten kills left their trace in the run");
    chrome.stop().await
}

/// How the reader goes, and comes back by a visit of its own.
#[derive(Clone, Copy, Debug)]
enum Way {
    Link,
    Reload,
    Back,
}

#[tokio::test]
async fn who_leaves_a_run_is_offered_it_again() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let route = site.apart()?.into_iter().next().context("no article has the lab")?;
    let link = format!("main h3 a[href='{}']", site.path(&route));
    let is_at = |route: &str| format!("location.pathname === '{}'", site.path(route));
    for way in [Way::Link, Way::Reload, Way::Back] {
        let tab = chrome.tab(View::default()).await?;
        let lab = Lab::new(&tab, ID);
        let enter = async || {
            tab.click(&link).await?;
            tab.wait_for(&is_at(&route), "the article").await?;
            tab.live().await?;
            lab.wake().await
        };
        tab.goto_live(&site.url("/")).await?;
        enter().await?;
        ensure!(tab.eval::<bool>("!document.querySelector('.lab-offer')").await?, "there is nothing to take up yet");
        own_pairs(&tab).await?;
        for (name, value) in [("epochs", "200"), ("batch", "1")] {
            set(&tab, name, value).await?;
        }
        lab.press(Button::Go).await?;
        wait_status(&tab, "Running.").await?;
        let is_new = "!/run at build/.test(document.querySelector('figure#sft .lab-count').textContent)";
        tab.wait_for(is_new, "a first report").await?;
        lab.wait_beyond(0).await?;
        // One is whole from the start, as it is after half a minute.
        write_checkpoint(&tab).await?;
        let said = "document.querySelector('figure#sft [data-region=files]').textContent";
        tab.wait_for(&format!("{said}.includes('The last checkpoint holds')"), "a whole checkpoint").await?;
        let held: String = tab.eval(&format!("{said}.match(/The last checkpoint holds step (\\d+)/)[1]")).await?;
        let held: u32 = held.parse()?;
        lab.wait_beyond(lab.step().await?).await?;
        let left_at = lab.step().await?;
        match way {
            Way::Link => {
                tab.click("header a").await?;
                tab.wait_for(&is_at("/"), "the first page").await?;
                tab.live().await?;
                enter().await?;
            }
            Way::Reload => {
                tab.reload().await?;
                tab.live().await?;
                lab.wake().await?;
            }
            Way::Back => {
                tab.back().await?;
                tab.wait_for(&is_at("/"), "the first page").await?;
                tab.live().await?;
                enter().await?;
            }
        }
        // A link waits until all is written. The other ways give a worker less than a second, which a busy machine may
        // not leave it; then the whole checkpoint before it counts.
        let found = take_up(&tab).await?;
        let least = if matches!(way, Way::Link) { left_at } else { held };
        ensure!(found >= least, "{way:?}: left at step {left_at} with a checkpoint of {held}, and found at {found}");
        check::is_quiet(&tab, &format!("{way:?}")).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
