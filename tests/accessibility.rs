//! Nothing that a checker finds, nothing wider than the window, nothing wide that the keyboard cannot reach.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use site_tests::{
    browser::{Chrome, View},
    path_from_env,
    site::{Build, Site},
};

/// Names what lets its content overflow sideways, and whether a keyboard and a screen reader can use it.
const SCROLLERS: &str = include_str!("page/scrollers.js");

/// Names what is wider than the window, once two frames have taken in its size.
const TOO_WIDE: &str = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => { \
     const html = document.documentElement; if (html.scrollWidth <= innerWidth) return []; \
     return [`${html.scrollWidth} px`, ...[...document.querySelectorAll('body *')] \
     .filter((it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest('[tabindex]')) \
     .map((it) => it.outerHTML.slice(0, 90))].slice(0, 4) })";

/// A rule of axe that the page breaks.
#[derive(Deserialize, Debug)]
struct Violation {
    id: String,
    nodes: Vec<String>,
}

/// What axe finds; see the file.
const AXE: &str = include_str!("page/axe.js");

#[tokio::test]
async fn axe_finds_nothing_wide() -> Result<()> {
    axe_finds_nothing(1440).await
}

#[tokio::test]
async fn axe_finds_nothing_narrow() -> Result<()> {
    axe_finds_nothing(320).await
}

async fn axe_finds_nothing(width: u32) -> Result<()> {
    let axe = path_from_env("AXE_JS")?;
    let axe = std::fs::read_to_string(&axe).with_context(|| format!("{} cannot be read", axe.display()))?;
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View { width, still: true, ..View::default() }).await?;
    let mut faults = Vec::new();
    let more = ["/no/such/page", "/search/?q=attention+router"].map(str::to_owned);
    for route in site.routes()?.into_iter().chain(more) {
        tab.goto_live(&site.url(&route)).await?;
        let is_there = "!location.search || !!document.querySelector('.search-results mark')";
        tab.wait_for(is_there, "what was asked for").await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        for dark in [false, true] {
            tab.lit(dark, true).await?;
            let theme = if dark { "dark" } else { "light" };
            for Violation { id, nodes } in tab.eval::<Vec<_>>(&format!("({AXE})()")).await? {
                faults.push(format!(
                    "{route} at {width} px, {theme}: {id} ({}): {}",
                    nodes.len(),
                    nodes.first().map_or("", |node| node)
                ));
            }
        }
    }
    ensure!(faults.is_empty(), "{} violations:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

#[tokio::test]
async fn no_page_scrolls_sideways() -> Result<()> {
    let chrome = Chrome::start().await?;
    let mut faults = Vec::new();
    // 320 px; 1280 px at 400 % zoom, which is as wide and a quarter as high; a phone; a desk.
    let sizes = [(320, 640, 1.0), (320, 256, 4.0), (390, 844, 1.0), (1024, 768, 1.0)];
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::narrow()).await?;
        for route in site.routes()? {
            tab.goto_live(&site.url(&route)).await?;
            // A reader who turns the phone or zooms in gets the same page at another size.
            for (width, height, scale) in sizes {
                tab.resize(width, height, scale).await?;
                let wide: Vec<String> = tab.eval(TOO_WIDE).await?;
                if !wide.is_empty() {
                    faults.push(format!("{} at {width} × {height} px: {wide:?}", site.path(&route)));
                }
            }
        }
        tab.close(&chrome).await?;
    }
    ensure!(faults.is_empty(), "{} pages are wider than the window:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

#[tokio::test]
async fn what_is_wide_scrolls_in_a_region_of_its_own() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::narrow()).await?;
    let mut kinds = std::collections::BTreeSet::new();
    for route in site.articles()? {
        tab.goto_live(&site.url(&route)).await?;
        let (scrollers, faults): (Vec<String>, Vec<String>) = tab.eval(&format!("({SCROLLERS})()")).await?;
        ensure!(faults.is_empty(), "{route} at 320 px:\n{}", faults.join("\n"));
        kinds.extend(scrollers);
    }
    for kind in ["code", "eq", "table"] {
        ensure!(kinds.iter().any(|seen| seen.contains(kind)), "no {kind} is wider than 320 px: {kinds:?}");
    }
    chrome.stop().await
}
