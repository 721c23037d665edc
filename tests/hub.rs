//! The hub: which page may ask it, and that nobody else does.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, View},
    second_origin::SecondOrigin,
    site::{Build, Site},
};

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
