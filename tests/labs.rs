//! A lab in its article: it wakes without a trace, computes, halts, is shared and saved, and leaves nothing behind.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    lab::{Button, Lab, Place, altered, twice},
    site::{Build, Site},
};
use std::time::Duration;

/// How long two looks at a run that must stand still are apart.
const WHILE: Duration = Duration::from_millis(400);

/// Has the page believe that its tab is hidden, or shown again.
fn set_hidden(is_hidden: bool) -> String {
    let state = if is_hidden { "hidden" } else { "visible" };
    format!(
        "(() => {{ for (const [name, value] of [['hidden', {is_hidden}], ['visibilityState', '{state}']]) \
         Object.defineProperty(document, name, {{ configurable: true, get: () => value }}); \
         document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }})) }})()"
    )
}

async fn shifts(tab: &Tab) -> Result<Vec<Vec<String>>> {
    tab.eval("seen.shifts.map((shift) => shift.moved)").await
}

#[tokio::test]
async fn the_still_gives_way_without_a_trace() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    for view in [View::default(), View::phone(), View::narrow()] {
        let width = view.width;
        let tab = chrome.tab(view).await?;
        site.forget();
        tab.goto(&site.url(&place.route)).await?;
        tab.wait_for("seen.isTakenOver", "the take-over").await?;
        let (changes, lab_changes): (Vec<String>, usize) = tab.eval("[seen.changes, seen.labChanges]").await?;
        ensure!(changes.is_empty(), "at {width} px the take-over changed {changes:?}");
        let is_far: bool = tab
            .eval("document.querySelector('figure[data-lab] .lab-stage').getBoundingClientRect().top > 2 * innerHeight")
            .await?;
        let asked = |name: &str| site.asked().iter().any(|path| path.contains(name));
        ensure!(!is_far || lab_changes == 0, "at {width} px a lab woke that is far away");
        ensure!(!is_far || !asked("/lab-ui"), "at {width} px a module was fetched for a lab that is far away");
        // What stands above the lab has been laid out by then: a jump before that is another test's affair.
        tab.live().await?;

        let lab = Lab::new(&tab, &place.lab);
        lab.wake().await?;
        ensure!(lab.phase().await? == "still", "it began by itself");
        ensure!(!asked("/lab-worker"), "at {width} px a worker was fetched before anybody asked for a run");
        lab.run().await?;
        ensure!(asked("/lab-worker"), "there is no worker");
        lab.wait_phase("finished").await?;
        ensure!(lab.step().await? == place.n_steps()?, "it ended before its last step");
        let shifts = shifts(&tab).await?;
        ensure!(shifts.is_empty(), "at {width} px the layout moved: {shifts:?}");
        check::is_quiet(&tab, &format!("{width} px")).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn it_runs_pauses_steps_stops_and_begins_anew() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(&tab, &place.lab);
    lab.wake().await?;
    let picture: String = tab.eval("document.querySelector('.lab-charts').textContent").await?;
    lab.run().await?;
    lab.press(Button::Go).await?;
    lab.wait_phase("paused").await?;
    let paused_at = stands_still(&lab).await?;
    ensure!(paused_at < place.n_steps()?, "it ran to its end before it was paused");
    lab.press(Button::Step).await?;
    lab.wait_beyond(paused_at).await?;
    ensure!(stands_still(&lab).await? == paused_at + 1, "a single step was none");
    lab.press(Button::Go).await?;
    lab.wait_phase("running").await?;
    lab.wait_beyond(paused_at + 1).await?;
    lab.press(Button::Stop).await?;
    lab.wait_phase("finished").await?;
    let stopped_at = stands_still(&lab).await?;
    ensure!(stopped_at < place.n_steps()?, "it ran to its end before it was stopped");
    let run: String = tab.eval("document.querySelector('.lab-charts').textContent").await?;
    ensure!(run != picture, "a run shows nothing new");
    lab.press(Button::Reset).await?;
    lab.wait_phase("still").await?;
    let again: String = tab.eval("document.querySelector('.lab-charts').textContent").await?;
    ensure!(again == picture, "after a reset it does not show the page's picture");
    ensure!(lab.problem().await?.is_empty(), "it complains: {}", lab.problem().await?);
    check::is_quiet(&tab, "a run").await?;
    chrome.stop().await
}

/// The step at which it stands, once what was under way has been told.
async fn stands_still(lab: &Lab<'_>) -> Result<u32> {
    tokio::time::sleep(WHILE).await;
    let step = lab.step().await?;
    tokio::time::sleep(WHILE).await;
    let later = lab.step().await?;
    ensure!(step == later, "it goes on from step {step} to {later}");
    Ok(step)
}

#[tokio::test]
async fn a_link_restores_settings_seed_and_step() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    tab.allow_clipboard().await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(&tab, &place.lab);
    lab.wake().await?;
    lab.set_seed(3).await?;
    lab.run().await?;
    lab.press(Button::Go).await?;
    lab.wait_phase("paused").await?;
    let step = stands_still(&lab).await?;
    lab.press(Button::Link).await?;
    tab.wait_for("navigator.clipboard.readText().then((text) => text.startsWith('http'))", "the link").await?;
    let link: String = tab.eval("navigator.clipboard.readText()").await?;
    ensure!(
        link.contains(&format!("?{}=", place.lab)) && link.starts_with(&site.url(&place.route)),
        "the link is {link}"
    );
    // A chart out of sight is not drawn, and the two tabs need not show the same part of the figure.
    let charts = "document.querySelector('.lab-numbers').textContent";
    // Each frame draws one chart: what is left of the last report follows within a few.
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 1000))", "the last report").await?;
    let shown: String = tab.eval(charts).await?;
    // A tab behind another draws no frames, and so never learns that its lab is in view.
    tab.close(&chrome).await?;

    let other = chrome.tab(View::default()).await?;
    other.goto_live(&link).await?;
    let restored = Lab::new(&other, &place.lab);
    restored.wake().await?;
    restored.wait_phase("paused").await?;
    ensure!(stands_still(&restored).await? == step, "the link stops at step {}, not {step}", restored.step().await?);
    let seed: String = other.eval("document.querySelector('.lab-seed input').value").await?;
    ensure!(seed == "3", "the link brought seed {seed}");
    other.wait_for(&format!("{charts} === {shown:?}"), "the link to show the same numbers").await?;

    for bad in ["experts=%3Cscript%3Ealert(1)%3C/script%3E", "seed=many", "step=999999999", &"x".repeat(4000)] {
        let stranger = chrome.tab(View::default()).await?;
        stranger.goto_live(&site.url(&format!("{}?{}={bad}", place.route, place.lab))).await?;
        let lab = Lab::new(&stranger, &place.lab);
        lab.wake().await?;
        let sentence = lab.wait_problem().await?;
        ensure!(sentence.len() < 400, "it repeats the stranger's text: {sentence}");
        lab.run().await?;
        check::is_quiet(&stranger, bad).await?;
        stranger.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn its_numbers_and_drawings_can_be_saved() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    let folder = tempfile::tempdir()?;
    tab.save_into(folder.path()).await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(&tab, &place.lab);
    lab.wake().await?;
    lab.run().await?;
    lab.press(Button::Stop).await?;
    lab.wait_phase("finished").await?;
    lab.press(Button::Csv).await?;
    let csv = tab.saved(folder.path(), ".csv").await?;
    let rows: Vec<Vec<&str>> =
        csv.lines().filter(|line| !line.is_empty()).map(|line| line.split(',').collect()).collect();
    ensure!(rows.len() > 3, "the table has {} lines: {csv}", rows.len());
    let has_numbers = rows.iter().skip(1).flatten().any(|cell| cell.parse::<f64>().is_ok_and(|number| number != 0.0));
    ensure!(has_numbers, "the table holds no number: {csv}");

    lab.press(Button::Svg).await?;
    let svg = tab.saved(folder.path(), ".svg").await?;
    let text = serde_json::to_string(&svg)?;
    let (root, marks): (String, usize) = tab
        .eval(&format!(
            "(() => {{ const file = new DOMParser().parseFromString({text}, 'image/svg+xml'); \
             return [file.documentElement.localName, file.querySelectorAll('path, polyline, circle, rect, line').length] }})()"
        ))
        .await?;
    ensure!(root == "svg" && marks > 1, "the drawing is a {root} with {marks} marks");
    ensure!(
        svg.contains("xmlns=\"http://www.w3.org/2000/svg\""),
        "no program would open it: {}",
        &svg[..80.min(svg.len())]
    );
    check::is_quiet(&tab, "saving").await?;
    chrome.stop().await
}

#[tokio::test]
async fn two_labs_of_one_kind_are_independent() -> Result<()> {
    let chrome = Chrome::start().await?;
    let place = Place::find(&Site::serve(Build::Root)?)?;
    let (_folder, site) = altered(Build::Root, &place.route, |html| twice(html, &place.lab).unwrap_or_default())?;
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let (first, second) = (Lab::new(&tab, &place.lab), Lab::new(&tab, &format!("{}-2", place.lab)));
    second.wake().await?;
    first.wake().await?;
    let modules: Vec<String> =
        tab.eval("[...document.querySelectorAll('.lab-stage')].map((stage) => stage.labModule)").await?;
    ensure!(modules.len() == 2 && modules[0] != modules[1], "the figures share an instance: {modules:?}");
    first.set_seed(5).await?;
    first.press(Button::Step).await?;
    first.wait_phase("paused").await?;
    ensure!(stands_still(&first).await? == 1, "the first made {} steps", first.step().await?);
    ensure!(second.phase().await? == "still", "the second obeys the first");
    ensure!(tab.n_workers().await? == 1, "{} workers for one run", tab.n_workers().await?);
    second.wake().await?;
    second.press(Button::Step).await?;
    second.wait_phase("paused").await?;
    second.press(Button::Step).await?;
    second.wait_beyond(1).await?;
    ensure!((first.step().await?, second.step().await?) == (1, 2), "they count together");
    ensure!(tab.n_workers().await? == 2, "{} workers for two runs", tab.n_workers().await?);
    let seeds: Vec<String> =
        tab.eval("[...document.querySelectorAll('.lab-seed input')].map((it) => it.value)").await?;
    ensure!(seeds == ["5", "1"], "the seeds are {seeds:?}");
    check::is_quiet(&tab, "two labs").await?;
    chrome.stop().await
}

#[tokio::test]
async fn nobody_looks_and_it_waits() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(&tab, &place.lab);
    lab.wake().await?;
    lab.run().await?;
    tab.eval::<()>("void scrollTo({ top: 0, behavior: 'instant' })").await?;
    let step = stands_still(&lab).await?;
    ensure!(step < place.n_steps()?, "it ran to its end off-screen");
    tab.reveal(&lab.selector(".lab-controls")).await?;
    lab.wait_beyond(step).await?;
    tab.eval::<()>(&set_hidden(true)).await?;
    let step = stands_still(&lab).await?;
    ensure!(step < place.n_steps()?, "it ran to its end in a hidden tab");
    tab.eval::<()>(&set_hidden(false)).await?;
    lab.wait_beyond(step).await?;
    lab.wait_phase("finished").await?;
    check::is_quiet(&tab, "looking away").await?;
    chrome.stop().await
}

/// Counts the instances of modules that a page makes.
const COUNT: &str = "window.instances = 0;
for (const name of ['instantiate', 'instantiateStreaming']) {
  const make = WebAssembly[name];
  WebAssembly[name] = (...given) => { window.instances += 1; return make.apply(WebAssembly, given); };
}";

#[tokio::test]
async fn twenty_visits_leave_what_one_leaves() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default().with_script_before(COUNT)).await?;
    tab.goto_live(&site.url("/")).await?;
    let lab = Lab::new(&tab, &place.lab);
    let mut first = None;
    for visit in 1..=20 {
        tab.click(&format!("main h3 a[href='{}']", site.path(&place.route))).await?;
        tab.wait_for("document.querySelector('main .seg')", "the article").await?;
        lab.wake().await?;
        lab.run().await?;
        ensure!(tab.n_workers().await? == 1, "visit {visit}: {} workers for one run", tab.n_workers().await?);
        let instances: usize = tab.eval("window.instances").await?;
        tab.back().await?;
        tab.wait_for("document.querySelector('main .post')", "the list").await?;
        tab.wait_workers(0).await?;
        let left = (tab.n_listeners().await?, instances);
        let kept = *first.get_or_insert(left);
        ensure!(left == kept, "listeners and instances after visit {visit}: {left:?}, after the first {kept:?}");
    }
    check::is_quiet(&tab, "twenty visits").await?;
    chrome.stop().await
}
