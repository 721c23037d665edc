//! What several tests hold a page against.

use crate::browser::{Source, Tab};
use anyhow::{Result, ensure};

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
