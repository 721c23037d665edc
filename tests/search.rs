//! The search: by typing, by address, by keyboard, and when its index does not come.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Key, Tab, View},
    site::{Build, Fault, Site},
};

const TITLES: &str = "[...document.querySelectorAll('.search-results h2')].map((it) => it.textContent)";
const STATUS: &str = "document.querySelector('.search-status').textContent";
/// No more results are coming.
const IS_WHOLE: &str = "document.querySelector('.search-results').ariaBusy !== 'true'";

/// Types into the field as a reader does, and waits for the answer.
async fn ask(tab: &Tab, question: &str) -> Result<Vec<String>> {
    let question = serde_json::to_string(question)?;
    let typed = format!(
        "(() => {{ const q = document.getElementById('q'); q.value = {question}; {STATUS} && \
         (document.querySelector('.search-status').textContent = ''); \
         q.dispatchEvent(new Event('input', {{ bubbles: true }})); return true; }})()"
    );
    tab.eval::<bool>(&typed).await?;
    tab.wait_for(&format!("{STATUS} !== '' && {IS_WHOLE}"), "an answer").await?;
    tab.eval(TITLES).await
}

#[tokio::test]
async fn a_reader_finds_an_article_at_the_root() -> Result<()> {
    a_reader_finds_an_article(Build::Root).await
}

#[tokio::test]
async fn a_reader_finds_an_article_under_a_path() -> Result<()> {
    a_reader_finds_an_article(Build::Repo).await
}

async fn a_reader_finds_an_article(build: Build) -> Result<()> {
    let (site, chrome) = (Site::serve(build)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    tab.press(Key::Slash).await?;
    tab.wait_for("document.activeElement.id === 'q'", "the field to have the focus").await?;
    let titles = ask(&tab, "rotary position embedd").await?;
    ensure!(titles.first().is_some_and(|title| title.starts_with("Positional Encodings")), "{titles:?}");
    tab.wait_for("document.querySelectorAll('.search-results mark').length > 0", "marked words").await?;
    let is_left = "[...document.querySelectorAll('.search-results h2')].every((it) => \
                   it.getBoundingClientRect().left === it.closest('article').getBoundingClientRect().left)";
    ensure!(tab.eval::<bool>(is_left).await?, "a title leaves room for a picture that no result has");
    let address: String = tab.eval("location.search").await?;
    ensure!(address == "?q=rotary%20position%20embedd", "{address}");

    // What is asked can be sent, and Back comes to it again.
    let tab_of_friend = chrome.tab(View::default()).await?;
    tab_of_friend.goto_live(&format!("{}{address}", site.url("/search/"))).await?;
    tab_of_friend.wait_for(&format!("({TITLES}).length > 0 && {IS_WHOLE}"), "the same answer").await?;
    ensure!(tab_of_friend.eval::<Vec<String>>(TITLES).await? == titles, "another answer for the same address");

    tab.press(Key::Enter).await?;
    tab.press(Key::Down).await?;
    tab.press(Key::Up).await?;
    let focused: String = tab.eval("document.activeElement.textContent").await?;
    ensure!(focused == titles[0], "the arrows go through the results: {focused}");
    tab.press(Key::Enter).await?;
    tab.wait_for("location.pathname.endsWith('/posts/positional-encodings/')", "the article").await?;
    tab.back().await?;
    tab.wait_for(&format!("({TITLES}).length > 0"), "the answer after Back").await?;

    ensure!(ask(&tab, "qwertyzxcv").await?.is_empty(), "nothing has such a word");
    let status: String = tab.eval(STATUS).await?;
    ensure!(status == "No article has these words.", "{status}");
    let some = ask(&tab, "dualpath matrix-factorisation netflix").await?;
    let status: String = tab.eval(STATUS).await?;
    ensure!(some.len() >= 2 && status.starts_with("No article has all of these words; "), "{status} {some:?}");
    let hostile = ask(&tab, "<img src=x onerror=alert(1)> \u{202e}\u{0}").await?;
    ensure!(hostile.iter().all(|title| !title.is_empty()), "{hostile:?}");
    ensure!(tab.journal().lines.is_empty(), "{:?}", tab.journal().lines);
    chrome.stop().await
}

#[tokio::test]
async fn an_index_that_does_not_come_is_told_and_asked_again() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/search/")).await?;
    site.fault_all(".bin", Fault::Status(404))?;
    ensure!(ask(&tab, "router").await?.is_empty(), "there is no index");
    let status: String = tab.eval(STATUS).await?;
    ensure!(status == "The search did not come. There is no such file on the server.", "{status}");
    site.heal();
    ensure!(!ask(&tab, "router ").await?.is_empty(), "the index is there again");
    chrome.stop().await
}

#[tokio::test]
async fn the_first_results_do_not_wait_for_the_others() -> Result<()> {
    let (site, chrome) = (Site::serve_made_up(200)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/search/")).await?;
    tab.eval::<()>(
        "window.counts = []; const results = document.querySelector('.search-results'); \
         new MutationObserver(() => counts.push(results.querySelectorAll('h2').length)).observe(results, { childList: true })",
    )
    .await?;
    site.forget();
    let titles = ask(&tab, "gradient ").await?;
    let last = site.asked().into_iter().rfind(|path| path.contains("/posts-")).unwrap_or_default();
    let counts: Vec<usize> = tab.eval("counts").await?;
    ensure!(titles.len() == 20 && counts.len() == 2 && counts[1] == 20, "{counts:?} of {}", titles.len());
    ensure!((4..20).contains(&counts[0]), "{counts:?}");
    ensure!(!ask(&tab, "kernel ").await?.is_empty(), "another question has no answer");
    ensure!(ask(&tab, "gradient ").await? == titles, "the answer is another when all files are there");

    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/search/")).await?;
    site.fault(&last, Fault::Status(404));
    let some = ask(&tab, "gradient ").await?;
    let status: String = tab.eval(STATUS).await?;
    ensure!(status == "The other articles did not come. There is no such file on the server.", "{status}");
    ensure!(!some.is_empty() && titles.starts_with(&some), "{some:?} of {titles:?}");
    site.heal();
    ensure!(ask(&tab, "gradient ").await? == titles, "the others do not come when they are there again");
    chrome.stop().await
}
