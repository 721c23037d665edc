//! With JavaScript off every article reads whole.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, View},
    check,
    site::{Build, Site},
    source::{self, words},
};

/// Gives the words of the article in the tab; see the file.
const WORDS: &str = include_str!("page/words.js");

#[tokio::test]
async fn every_article_is_whole() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::phone().without_scripts()).await?;
        for route in site.articles()? {
            let slug = route.trim_start_matches("/posts/").trim_end_matches('/');
            let written = source::read(slug)?;
            tab.goto(&site.url(&route)).await?;
            let client: Option<String> = tab.eval("document.documentElement.dataset.client ?? null").await?;
            ensure!(client.is_none(), "{route}: a script ran");

            holds_words(&route, &words(&tab.eval::<String>(&format!("({WORDS})()")).await?), &written)?;
            let headings: Vec<String> = tab
                .eval("[...document.querySelectorAll('.seg :is(h2, h3, h4, h5, h6)')].filter((heading) => !heading.closest('.references')).map((heading) => { \
                       const copy = heading.cloneNode(true); copy.querySelectorAll('math, .anchor').forEach((it) => it.replaceWith(' ')); \
                       return copy.textContent })")
                .await?;
            let headings: Vec<_> = headings.iter().map(|heading| words(heading)).collect();
            ensure!(headings == written.headings, "{route}: headings {headings:?}, written {:?}", written.headings);

            let code: Vec<String> =
                tab.eval("[...document.querySelectorAll('.seg pre code')].map((code) => code.textContent.replace(/\\n$/, ''))").await?;
            check::same(&format!("{route}: code"), &code, &written.code)?;

            let count = async |selector: &str| {
                tab.eval::<usize>(&format!("document.querySelectorAll({selector:?}).length")).await
            };
            ensure!(count(".math-source").await? == 0, "{route}: a formula stands as its source");
            let formulas = count(".seg math").await?;
            ensure!(formulas == written.formulas, "{route}: {formulas} formulas, {} written", written.formulas);
            let tables = count(".seg table").await?;
            ensure!(tables == written.tables, "{route}: {tables} tables, {} written", written.tables);
            let figures = count(".seg :is(figure .stage, img)").await?;
            ensure!(figures == written.images, "{route}: {figures} pictures, {} written", written.images);
            let labs: Vec<String> =
                tab.eval("[...document.querySelectorAll('figure.lab')].map((lab) => lab.id)").await?;
            ensure!(labs == written.labs, "{route}: labs {labs:?}, written {:?}", written.labs);
            let honest: bool = tab
                .eval("[...document.querySelectorAll('figure.lab')].every((lab) => lab.dataset.lab \
                       ? lab.querySelector('.lab-stage [data-slot] svg') && lab.querySelector('.lab-computes') \
                         && [...lab.querySelectorAll('button, input, select')].every((control) => control.matches(':disabled')) \
                       : lab.textContent.includes('This lab is not built yet') && !lab.querySelector('button, input, select, a'))")
                .await?;
            ensure!(
                honest,
                "{route}: a lab shows neither its picture nor that it is not built yet, or offers a control"
            );
        }
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

/// Every block of the Markdown stands on the page whole, and the blocks in their order; footnotes anywhere.
fn holds_words(route: &str, page: &[String], written: &source::Source) -> Result<()> {
    let find = |block: &[String], from: usize| {
        (from..=page.len().saturating_sub(block.len())).find(|&at| page[at..].starts_with(block))
    };
    let mut at = 0;
    for block in &written.blocks {
        match find(block, at) {
            Some(found) => at = found + block.len(),
            None => anyhow::bail!("{route}: the page lacks, or has elsewhere: “{}”", block.join(" ")),
        }
    }
    for note in &written.notes {
        ensure!(find(note, 0).is_some(), "{route}: the page lacks the note “{}”", note.join(" "));
    }
    Ok(())
}

#[tokio::test]
async fn the_list_links_every_article() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let tab = chrome.tab(View::default().without_scripts()).await?;
        tab.goto(&site.url("/")).await?;
        let mut linked: Vec<String> = tab
            .eval("[...document.querySelectorAll('main article h3 a')].map((link) => new URL(link.href).pathname)")
            .await?;
        linked.sort();
        let articles: Vec<String> = site.articles()?.iter().map(|route| site.path(route)).collect();
        ensure!(linked == articles, "home links {linked:?}, the site has {articles:?}");
        tab.click("main article h3 a").await?;
        tab.wait_for(
            "location.pathname.includes('/posts/') && document.querySelector('main h1')",
            "the article to load",
        )
        .await?;
        let hidden: bool = tab
            .eval("[...document.querySelectorAll('.client, [data-copy]')].every((control) => getComputedStyle(control).visibility === 'hidden')")
            .await?;
        ensure!(hidden, "a control that needs the client is visible");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
