//! What several tests hold a page against.

use crate::{
    browser::{Source, Tab},
    site::Site,
};
use anyhow::{Context, Result, ensure};

/// Gives the pieces of an element as a list; see the file.
const SERIALIZE: &str = include_str!("page/serialize.js");
/// Gives the lines of a document's head; see the file.
const HEAD: &str = include_str!("page/head.js");

/// A page's content and head, in a form that can be compared.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    /// Tags and texts of `<main>`.
    pub main: Vec<String>,
    /// Title, addresses and descriptions.
    pub head: Vec<String>,
}

/// What stands in the tab now.
///
/// # Errors
/// If it has no `<main>`.
pub async fn live_picture(tab: &Tab) -> Result<Picture> {
    let (main, head) =
        tab.eval(&format!("[({SERIALIZE})(document.querySelector('main')), ({HEAD})(document)]")).await?;
    Ok(Picture { main, head })
}

/// What the HTML of a prerendered page holds before any client runs; the tab only parses it.
///
/// # Errors
/// If it has no `<main>`.
pub async fn still_picture(tab: &Tab, html: &str) -> Result<Picture> {
    let html = serde_json::to_string(html)?;
    let expression = format!(
        "(() => {{ const doc = new DOMParser().parseFromString({html}, 'text/html'); \
         return [({SERIALIZE})(doc.querySelector('main')), ({HEAD})(doc)] }})()"
    );
    let (main, head) = tab.eval(&expression).await?;
    Ok(Picture { main, head })
}

/// The title among the lines of a head.
///
/// # Errors
/// If there is none.
pub fn title_of(head: &[String]) -> Result<String> {
    let title = head.iter().find_map(|line| line.strip_prefix("title: "));
    Ok(title.context("the page has no title")?.to_owned())
}

/// Waits until the address, the title and, last of all, the focus are those of the page of `route`.
///
/// # Errors
/// If it does not arrive.
pub async fn arrived(tab: &Tab, site: &Site, route: &str, title: &str) -> Result<()> {
    let (path, title) = (site.path(route), serde_json::to_string(title)?);
    let condition = format!(
        "location.pathname === '{path}' && document.title === {title} && document.activeElement?.matches('main h1')"
    );
    tab.wait_for(&condition, &format!("{path} to arrive, with the focus on its heading")).await
}

/// Follows a link to `route`, put into the page since not every page has one to each other, and holds what the client
/// builds against what was prerendered.
///
/// # Errors
/// If the page does not arrive, or content or head differ.
pub async fn comes_as_prerendered(tab: &Tab, site: &Site, route: &str) -> Result<()> {
    let (path, still) = (site.path(route), still_picture(tab, &site.html(route)?).await?);
    tab.eval::<()>(&format!(
        "void document.querySelector('header').insertAdjacentHTML('beforeend', '<a id=\"way\" href=\"{path}\">Way</a>')"
    ))
    .await?;
    tab.click("#way").await?;
    arrived(tab, site, route, &title_of(&still.head)?).await?;
    tab.eval::<()>("void document.getElementById('way').remove()").await?;
    let live = live_picture(tab).await?;
    same(&format!("{route}: main"), &live.main, &still.main)?;
    same(&format!("{route}: head"), &live.head, &still.head)
}

/// Holds two lists against each other.
///
/// # Errors
/// If they differ, with the first difference and what stands before it.
pub fn same(what: &str, found: &[String], expected: &[String]) -> Result<()> {
    let Some(at) = (0..found.len().max(expected.len())).find(|&i| found.get(i) != expected.get(i)) else {
        return Ok(());
    };
    let before = expected[at.saturating_sub(6)..at.min(expected.len())].join("");
    let piece = |list: &[String]| list.get(at).cloned().unwrap_or_else(|| "the end".to_owned());
    anyhow::bail!("{what}: after `{before}`\n  found    {}\n  expected {}", piece(found), piece(expected))
}

/// The console is empty and the policy refused nothing.
///
/// # Errors
/// With the first lines that stand there.
pub async fn is_quiet(tab: &Tab, place: &str) -> Result<()> {
    let violations: Vec<String> = tab.eval("seen.violations").await?;
    ensure!(violations.is_empty(), "{place}: the policy {violations:?}");
    let lines = tab.journal().lines;
    ensure!(lines.is_empty(), "{place}: the console says {lines:?}");
    Ok(())
}

/// What the page itself wrote to the console, the browser's own lines about failed requests left out.
pub fn page_lines(tab: &Tab) -> Vec<String> {
    let lines = tab.journal().lines.into_iter();
    lines.filter(|line| line.source != Source::Network).map(|line| line.text).collect()
}
