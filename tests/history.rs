//! Back, Forward, anchors, footnotes, deep links and refresh bring the reader to where they were.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    site::{Build, Site},
};

/// How far from the remembered place the reader may end, in CSS pixels.
const TOLERANCE: f64 = 1.0;

async fn scroll_to(tab: &Tab, y: f64) -> Result<()> {
    tab.eval::<()>(&format!("void scrollTo({{ top: {y}, behavior: 'instant' }})")).await?;
    let at: f64 = tab.eval("scrollY").await?;
    ensure!((at - y).abs() <= TOLERANCE, "the page is too short to scroll to {y}: it stops at {at}");
    Ok(())
}

async fn is_at(tab: &Tab, path: &str, y: f64, what: &str) -> Result<()> {
    let here = format!("location.pathname === '{path}' && Math.abs(scrollY - {y}) <= {TOLERANCE}");
    tab.wait_for(&here, &format!("{what} to be at {y} px of {path}")).await?;
    // It stays there: nothing that comes later moves the reader again.
    let frames = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(scrollY), 100))))";
    let later: f64 = tab.eval(frames).await?;
    ensure!((later - y).abs() <= TOLERANCE, "{what}: the page moved on from {y} to {later}");
    Ok(())
}

/// A page that a link led to is there, at its top, and the focus on its heading says that it has arrived: before
/// that, the top may still be the one of the page before.
async fn is_new(tab: &Tab, path: &str) -> Result<()> {
    let arrived = format!("location.pathname === '{path}' && document.activeElement?.matches('main h1')");
    tab.wait_for(&arrived, &format!("{path} to arrive")).await?;
    is_at(tab, path, 0.0, "a new page").await
}

/// The top of an element in the window stands where anchors are brought to.
fn at_top(id: &str) -> String {
    format!(
        "(() => {{ const it = document.getElementById({id:?}), top = it?.getBoundingClientRect().top; \
         const end = Math.abs(scrollY + innerHeight - document.documentElement.scrollHeight) < 2; \
         return it && (top >= 0 && top < 100 || (end && top > 0 && top < innerHeight)) }})()"
    )
}

#[tokio::test]
async fn back_and_forward_restore_the_place() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        for still in [false, true] {
            let site = Site::serve(build)?;
            let tab = chrome.tab(View { still, ..View::default() }).await?;
            let (home, scaling, transformer) =
                (site.path("/"), site.path("/posts/scaling-laws/"), site.path("/posts/inside-a-transformer/"));
            tab.goto_live(&site.url("/")).await?;
            let link = format!("main h3 a[href='{scaling}']");
            tab.reveal(&link).await?;
            let y_home: f64 = tab.eval("scrollY").await?;
            tab.click(&link).await?;
            is_new(&tab, &scaling).await?;
            scroll_to(&tab, 1234.0).await?;
            tab.eval::<()>(&format!("void (document.querySelector('header .brand').href = '{transformer}')")).await?;
            // Clicked from where the reader is, without scrolling to it first.
            tab.eval::<()>("document.querySelector('header .brand').click()").await?;
            is_new(&tab, &transformer).await?;
            scroll_to(&tab, 777.0).await?;

            tab.back().await?;
            is_at(&tab, &scaling, 1234.0, "Back").await?;
            tab.back().await?;
            is_at(&tab, &home, y_home, "Back twice").await?;
            tab.forward().await?;
            is_at(&tab, &scaling, 1234.0, "Forward").await?;
            tab.forward().await?;
            is_at(&tab, &transformer, 777.0, "Forward twice").await?;
            tab.eval::<()>("void history.go(-2)").await?;
            is_at(&tab, &home, y_home, "two steps back at once").await?;
            tab.close(&chrome).await?;
        }
    }
    chrome.stop().await
}

#[tokio::test]
async fn back_from_another_site_restores_the_place() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    tab.click("main h3 a[href='/posts/scaling-laws/']").await?;
    is_new(&tab, "/posts/scaling-laws/").await?;
    scroll_to(&tab, 1500.0).await?;
    tab.goto("about:blank").await?;
    tab.back().await?;
    is_at(&tab, "/posts/scaling-laws/", 1500.0, "Back from elsewhere").await?;
    tab.live().await?;
    is_at(&tab, "/posts/scaling-laws/", 1500.0, "the client, once ready").await?;
    tab.back().await?;
    tab.wait_for("document.querySelector('main .post') && location.pathname === '/'", "the list").await?;
    chrome.stop().await
}

#[tokio::test]
async fn deep_links_and_refresh_keep_the_place() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default()).await?;
        let path = site.path("/posts/scaling-laws/");
        tab.goto_live(&site.url("/posts/scaling-laws/")).await?;
        let ids: Vec<String> =
            tab.eval("[...document.querySelectorAll('.seg h2[id]')].map((heading) => heading.id)").await?;
        let id = ids.get(2).context("the article has no third section")?;

        scroll_to(&tab, 1750.0).await?;
        tab.reload().await?;
        tab.live().await?;
        is_at(&tab, &path, 1750.0, "a refresh").await?;

        // A link with an anchor, loaded and followed.
        let deep = site.url(&format!("/posts/scaling-laws/#{id}"));
        tab.goto("about:blank").await?;
        tab.goto_live(&deep).await?;
        tab.wait_for(&at_top(id), "the section of a deep link").await?;
        tab.goto_live(&site.url("/")).await?;
        tab.eval::<()>(&format!("void (document.querySelector('main h3 a').href = {deep:?})")).await?;
        tab.click("main h3 a").await?;
        tab.wait_for(&at_top(id), "the section that a link names").await?;

        // Within the page: the contents, then back.
        scroll_to(&tab, 0.0).await?;
        let link = format!(".toc a[href='#{id}']");
        if tab.eval("document.querySelector('.toc a').checkVisibility() === false").await? {
            tab.click(".toc summary").await?;
        }
        tab.click(&link).await?;
        tab.wait_for(&at_top(id), "the section that the contents name").await?;
        let hash: String = tab.eval("location.hash").await?;
        ensure!(hash == format!("#{id}"), "the address names {hash}");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn footnotes_lead_there_and_back() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::phone()).await?;
        let route = with_footnotes(&site)?;
        tab.goto_live(&site.url(&route)).await?;
        tab.reveal(".fn a").await?;
        // What comes into the window is laid out only then, and moves what is below it: the reader clicks where it stands.
        tab.hover(".fn a").await?;
        let y: f64 = tab.eval("scrollY").await?;
        let note: String = tab.eval("decodeURIComponent(document.querySelector('.fn a').hash.slice(1))").await?;
        tab.click(".fn a").await?;
        let in_window = |id: &str| {
            format!(
                "location.hash === '#' + encodeURIComponent({id:?}) && (({{ top }}) => top >= 0 && top < innerHeight)\
                 (document.getElementById({id:?}).getBoundingClientRect())"
            )
        };
        tab.wait_for(&in_window(&note), "the footnote").await?;
        let back = format!("[id='{note}'] a.back");
        let reference: String =
            tab.eval(&format!("decodeURIComponent(document.querySelector(\"{back}\").hash.slice(1))")).await?;
        tab.click(&back).await?;
        tab.wait_for(&in_window(&reference), "the place of the reference").await?;
        tab.back().await?;
        tab.wait_for(&in_window(&note), "the footnote again").await?;
        tab.back().await?;
        // The notes are the first to need some fonts, and formulas above them then change their height.
        let place = format!("location.hash === '' && Math.abs(scrollY - {y}) <= {TOLERANCE}");
        tab.wait_for(&place, "where the reader was").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

fn with_footnotes(site: &Site) -> Result<String> {
    for route in site.articles()? {
        if site.html(&route)?.contains("class=\"footnotes") {
            return Ok(route);
        }
    }
    anyhow::bail!("no article has a footnote to follow")
}
