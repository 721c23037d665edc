//! What the client adds to reading: the current section, the theme, copying, the keyboard.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Key, Tab, View},
    site::{Build, Site},
    source,
};

/// The switch in the header.
const THEME: &str = "header button.client";

#[tokio::test]
async fn the_contents_mark_the_section_being_read() -> Result<()> {
    let chrome = Chrome::start().await?;
    for width in [390, 1440] {
        let site = Site::serve(Build::Repo)?;
        let tab = chrome.tab(View { width, ..View::default() }).await?;
        tab.goto_live(&site.url("/")).await?;
        tab.click(&format!("main h3 a[href='{}']", site.path("/posts/scaling-laws/"))).await?;
        tab.wait_for("document.querySelectorAll('.toc a').length > 3", "the list of contents").await?;
        let links: Vec<String> = tab.eval("[...document.querySelectorAll('.toc a')].map((link) => link.hash)").await?;
        let marked = "[...document.querySelectorAll('.toc [aria-current]')].map((link) => link.hash).join()";
        tab.wait_for(&format!("{marked} === ''"), "no section to be marked at the top").await?;
        for hash in &links {
            // To where the heading has just passed the top of the window, if the page is long enough.
            let reached: bool = tab
                .eval(&format!(
                    "(() => {{ const it = document.querySelector('{hash}'); it.scrollIntoView({{ block: 'start', behavior: 'instant' }}); \
                     return it.getBoundingClientRect().top < innerHeight * .2 }})()"
                ))
                .await?;
            if reached {
                tab.wait_for(&format!("{marked} === '{hash}'"), &format!("the contents to mark {hash} alone")).await?;
            }
        }
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}

#[tokio::test]
async fn on_a_phone_what_is_far_below_is_laid_out_at_rest_or_for_a_jump() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let url = site.url("/posts/scaling-laws/");
    let is_laid_out = "(element) => element.checkVisibility({ contentVisibilityAuto: true })";
    let first_frame = format!(
        "addEventListener('DOMContentLoaded', () => requestAnimationFrame(() => setTimeout(() => {{ \
         window.isEarly = ({is_laid_out})(document.querySelector('.references li')) }})))"
    );
    let blocks = "[...document.querySelectorAll('.seg > :not(details) > *')]";

    let tab = chrome.tab(View::phone()).await?;
    tab.before(&first_frame).await?;
    tab.goto(&url).await?;
    tab.wait_for("window.isEarly !== undefined", "the first frame").await?;
    ensure!(!tab.eval::<bool>("isEarly").await?, "the end of the article was laid out before the first sight");
    tab.wait_for(&format!("{blocks}.every({is_laid_out})"), "all blocks to be laid out").await?;
    let whole: f64 = tab.eval("document.querySelector('main').offsetHeight").await?;
    tab.close(&chrome).await?;

    // At once for one who jumps, to the very place.
    let tab = chrome.tab(View { still: true, ..View::phone() }).await?;
    tab.before("requestIdleCallback = () => {}").await?;
    tab.goto(&url).await?;
    let start: f64 = tab.eval("document.querySelector('main').offsetHeight").await?;
    tab.eval::<()>("document.querySelector('.toc li:nth-last-child(4) a').click()").await?;
    tab.wait_for("location.hash && scrollY > 0", "the jump").await?;
    let (jumped, exact): (f64, f64) = tab
        .eval("[scrollY, (document.querySelector(':target').scrollIntoView({ behavior: 'instant' }), scrollY)]")
        .await?;
    ensure!((jumped - exact).abs() <= 1.0, "the jump led to {jumped} px, the section stands at {exact}");
    let height: f64 = tab.eval("document.querySelector('main').offsetHeight").await?;
    ensure!(
        start != whole && height == whole,
        "the article is {start} px high at first, {height} after a jump, {whole} at rest"
    );
    tab.close(&chrome).await?;

    // Whoever comes to a place has all of it from the start.
    let tab = chrome.tab(View::phone()).await?;
    tab.before(&first_frame).await?;
    tab.goto(&format!("{url}#works")).await?;
    tab.wait_for("window.isEarly !== undefined", "the first frame").await?;
    ensure!(tab.eval::<bool>("isEarly").await?, "an address with an anchor got a page with parts left for later");
    tab.close(&chrome).await?;
    chrome.stop().await
}

async fn theme(tab: &Tab) -> Result<(String, String, String)> {
    tab.eval(&format!(
        "[document.documentElement.dataset.theme ?? 'system', document.querySelector({THEME:?}).getAttribute('aria-label'), \
         getComputedStyle(document.documentElement).backgroundColor]"
    ))
    .await
}

#[tokio::test]
async fn the_theme_is_switched_kept_and_never_flashes() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start().await?);
    let tab = chrome.tab(View { dark: true, ..View::default() }).await?;
    tab.goto_live(&site.url("/")).await?;
    let (name, label, dark_paper) = theme(&tab).await?;
    ensure!((name.as_str(), label.as_str()) == ("system", "Theme: system"), "at first: {name}, {label}");
    let mut papers = vec![dark_paper];
    for expected in ["light", "dark", "system"] {
        tab.click(THEME).await?;
        tab.wait_for(
            &format!("(document.documentElement.dataset.theme ?? 'system') === '{expected}'"),
            &format!("the theme to be {expected}"),
        )
        .await?;
        let (name, label, paper) = theme(&tab).await?;
        ensure!(label == format!("Theme: {name}"), "the switch says “{label}” where the theme is {name}");
        papers.push(paper);
        // It stays over a refresh and on other pages, and stands there before the body does.
        for route in ["/", "/posts/scaling-laws/"] {
            tab.goto_live(&site.url(route)).await?;
            let early: String = tab.eval("seen.themeAtBody").await?;
            ensure!(early.replace("none", "system") == expected, "{route} begins as {early}, chosen was {expected}");
            tab.wait_for(
                &format!("document.querySelector({THEME:?}).getAttribute('aria-label') === 'Theme: {expected}'"),
                "the switch to say the theme",
            )
            .await?;
        }
        tab.goto_live(&site.url("/")).await?;
    }
    ensure!(
        papers[0] == papers[2] && papers[0] == papers[3] && papers[0] != papers[1],
        "dark, light, dark, dark: {papers:?}"
    );
    chrome.stop().await
}

#[tokio::test]
async fn copying_takes_the_exact_source() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.allow_clipboard().await?;
    for slug in ["scaling-laws", "inside-a-transformer", "positional-encodings"] {
        let code = source::read(slug)?.code;
        ensure!(code.len() >= 2, "{slug} has {} blocks of code", code.len());
        tab.goto_live(&site.url(&format!("/posts/{slug}/"))).await?;
        for (block_idx, expected) in code.iter().enumerate() {
            tab.eval::<()>(&format!(
                "(() => {{ document.querySelector('#now')?.removeAttribute('id'); \
                 const block = document.querySelectorAll('.code')[{block_idx}]; block.querySelector('[data-copy]').id = 'now' }})()"
            ))
            .await?;
            tab.click("#now").await?;
            tab.wait_for("document.querySelector('#now').textContent === 'Copied'", "the button to say that it copied")
                .await?;
            let copied: String = tab.eval("navigator.clipboard.readText()").await?;
            ensure!(
                copied.trim_end_matches('\n') == expected,
                "{slug}, block {block_idx}: copied {copied:?}, not {expected:?}"
            );
        }
    }
    chrome.stop().await
}

/// Presses Tab until the focus is on what `selector` names.
async fn tab_to(tab: &Tab, selector: &str) -> Result<()> {
    for _ in 0..80 {
        tab.press(Key::Tab).await?;
        if tab.eval(&format!("document.activeElement.matches(\"{selector}\")")).await? {
            let outline: String = tab.eval("getComputedStyle(document.activeElement).outlineStyle").await?;
            ensure!(outline != "none", "the focus on `{selector}` cannot be seen");
            return Ok(());
        }
    }
    anyhow::bail!("80 steps of Tab do not reach `{selector}`")
}

#[tokio::test]
async fn the_keyboard_is_enough() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Repo)?, Chrome::start_whole().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/")).await?;
    tab.press(Key::Tab).await?;
    ensure!(
        tab.eval::<bool>("document.activeElement.matches('.skip')").await?,
        "the first step of Tab is not the skip link"
    );
    tab.press(Key::Enter).await?;
    tab.wait_for("location.hash === '#main'", "the skip link to lead to the text").await?;

    tab.goto_live(&site.url("/")).await?;
    tab_to(&tab, "main h3 a[href$='/scaling-laws/']").await?;
    tab.press(Key::Enter).await?;
    tab.wait_for(
        "location.pathname.endsWith('/scaling-laws/') && document.activeElement.matches('main h1')",
        "the article",
    )
    .await?;
    tab_to(&tab, "header.title a, .toc summary, .toc a").await?;
    tab_to(&tab, ".seg [tabindex='0'], .seg a, [data-copy]").await?;
    tab.press(Key::AltLeft).await?;
    tab.wait_for("location.pathname.endsWith('/repo/') && document.querySelector('main .post')", "home by Alt and ←")
        .await?;
    chrome.stop().await
}

#[tokio::test]
async fn answers_fold_open() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    for view in [View::phone(), View::phone().without_scripts()] {
        let tab = chrome.tab(view).await?;
        tab.goto(&site.url("/posts/scaling-laws/")).await?;
        let closed: usize = tab.eval("document.querySelectorAll('.seg details:not([open])').length").await?;
        ensure!(closed >= 3, "three exercises have folded answers, found {closed}");
        tab.click(".seg details summary").await?;
        let height: Option<f64> = tab
            .eval("document.querySelector('.seg details[open] > :last-child')?.getBoundingClientRect().height ?? null")
            .await?;
        ensure!(height.context("the answer stays folded")? > 0.0, "the answer shows nothing");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
