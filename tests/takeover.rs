//! The client takes a page over without a trace: nothing moves, nothing changes, nothing is said.

use anyhow::{Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    site::{Build, Fault, Site},
};
use std::time::Duration;

/// How late the fonts arrive: long after the first paint.
const FONT_DELAY: Duration = Duration::from_millis(1500);
/// Pages that load at the same time; they mostly wait for fonts.
const AT_ONCE: usize = 4;

#[derive(Deserialize, Debug)]
struct Shift {
    value: f64,
    moved: Vec<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
struct Attribute {
    of: String,
    attribute: String,
}

#[tokio::test]
async fn at_the_root() -> Result<()> {
    every_page_is_taken_over_unchanged(Build::Root).await
}

#[tokio::test]
async fn under_a_path() -> Result<()> {
    every_page_is_taken_over_unchanged(Build::Repo).await
}

async fn every_page_is_taken_over_unchanged(build: Build) -> Result<()> {
    let (site, chrome) = (Site::serve(build)?, Chrome::start().await?);
    site.fault_all(".woff2", Fault::Delay(FONT_DELAY))?;
    let visits = site.routes()?.into_iter().flat_map(|route| [(route.clone(), 390), (route, 1440)]);
    let faults: Vec<String> = stream::iter(visits)
        .map(|(route, width)| visit(&chrome, &site, route, width))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?
        .concat();
    ensure!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

/// Loads one page in a tab with an empty cache and tells what went wrong.
async fn visit(chrome: &Chrome, site: &Site, route: String, width: u32) -> Result<Vec<String>> {
    let tab = chrome.tab(View { width, ..View::default() }).await?;
    let mut faults = Vec::new();
    let mut fault = |what: String| faults.push(format!("{} at {width} px: {what}", site.path(&route)));
    // First without any font, so that nothing but the take-over could move anything.
    tab.block(Some(".woff2")).await?;
    tab.goto(&site.url(&route)).await?;
    tab.wait_for("seen.isTakenOver", "the take-over to be over").await?;
    let (total, moved) = shift(&tab).await?;
    if total > 0.0 {
        fault(format!("the take-over moved the layout by {total:.4}: {moved}"));
    }
    tab.block(None).await?;
    tab.forget();
    tab.reload().await?;
    tab.wait_for("seen.isTakenOver", "the second take-over to be over").await?;
    let fonts: usize = tab.eval("document.fonts.ready.then((fonts) => fonts.size)").await?;
    tab.wait_for(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))",
        "a frame",
    )
    .await?;
    if fonts == 0 {
        fault("it has no fonts to wait for".to_owned());
    }
    for change in tab.eval::<Vec<String>>("seen.changes").await? {
        fault(format!("the client changed {change}"));
    }
    for change in tab.eval::<Vec<Attribute>>("seen.attributes").await? {
        // The list of contents marks the section being read: that is what the client is for.
        if change.attribute != "aria-current" {
            fault(format!("the client set {change:?}"));
        }
    }
    let (late, moved) = shift(&tab).await?;
    if late > 0.0 {
        fault(format!("late fonts moved the layout by {late:.4}: {moved}"));
    }
    if let Err(noise) = check::is_quiet(&tab, "console").await {
        fault(noise.to_string());
    }
    tab.close(chrome).await?;
    Ok(faults)
}

/// How much the layout moved, and the first things that did.
async fn shift(tab: &Tab) -> Result<(f64, String)> {
    let shifts: Vec<Shift> = tab.eval("seen.shifts").await?;
    let moved: Vec<_> = shifts.iter().flat_map(|shift| shift.moved.clone()).take(3).collect();
    Ok((shifts.iter().map(|shift| shift.value).sum(), moved.join("; ")))
}
