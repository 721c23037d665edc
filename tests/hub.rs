//! The hub: which page may ask it, and that nobody else does.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    lab::{Button, Lab},
    second_origin::{Conduct, SecondOrigin, write_model},
    site::{Build, Site},
};
use std::time::{Duration, Instant};

/// Asks for a model's file, as a lab would; how many characters came, or why none.
fn asking(url: &str) -> String {
    format!("fetch({url:?}).then(async (answer) => String((await answer.text()).length), (error) => error.name)")
}

/// A hub with one file, and its folder.
fn hub() -> Result<(SecondOrigin, tempfile::TempDir)> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("config.json"), "an answer")?;
    Ok((SecondOrigin::serve(folder.path().to_owned())?, folder))
}

#[tokio::test]
async fn only_the_page_of_the_lab_may_ask_the_hub() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let (hub, _folder) = hub()?;
        let site = Site::serve_with_hub(build, &hub)?;
        let apart = site.apart()?;
        let url = hub.url("/owner/name/resolve/revision/config.json");
        for route in site.routes()? {
            let tab = chrome.tab(View::default()).await?;
            tab.goto(&site.url(&route)).await?;
            let answer: String = tab.eval(&asking(&url)).await?;
            let expected = if apart.contains(&route) { "9" } else { "TypeError" };
            ensure!(answer == expected, "{route}: asking the hub gives {answer}");
            tab.close(&chrome).await?;
        }
        // Once at the hub, once where it redirects to.
        ensure!(hub.asked().len() == 2 * apart.len(), "the hub was asked for {:?}", hub.asked());
    }
    chrome.stop().await
}

/// Nobody asks for a model before the reader does, though the page knows where all of it lies.
#[tokio::test]
async fn a_visit_asks_for_no_model() -> Result<()> {
    let chrome = Chrome::start().await?;
    let (hub, _folder) = hub()?;
    let site = Site::serve_with_hub(Build::Repo, &hub)?;
    for route in site.apart()? {
        let tab = chrome.tab(View::default()).await?;
        tab.goto_live(&site.url("/")).await?;
        tab.click(&format!("main h3 a[href='{}']", site.path(&route))).await?;
        tab.wait_for(&format!("location.pathname === '{}'", site.path(&route)), "the article").await?;
        tab.live().await?;
        let places = [("hub", hub.url("/")), ("pocket", site.url("/pocket-"))];
        for (model, place) in places {
            for part in ["config", "tokenizer", "weights"] {
                let link: Option<String> =
                    tab.eval(&format!("document.getElementById('{model}-{part}')?.href ?? null")).await?;
                let link = link.with_context(|| format!("{route} does not say where the {part} of {model} lies"))?;
                ensure!(link.starts_with(&place), "{route} finds the {part} of {model} at {link}");
            }
        }
        let (asked, of_hub) = (site.asked(), hub.asked());
        let is_early = |path: &&String| path.contains("/pocket-") || path.contains("/lm-worker");
        let early: Vec<_> = asked.iter().filter(is_early).collect();
        ensure!(early.is_empty() && of_hub.is_empty(), "asked for {early:?} and {of_hub:?}");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// How long a busy machine may take to read a model of fourteen million weights, and to measure it before the first step.
const BEGINNING: Duration = Duration::from_secs(120);

/// Steps of the run that a test makes.
const N_STEPS: u32 = 10;

async fn press(tab: &Tab, ask: &str) -> Result<()> {
    let button = format!("figure#sft [data-ask={ask}]");
    tab.wait_for(&format!("document.querySelector({button:?})"), &format!("the button `{ask}`")).await?;
    tab.eval(&format!("document.querySelector({button:?}).click()")).await
}

/// Digits and points of what stands in the figure's paragraphs about the model.
const NOTES: &str = "[...document.querySelectorAll('figure#sft .lab-note')].map((note) => note.textContent).join(' ')";

/// The hub's model lies whole on the shelf, and need not be brought.
const AT_HAND: &str = "/is kept on this device/.test(document.querySelector('figure#sft').textContent) && \
                       !document.querySelector('figure#sft [data-ask=bring], figure#sft [data-ask=cancel]')";

#[tokio::test]
async fn a_model_of_the_hub_is_cancelled_resumed_kept_and_trained() -> Result<()> {
    let chrome = Chrome::start().await?;
    let folder = tempfile::tempdir()?;
    write_model(folder.path())?;
    let weights = std::fs::metadata(folder.path().join("model.safetensors"))?.len();
    let hub = SecondOrigin::serve(folder.path().to_owned())?;
    let site = Site::serve_with_hub(Build::Repo, &hub)?;
    for route in site.apart()? {
        let tab = chrome.tab(View::default()).await?;
        tab.goto_live(&site.url("/")).await?;
        tab.click(&format!("main h3 a[href='{}']", site.path(&route))).await?;
        tab.wait_for(&format!("location.pathname === '{}'", site.path(&route)), "the article").await?;
        tab.live().await?;
        let lab = Lab::new(&tab, "sft");
        lab.wake().await?;
        let field = "document.querySelector('figure#sft [data-set=model]')";
        let choose = format!(
            "(() => {{ {field}.value = 'hub'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
        );
        tab.eval::<()>(&choose).await?;
        ensure!(hub.asked().is_empty(), "the hub was asked before the reader said so: {:?}", hub.asked());

        hub.conduct(Conduct { pause: Duration::from_millis(20), ..Conduct::default() });
        press(&tab, "bring").await?;
        let bar = "document.querySelector('figure#sft progress[aria-label^=Bytes]')";
        tab.wait_for(&format!("{bar}?.value > 3e6"), "three megabytes").await?;
        let total: u64 = tab.eval(&format!("{bar}.max")).await?;
        ensure!(total >= weights, "of {weights} bytes and more the figure counts {total}");
        press(&tab, "cancel").await?;
        tab.wait_for(&format!("/kept in part/.test({NOTES})"), "what came to be kept").await?;

        hub.conduct(Conduct::default());
        hub.forget();
        press(&tab, "bring").await?;
        tab.wait_for(AT_HAND, "the model to be at hand").await?;
        let asked = hub.asked();
        let of = |name: &str| asked.iter().filter(|one| one.path.ends_with(name)).collect::<Vec<_>>();
        let rest = of("model.safetensors");
        ensure!(rest.len() == 2 && rest.iter().all(|one| one.from >= 2 << 20), "not the rest was asked for: {rest:?}");
        ensure!(asked.iter().all(|one| one.method == "GET"), "the browser asked for leave: {asked:?}");

        site.forget();
        // The picture's count goes when the first report comes.
        lab.press(Button::Go).await?;
        let start = Instant::now();
        while lab.phase().await? != "running" {
            let problem = lab.problem().await?;
            ensure!(problem.is_empty() && start.elapsed() < BEGINNING, "the run does not begin: {problem}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let words = lab.selector(".lab-count span");
        let is_reported = format!("!/run at build/.test(document.querySelector({words:?}).textContent)");
        tab.wait_for(&is_reported, "a first report").await?;
        lab.wait_beyond(0).await?;
        for step in 1..N_STEPS {
            lab.wait_beyond(step).await?;
        }
        let has_shape = format!("{NOTES}.replace(/[^0-9 ]/g, '').includes('14067712 ')");
        ensure!(tab.eval::<bool>(&has_shape).await?, "the model is another: {}", tab.eval::<String>(NOTES).await?);
        lab.press(Button::Stop).await?;
        lab.wait_phase("finished").await?;
        ensure!(lab.problem().await?.is_empty(), "it says {:?}", lab.problem().await?);
        let others: Vec<_> = site.asked().into_iter().filter(|path| !path.contains("/lm-worker")).collect();
        ensure!(others.is_empty() && hub.asked() == asked, "a run asked for {others:?}");

        // Kept for the next visit, until the reader deletes it.
        tab.reload().await?;
        tab.live().await?;
        lab.wake().await?;
        tab.eval::<()>(&choose).await?;
        press(&tab, "bring").await?;
        tab.wait_for(AT_HAND, "the model from the shelf").await?;
        ensure!(hub.asked() == asked, "what is kept was fetched again: {:?}", hub.asked());
        press(&tab, "forget").await?;
        tab.wait_for(&format!("/when you ask/.test({NOTES})"), "the model to be gone").await?;
        check::is_quiet(&tab, &route).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// A store that packs files for the way counts other bytes than those that are kept, and its middle is no middle of the
/// file's.
#[tokio::test]
async fn a_model_that_is_packed_for_the_way_comes_whole() -> Result<()> {
    let chrome = Chrome::start().await?;
    let folder = tempfile::tempdir()?;
    write_model(folder.path())?;
    let hub = SecondOrigin::serve(folder.path().to_owned())?;
    let site = Site::serve_with_hub(Build::Root, &hub)?;
    let route = site.apart()?.into_iter().next().context("no article has the lab")?;
    let pause = Duration::from_millis(10);
    for (packs, shows_packing, is_cancelled) in [(0, false, false), (1, false, true), (1, true, true)] {
        let what = format!("level {packs}, shown {shows_packing}");
        let tab = chrome.tab(View::default()).await?;
        tab.goto_live(&site.url(&route)).await?;
        let lab = Lab::new(&tab, "sft");
        lab.wake().await?;
        let field = "document.querySelector('figure#sft [data-set=model]')";
        tab.eval::<()>(&format!(
            "(() => {{ {field}.value = 'hub'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }})) }})()"
        ))
        .await?;
        let conduct = Conduct { packs: Some(packs), shows_packing, ..Conduct::default() };
        if is_cancelled {
            hub.conduct(Conduct { pause, ..conduct });
            press(&tab, "bring").await?;
            // Of what is packed no total is known, so there is no share of it to show.
            let done =
                "parseFloat(document.querySelector('figure#sft progress[aria-label^=Bytes] + .lab-note')?.textContent)";
            tab.wait_for(&format!("{done} >= 3"), "three megabytes").await?;
            press(&tab, "cancel").await?;
            tab.wait_for(&format!("/kept in part/.test({NOTES})"), "what came to be kept").await?;
        }
        hub.conduct(conduct);
        press(&tab, "bring").await?;
        tab.wait_for(AT_HAND, &format!("{what}: the model to be at hand")).await?;
        // Each byte of what is kept is one of the file's.
        hub.conduct(Conduct::default());
        let digest = "const hash = async (blob) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', \
                      await blob.arrayBuffer()))].join(' ')";
        let url = hub.url("/owner/name/resolve/revision/model.safetensors");
        let sent = format!("(async () => {{ {digest}; return hash(await (await fetch({url:?})).blob()) }})()");
        let kept = "const folder = await (await navigator.storage.getDirectory()) \
                      .getDirectoryHandle('models'); const parts = []; \
                    for await (const [name, handle] of folder) { const found = name.match(/~model.safetensors~(\\d+)$/); \
                      if (found) parts[found[1]] = await handle.getFile() } \
                    return hash(new Blob(parts))";
        let kept: String = tab.eval(&format!("(async () => {{ {digest}; {kept} }})()")).await?;
        ensure!(tab.eval::<String>(&sent).await? == kept, "{what}: other bytes are kept than the file's");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
