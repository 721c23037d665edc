//! Measures what a reader on a slow phone waits for: the first sight of the longest article, beside the
//! same HTML without scripts, and the way to the next article, beside loading its page.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use site_tests::{
    browser::{Chrome, Connection, Tab, View},
    site::{Build, Site},
};
use std::{fs, path::Path, time::Duration};

/// How often each figure is taken; the median counts.
const ROUNDS: usize = 5;
/// How many times slower than this machine the phone is.
const SLOWER: f64 = 4.0;
/// First paints may be this much later than without scripts.
const PAINT_RATIO: f64 = 1.05;
/// All that keeps the page from answering, in milliseconds.
const BLOCKING_MS: f64 = 60.0;
/// Following a link may take this part of loading the page.
const FOLLOW_RATIO: f64 = 1.0 / 3.0;
/// How long a pointer rests on a link before it presses: shorter than measured hands.
const POINTING: Duration = Duration::from_millis(100);

/// One load, in milliseconds from its start.
#[derive(Deserialize, Clone, Copy)]
struct Load {
    first: f64,
    largest: f64,
    blocking: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let built = Site::serve(Build::Root)?;
    let route = longest(&built)?;
    let bare_folder = tempfile::tempdir()?;
    without_scripts(&built, bare_folder.path())?;
    let bare = Site::serve_folder(bare_folder.path().to_owned(), "")?;
    let chrome = Chrome::start().await?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut followed, mut pointed, mut reloaded) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(load(&chrome, &built, &route, true).await?);
        theirs.push(load(&chrome, &bare, &route, false).await?);
        followed.push(follow(&chrome, &built, &route, Duration::ZERO).await?);
        pointed.push(follow(&chrome, &built, &route, POINTING).await?);
        reloaded.push(reload(&chrome, &built, &route).await?);
    }
    chrome.stop().await?;

    let of = |loads: &[Load], figure: fn(&Load) -> f64| median(loads.iter().map(figure).collect());
    println!("{route}: median of {ROUNDS}, empty cache, 390 px, 1.6 Mbit/s, 150 ms, processor ÷ {SLOWER}\n");
    println!("{:<44} {:>9} {:>9} {:>8} {:>8}", "", "ours", "against", "ratio", "bound");
    let mut missed = Vec::new();
    let mut row = |what: &str, ours: f64, against: Option<f64>, bound: f64| {
        let measure = against.map_or(ours, |against| ours / against);
        let shown = |figure: Option<f64>, digits| figure.map_or(String::new(), |figure| format!("{figure:.digits$}"));
        let ratio = against.map(|_| measure);
        println!("{what:<44} {ours:>6.0} ms {:>9} {:>8} {bound:>8.2}", shown(against, 0), shown(ratio, 3));
        if measure > bound {
            missed.push(what.to_owned());
        }
    };
    row(
        "first contentful paint / without scripts",
        of(&ours, |load| load.first),
        Some(of(&theirs, |load| load.first)),
        PAINT_RATIO,
    );
    row(
        "largest contentful paint / without scripts",
        of(&ours, |load| load.largest),
        Some(of(&theirs, |load| load.largest)),
        PAINT_RATIO,
    );
    row("total blocking time", of(&ours, |load| load.blocking), None, BLOCKING_MS);
    let reload = median(reloaded);
    row("click to next text / reload", median(pointed), Some(reload), FOLLOW_RATIO);
    println!("{:<44} {:>6.0} ms", "  the same without pointing first", median(followed));
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join(", "));
    Ok(())
}

/// The article with the most HTML.
fn longest(site: &Site) -> Result<String> {
    let mut articles = Vec::new();
    for route in site.articles()? {
        articles.push((site.html(&route)?.len(), route));
    }
    Ok(articles.into_iter().max().context("there is no article")?.1)
}

/// Copies the site and takes from its pages every script and whatever loads one.
fn without_scripts(site: &Site, folder: &Path) -> Result<()> {
    for file in site.files()? {
        let (from, to) = (site.dist.join(&file), folder.join(&file));
        fs::create_dir_all(to.parent().context("a file without folder")?)?;
        if file.ends_with(".html") {
            fs::write(to, strip(&fs::read_to_string(from)?))?
        } else {
            fs::copy(from, to).map(|_| ())?
        }
    }
    Ok(())
}

/// HTML without `<script>` elements, module preloads and preloads of wasm.
fn strip(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = &rest[..rest.find('>').map_or(rest.len(), |end| end + 1)];
        let is_preload =
            tag.starts_with("<link") && (tag.contains("modulepreload") || tag.contains(".wasm") || tag.contains(".js"));
        rest = if tag.starts_with("<script") {
            rest.split_once("</script>").map_or("", |(_, after)| after)
        } else {
            if !is_preload {
                kept.push_str(tag);
            }
            &rest[tag.len()..]
        };
    }
    kept.push_str(rest);
    kept
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A phone on a slow line, with nothing in its cache.
async fn phone(chrome: &Chrome) -> Result<Tab> {
    chrome.tab(View { slower: SLOWER, connection: Some(Connection::SLOW), ..View::phone() }).await
}

async fn load(chrome: &Chrome, site: &Site, route: &str, has_client: bool) -> Result<Load> {
    let tab = phone(chrome).await?;
    tab.goto(&site.url(route)).await?;
    if has_client {
        tab.wait_for("seen.isTakenOver", "the take-over").await?;
    }
    // Long tasks and paints are told a moment after they happen.
    tab.wait_for("seen.largestPaint && new Promise((done) => setTimeout(() => done(true), 500))", "the figures")
        .await?;
    let load = tab
        .eval(
            "(() => { const first = performance.getEntriesByName('first-contentful-paint')[0].startTime; \
             const blocking = seen.longTasks.filter((task) => task.at + task.ms > first).reduce((sum, task) => sum + task.ms - 50, 0); \
             return { first, largest: seen.largestPaint, blocking } })()",
        )
        .await?;
    tab.close(chrome).await?;
    Ok(load)
}

/// The last words of the article stand in the page.
fn has_text(last_words: &str) -> String {
    format!("document.querySelector('main article > .seg:last-of-type')?.textContent.includes({last_words:?})")
}

/// Milliseconds from the click on a link of the home page to the article's last words.
async fn follow(chrome: &Chrome, site: &Site, route: &str, pointing: Duration) -> Result<f64> {
    let tab = phone(chrome).await?;
    tab.goto_live(&site.url("/")).await?;
    let link = format!("main h3 a[href='{route}']");
    tab.eval::<()>(&clock(&last_words(site, &tab, route).await?)).await?;
    if !pointing.is_zero() {
        tab.hover(&link).await?;
        tokio::time::sleep(pointing).await;
    }
    tab.click(&link).await?;
    tab.wait_for("window.textAt", "the article's text").await?;
    let time = tab.eval("textAt - clickAt").await?;
    tab.close(chrome).await?;
    Ok(time)
}

/// Milliseconds from the start of loading the page again to the same words, styles and fonts being cached.
async fn reload(chrome: &Chrome, site: &Site, route: &str) -> Result<f64> {
    let tab = phone(chrome).await?;
    tab.goto_live(&site.url("/")).await?;
    let words = last_words(site, &tab, route).await?;
    tab.before(&clock(&words)).await?;
    tab.goto(&site.url(route)).await?;
    tab.wait_for("window.textAt", "the article's text").await?;
    let time = tab.eval("textAt").await?;
    tab.close(chrome).await?;
    Ok(time)
}

/// Notes when the reader clicks and when the article's text stands in the page.
fn clock(last_words: &str) -> String {
    format!(
        "(() => {{ addEventListener('click', (event) => window.clickAt = event.timeStamp, true); \
         new MutationObserver((_, observer) => {{ if ({}) {{ window.textAt = performance.now(); observer.disconnect() }} }}) \
         .observe(document, {{ childList: true, subtree: true }}) }})()",
        has_text(last_words)
    )
}

/// The end of the article's text, read from its HTML.
async fn last_words(site: &Site, tab: &Tab, route: &str) -> Result<String> {
    let html = serde_json::to_string(&site.html(route)?)?;
    tab.eval(&format!(
        "(() => {{ const doc = new DOMParser().parseFromString({html}, 'text/html'); \
         return doc.querySelector('main article > .seg:last-of-type').textContent.trim().slice(-40) }})()"
    ))
    .await
}
