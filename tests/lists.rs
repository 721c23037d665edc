//! A blog of sixty-one posts: lists are cut, and whichever way a reader comes to a page of one, it is the same.

use anyhow::{Context, Result, ensure};
use press::{
    address::Address,
    offline::Offline,
    posts::{self, Wanted},
    site::{Plan, build},
};
use site_tests::{
    browser::{Chrome, View},
    check, path_from_env,
    site::{Build, Site},
};
use std::{fs, path::Path};

/// Posts of the blog.
const N_POSTS: usize = 61;
/// Of these, how many a page of a list holds.
const PER_PAGE: usize = 50;

/// Writes the blog's files: three tags, of which one is on every post, and a series of the first three posts.
fn write_blog(root: &Path) -> Result<()> {
    fs::write(
        root.join("blog.toml"),
        "title = \"Sixty and one\"\ntagline = \"T\"\ndescription = \"D\"\nlanguage = \"en\"\norigin = \"https://example.org\"\n",
    )?;
    for n in 1..=N_POSTS {
        let folder = root.join(format!("posts/post-{n}"));
        fs::create_dir_all(&folder)?;
        let date = format!("{}-{:02}-{:02}", 2020 + n / 12, 1 + n % 12, 1 + n % 28);
        let series = if n <= 3 { format!("series: Beginnings\npart: {n}\n") } else { String::new() };
        let rare = if n % 20 == 0 { ", rare" } else { "" };
        let text = format!(
            "---\ntitle: Post {n}\ndescription: A description of a length that search engines show, of post number {n}.\n\
             date: {date}\ntags: [all, t{}{rare}]\n{series}---\n\nText of post {n} about subject{}.\n",
            n % 5,
            n / 4
        );
        fs::write(folder.join("index.md"), text)?;
    }
    Ok(())
}

/// Builds that blog around the client of the sites under test.
fn site(root: &Path, base: &'static str) -> Result<Site> {
    let reading = posts::read(root, Wanted { drafts: false, today: "2026-11-27", dictionary: None })?;
    let mut collection = reading.collection.with_context(|| format!("not sound: {:?}", reading.findings))?;
    let address = Address::new("https://example.org", base)?;
    collection.site.address = address.url("");
    let (shell, out) = (path_from_env("BLOG_SHELL")?, root.join("dist"));
    let cards = root.join("cards");
    let plan = Plan {
        shell: &shell,
        out: &out,
        address: &address,
        today: "2026-11-27",
        cards: Some(&cards),
        offline: Offline::Never,
        budget: None,
    };
    build(&mut collection, plan)?;
    Site::serve_folder(out, base)
}

const LISTED: &str = "[...document.querySelectorAll('main article h3 a')].map((link) => link.textContent)";

/// From page to page of home and of a tag by the links that a reader finds, then back; and each is what was prerendered.
#[tokio::test]
async fn a_reader_goes_through_the_pages_of_a_list() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let home = tempfile::tempdir()?;
        write_blog(home.path())?;
        let site = site(home.path(), build.base())?;
        for scripts in [true, false] {
            let view = if scripts { View::phone() } else { View::phone().without_scripts() };
            let tab = chrome.tab(view).await?;
            for root in ["/", "/tags/all/"] {
                match scripts {
                    true => tab.goto_live(&site.url(root)).await?,
                    false => tab.goto(&site.url(root)).await?,
                }
                let first: Vec<String> = tab.eval(LISTED).await?;
                ensure!(first.len() == PER_PAGE, "{root} lists {} posts", first.len());
                site.forget();
                tab.click("main .pager a[rel=next]").await?;
                let second_path = site.path(&format!("{root}page/2/"));
                tab.wait_for(
                    &format!("location.pathname === '{second_path}' && document.querySelectorAll('main article').length === {}", N_POSTS - PER_PAGE),
                    "the second page",
                )
                .await?;
                if scripts {
                    tab.wait_for("document.activeElement.matches('main h1')", "the focus on its heading").await?;
                    let pages: Vec<_> = site.asked().into_iter().filter(|path| path.ends_with('/')).collect();
                    ensure!(pages.is_empty(), "following the link loaded {pages:?}");
                    let still = check::still_picture(&tab, &site.html(&format!("{root}page/2/"))?).await?;
                    let live = check::live_picture(&tab).await?;
                    check::same(&second_path, &live.main, &still.main)?;
                    check::same(&second_path, &live.head, &still.head)?;
                }
                let mut all = first.clone();
                all.extend(tab.eval::<Vec<String>>(LISTED).await?);
                all.sort();
                all.dedup();
                ensure!(all.len() == N_POSTS, "{} different posts stand on the two pages", all.len());
                tab.click("main .pager a[rel=prev]").await?;
                tab.wait_for(
                    &format!(
                        "location.pathname === '{}' && document.querySelectorAll('main article').length === {PER_PAGE}",
                        site.path(root)
                    ),
                    "the first page",
                )
                .await?;
                ensure!(tab.eval::<Vec<String>>(LISTED).await? == first, "the first page is another one now");
            }
            if scripts {
                check::is_quiet(&tab, "lists").await?;
            }
            tab.close(&chrome).await?;
        }
    }
    chrome.stop().await
}

/// Every list, reached from an article that brought none along.
#[tokio::test]
async fn every_list_is_built_as_it_was_prerendered() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let home = tempfile::tempdir()?;
        write_blog(home.path())?;
        let site = site(home.path(), build.base())?;
        let tab = chrome.tab(View::default()).await?;
        tab.goto_live(&site.url("/posts/post-30/")).await?;
        let lists: Vec<_> = site.routes()?.into_iter().filter(|route| !route.starts_with("/posts/")).collect();
        for route in ["/page/2/", "/tags/all/page/2/", "/tags/rare/", "/series/beginnings/", "/archive/"] {
            ensure!(lists.iter().any(|list| list == route), "there is no {route}: {lists:?}");
        }
        for route in lists {
            check::comes_as_prerendered(&tab, &site, &route).await?;
        }
        check::is_quiet(&tab, "lists").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// Each page fetches its own piece: a post two files, a list one, and the names of all posts only what is not there.
#[tokio::test]
async fn a_page_asks_for_its_own_piece_alone() -> Result<()> {
    let chrome = Chrome::start().await?;
    let home = tempfile::tempdir()?;
    write_blog(home.path())?;
    let site = site(home.path(), "/repo")?;
    let tab = chrome.tab(View::default()).await?;
    // A reader who saves data is sent nothing ahead.
    tab.before("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })").await?;
    tab.goto_live(&site.url("/about/")).await?;
    let data = || -> Vec<String> { site.asked().into_iter().filter(|path| path.contains("/posts/")).collect() };
    for (selector, condition, expected) in [
        ("header .brand", "document.querySelectorAll('main article').length === 50", vec!["/repo/posts/manifest.json"]),
        (
            "main .post h3 a",
            "document.querySelector('main .seg')",
            vec!["/repo/posts/post-61/index.md", "/repo/posts/post-61/post.json"],
        ),
        (
            ".foot a[href$='/archive/']",
            "document.querySelector('main .archive')",
            vec!["/repo/posts/_lists/archive/index.json"],
        ),
    ] {
        site.forget();
        tab.click(selector).await?;
        tab.wait_for(condition, selector).await?;
        let mut asked = data();
        asked.sort();
        ensure!(asked == expected, "{selector} asked for {asked:?}");
    }
    // Prefetching knows lists as it knows posts.
    site.forget();
    tab.hover("header a[href$='/tags/']").await?;
    site.wait_asked("/posts/_lists/tags/index.json").await?;
    ensure!(data() == ["/repo/posts/_lists/tags/index.json"], "pointing asked for {:?}", data());

    tab.goto(&site.url("/posts/post-4o/")).await?;
    tab.wait_for("document.querySelectorAll('main .nearest li').length === 3", "suggestions").await?;
    let titles: Vec<String> =
        tab.eval("[...document.querySelectorAll('main .nearest a')].map((link) => link.textContent)").await?;
    ensure!(titles.iter().all(|title| title.starts_with("Post 4")), "suggested are {titles:?}");
    chrome.stop().await
}

#[tokio::test]
async fn an_article_leads_through_its_series_and_to_related_ones() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::phone()).await?;
        let parts = ["reinforcement-learning-for-llms", "reward-modeling-and-dpo", "ppo-and-grpo"]
            .map(|slug| format!("/posts/{slug}/"));
        tab.goto_live(&site.url(&parts[0])).await?;
        for (at, route) in parts.iter().enumerate() {
            let path = site.path(route);
            tab.wait_for(&format!("location.pathname === '{path}' && document.querySelector('main .seg')"), &path)
                .await?;
            let line: String =
                tab.eval("document.querySelector(\".title .meta a[href*='/series/']\").textContent").await?;
            ensure!(line == format!("Aligning language models, part {} of 3", at + 1), "{line}");
            let still = check::still_picture(&tab, &site.html(route)?).await?;
            check::same(route, &check::live_picture(&tab).await?.main, &still.main)?;
            let related: Vec<String> = tab
                .eval("[...document.querySelectorAll('.related a')].map((link) => new URL(link.href).pathname)")
                .await?;
            ensure!((1..=3).contains(&related.len()), "related are {related:?}");
            ensure!(related.iter().all(|other| !parts.iter().any(|part| site.path(part) == *other)), "{related:?}");
            if at + 1 < parts.len() {
                tab.click(".pager[aria-label^=Series] a.next").await?;
            }
        }
        tab.click(".title .meta a[href*='/series/']").await?;
        tab.wait_for("document.querySelectorAll('main .parts li').length === 3", "the series").await?;
        let listed: Vec<String> = tab
            .eval("[...document.querySelectorAll('main .parts h2 a')].map((link) => new URL(link.href).pathname)")
            .await?;
        ensure!(listed == parts.map(|route| site.path(&route)), "the series lists {listed:?}");
        check::is_quiet(&tab, "series").await?;
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
