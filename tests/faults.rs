//! The client cannot start, or fails later: the page remains a site.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    site::{Build, Fault, Site},
};

/// The article that the tests open.
const ROUTE: &str = "/posts/scaling-laws/";

/// A translator's work: every text stands in a `<font>` before the client starts.
const TRANSLATE: &str = "document.addEventListener('readystatechange', () => {
  if (document.readyState !== 'interactive') return;
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentElement.closest('svg, math')) found.push(texts.currentNode);
  found.forEach((text) => { const font = document.createElement('font'); text.replaceWith(font); font.append(text); });
});";

/// An extension's work: something is gone that the client expects to find, and it panics as it starts.
const MEDDLE: &str = "document.addEventListener('readystatechange', () => {
  if (document.readyState === 'interactive') document.querySelector('header .brand').remove();
});";

/// Fills the client's memory with rubbish: whatever it does next ends in a trap.
const BREAK: &str = "import(document.getElementById('client-js').href).then((client) => client.default()) \
  .then((wasm) => void new Uint8Array(wasm.memory.buffer).fill(255))";

/// Where the client cannot run, everything that plain HTML can do still works, and one line says why.
async fn remains_a_site(tab: &Tab, site: &Site, why: &str) -> Result<()> {
    tab.wait_for("document.documentElement.dataset.client === 'failed'", "the page to know that the client failed")
        .await?;
    says_why(tab, why)?;
    let dead: Vec<String> = tab
        .eval(
            "[...document.querySelectorAll('button, .client, [data-copy]')] \
             .filter((control) => control.checkVisibility({ visibilityProperty: true })).map((control) => control.outerHTML.slice(0, 80))",
        )
        .await?;
    ensure!(dead.is_empty(), "{why}: these can be seen and do nothing: {dead:?}");

    tab.eval::<()>("void document.querySelector('.seg details')?.removeAttribute('open')").await?;
    tab.click(".seg details summary").await?;
    ensure!(
        tab.eval::<bool>("document.querySelector('.seg details').open").await?,
        "{why}: an answer does not fold open"
    );
    let hash: String = tab.eval("document.querySelector('.seg a[href^=\"#\"]').hash").await?;
    tab.click(".seg a[href^='#']").await?;
    tab.wait_for(&format!("location.hash === {hash:?}"), "an anchor of the page").await?;

    site.forget();
    tab.eval::<()>("void (window.isOld = true)").await?;
    tab.click("header nav a[href$='/tags/']").await?;
    tab.wait_for("!window.isOld && document.querySelector('main .tags')", "the link to load a page").await?;
    ensure!(site.asked().contains(&site.path("/tags/")), "{why}: a link did not load a page: {:?}", site.asked());
    tab.back().await?;
    tab.wait_for(
        &format!("location.pathname === '{}' && document.querySelector('main .seg')", site.path(ROUTE)),
        "Back",
    )
    .await
}

/// One line in the console, the browser's own about failed requests left out.
fn says_why(tab: &Tab, why: &str) -> Result<()> {
    let lines = check::page_lines(tab);
    ensure!(
        lines.len() == 1 && lines[0].contains("plain site"),
        "{why}: the console says {lines:#?}, not one line why"
    );
    Ok(())
}

#[tokio::test]
async fn wasm_that_is_gone() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        site.fault_all(".wasm", Fault::Missing)?;
        let tab = chrome.tab(View::default()).await?;
        tab.goto(&site.url(ROUTE)).await?;
        remains_a_site(&tab, &site, "wasm 404").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn wasm_or_script_that_is_blocked() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    for ending in [".wasm", ".js"] {
        let tab = chrome.tab(View::default()).await?;
        tab.block(Some(ending)).await?;
        tab.goto(&site.url(ROUTE)).await?;
        remains_a_site(&tab, &site, ending).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_page_translated_before_the_client_came() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default().with_script_before(TRANSLATE)).await?;
    tab.goto(&site.url(ROUTE)).await?;
    remains_a_site(&tab, &site, "translated").await?;
    // Back may have loaded the page anew, and its translator comes after its text.
    tab.wait_for("document.querySelectorAll('main font').length > 50", "the translation to be there still").await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_panic_at_the_start() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default().with_script_before(MEDDLE)).await?;
    tab.goto(&site.url(ROUTE)).await?;
    remains_a_site(&tab, &site, "panic at the start").await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_trap_while_reading() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default()).await?;
        tab.goto_live(&site.url(ROUTE)).await?;
        tab.eval::<()>(BREAK).await?;
        // Whatever comes first, this or a timer of the client's own, is the last thing that it does.
        tab.eval::<()>("document.querySelector('header button.client').click()").await?;
        remains_a_site(&tab, &site, "trap while reading").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_trap_on_the_way_to_a_page() -> Result<()> {
    let chrome = Chrome::start().await?;
    for still in [true, false] {
        let site = Site::serve(Build::Repo)?;
        let tab = chrome.tab(View { still, ..View::default() }).await?;
        tab.goto_live(&site.url("/")).await?;
        tab.click(&format!("main h3 a[href='{}']", site.path(ROUTE))).await?;
        tab.wait_for("document.querySelector('main .seg') && document.activeElement.matches('main h1')", "the article")
            .await?;
        // Back: the address is home's at once, and what stands in the page must follow.
        tab.eval::<()>(BREAK).await?;
        tab.back().await?;
        tab.wait_for("location.pathname === '/repo/' && document.querySelector('main .post')", "home, by a load")
            .await?;
        says_why(&tab, "trap on the way back")?;
        tab.forward().await?;
        tab.wait_for(
            &format!("location.pathname === '{}' && document.querySelector('main .seg')", site.path(ROUTE)),
            "the article",
        )
        .await?;
        tab.live().await?;

        // A link: the browser follows it if the client cannot.
        tab.eval::<()>(BREAK).await?;
        tab.forget();
        site.forget();
        tab.click("header nav a[href$='/about/']").await?;
        tab.wait_for("document.querySelector('#what')", "a link to load a page").await?;
        ensure!(site.asked().contains(&site.path("/about/")), "the link did not load a page: {:?}", site.asked());
        tab.live().await?;
        says_why(&tab, "trap on the way to a page")?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn the_not_found_page_finds_the_route() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default()).await?;
        // A server that knows nothing of the page answers with 404.html; the client does know it.
        let still = check::still_picture(&tab, &site.html(ROUTE)?).await?;
        site.fault(ROUTE, Fault::Missing);
        tab.goto_live(&site.url(ROUTE)).await?;
        tab.wait_for("document.querySelector('main .seg') && document.title.startsWith('Scaling Laws')", "the article")
            .await?;
        check::same("the article under 404.html", &check::live_picture(&tab).await?.main, &still.main)?;
        site.heal();

        tab.goto_live(&site.url("/posts/scalinglaw/")).await?;
        tab.wait_for("document.querySelector('.nearest a')", "suggestions").await?;
        let (heading, title, first): (String, String, String) = tab
            .eval("[document.querySelector('main h1').textContent, document.title, document.querySelector('.nearest a').pathname]")
            .await?;
        ensure!(
            heading == "Page not found" && title.starts_with("Page not found"),
            "it is called {heading:?}, {title:?}"
        );
        ensure!(first == site.path(ROUTE), "the nearest post to “scalinglaw” is said to be {first}");
        tab.click(".nearest a").await?;
        tab.wait_for("document.querySelector('main .seg')", "the suggested article").await?;
        tab.close(&chrome).await?;

        // Without JavaScript it still says what it is and leads home.
        let tab = chrome.tab(View::default().without_scripts()).await?;
        tab.goto(&site.url("/no/such/page")).await?;
        let (text, home): (String, bool) = tab
            .eval(&format!("[document.body.innerText, !!document.querySelector('a[href=\"{}\"]')]", site.path("/")))
            .await?;
        ensure!(text.contains("not found") && home, "without JavaScript an unknown address says {text:?}");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
