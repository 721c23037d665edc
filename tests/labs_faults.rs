//! What can go wrong with a lab stays in its figure: a sentence, a way on, and an article as it was.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Source, Tab, View},
    check,
    lab::{Button, Lab, Place, altered, twice},
    site::{Build, Fault, Site},
};

/// The article's words, its labs left out.
const WORDS: &str = "[...document.querySelectorAll('main .seg, main header')].map((it) => it.textContent).join(' ')";

/// Keeps every worker that a page makes, to end them as if they had died.
const KEEP_WORKERS: &str = "window.workers = [];
const Real = window.Worker;
window.Worker = class extends Real { constructor(...given) { super(...given); window.workers.push(this); } };";

/// A worker that says something else than this site's.
fn speaks(bytes: &str) -> String {
    format!(
        "window.Worker = class extends EventTarget {{
           constructor() {{
             super();
             const say = () => {{
               const event = new MessageEvent('message', {{ data: {bytes} }});
               this.onmessage?.(event);
               this.dispatchEvent(event);
             }};
             setTimeout(say, 20);
           }}
           postMessage() {{}}
           terminate() {{ window.ended = true; }}
         }};"
    )
}

/// From the mark on, whatever a lab's module asks the document to make fails.
const BREAKABLE: &str =
    "for (const [kind, name] of [[Document, 'createElement'], [Document, 'createTextNode'], [Node, 'cloneNode']]) {
  const make = kind.prototype[name];
  kind.prototype[name] = function (...given) {
    if (window.isBroken && /lab-ui/.test(new Error().stack)) throw new Error('broken on purpose');
    return make.apply(this, given);
  };
}";

async fn visit<'a>(tab: &'a Tab, site: &Site, place: &Place) -> Result<Lab<'a>> {
    tab.goto_live(&site.url(&place.route)).await?;
    Ok(Lab::new(tab, &place.lab))
}

/// The client lives, the article reads as before, and the page said at most one line about it.
async fn is_unharmed(tab: &Tab, what: &str, words: &str) -> Result<()> {
    let (client, now): (String, String) =
        tab.eval(&format!("[document.documentElement.dataset.client, {WORDS}]")).await?;
    ensure!(client == "ready", "{what}: the client is {client}");
    ensure!(now == words, "{what}: the article changed");
    let lines: Vec<_> = tab.journal().lines.into_iter().filter(|line| line.source != Source::Network).collect();
    ensure!(lines.iter().all(|line| line.source != Source::Exception), "{what}: nobody caught {lines:?}");
    ensure!(lines.len() <= 1, "{what}: the console says {lines:?}");
    Ok(())
}

async fn words(tab: &Tab) -> Result<String> {
    tab.eval(WORDS).await
}

#[tokio::test]
async fn a_module_that_does_not_come_is_told_and_asked_for_again() -> Result<()> {
    let chrome = Chrome::start().await?;
    for (build, ending, fault) in [
        (Build::Root, ".js", Fault::Missing),
        (Build::Repo, ".js", Fault::Break),
        (Build::Repo, "_bg.wasm", Fault::Break),
    ] {
        let what = format!("{ending}, {fault:?}");
        let site = Site::serve(build)?;
        let place = Place::find(&site)?;
        let module = site.files()?.into_iter().find(|file| file.starts_with("lab-ui") && file.ends_with(ending));
        site.fault(&format!("/{}", module.unwrap_or_default()), fault);
        let tab = chrome.tab(View::default()).await?;
        let lab = visit(&tab, &site, &place).await?;
        let before = words(&tab).await?;
        let picture: usize = tab.eval("document.querySelectorAll('.lab-stage svg').length").await?;
        tab.reveal(&lab.selector(".lab-stage")).await?;
        lab.wait_problem().await?;
        is_unharmed(&tab, &what, &before).await?;
        let still: usize = tab.eval("document.querySelectorAll('.lab-stage svg').length").await?;
        ensure!(picture == still && still > 0, "{what}: the picture is gone");
        site.heal();
        lab.press(Button::Again).await?;
        lab.wake().await?;
        ensure!(lab.problem().await?.is_empty(), "{what}: the sentence stays");
        lab.run().await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn offline_it_says_so_and_comes_later() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::narrow()).await?;
    let lab = visit(&tab, &site, &place).await?;
    let before = words(&tab).await?;
    tab.set_offline(true).await?;
    tab.reveal(&lab.selector(".lab-stage")).await?;
    lab.wait_problem().await?;
    is_unharmed(&tab, "offline", &before).await?;
    // In vain once more, then with the network.
    lab.press(Button::Again).await?;
    lab.wait_problem().await?;
    tab.set_offline(false).await?;
    lab.press(Button::Again).await?;
    lab.wake().await?;
    lab.run().await?;
    is_unharmed(&tab, "online again", &before).await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_worker_that_does_not_come_is_told_and_asked_for_again() -> Result<()> {
    let chrome = Chrome::start().await?;
    for (ending, fault) in [(".js", Fault::Missing), (".js", Fault::Break), ("_bg.wasm", Fault::Break)] {
        let what = format!("{ending}, {fault:?}");
        let site = Site::serve(Build::Repo)?;
        let place = Place::find(&site)?;
        let tab = chrome.tab(View::default()).await?;
        let lab = visit(&tab, &site, &place).await?;
        let before = words(&tab).await?;
        lab.wake().await?;
        let worker = site.files()?.into_iter().find(|file| file.starts_with("lab-worker") && file.ends_with(ending));
        site.fault(&format!("/{}", worker.unwrap_or_default()), fault);
        lab.press(Button::Go).await?;
        lab.wait_phase("failed").await?;
        lab.wait_problem().await?;
        is_unharmed(&tab, &what, &before).await?;
        tab.wait_workers(0).await?;
        site.heal();
        lab.run().await?;
        ensure!(lab.problem().await?.is_empty(), "{what}: the sentence stays");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_worker_that_ends_in_mid_step_is_missed() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default().with_script_before(KEEP_WORKERS)).await?;
    let lab = visit(&tab, &site, &place).await?;
    let before = words(&tab).await?;
    lab.wake().await?;
    lab.run().await?;
    tab.eval::<()>("window.workers.forEach((worker) => worker.terminate())").await?;
    lab.wait_phase("failed").await?;
    let sentence = lab.wait_problem().await?;
    let step = lab.step().await?;
    ensure!(step > 0 && step < place.n_steps()?, "it shows step {step}");
    is_unharmed(&tab, &sentence, &before).await?;
    lab.run().await?;
    lab.wait_phase("finished").await?;
    ensure!(lab.step().await? == place.n_steps()?, "the second run ended at step {}", lab.step().await?);
    is_unharmed(&tab, "the second run", &before).await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_worker_that_is_not_understood_is_told() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    // Ready with protocol 99; bytes that are no event; no bytes at all; silence.
    for said in ["Uint8Array.of(0, 99)", "Uint8Array.of(255, 255, 255)", "'hello'", "undefined"] {
        let tab = chrome.tab(View::default().with_script_before(&speaks(said))).await?;
        let lab = visit(&tab, &site, &place).await?;
        let before = words(&tab).await?;
        lab.wake().await?;
        lab.press(Button::Go).await?;
        lab.wait_phase("failed").await?;
        lab.wait_problem().await?;
        is_unharmed(&tab, said, &before).await?;
        ensure!(tab.eval::<bool>("window.ended === true").await?, "{said}: the worker is kept");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_browser_without_simd_is_told_before_a_worker_is_fetched() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default().with_script_before("WebAssembly.validate = () => false;")).await?;
    let lab = visit(&tab, &site, &place).await?;
    let before = words(&tab).await?;
    lab.wake().await?;
    lab.press(Button::Go).await?;
    lab.wait_problem().await?;
    is_unharmed(&tab, "no SIMD", &before).await?;
    ensure!(site.asked().iter().all(|path| !path.contains("lab-worker")), "a worker was fetched that cannot run");
    chrome.stop().await
}

#[tokio::test]
async fn a_trap_ends_one_figure_alone() -> Result<()> {
    let chrome = Chrome::start().await?;
    let place = Place::find(&Site::serve(Build::Repo)?)?;
    let (_folder, site) = altered(Build::Repo, &place.route, |html| twice(html, &place.lab).unwrap_or_default())?;
    let tab = chrome.tab(View::default()).await?;
    let first = visit(&tab, &site, &place).await?;
    let second = Lab::new(&tab, &format!("{}-2", place.lab));
    let before = words(&tab).await?;
    second.wake().await?;
    first.wake().await?;
    first.run().await?;
    // Fills the memory of the first figure's instance with rubbish: whatever it does next ends in a trap.
    tab.eval::<()>(
        "import(document.querySelector('.lab-stage').labModule).then((lab) => lab.default()) \
         .then((wasm) => void new Uint8Array(wasm.memory.buffer).fill(255))",
    )
    .await?;
    tab.wait_for("document.querySelector('.lab-failure')", "the figure to know that its lab broke off").await?;
    is_unharmed(&tab, "a trap", &before).await?;
    let alone: bool = tab
        .eval(&format!(
            "document.querySelectorAll('.lab-failure').length === 1 && !!document.querySelector({:?})",
            first.selector(".lab-failure")
        ))
        .await?;
    ensure!(alone, "the failure stands in another figure too");
    tab.wait_workers(0).await?;
    second.run().await?;
    first.press(Button::Again).await?;
    first.wake().await?;
    ensure!(first.problem().await?.is_empty(), "the sentence stays");
    first.run().await?;
    is_unharmed(&tab, "after the restart", &before).await?;
    // And the site is still one page.
    site.forget();
    tab.click("header nav a[href$='/about/']").await?;
    tab.wait_for("document.querySelector('#what')", "About").await?;
    ensure!(!site.asked().contains(&site.path("/about/")), "the link loaded a page");
    tab.wait_workers(0).await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_panic_is_told_and_a_restart_recovers() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default().with_script_before(BREAKABLE)).await?;
    let lab = visit(&tab, &site, &place).await?;
    let before = words(&tab).await?;
    tab.eval::<()>("void (window.isBroken = true)").await?;
    tab.reveal(&lab.selector(".lab-stage")).await?;
    lab.wait_problem().await?;
    is_unharmed(&tab, "a panic", &before).await?;
    ensure!(tab.eval::<bool>("!!document.querySelector('.lab-stage svg')").await?, "the picture is gone");
    tab.eval::<()>("void (window.isBroken = false)").await?;
    lab.press(Button::Again).await?;
    lab.wake().await?;
    lab.run().await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_client_that_fails_leaves_the_pictures() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    let lab = visit(&tab, &site, &place).await?;
    let picture: String = tab.eval("document.querySelector('.lab-stage').innerHTML").await?;
    lab.wake().await?;
    lab.run().await?;
    tab.eval::<()>(
        "import(document.getElementById('client-js').href).then((client) => client.default()) \
         .then((wasm) => { new Uint8Array(wasm.memory.buffer).fill(255); document.querySelector('main a').dispatchEvent(new Event('pointerover', { bubbles: true })) })",
    )
    .await?;
    tab.wait_for("document.documentElement.dataset.client === 'failed'", "the client to have failed").await?;
    let now: String = tab.eval("document.querySelector('.lab-stage').innerHTML").await?;
    ensure!(now == picture, "the picture has not come back");
    tab.wait_workers(0).await?;
    let seen: Vec<String> = tab
        .eval("[...document.querySelectorAll('.lab-stage button')].filter((it) => it.checkVisibility({ visibilityProperty: true })).map((it) => it.outerHTML)")
        .await?;
    ensure!(seen.is_empty(), "these can be seen and do nothing: {seen:?}");
    chrome.stop().await
}

#[tokio::test]
async fn a_translated_figure_stays_a_picture() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View::default()).await?;
    let lab = visit(&tab, &site, &place).await?;
    tab.eval::<()>(
        "(() => { const text = document.querySelector('.lab-title').lastChild; const font = document.createElement('font'); \
         text.replaceWith(font); font.append(text) })()",
    )
    .await?;
    site.forget();
    tab.reveal(&lab.selector(".lab-stage")).await?;
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 1000))", "a moment").await?;
    ensure!(site.asked().iter().all(|path| !path.contains("/lab-ui")), "a module was fetched: {:?}", site.asked());
    check::is_quiet(&tab, "a translation").await?;
    chrome.stop().await
}
