//! The network fails after the client has started: a sentence and a way on.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Line, Tab, View},
    site::{Build, Fault, Site},
};
use std::time::Duration;

/// The article that the tests ask for.
const ROUTE: &str = "/posts/scaling-laws/";
/// It has arrived.
const HAS_ARTICLE: &str = "document.querySelector('main .seg') && document.activeElement.matches('main h1')";
/// The error view stands in its place.
const HAS_ALERT: &str = "document.querySelector('main [role=alert] button')";
/// The same, with the focus on its heading.
const HAS_ERROR: &str =
    "document.querySelector('main [role=alert] button') && document.activeElement.matches('main h1')";

async fn home(chrome: &Chrome, site: &Site) -> Result<Tab> {
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    Ok(tab)
}

async fn click_article(tab: &Tab, site: &Site) -> Result<()> {
    tab.click(&format!("main h3 a[href='{}']", site.path(ROUTE))).await
}

/// A file of the article.
fn file(name: &str) -> String {
    format!("{ROUTE}{name}")
}

fn asked(site: &Site, file: &str) -> usize {
    let path = site.path(&format!("{ROUTE}{file}"));
    site.asked().iter().filter(|asked| **asked == path).count()
}

#[tokio::test]
async fn offline_gives_the_error_view_and_a_retry_recovers() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = home(&chrome, &site).await?;
        tab.set_offline(true).await?;
        click_article(&tab, &site).await?;
        tab.wait_for(HAS_ERROR, "the error view").await?;
        let (path, text): (String, String) =
            tab.eval("[location.pathname, document.querySelector('main').innerText]").await?;
        ensure!(path == site.path(ROUTE), "the address is {path}, where a refresh would not ask for the article");
        ensure!(text.contains("offline"), "the error view says {text:?}");
        // Still offline: two files, each asked for twice in vain.
        tab.forget();
        tab.click("[role=alert] button").await?;
        let is_markdown = |line: &&Line| line.text.contains("/index.md");
        tab.wait_told(|journal| journal.lines.iter().filter(is_markdown).count() >= 2, "two more attempts").await?;
        tab.wait_for(HAS_ALERT, "the error view again").await?;
        tab.set_offline(false).await?;
        tab.click("[role=alert] button").await?;
        tab.wait_for("document.querySelector('main .seg')", "the article after a retry").await?;
        let title: String = tab.eval("document.title").await?;
        ensure!(title.starts_with("Scaling Laws"), "after the retry the title is {title:?}");
        // What is known needs no network.
        tab.set_offline(true).await?;
        tab.back().await?;
        tab.wait_for("document.querySelector('main .post')", "the list, offline").await?;
        tab.forward().await?;
        tab.wait_for("document.querySelector('main .seg')", "the article, offline").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn one_error_of_the_server_is_retried_in_silence() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    site.fault(&file("post.json"), Fault::Status(500));
    site.forget();
    click_article(&tab, &site).await?;
    // The client takes a breath before it asks again: long enough to mend the server.
    site.wait_asked("scaling-laws/post.json").await?;
    site.heal();
    tab.wait_for(HAS_ARTICLE, "the article").await?;
    let counts = (asked(&site, "post.json"), asked(&site, "index.md"), asked(&site, ""));
    ensure!(counts == (2, 1, 0), "post.json, index.md and the page were asked for {counts:?} times");
    chrome.stop().await
}

#[tokio::test]
async fn lasting_errors_of_the_server_give_the_error_view() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    site.fault(&file("post.json"), Fault::Status(500));
    site.forget();
    click_article(&tab, &site).await?;
    tab.wait_for(HAS_ERROR, "the error view").await?;
    let text: String = tab.eval("document.querySelector('main').innerText").await?;
    ensure!(text.contains("500"), "the error view says {text:?}");
    ensure!(asked(&site, "post.json") >= 2, "nothing was tried again: {:?}", site.asked());
    site.heal();
    tab.click("[role=alert] button").await?;
    tab.wait_for("document.querySelector('main .seg')", "the article after a retry").await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_file_gone_after_a_deploy_is_a_full_load() -> Result<()> {
    let chrome = Chrome::start().await?;
    for (build, gone) in [(Build::Root, "post.json"), (Build::Repo, "index.md")] {
        let site = Site::serve(build)?;
        let tab = home(&chrome, &site).await?;
        site.fault(&file(gone), Fault::Missing);
        site.forget();
        click_article(&tab, &site).await?;
        tab.wait_for("document.querySelector('main .seg')", "the article").await?;
        tab.live().await?;
        ensure!(asked(&site, "") == 1, "{gone} is gone, and the page was not loaded: {:?}", site.asked());
        // Back is a page again.
        tab.back().await?;
        tab.wait_for("document.querySelector('main .post')", "the list").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_list_may_fail_too() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url(ROUTE)).await?;
    site.fault("/posts/_lists/tags/index.json", Fault::Status(503));
    tab.click("header nav a[href$='/tags/']").await?;
    tab.wait_for("document.querySelector('main [role=alert] button')", "the error view").await?;
    site.heal();
    tab.click("[role=alert] button").await?;
    tab.wait_for("document.querySelectorAll('main .tags li').length > 2", "the tags after a retry").await?;
    chrome.stop().await
}

#[tokio::test]
async fn the_last_click_counts() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = home(&chrome, &site).await?;
    // Long enough for a slow machine to see the page wait, and shorter than what is looked at below.
    site.fault(&file("index.md"), Fault::Delay(Duration::from_secs(3)));
    click_article(&tab, &site).await?;
    tab.wait_for("document.body.getAttribute('aria-busy') === 'true'", "the page to say that it is under way").await?;
    tab.click(&format!("main h3 a[href='{}']", site.path("/posts/dualpath/"))).await?;
    tab.wait_for(
        "location.pathname.endsWith('/dualpath/') && document.querySelector('main .seg')",
        "the second article",
    )
    .await?;
    site.wait_asked("scaling-laws/index.md").await?;
    let stays = "new Promise((done) => setTimeout(() => done(location.pathname + (document.body.getAttribute('aria-busy') ?? '')), 3500))";
    let place: String = tab.eval(stays).await?;
    ensure!(place == site.path("/posts/dualpath/"), "the first click came late and won: {place}");
    chrome.stop().await
}
