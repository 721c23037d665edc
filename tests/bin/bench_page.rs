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
/// How long the page may keep from answering in all, in milliseconds, whatever the cause.
const BLOCKING_MS: f64 = 60.0;
/// Following a link may take this part of loading the page.
const FOLLOW_RATIO: f64 = 1.0 / 3.0;
/// How long a finger touches a link before the click comes.
const TOUCH: Duration = Duration::from_millis(90);

/// How long a reader looks at the list who takes their time.
const LOOK: Duration = Duration::from_secs(4);

/// How a reader comes to the click.
#[derive(Clone, Copy, PartialEq)]
enum Haste {
    /// Looks at the list first, for the few seconds after which the page brings what is in sight.
    Looks,
    /// Touches the link as soon as the client is complete.
    Touches,
    /// Clicks then without a touch, as a script does.
    Clicks,
}

/// One load, in milliseconds from its start.
#[derive(Deserialize, Clone, Copy)]
struct Load {
    first: f64,
    largest: f64,
    parsed: f64,
    blocking: f64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let built = Site::serve(Build::Root)?;
    let route = longest(&built)?;
    let bare_folder = tempfile::tempdir()?;
    without_scripts(&built, bare_folder.path())?;
    let bare = Site::serve_folder(bare_folder.path().to_owned(), "")?;
    let chrome = Chrome::start_whole().await?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut looked, mut touched, mut clicked) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(load(&chrome, &built, &route, true).await?);
        theirs.push(load(&chrome, &bare, &route, false).await?);
        for (haste, times) in
            [(Haste::Looks, &mut looked), (Haste::Touches, &mut touched), (Haste::Clicks, &mut clicked)]
        {
            times.push(follow(&chrome, &built, &route, haste).await?);
        }
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
    let (blocking, bare) = (of(&ours, |load| load.blocking), of(&theirs, |load| load.blocking));
    row("total blocking time", blocking, None, BLOCKING_MS);
    println!("{:<44} {bare:>6.0} ms", "  of it without scripts");
    let (first_paint, parsed) = (of(&ours, |load| load.first), of(&ours, |load| load.parsed));
    let of_both = |times: Vec<(f64, f64)>| {
        let (text, paint): (Vec<f64>, Vec<f64>) = times.into_iter().unzip();
        (median(text), median(paint))
    };
    let (text, paint) = of_both(looked);
    row("click to next text / reload to the same text", text, Some(parsed), FOLLOW_RATIO);
    for (what, (text, paint)) in [
        ("  looked at the list for some seconds", (text, paint)),
        ("  touched the link at once", of_both(touched)),
        ("  clicked at once, without a touch", of_both(clicked)),
    ] {
        println!(
            "{what:<44} {text:>6.0} ms to the text, {paint:.0} ms to its paint; a reload's first paint: {first_paint:.0} ms"
        );
    }
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
    // The face for formulas comes last, and the page is laid out once more. Long tasks are told a moment after.
    let last =
        "performance.getEntriesByType('resource').some((file) => /math.*woff2/.test(file.name) && file.responseEnd)";
    tab.wait_for(&format!("seen.largestPaint && {last}"), "the face for formulas").await?;
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 1000))", "the figures").await?;
    let load = tab
        .eval(
            "(() => { const first = performance.getEntriesByName('first-contentful-paint')[0].startTime; \
             const blocking = seen.longTasks.filter((task) => task.at + task.ms > first).reduce((sum, task) => sum + task.ms - 50, 0); \
             const parsed = performance.getEntriesByType('navigation')[0].domInteractive; \
             return { first, largest: seen.largestPaint, parsed, blocking } })()",
        )
        .await?;
    tab.close(chrome).await?;
    Ok(load)
}

/// Milliseconds from the click on a link of the home page, at rest, until the article's last words stand in the
/// page, and until they are painted.
async fn follow(chrome: &Chrome, site: &Site, route: &str, haste: Haste) -> Result<(f64, f64)> {
    let tab = phone(chrome).await?;
    tab.goto_live(&site.url("/")).await?;
    let link = format!("main h3 a[href='{route}']");
    let last_words = last_words(site, &tab, route).await?;
    let complete =
        "performance.getEntriesByType('resource').some((file) => /renderer.*wasm/.test(file.name) && file.responseEnd)";
    tab.wait_for(complete, "the client to be complete").await?;
    if haste == Haste::Looks {
        tab.reveal(&link).await?;
        tokio::time::sleep(LOOK).await;
    }
    tab.eval::<()>(&format!(
        "(() => {{ addEventListener('click', (event) => window.clickAt = event.timeStamp, true); \
         new MutationObserver((_, observer) => {{ \
           if (!document.querySelector('main').textContent.includes({last_words:?})) return; \
           window.textAt = performance.now(); observer.disconnect(); \
           requestAnimationFrame(() => requestAnimationFrame(() => window.paintAt = performance.now())) }}) \
         .observe(document.querySelector('#root'), {{ childList: true, subtree: true }}) }})()"
    ))
    .await?;
    if haste != Haste::Clicks {
        tab.hover(&link).await?;
        tokio::time::sleep(TOUCH).await;
    }
    tab.click(&link).await?;
    tab.wait_for("window.paintAt", "the article's text").await?;
    let time = tab.eval("[textAt - clickAt, paintAt - clickAt]").await?;
    tab.close(chrome).await?;
    Ok(time)
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
