//! Comments and counts, where `blog.toml` has them: nothing leaves the site before a press, and then what was pressed for.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Key, Source, Tab, View},
    check, path_from_env,
    site::{Build, Site},
    stand_in::{HEIGHT, StandIn},
};

/// An article that is opened by a link, so that its document has the policy of home.
const ARTICLE: &str = "/posts/scaling-laws/";
const FRAME: &str = "document.querySelector('#comments iframe')";

/// The settings, with the stand-in for both hosts.
fn settings(host: &StandIn) -> String {
    let origin = host.origin();
    format!(
        "[comments]\nprovider = \"giscus\"\nrepo = \"an-owner/a-blog\"\nrepo-id = \"R_1\"\ncategory = \"Q & A\"\n\
         category-id = \"DIC_2\"\naddress = \"{origin}\"\n[counts]\nprovider = \"goatcounter\"\naddress = \"{origin}\"\n"
    )
}

/// Follows the link of home to the article.
async fn by_link(tab: &Tab, site: &Site) -> Result<()> {
    tab.goto_live(&site.url("/")).await?;
    tab.click(&format!("main h3 a[href='{}']", site.path(ARTICLE))).await?;
    let is_there = format!("location.pathname === '{}' && document.querySelector('#comments')", site.path(ARTICLE));
    tab.wait_for(&is_there, "the article").await?;
    tab.live().await
}

fn button(ask: &str) -> String {
    format!("[data-ask={ask}]")
}

async fn wait_told(tab: &Tab, section: &str, words: &str) -> Result<()> {
    let told = format!("document.querySelector('#{section} [role=status]').textContent");
    tab.wait_for(&format!("{told}.includes({words:?})"), &format!("{section} to say `{words}`")).await
}

async fn label(tab: &Tab, ask: &str) -> Result<String> {
    tab.eval(&format!("document.querySelector('{}').textContent", button(ask))).await
}

/// What axe finds in both sections, light and dark. What stands in a frame is another site's, and axe's messages to it
/// would be refused aloud.
async fn violations(tab: &Tab) -> Result<Vec<String>> {
    let axe = std::fs::read_to_string(path_from_env("AXE_JS")?)?;
    tab.eval::<()>(&format!("{axe};undefined")).await?;
    let mut found: Vec<String> = Vec::new();
    for dark in [false, true] {
        tab.lit(dark, true).await?;
        found.extend(
            tab.eval::<Vec<String>>(
                "axe.run('.embed', { iframes: false, resultTypes: ['violations'] }).then(({ violations }) => \
                 violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`))",
            )
            .await?,
        );
    }
    tab.lit(false, true).await?;
    Ok(found)
}

#[tokio::test]
async fn nothing_leaves_the_site_before_a_press_and_then_what_was_pressed_for() -> Result<()> {
    let (host, chrome) = (StandIn::serve()?, Chrome::start().await?);
    let site = Site::serve_with_settings(&settings(&host))?;
    let tab = chrome.tab(View { still: true, ..View::default() }).await?;
    by_link(&tab, &site).await?;
    tab.reveal("#comments").await?;
    tab.wait_for("document.documentElement.dataset.embeds === 'ready'", "the script").await?;

    // The document is home's, whose policy lets neither through.
    let refused = format!(
        "(async () => {{ const asks = await fetch('{}/count').then(() => 'asks', () => 'no'); \
         const frame = document.createElement('iframe'); frame.src = '{}/en/widget'; document.body.append(frame); \
         await new Promise((done) => addEventListener('securitypolicyviolation', \
         (event) => event.effectiveDirective === 'frame-src' && done())); \
         frame.remove(); return asks }})()",
        host.origin(),
        host.origin()
    );
    ensure!(tab.eval::<String>(&refused).await? == "no", "home may ask the other site");
    let own = site.url("/");
    let elsewhere: Vec<_> =
        tab.journal().requests.into_iter().map(|request| request.url).filter(|url| !url.starts_with(&own)).collect();
    let is_try = |url: &String| *url == format!("{}/count", host.origin()) || url.contains("/en/widget");
    ensure!(elsewhere.iter().all(is_try) && host.asked().is_empty(), "asked for {elsewhere:?}, {:?}", host.asked());

    // By the keyboard; the article then comes as a document of its own and does what was asked.
    tab.forget();
    tab.eval::<()>("void document.querySelector('#comments a').focus()").await?;
    tab.press(Key::Tab).await?;
    ensure!(label(&tab, "comments").await?.starts_with("Load comments from 127.0.0.1"));
    tab.press(Key::Enter).await?;
    let is_high = format!("{FRAME}?.height === '{HEIGHT}'");
    tab.wait_for(&is_high, "the comments").await?;
    let asked = host.asked();
    ensure!(asked.len() == 1, "asked for {asked:?}");
    let path = site.path(ARTICLE);
    let encoded = |text: &str| text.replace('/', "%2F").replace(':', "%3A").replace('#', "%23");
    for part in [
        "/en/widget?repo=an-owner%2Fa-blog&repoId=R_1&category=Q+%26+A&categoryId=DIC_2&".to_owned(),
        format!("&term={}&", encoded(&path[1..])),
        format!("&origin={}&", encoded(&format!("{}#comments", site.url(ARTICLE)))),
        "&theme=light&".to_owned(),
        "&session=&".to_owned(),
    ] {
        ensure!(format!("{}&", asked[0]).contains(&part), "no {part} in {}", asked[0]);
    }
    let focus: String = tab.eval("document.activeElement.id").await?;
    ensure!(focus == "comments-title", "after the load the focus is at `{focus}`");
    ensure!(tab.eval::<f64>("document.getElementById('comments').getBoundingClientRect().top").await? < 900.0);
    check::is_quiet(&tab, "the article").await?;

    // The theme that the reader picks, and the system's.
    tab.eval::<()>("void document.querySelector('header button.icon').click()").await?;
    tab.eval::<()>("void document.querySelector('header button.icon').click()").await?;
    tab.wait_for("document.documentElement.dataset.theme === 'dark'", "the dark theme").await?;
    wait_asked(&host, "/told?dark").await?;
    tab.eval::<()>("void document.querySelector('header button.icon').click()").await?;
    wait_asked(&host, "/told?light").await?;
    tab.lit(true, true).await?;
    wait_asked(&host, "/told?dark").await?;
    ensure!(violations(&tab).await?.is_empty(), "{:?}", violations(&tab).await?);
    tab.click(&button("comments")).await?;
    ensure!(tab.eval::<bool>(&format!("!{FRAME}")).await?, "the comments are still shown");
    ensure!(label(&tab, "comments").await?.starts_with("Load comments"));

    // In this document the policy is right, and nothing needs to be loaded anew.
    tab.eval::<()>("void (window.isSame = true)").await?;
    tab.click(&button("count")).await?;
    wait_told(&tab, "counts", "No visit has been counted yet.").await?;
    tab.click(&button("visit")).await?;
    wait_told(&tab, "counts", "Your visit is counted.").await?;
    tab.click(&button("visit")).await?;
    tab.click(&button("count")).await?;
    wait_told(&tab, "counts", "Visits counted so far: 1,001").await?;
    let visits: Vec<_> = host.asked().into_iter().filter(|path| path.starts_with("/count?")).collect();
    let is_this = visits.first().is_some_and(|visit| visit.starts_with(&format!("/count?p={}&t=", encoded(&path))));
    ensure!(visits.len() == 1 && is_this, "counted {visits:?}");
    ensure!(tab.eval::<bool>("window.isSame && !seen.shifts.length").await?, "loaded anew, or something moved");
    let found = violations(&tab).await?;
    ensure!(found.is_empty(), "{found:?}");

    // Whoever goes on and comes back finds the buttons as at first. (The counter's 404 stands in the console.)
    tab.forget();
    tab.click(&button("comments")).await?;
    tab.wait_for(&is_high, "the comments").await?;
    let n_asked = host.asked().len();
    tab.eval::<()>("void document.querySelector('header .brand').click()").await?;
    tab.wait_for("!document.querySelector('#comments')", "home").await?;
    tab.back().await?;
    tab.wait_for("document.querySelector('#comments')", "the article").await?;
    tab.live().await?;
    ensure!(tab.eval::<bool>(&format!("!{FRAME}")).await? && host.asked().len() == n_asked, "{:?}", host.asked());
    check::is_quiet(&tab, "the article again").await?;
    chrome.stop().await
}

async fn wait_asked(host: &StandIn, path: &str) -> Result<()> {
    let start = std::time::Instant::now();
    while host.asked().last().is_none_or(|last| last != path) {
        ensure!(start.elapsed().as_secs() < 60, "nobody asked for {path}, only for {:?}", host.asked());
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
    Ok(())
}

#[tokio::test]
async fn a_failure_is_a_sentence_and_another_try_and_a_sign_in_comes_back() -> Result<()> {
    let (host, chrome) = (StandIn::serve()?, Chrome::start().await?);
    let site = Site::serve_with_settings(&settings(&host))?;
    let url = site.url(ARTICLE);
    let tab = chrome.tab(View { still: true, ..View::phone() }).await?;

    // A sign-in that nobody began here changes nothing and asks nobody.
    tab.goto_live(&format!("{url}?giscus=STRANGER")).await?;
    tab.wait_for("document.documentElement.dataset.embeds === 'ready'", "the script").await?;
    ensure!(tab.eval::<String>("location.href").await? == url, "the address is not clean");
    ensure!(tab.eval::<bool>("!localStorage['giscus-session']").await? && host.asked().is_empty());

    // Nobody answers.
    host.break_off(true);
    tab.click(&button("comments")).await?;
    tab.click(&button("count")).await?;
    for (section, ask) in [("counts", "count"), ("comments", "comments")] {
        wait_told(&tab, section, "did not answer, or something in this browser or network blocks it.").await?;
        ensure!(label(&tab, ask).await? == "Try again", "{ask} offers no other try");
    }
    ensure!(tab.eval::<bool>(&format!("!{FRAME}")).await?, "a broken frame is still shown");
    ensure!(violations(&tab).await?.is_empty(), "{:?}", violations(&tab).await?);
    tab.set_offline(true).await?;
    tab.click(&button("count")).await?;
    wait_told(&tab, "counts", "cannot be reached: this device is offline.").await?;
    tab.set_offline(false).await?;
    host.break_off(false);
    tab.click(&button("count")).await?;
    wait_told(&tab, "counts", "No visit has been counted yet.").await?;
    tab.click(&button("comments")).await?;
    tab.wait_for(&format!("{FRAME}?.height === '{HEIGHT}'"), "the comments").await?;
    let told: String = tab.eval("document.querySelector('#comments [role=status]').textContent").await?;
    ensure!(told.is_empty() && label(&tab, "comments").await? == "Hide the comments", "the comments still say {told}");

    // Signing in leads away and back; who signs out is forgotten.
    tab.goto(&format!("{url}?giscus=TOKEN#comments")).await?;
    tab.wait_for(&format!("{FRAME}?.height === '{HEIGHT}'"), "the comments of who is signed in").await?;
    let last = host.asked().pop().context("nobody was asked")?;
    ensure!(last.contains("&session=TOKEN&") && !last.contains("giscus%3DTOKEN"), "asked for {last}");
    ensure!(tab.eval::<String>("localStorage['giscus-session']").await? == "\"TOKEN\"");
    ensure!(!tab.eval::<String>("location.search").await?.contains("giscus"));
    let sign_out = format!(
        "window.dispatchEvent(new MessageEvent('message', {{ source: {FRAME}.contentWindow, \
        origin: '{}', data: {{ giscus: {{ signOut: true }} }} }}))",
        host.origin()
    );
    tab.eval::<bool>(&sign_out).await?;
    tab.wait_for(&format!("{FRAME}?.height === '{HEIGHT}'"), "the comments of a stranger").await?;
    let last = host.asked().pop().context("nobody was asked")?;
    ensure!(last.contains("&session=&"), "asked for {last}");
    ensure!(tab.eval::<bool>("!localStorage['giscus-session']").await?, "the session is kept");
    let lines: Vec<_> = tab.journal().lines.into_iter().filter(|line| line.source != Source::Network).collect();
    ensure!(lines.is_empty(), "the console says {lines:?}");

    // Without scripts there is the way to the discussions, and no button that does nothing.
    let tab = chrome.tab(View::phone().without_scripts()).await?;
    tab.goto(&url).await?;
    let link: String = tab.eval("document.querySelector('#comments a').href").await?;
    ensure!(link == "https://github.com/an-owner/a-blog/discussions", "the link leads to {link}");
    let is_shown = "(it) => it.checkVisibility({ visibilityProperty: true })";
    let shown = format!("[...document.querySelectorAll('.embed *')].filter({is_shown}).map((it) => it.localName)");
    let shown: Vec<String> = tab.eval(&shown).await?;
    ensure!(shown == ["h2", "p", "a"], "without scripts there are {shown:?}");
    chrome.stop().await
}

#[test]
fn by_default_there_are_none() -> Result<()> {
    let site = Site::serve(Build::Repo)?;
    for route in site.routes()? {
        let html = site.html(&route)?;
        let signs = ["class=\"embed", "embeds-", "frame-src"].map(|sign| html.contains(sign));
        ensure!(!signs.contains(&true), "{route} speaks of other sites");
    }
    ensure!(!site.files()?.iter().any(|file| file.contains("embeds-")), "there is a script that nobody needs");
    Ok(())
}
