//! What was read is kept for the time without a network; a new version comes whole or not at all.

use anyhow::{Context, Result, bail, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    lab::{Lab, Place},
    site::{Build, Fault, Site},
};
use std::fs;

/// An article that is opened by a link, so that only its data are fetched.
const BY_LINK: &str = "/posts/scaling-laws/";
/// The worker is there, and has this page.
const IS_KEPT: &str = "navigator.serviceWorker.controller && await caches.match(location.href)";
/// The line that offers a new version.
const OFFER: &str = "document.querySelector('.update[role=status] button')?.textContent === 'Update'";

/// Opens a page, and waits until it is kept.
async fn read(tab: &Tab, site: &Site, route: &str) -> Result<()> {
    tab.goto_live(&site.url(route)).await?;
    tab.wait_for("navigator.serviceWorker.controller", "the worker to come").await?;
    tab.wait_for(IS_KEPT, &format!("{route} to be kept")).await
}

/// The value of something that has `await` in it.
async fn eval<T: serde::de::DeserializeOwned>(tab: &Tab, expression: &str) -> Result<T> {
    tab.eval(&format!("(async () => {expression})()")).await
}

/// The server answers no more, whoever asks.
fn cut(site: &Site) {
    site.fault("/*", Fault::Break);
}

/// Paths under the base that are kept, of whatever build.
async fn kept(tab: &Tab, site: &Site) -> Result<Vec<String>> {
    let all = "(await Promise.all((await caches.keys()).map(async (key) => (await (await caches.open(key)).keys()) \
               .map((request) => request.url)))).flat()";
    let addresses: Vec<String> = eval(tab, all).await?;
    let start = site.url("");
    addresses
        .into_iter()
        .map(|address| match address.strip_prefix(&start) {
            Some(path) => Ok(path.to_owned()),
            None => bail!("{address} is none of the site's own, and kept"),
        })
        .collect()
}

/// Paths under the base of the scripts that a page links for later, by the ids of the links.
fn modules(site: &Site, route: &str, ids: &[&str]) -> Result<Vec<String>> {
    let html = site.html(route)?;
    let path = |id: &&str| {
        let (_, after) = html.split_once(&format!("id=\"{id}-js\" href=\"")).with_context(|| format!("no {id}"))?;
        let url = after.split('"').next().unwrap_or_default();
        Ok(url.strip_prefix(site.path("").as_str()).unwrap_or(url).to_owned())
    };
    ids.iter().map(path).collect()
}

fn quoted(path: &str) -> String {
    format!("'{path}'")
}

/// What was kept is kept still. More may have come meanwhile: a page at rest fetches what its reader may want next.
async fn holds(tab: &Tab, site: &Site, before: &[String]) -> Result<()> {
    let now = kept(tab, site).await?;
    let lost: Vec<_> = before.iter().filter(|path| !now.contains(path)).collect();
    ensure!(lost.is_empty(), "not kept any more: {lost:?}");
    Ok(())
}

/// Waits until files are kept, given by their paths under the base.
async fn wait_kept(tab: &Tab, site: &Site, paths: &[String]) -> Result<()> {
    for path in paths {
        let is_kept = format!("await caches.match({})", quoted(&site.path(path)));
        tab.wait_for(&is_kept, &format!("{path} to be kept")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_second_visit_needs_no_network() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let (site, tab) = (Site::serve_kept(build)?, chrome.tab(View::default()).await?);
        let Place { route, lab } = Place::find(&site)?;
        // The first page comes before the worker, and is kept all the same.
        read(&tab, &site, BY_LINK.replace("scaling-laws", "dualpath").as_str()).await?;
        read(&tab, &site, "/").await?;
        tab.click(&format!("main h3 a[href='{}']", site.path(BY_LINK))).await?;
        tab.wait_for("document.querySelector('main .seg')", "the article").await?;
        wait_kept(&tab, &site, &["index.md", "post.json"].map(|file| format!("{BY_LINK}{file}"))).await?;
        read(&tab, &site, &route).await?;
        // Its lab too, though nobody came near it.
        wait_kept(&tab, &site, &modules(&site, &route, &["lab-ui", "lab-worker"])?).await?;

        cut(&site);
        tab.goto_live(&site.url("/")).await?;
        // Only now, when no page is left that fetched what its reader might want next.
        let here = kept(&tab, &site).await?;
        let unread = site.articles()?.into_iter().find(|route| !here.iter().any(|path| path.starts_with(route)));
        let unread = unread.context("every article is kept, read or not")?;
        let n_posts: usize = tab.eval("document.querySelectorAll('main .post').length").await?;
        ensure!(n_posts == site.articles()?.len(), "the list has {n_posts} articles");
        tab.click(&format!("main h3 a[href='{}']", site.path("/posts/dualpath/"))).await?;
        tab.wait_for("document.querySelector('main .seg')", "an article that was read as a page, by a link").await?;
        for (route, title) in [(BY_LINK, "Scaling Laws"), ("/posts/dualpath/", "DualPath")] {
            tab.goto_live(&site.url(route)).await?;
            tab.wait_for("document.querySelector('main .seg')", "a kept article").await?;
            let shown: String = tab.eval("document.title").await?;
            ensure!(shown.starts_with(title), "{route} has the title {shown:?}");
        }
        // Without its slash the address leads on as online.
        tab.goto(&site.url(BY_LINK.trim_end_matches('/')).replace("scaling-laws", "dualpath")).await?;
        let path: String = tab.eval("location.pathname").await?;
        ensure!(path == site.path("/posts/dualpath/"), "it led to {path}");
        tab.goto_live(&site.url(&route)).await?;
        let figure = Lab::new(&tab, &lab);
        figure.wake().await?;
        figure.run().await?;
        ensure!(figure.problem().await?.is_empty(), "the lab says {:?}", figure.problem().await?);

        tab.goto(&site.url(&unread)).await?;
        tab.wait_for("document.querySelector('main [role=alert] button')", "the sentence that says why").await?;
        let text: String = tab.eval("document.querySelector('main').innerText").await?;
        ensure!(text.contains("offline"), "of an article that was not read it says {text:?}");
        // A list is made of what is kept.
        let tag = site.routes()?.into_iter().find(|route| route.starts_with("/tags/") && route != "/tags/");
        tab.goto_live(&site.url(&tag.context("there are no tags")?)).await?;
        tab.wait_for("document.querySelector('main .post')", "the articles of a tag").await?;

        site.heal();
        tab.goto(&site.url(&unread)).await?;
        tab.wait_for("document.querySelector('main .seg')", "the article, online").await?;
        tab.goto(&site.url("/posts/no-such-post/")).await?;
        let status: u16 = tab.eval("performance.getEntriesByType('navigation')[0].responseStatus").await?;
        ensure!(status == 404, "an unknown address answers {status} through the worker");
        ensure!(!kept(&tab, &site).await?.iter().any(|path| path.contains("no-such-post")), "an error was kept");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn the_language_model_trains_without_a_network() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let (site, tab) = (Site::serve_kept(build)?, chrome.tab(View::default()).await?);
        let route = site.apart()?.pop().context("no article fine-tunes a model")?;
        read(&tab, &site, &route).await?;
        let lab = Lab::new(&tab, "sft");
        lab.wake().await?;
        lab.run().await?;
        wait_kept(&tab, &site, &modules(&site, &route, &["lab-ui-language", "lm-worker"])?).await?;

        cut(&site);
        tab.goto_live(&site.url(&route)).await?;
        let hosts: String = tab.eval("document.querySelector('meta[http-equiv]').content").await?;
        ensure!(hosts.contains("connect-src 'self' https://"), "its policy is {hosts}");
        lab.wake().await?;
        lab.run().await?;
        // The model's files were asked for by ranges; the lab has kept them itself.
        let twice: Vec<_> = kept(&tab, &site).await?.into_iter().filter(|path| path.starts_with("/pocket-")).collect();
        ensure!(twice.is_empty(), "kept a second time: {twice:?}");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// Publishes a second build over the first, as a deploy does: other pages, another id, another style sheet in place of the
/// old one. Gives the new sheet's name.
fn publish(site: &Site) -> Result<String> {
    let worker = site.read("sw.js")?;
    let (_, id) = worker.split_once("\"id\":\"").context("the worker has no id")?;
    let id = id.split('"').next().unwrap_or_default();
    let style = site.files()?.into_iter().find(|file| file.starts_with("style-")).context("there is no style sheet")?;
    let (new_id, new_style) = ("0123456789abcdef", "style-fedcba9876543210.css");
    fs::rename(site.dist.join(&style), site.dist.join(new_style))?;
    for file in site.files()?.into_iter().filter(|file| file == "sw.js" || file.ends_with(".html")) {
        fs::write(site.dist.join(&file), site.read(&file)?.replace(id, new_id).replace(&style, new_style))?;
    }
    Ok(format!("/{new_style}"))
}

/// Has the browser look for a new version, as it does by itself when a page is opened.
async fn look(tab: &Tab) -> Result<()> {
    eval(tab, "{ await (await navigator.serviceWorker.getRegistration())?.update().catch(() => {}) }").await
}

/// Whether the page has this style sheet.
fn has_style(name: &str) -> String {
    format!("document.querySelector('link[rel=stylesheet]').href.endsWith('{name}')")
}

async fn n_caches(tab: &Tab) -> Result<usize> {
    eval(tab, "(await caches.keys()).length").await
}

#[tokio::test]
async fn a_new_version_waits_for_its_reader() -> Result<()> {
    let (site, chrome) = (Site::serve_kept(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    read(&tab, &site, "/").await?;
    tab.click(&format!("main h3 a[href='{}']", site.path(BY_LINK))).await?;
    wait_kept(&tab, &site, &[format!("{BY_LINK}index.md"), format!("{BY_LINK}post.json")]).await?;
    read(&tab, &site, "/posts/dualpath/").await?;
    // Somewhere else the same reader is in the middle of something.
    let busy = chrome.tab_beside(&tab, View::default()).await?;
    read(&busy, &site, "/about/").await?;
    let style = publish(&site)?;
    look(&tab).await?;
    tab.wait_for(OFFER, "the new version to be offered").await?;
    busy.wait_for(OFFER, "the new version to be offered there too").await?;
    ensure!(n_caches(&tab).await? == 2, "the old version is gone before the new one is wanted");
    let is_old = format!("!{}", has_style(&style));
    ensure!(tab.eval::<bool>(&is_old).await?, "the page has changed under its reader’s eyes");
    // Another page of the same reader is of the new build already; the old one is open still, so nothing changes.
    let beside = chrome.tab_beside(&tab, View::default()).await?;
    beside.goto_live(&site.url("/")).await?;
    beside.wait_for(&has_style(&style), "the new page").await?;
    let asks = "await navigator.serviceWorker.getRegistration().then((it) => it.waiting)";
    beside.wait_for(asks, "the new version to wait").await?;
    ensure!(tab.eval::<bool>(OFFER).await?, "the offer is gone");

    tab.click(".update button").await?;
    tab.wait_for(&has_style(&style), "the page of the new version").await?;
    tab.wait_for("(await caches.keys()).length === 1", "the old version to go").await?;
    let (is_offered, waits): (bool, bool) =
        eval(&tab, &format!("[!!({OFFER}), !!(await navigator.serviceWorker.getRegistration()).waiting]")).await?;
    ensure!(!is_offered && !waits, "it is offered again");
    ensure!(busy.eval::<bool>(&is_old).await?, "a page was loaded again that nobody wanted to");
    busy.click(".update button").await?;
    busy.wait_for(&has_style(&style), "the other page, once its reader wants to").await?;
    // What was read is kept, as the new build has it.
    cut(&site);
    for route in [BY_LINK, "/posts/dualpath/", "/"] {
        tab.goto_live(&site.url(route)).await?;
        tab.wait_for("document.querySelector('main .seg, main .post')", route).await?;
        ensure!(tab.eval::<bool>(&has_style(&style)).await?, "{route} is of the old build");
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_new_version_takes_over_by_itself_where_no_old_page_is_open() -> Result<()> {
    let (site, chrome) = (Site::serve_kept(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    read(&tab, &site, "/").await?;
    let style = publish(&site)?;
    // Past the browser's own cache, which has the old page for some minutes more.
    tab.goto_live(&site.url("/")).await?;
    tab.wait_for(&has_style(&style), "the new page, though the old worker is there").await?;
    tab.wait_for(
        "(await caches.keys()).length === 1 && (await caches.keys())[0].endsWith('0123456789abcdef')",
        "the new worker",
    )
    .await?;
    ensure!(!tab.eval::<bool>("!!document.querySelector('.update')").await?, "its reader was asked");
    chrome.stop().await
}

#[tokio::test]
async fn a_download_that_breaks_leaves_the_old_version_whole() -> Result<()> {
    let (site, chrome) = (Site::serve_kept(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    read(&tab, &site, "/").await?;
    let before = kept(&tab, &site).await?;
    let style = publish(&site)?;
    let failed = "await navigator.serviceWorker.getRegistration().then((it) => !it.installing && !it.waiting) \
                  && (await caches.keys()).length === 1";
    for (route, fault) in [(style.as_str(), Fault::Cut), ("/tags/", Fault::Status(503))] {
        site.fault(route, fault);
        site.forget();
        look(&tab).await?;
        site.wait_asked(&site.path(route)).await?;
        tab.wait_for(failed, "the new version to be given up").await?;
        site.heal();
        holds(&tab, &site, &before).await?;
    }
    cut(&site);
    tab.goto_live(&site.url("/")).await?;
    ensure!(tab.eval::<bool>(&format!("!{}", has_style(&style))).await?, "half of the new version is shown");
    ensure!(tab.eval::<usize>("document.querySelectorAll('main .post').length").await? > 0, "the list is gone");
    site.heal();
    look(&tab).await?;
    tab.wait_for(OFFER, "the new version, whole").await?;
    chrome.stop().await
}

#[tokio::test]
async fn a_full_store_breaks_nothing() -> Result<()> {
    let (site, chrome) = (Site::serve_kept(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    read(&tab, &site, "/").await?;
    let before = kept(&tab, &site).await?;
    tab.set_quota(&site.origin(), Some(1)).await?;
    tab.goto_live(&site.url("/posts/dualpath/")).await?;
    ensure!(tab.eval::<bool>("!!document.querySelector('main .seg')").await?, "the article is not shown");
    let style = publish(&site)?;
    site.forget();
    look(&tab).await?;
    site.wait_asked(&style).await?;
    let failed = "await navigator.serviceWorker.getRegistration().then((it) => !it.installing && !it.waiting) \
                  && (await caches.keys()).length === 1";
    tab.wait_for(failed, "the new version to be given up").await?;
    holds(&tab, &site, &before).await?;
    check::is_quiet(&tab, "a full store").await?;
    cut(&site);
    tab.goto_live(&site.url("/")).await?;
    ensure!(tab.eval::<bool>("!!document.querySelector('main .post')").await?, "the list is gone");
    site.heal();
    tab.set_quota(&site.origin(), None).await?;
    look(&tab).await?;
    tab.wait_for(OFFER, "the new version, once there is room").await?;
    chrome.stop().await
}

/// What `press` writes in the worker's place where `blog.toml` says `offline = false`.
const GONE: &str = include_str!("../crates/press/src/offline/gone.js");

#[tokio::test]
async fn a_site_that_keeps_nothing_any_more_cleans_up() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let (site, tab) = (Site::serve_kept(build)?, chrome.tab(View::default()).await?);
        read(&tab, &site, "/").await?;
        fs::write(site.dist.join("sw.js"), GONE)?;
        for file in site.files()?.into_iter().filter(|file| file.ends_with(".html")) {
            fs::write(site.dist.join(&file), site.read(&file)?.replace("id=\"offline-js\"", "id=\"none\""))?;
        }
        tab.reload().await?;
        look(&tab).await?;
        let is_gone = "!(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length";
        tab.wait_for(is_gone, "the worker and what it kept to go").await?;
        tab.goto_live(&site.url("/about/")).await?;
        ensure!(tab.eval::<bool>("!navigator.serviceWorker.controller").await?, "a worker answers still");
        check::is_quiet(&tab, "a page without its worker").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn nothing_is_kept_on_this_machine_unless_asked() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    // Longer than a page waits that is to be kept.
    let later = "(await new Promise((done) => setTimeout(done, 5000)), (await caches.keys()).length)";
    ensure!(eval::<usize>(&tab, later).await? == 0, "something is kept");
    ensure!(
        !site.asked().iter().any(|path| path.contains("sw.js") || path.contains("/offline-")),
        "a worker was fetched"
    );
    chrome.stop().await
}

#[tokio::test]
async fn the_site_can_be_installed() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let (site, tab) = (Site::serve(build)?, chrome.tab(View::default()).await?);
        tab.goto(&site.url("/")).await?;
        let manifest = "fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())";
        let manifest: serde_json::Value = tab.eval(manifest).await?;
        let home = site.path("/");
        for key in ["start_url", "scope", "id"] {
            ensure!(manifest[key] == home.as_str(), "{key} is {}", manifest[key]);
        }
        ensure!(manifest["name"] == "Machine Learning and Recommender Systems", "it is called {}", manifest["name"]);
        let icons = manifest["icons"].as_array().context("it has no icons")?;
        ensure!(icons.iter().any(|icon| icon["purpose"] == "maskable"), "none may be cut to shape");
        for icon in icons {
            let src = icon["src"].as_str().context("an icon has no address")?;
            let size = format!(
                "new Promise((done, fail) => {{ const image = new Image(); image.onload = () => \
                 done(`${{image.naturalWidth}}x${{image.naturalHeight}}`); image.onerror = fail; image.src = '{src}' }})"
            );
            let size: String = tab.eval(&size).await?;
            ensure!(icon["sizes"] == size.as_str(), "{src} is {size}");
        }
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
