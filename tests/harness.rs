//! The instruments themselves: on a page made to misbehave they must see it, or a silent test proves nothing.

use anyhow::{Result, ensure};
use site_tests::{
    browser::{Chrome, Connection, Key, Source, View},
    check,
    site::{Fault, Site},
};
use std::{fs, time::Duration};

/// Changes its root, moves its layout, breaks its policy, talks and throws, then says that it is ready.
const BAD: &str = r#"<!doctype html><html lang="en"><head><title>Bad</title><link rel="icon" href="data:,">
<meta http-equiv="Content-Security-Policy" content="default-src 'self' 'unsafe-inline' data:">
</head><body><div id="root"><main><p id="text">One</p><input id="field"></main></div>
<script type="module">
const text = document.getElementById("text");
text.firstChild.data = "Two";
text.title = "three";
document.querySelector("main").append(document.createElement("hr"));
console.log("four", 5);
fetch("http://127.0.0.1:9/stranger").catch(() => {});
requestAnimationFrame(() => requestAnimationFrame(() => {
  document.getElementById("root").style.paddingTop = "200px";
  document.documentElement.dataset.client = "ready";
}));
setTimeout(() => { throw new Error("six"); });
</script></body></html>"#;

/// Says nothing and does nothing.
const GOOD: &str = r#"<!doctype html><html lang="en"><head><title>Good</title><link rel="icon" href="data:,"></head><body><div id="root"><main>
<a id="bad" href="bad/">Bad</a><p id="script">off</p></main></div>
<script>document.getElementById("script").textContent = "on"</script></body></html>"#;

fn fake_site() -> Result<(tempfile::TempDir, Site)> {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("bad"))?;
    fs::write(folder.path().join("index.html"), GOOD)?;
    fs::write(folder.path().join("bad/index.html"), BAD)?;
    let site = Site::serve_folder(folder.path().to_owned(), "")?;
    Ok((folder, site))
}

#[tokio::test]
async fn misbehaviour_is_seen() -> Result<()> {
    let ((_folder, site), chrome) = (fake_site()?, Chrome::start().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto_live(&site.url("/bad/")).await?;
    tab.wait_for("seen.isTakenOver && seen.shifts.length", "the page to be done").await?;
    let (changes, attributes, violations): (Vec<String>, usize, Vec<String>) =
        tab.eval("[seen.changes, seen.attributes.length, seen.violations]").await?;
    ensure!(changes.len() == 2 && changes[0].contains("One") && changes[1].contains("<hr>"), "changes: {changes:?}");
    ensure!(attributes == 2, "{attributes} attributes changed, not a title and a style");
    ensure!(violations.len() == 1 && violations[0].contains("connect-src"), "violations: {violations:?}");
    let shift: f64 = tab.eval("seen.shifts.reduce((sum, shift) => sum + shift.value, 0)").await?;
    ensure!(shift > 0.01, "the layout moved and {shift} was seen");
    let lines = tab.journal().lines;
    let from =
        |source| lines.iter().filter(|line| line.source == source).map(|line| line.text.as_str()).collect::<Vec<_>>();
    ensure!(from(Source::Page) == ["four 5"], "the page said {lines:?}");
    ensure!(
        from(Source::Exception).len() == 1 && from(Source::Exception)[0].contains("six"),
        "the page threw {lines:?}"
    );
    ensure!(!from(Source::Browser).is_empty(), "the browser said nothing of the policy: {lines:?}");
    ensure!(check::is_quiet(&tab, "bad").await.is_err(), "such a page is not quiet");
    chrome.stop().await
}

#[tokio::test]
async fn the_tab_is_what_it_pretends_to_be() -> Result<()> {
    let ((_folder, site), chrome) = (fake_site()?, Chrome::start().await?);
    let tab = chrome.tab(View { dark: true, still: true, ..View::narrow() }).await?;
    tab.goto(&site.url("/")).await?;
    let (width, dark, still, script): (u32, bool, bool, String) = tab
        .eval(
            "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, \
             matchMedia('(prefers-reduced-motion: reduce)').matches, document.getElementById('script').textContent]",
        )
        .await?;
    ensure!((width, dark, still, script.as_str()) == (320, true, true, "on"), "{width} px, {dark}, {still}, {script}");
    check::is_quiet(&tab, "good").await?;

    let silent = chrome.tab(View::default().without_scripts()).await?;
    silent.goto(&site.url("/")).await?;
    let script: String = silent.eval("document.getElementById('script').textContent").await?;
    ensure!(script == "off", "a script ran where scripts are off");
    chrome.stop().await
}

#[tokio::test]
async fn network_and_keys_obey() -> Result<()> {
    let ((_folder, site), chrome) = (fake_site()?, Chrome::start_whole().await?);
    let tab = chrome.tab(View::default()).await?;
    tab.goto(&site.url("/")).await?;
    tab.set_offline(true).await?;
    let reach = "fetch(location.href, { cache: 'no-store' }).then((answer) => answer.status, () => 0)";
    ensure!(tab.eval::<u16>(reach).await? == 0, "a request came through while offline");
    tab.set_offline(false).await?;
    ensure!(tab.eval::<u16>(reach).await? == 200, "no request came through after the network was back");
    site.fault("/", Fault::Delay(Duration::from_millis(300)));
    let time = "(async () => { const start = performance.now(); await fetch(location.href, { cache: 'no-store' }); return performance.now() - start })()";
    ensure!(tab.eval::<f64>(time).await? >= 300.0, "a delayed answer came at once");
    site.heal();

    site.forget();
    tab.press(Key::Tab).await?;
    tab.press(Key::Enter).await?;
    tab.wait_for("location.pathname === '/bad/'", "the link to be followed by the keyboard").await?;
    ensure!(site.asked() == ["/bad/"], "the server was asked for {:?}", site.asked());
    tab.press(Key::AltLeft).await?;
    tab.wait_for("location.pathname === '/'", "the page before, by Alt and ←").await?;

    let slow = chrome.tab(View { connection: Some(Connection::SLOW), ..View::default() }).await?;
    slow.goto(&site.url("/")).await?;
    ensure!(slow.eval::<f64>(time).await? >= 140.0, "a slow line answers at once");
    chrome.stop().await
}
