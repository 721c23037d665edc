//! From page to page without loading one: what the client builds is what was prerendered.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Tab, View},
    check,
    site::{Build, Site},
};

/// Follows the link that `selector` names and waits until the page of `route` has arrived.
async fn follow(tab: &Tab, site: &Site, selector: &str, route: &str, title: &str) -> Result<()> {
    tab.click(selector).await?;
    check::arrived(tab, site, route, title).await
}

/// The articles that any page's document may show.
fn shown_by_any_page(site: &Site) -> Result<Vec<String>> {
    let (articles, apart) = (site.articles()?, site.apart()?);
    Ok(articles.into_iter().filter(|route| !apart.contains(route)).collect())
}

#[tokio::test]
async fn every_article_is_built_as_it_was_prerendered() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default()).await?;
        // Beside home itself the log holds what navigations ask for, or what was brought ahead of them: each post once.
        tab.goto_live(&site.url("/")).await?;
        for route in shown_by_any_page(&site)? {
            let still = check::still_picture(&tab, &site.html(&route)?).await?;
            follow(
                &tab,
                &site,
                &format!("main h3 a[href='{}']", site.path(&route)),
                &route,
                &check::title_of(&still.head)?,
            )
            .await?;

            let asked = site.asked();
            for file in ["post.json", "index.md"] {
                let path = site.path(&format!("{route}{file}"));
                ensure!(
                    asked.iter().filter(|asked| **asked == path).count() == 1,
                    "{path} was not asked for once: {asked:?}"
                );
            }
            let home = site.path("/");
            let is_page = |path: &&String| **path != home && (path.ends_with('/') || path.ends_with(".html"));
            let pages: Vec<_> = asked.iter().filter(is_page).collect();
            ensure!(pages.is_empty(), "{route}: following a link loaded {pages:?}");

            let live = check::live_picture(&tab).await?;
            check::same(&format!("{route}: main"), &live.main, &still.main)?;
            check::same(&format!("{route}: head"), &live.head, &still.head)?;
            let y: f64 = tab.eval("scrollY").await?;
            ensure!(y == 0.0, "{route} arrived scrolled to {y}");
            tab.back().await?;
            tab.wait_for(
                &format!("location.pathname === '{}' && document.querySelector('main .post')", site.path("/")),
                "home",
            )
            .await?;
        }
        check::is_quiet(&tab, site.path("/").as_str()).await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn lists_and_about_are_built_as_they_were_prerendered() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default()).await?;
        let articles = shown_by_any_page(&site)?;
        // An article brings no list of posts along: the lists must fetch it.
        tab.goto_live(&site.url(&articles[0])).await?;
        let routes = site.routes()?.into_iter().filter(|route| !route.starts_with("/posts/"));
        for route in routes {
            site.forget();
            check::comes_as_prerendered(&tab, &site, &route).await?;
            let pages: Vec<_> = site.asked().into_iter().filter(|path| path.ends_with('/')).collect();
            ensure!(pages.is_empty(), "{route}: following a link loaded {pages:?}");
        }
        check::is_quiet(&tab, "lists").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn neighbours_and_cross_links_lead_on() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::phone()).await?;
        tab.goto_live(&site.url("/posts/scaling-laws/")).await?;
        let mut seen = 0;
        while tab.eval("!!document.querySelector('.pager a[rel=prev]')").await? {
            let path: String = tab.eval("new URL(document.querySelector('.pager a[rel=prev]').href).pathname").await?;
            let route = path.strip_prefix(site.path("").as_str()).context("a neighbour outside the site")?.to_owned();
            let still = check::still_picture(&tab, &site.html(&route)?).await?;
            follow(&tab, &site, ".pager a[rel=prev]", &route, &check::title_of(&still.head)?).await?;
            check::same(&route, &check::live_picture(&tab).await?.main, &still.main)?;
            seen += 1;
        }
        ensure!(seen == 10, "{seen} articles are older than the third, not 10");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn a_post_is_fetched_once_and_early() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    let link = |slug: &str| format!("main h3 a[href='{}']", site.path(&format!("/posts/{slug}/")));
    let asked_for = |slug: &str| site.asked().iter().filter(|path| path.contains(&format!("/{slug}/"))).count();

    tab.hover(&link("scaling-laws")).await?;
    site.wait_asked("/scaling-laws/post.json").await?;
    site.wait_asked("/scaling-laws/index.md").await?;
    tab.eval::<()>(&format!("document.querySelector(\"{}\").focus()", link("dualpath"))).await?;
    site.wait_asked("/dualpath/index.md").await?;
    let touch = "dispatchEvent(new Event('touchstart', { bubbles: true }))";
    tab.eval::<()>(&format!("void document.querySelector(\"{}\").{touch}", link("inside-a-transformer"))).await?;
    site.wait_asked("/inside-a-transformer/index.md").await?;

    for _ in 0..2 {
        tab.click(&link("scaling-laws")).await?;
        tab.wait_for("document.querySelector('main .seg')", "the article").await?;
        tab.back().await?;
        tab.wait_for("document.querySelector('main .post')", "the list").await?;
    }
    let counts = ["scaling-laws", "dualpath", "inside-a-transformer"].map(asked_for);
    ensure!(counts == [2, 2, 2], "each post is two files, each fetched once; asked: {:?}", site.asked());
    chrome.stop().await
}

#[tokio::test]
async fn the_first_articles_in_sight_come_ahead_unless_the_reader_saves_data() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let n_brought = || site.asked().iter().filter(|path| path.ends_with("/post.json")).count();
    let tab = chrome.tab(View::phone()).await?;
    tab.goto_live(&site.url("/")).await?;
    let listed: Vec<String> =
        tab.eval("[...document.querySelectorAll('main h3 a')].map((link) => link.getAttribute('href'))").await?;
    let apart = site.apart()?;
    for path in listed.iter().filter(|path| !apart.contains(path)).take(2) {
        tab.eval::<()>(&format!("void document.querySelector(\"main h3 a[href='{path}']\").scrollIntoView()")).await?;
        site.wait_asked(&format!("{path}post.json")).await?;
        site.wait_asked(&format!("{path}index.md")).await?;
    }
    tab.eval::<()>("void scrollTo(0, document.body.scrollHeight)").await?;
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 1000))", "what else might come").await?;
    ensure!(n_brought() == 2, "the whole list came: {:?}", site.asked());
    tab.close(&chrome).await?;

    site.forget();
    let tab = chrome.tab(View::phone()).await?;
    tab.before("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })").await?;
    tab.goto_live(&site.url("/")).await?;
    tab.wait_for("new Promise((done) => setTimeout(() => done(true), 4000))", "what might come").await?;
    ensure!(n_brought() == 0, "a reader who saves data was sent {:?}", site.asked());
    chrome.stop().await
}

#[tokio::test]
async fn what_the_client_cannot_show_is_the_browsers() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    for (selector, file) in [(".foot a[href$='atom.xml']", "/atom.xml"), (".foot a[href$='feed.json']", "/feed.json")] {
        tab.goto_live(&site.url("/")).await?;
        site.forget();
        tab.click(selector).await?;
        site.wait_asked(file).await?;
    }
    // With a modifier the browser opens another tab, and this one stays.
    tab.goto_live(&site.url("/")).await?;
    let prevented: bool = tab
        .eval(
            "new Promise((done) => { addEventListener('click', (event) => { done(event.defaultPrevented); event.preventDefault() }); \
             document.querySelector('main h3 a').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: true })) })",
        )
        .await?;
    ensure!(!prevented, "a click with Ctrl is the browser's to follow");
    chrome.stop().await
}

/// A document keeps its policy; so links to an article with one of its own, and out of it, load pages.
#[tokio::test]
async fn an_article_with_a_policy_of_its_own_is_loaded_whole() -> Result<()> {
    let chrome = Chrome::start_whole().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        for route in site.apart()? {
            let (home, path) = (site.path("/"), site.path(&route));
            let files = |ending: &str| site.asked().iter().filter(|asked| asked.ends_with(ending)).count();
            let tab = chrome.tab(View::default()).await?;
            tab.goto_live(&site.url("/")).await?;
            let link = format!("main h3 a[href='{path}']");
            tab.reveal(&link).await?;
            let y_home: f64 = tab.eval("scrollY").await?;
            site.forget();
            tab.hover(&link).await?;
            tab.eval::<()>("void (window.isOld = true)").await?;
            tab.click(&link).await?;
            let loaded = |path: &str| format!("!window.isOld && location.pathname === '{path}'");
            tab.wait_for(&loaded(&path), "the article to be loaded").await?;
            tab.live().await?;
            ensure!(site.asked().iter().filter(|asked| **asked == path).count() == 1, "{:?}", site.asked());
            let brought = ["post.json", "index.md"].map(|file| files(&format!("{route}{file}")));
            ensure!(brought == [0, 0], "what the page brings was fetched besides: {:?}", site.asked());
            let title: String = tab.eval("document.title").await?;
            let still = check::still_picture(&tab, &site.html(&route)?).await?;
            ensure!(title == check::title_of(&still.head)?, "{path} is called {title}");
            check::same(&route, &check::live_picture(&tab).await?.main, &still.main)?;

            // An anchor is no other page.
            tab.eval::<()>("void (window.isOld = true)").await?;
            let id: String = tab.eval("document.querySelector('.seg h2[id]').id").await?;
            tab.eval::<()>(&format!(
                "(() => {{ document.querySelector('header .brand').href = '#{id}'; document.querySelector('header .brand').click() }})()"
            ))
            .await?;
            tab.wait_for(&format!("window.isOld && location.hash === '#{id}'"), "the section").await?;
            tab.back().await?;
            tab.wait_for("window.isOld && location.hash === ''", "the article without an anchor").await?;

            // What comes near is laid out only then and may move the reader with it: what counts is where they leave.
            tab.eval::<()>(
                "scrollTo({ top: 1111, behavior: 'instant' }); \
                 addEventListener('pagehide', () => sessionStorage.setItem('left-at', scrollY), { once: true })",
            )
            .await?;
            let other = site.path("/posts/scaling-laws/");
            tab.eval::<()>(&format!("void (document.querySelector('header .brand').href = '{other}')")).await?;
            tab.eval::<()>("document.querySelector('header .brand').click()").await?;
            tab.wait_for(&loaded(&other), "the page that it links to be loaded").await?;
            tab.live().await?;

            let y: f64 = tab.eval("+sessionStorage.getItem('left-at')").await?;
            ensure!((y - 1111.0).abs() < 200.0, "the reader left at {y} px");
            let is_at = |path: &str, y: f64| format!("location.pathname === '{path}' && Math.abs(scrollY - {y}) <= 1");
            tab.back().await?;
            tab.wait_for(&is_at(&path, y), "Back to where the article was read").await?;
            tab.back().await?;
            tab.wait_for(&is_at(&home, y_home), "Back to the list").await?;
            tab.live().await?;
            tab.forward().await?;
            tab.wait_for(&is_at(&path, y), "Forward to where the article was read").await?;
            tab.live().await?;
            check::is_quiet(&tab, &route).await?;
            tab.close(&chrome).await?;
        }
    }
    chrome.stop().await
}
