//! What plain `trunk build` makes works too: the client renders everything.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, View},
    check,
    site::{Build, Site},
};

#[tokio::test]
async fn as_trunk_builds_it() -> Result<()> {
    the_client_renders_everything(Build::Plain).await
}

#[tokio::test]
async fn as_trunk_serves_it() -> Result<()> {
    the_client_renders_everything(Build::PlainDebug).await
}

async fn the_client_renders_everything(build: Build) -> Result<()> {
    let (plain, built) = (Site::serve(build)?, Site::serve(Build::Root)?);
    let chrome = Chrome::start().await?;
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&plain.url("/")).await?;
    tab.wait_for("document.querySelectorAll('main .post').length === 13", "thirteen posts in the list").await?;
    tab.wait_for("document.title.startsWith('Machine Learning')", "the title").await?;
    let home = check::still_picture(&tab, &built.html("/")?).await?;
    check::same("home", &check::live_picture(&tab).await?.main, &home.main)?;

    for route in ["/posts/scaling-laws/", "/posts/dualpath/"] {
        tab.click(&format!("main h3 a[href='{route}']")).await?;
        tab.wait_for(
            &format!("location.pathname === '{route}' && document.activeElement.matches('main h1')"),
            "the article",
        )
        .await?;
        let article = check::still_picture(&tab, &built.html(route)?).await?;
        // Plain Trunk knows no other origin than the one in `blog.toml`; "cite this post" names it.
        let live = check::live_picture(&tab).await?.main.into_iter();
        let main: Vec<_> = live.map(|line| line.replace("http://localhost:8080", "https://blog.example")).collect();
        check::same(route, &main, &article.main)?;
        tab.back().await?;
        tab.wait_for("document.querySelector('main .post')", "the list").await?;
    }
    tab.click("header nav a[href='/about/']").await?;
    tab.wait_for("document.querySelector('main #what')", "About").await?;
    // Warnings are Trunk's (of its preloads) and, in a debug build, of Leptos: readers do not get these builds.
    let errors: Vec<_> = tab.journal().lines.into_iter().filter(|line| line.is_error).collect();
    ensure!(errors.is_empty(), "the console says {errors:?}");
    ensure!(plain.asked().iter().all(|path| !path.ends_with("/about/")), "About was loaded: {:?}", plain.asked());
    chrome.stop().await
}
