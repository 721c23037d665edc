//! Measures what a blog of many posts costs its reader: the bytes of home, of a post and of a first search, and how soon
//! the search answers. Bodies count as they are sent; everything comes from an empty cache. A first search is what its
//! page has asked for of the search when all results are listed: the module, the directory of the index, words and entries.
//! It answers when it says how many posts there are and lists the first of them; the others follow, and are timed apart.
//! Both count from the moment of the question; module and directory come with the page.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    measure::{median, processor},
    site::{Build, Site},
};

/// How large the blogs are: this one, and made-up ones.
const SIZES: [usize; 3] = [13, 1_000, 10_000];
/// Posts whose titles are searched for; the median counts.
const N_QUESTIONS: usize = 9;
/// What a first search may load, in KB of 1024 bytes.
const FIRST_SEARCH_KB: f64 = 100.0;
/// How long the first answer may take, and one whose files are there, in milliseconds.
const FIRST_MS: f64 = 100.0;
const WARM_MS: f64 = 20.0;

/// Bytes of all bodies that the page has asked for so far.
const LOADED: &str = "[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')] \
                      .reduce((sum, file) => sum + file.encodedBodySize, 0)";
/// Those of the search among them.
const OF_SEARCH: &str = "performance.getEntriesByType('resource') \
                         .filter(({ name }) => /\\/finder|\\/search\\/.*\\.bin$/.test(name)) \
                         .reduce((sum, file) => sum + file.encodedBodySize, 0)";
/// All that a page asks for by itself comes within so long after its load.
const AT_REST: &str = "new Promise((done) => setTimeout(() => done(true), 1500))";

/// What a reader of one blog loads, in bytes, and waits for, in milliseconds.
#[derive(Default)]
struct Cost {
    home_html: f64,
    home: f64,
    post_html: f64,
    post: f64,
    search: Vec<f64>,
    first_ms: Vec<f64>,
    whole_ms: Vec<f64>,
    warm_ms: Vec<f64>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let chrome = Chrome::start_whole().await?;
    println!("{}\n", processor());
    println!(
        "{:>7} {:>12} {:>12} {:>12} {:>12} {:>14} {:>13} {:>12} {:>12}",
        "posts",
        "home, HTML",
        "home, all",
        "post, HTML",
        "post, all",
        "first search",
        "first answer",
        "its rest",
        "warm answer"
    );
    let mut missed = Vec::new();
    for n_posts in SIZES {
        let site = blog(n_posts)?;
        let cost = cost(&chrome, &site).await?;
        let kb = |bytes: f64| format!("{:.1} KB", bytes / 1024.0);
        let (search, first, warm) = (median(cost.search), median(cost.first_ms), median(cost.warm_ms));
        let whole = median(cost.whole_ms);
        println!(
            "{n_posts:>7} {:>12} {:>12} {:>12} {:>12} {:>14} {:>13} {:>12} {:>12}",
            kb(cost.home_html),
            kb(cost.home),
            kb(cost.post_html),
            kb(cost.post),
            kb(search),
            format!("{first:.0} ms"),
            format!("{whole:.0} ms"),
            format!("{warm:.1} ms")
        );
        for (what, is_over) in [
            ("the bytes of a first search", search / 1024.0 > FIRST_SEARCH_KB),
            ("the first answer", first > FIRST_MS),
            ("a warm answer", warm > WARM_MS),
        ] {
            if is_over {
                missed.push(format!("{what} at {n_posts} posts"));
            }
        }
    }
    chrome.stop().await?;
    println!("\nbounds: a first search {FIRST_SEARCH_KB} KB and {FIRST_MS} ms, a warm one {WARM_MS} ms");
    ensure!(missed.is_empty(), "out of bounds: {}", missed.join(", "));
    Ok(())
}

/// The site of a blog of so many posts: this one's, if it has as many, else a made-up one's.
fn blog(n_posts: usize) -> Result<Site> {
    let own = Site::serve(Build::Root)?;
    if own.articles()?.len() == n_posts { Ok(own) } else { Site::serve_made_up(n_posts) }
}

async fn cost(chrome: &Chrome, site: &Site) -> Result<Cost> {
    let mut cost = Cost::default();
    let home = open(chrome, site, "/").await?;
    (cost.home_html, cost.home) = home.eval(&format!("[{}, {LOADED}]", page_bytes())).await?;
    let links: Vec<(String, String)> =
        home.eval("[...document.querySelectorAll('main h3 a')].map((it) => [it.pathname, it.textContent])").await?;
    home.close(chrome).await?;
    let (path, _) = links.first().context("home lists no post")?;
    let post = open(chrome, site, path).await?;
    (cost.post_html, cost.post) = post.eval(&format!("[{}, {LOADED}]", page_bytes())).await?;
    post.close(chrome).await?;

    let step = links.len().div_ceil(N_QUESTIONS).max(1);
    for (_, title) in links.iter().step_by(step) {
        let tab = open(chrome, site, "/search/").await?;
        let (first_ms, whole_ms) = ask(&tab, title).await?;
        cost.first_ms.push(first_ms);
        cost.whole_ms.push(whole_ms);
        cost.search.push(tab.eval(OF_SEARCH).await?);
        // Other words, and then the same again: all its files are there by now.
        ask(&tab, "qwertyzxcv").await?;
        cost.warm_ms.push(ask(&tab, title).await?.1);
        tab.close(chrome).await?;
    }
    Ok(cost)
}

fn page_bytes() -> &'static str {
    "performance.getEntriesByType('navigation')[0].encodedBodySize"
}

/// Opens a page in a tab of its own, at rest.
async fn open(chrome: &Chrome, site: &Site, route: &str) -> Result<Tab> {
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url(route)).await?;
    tab.wait_for(AT_REST, "the page to be at rest").await?;
    Ok(tab)
}

/// Types a question and gives the milliseconds until the page says how many posts it has found and lists the first, and
/// until it lists all that it is going to list.
async fn ask(tab: &Tab, question: &str) -> Result<(f64, f64)> {
    let question = serde_json::to_string(question)?;
    tab.eval(&format!(
        "new Promise((done) => {{ const status = document.querySelector('.search-status'), q = document.getElementById('q'); \
         const results = document.querySelector('.search-results'); let first; \
         status.textContent = ''; \
         const watch = new MutationObserver(() => {{ if (!status.textContent) return; first ??= performance.now() - start; \
         if (results.ariaBusy === 'true') return; watch.disconnect(); done([first, performance.now() - start]) }}); \
         watch.observe(status, {{ childList: true, characterData: true, subtree: true }}); \
         watch.observe(results, {{ attributes: true }}); \
         q.value = {question}; const start = performance.now(); q.dispatchEvent(new Event('input', {{ bubbles: true }})) }})"
    ))
    .await
}
