//! Labs for everybody: a checker finds nothing in any state, the keyboard reaches everything, and without
//! scripts the picture, its caption and its table are there.

use anyhow::{Context, Result, ensure};
use site_tests::{
    browser::{Chrome, Key, Tab, View},
    lab::{Button, Lab, Place},
    path_from_env,
    site::{Build, Fault, Site},
};

/// What axe finds in the figures, as one line each.
async fn violations(tab: &Tab) -> Result<Vec<String>> {
    tab.eval(
        "axe.run('figure.lab', { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => \
         nodes.map((node) => `${id}: ${node.target}: ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`)))",
    )
    .await
}

/// Looks at the lab in both themes; it must be at `phase` before and after.
async fn look(tab: &Tab, lab: &Lab<'_>, phase: &str, width: u32, faults: &mut Vec<String>) -> Result<()> {
    for dark in [false, true] {
        tab.lit(dark, true).await?;
        if phase == "running" && lab.phase().await? != "running" {
            // It was quicker than the checker.
            lab.run().await?;
        }
        ensure!(lab.phase().await? == phase, "the lab is {}, not {phase}", lab.phase().await?);
        let found = violations(tab).await?;
        faults.extend(found.into_iter().map(|fault| format!("{phase}, {width} px, dark {dark}: {fault}")));
    }
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing_in_any_state() -> Result<()> {
    let axe = path_from_env("AXE_JS")?;
    let axe = std::fs::read_to_string(&axe).with_context(|| format!("{} cannot be read", axe.display()))?;
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let mut faults = Vec::new();
    for width in [320, 1440] {
        let tab = chrome.tab(View { width, still: true, ..View::default() }).await?;
        tab.goto_live(&site.url(&place.route)).await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        let lab = Lab::new(&tab, &place.lab);
        lab.wake().await?;
        look(&tab, &lab, "still", width, &mut faults).await?;
        lab.run().await?;
        look(&tab, &lab, "running", width, &mut faults).await?;
        lab.wait_phase("finished").await?;
        look(&tab, &lab, "finished", width, &mut faults).await?;
        tab.close(&chrome).await?;

        // Failed: no worker comes, and then no module.
        let tab = chrome.tab(View { width, still: true, ..View::default() }).await?;
        tab.goto_live(&site.url(&place.route)).await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        let lab = Lab::new(&tab, &place.lab);
        lab.wake().await?;
        fault(&site, "lab-worker")?;
        lab.press(Button::Go).await?;
        lab.wait_phase("failed").await?;
        look(&tab, &lab, "failed", width, &mut faults).await?;
        tab.close(&chrome).await?;
        let tab = chrome.tab(View { width, still: true, ..View::default() }).await?;
        fault(&site, "lab-ui")?;
        tab.goto_live(&site.url(&place.route)).await?;
        tab.eval::<()>(&format!("{axe};undefined")).await?;
        let lab = Lab::new(&tab, &place.lab);
        tab.reveal(&lab.selector(".lab-stage")).await?;
        lab.wait_problem().await?;
        for dark in [false, true] {
            tab.lit(dark, true).await?;
            faults.extend(violations(&tab).await?.into_iter().map(|fault| format!("no module, {width} px: {fault}")));
        }
        site.heal();
        tab.close(&chrome).await?;
    }
    ensure!(faults.is_empty(), "{} violations:\n{}", faults.len(), faults.join("\n"));
    chrome.stop().await
}

/// A module's script does not come.
fn fault(site: &Site, module: &str) -> Result<()> {
    let script = site.files()?.into_iter().find(|file| file.starts_with(module) && file.ends_with(".js"));
    site.fault(&format!("/{}", script.context("the site has no such module")?), Fault::Break);
    Ok(())
}

/// Presses Tab until the focus is on something in the lab; gives what it passed in the figure on its way.
async fn tab_to(tab: &Tab, selector: &str) -> Result<()> {
    for _ in 0..200 {
        if tab.eval::<bool>(&format!("document.activeElement.matches({selector:?})")).await? {
            let is_shown: bool = tab
                .eval("(() => { const style = getComputedStyle(document.activeElement); return style.outlineStyle !== 'none' || style.boxShadow !== 'none' })()")
                .await?;
            ensure!(is_shown, "the focus on {selector} cannot be seen");
            return Ok(());
        }
        tab.press(Key::Tab).await?;
    }
    anyhow::bail!("the keyboard does not reach {selector}")
}

#[tokio::test]
async fn the_keyboard_is_enough() -> Result<()> {
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start().await?);
    let place = Place::find(&site)?;
    let tab = chrome.tab(View { still: true, ..View::default() }).await?;
    tab.goto_live(&site.url(&place.route)).await?;
    let lab = Lab::new(&tab, &place.lab);
    lab.wake().await?;
    // The reader comes from the text before the figure.
    tab.eval::<()>(
        "(() => { const before = document.querySelector('figure.lab').previousElementSibling; before.tabIndex = -1; before.focus() })()",
    )
    .await?;
    tab_to(&tab, &lab.selector(".stage[data-slot]")).await?;
    tab_to(&tab, &lab.selector(".lab-run .go")).await?;
    tab.press(Key::Space).await?;
    lab.wait_phase("running").await?;
    lab.wait_beyond(0).await?;
    tab.press(Key::Enter).await?;
    lab.wait_phase("paused").await?;
    let step = lab.step().await?;
    tab_to(&tab, &lab.selector(".lab-run button:nth-of-type(2)")).await?;
    tab.press(Key::Space).await?;
    lab.wait_beyond(step).await?;
    for control in [
        ".lab-run button:nth-of-type(3)",
        ".lab-run button:nth-of-type(4)",
        ".lab-seed input",
        ".lab-keep button:last-of-type",
    ] {
        tab_to(&tab, &lab.selector(control)).await?;
    }
    // And out of it again.
    tab_to(&tab, "footer a").await?;
    chrome.stop().await
}

#[tokio::test]
async fn without_scripts_the_picture_reads_whole() -> Result<()> {
    let chrome = Chrome::start().await?;
    for build in Build::BOTH {
        let site = Site::serve(build)?;
        let place = Place::find(&site)?;
        let tab = chrome.tab(View::phone().without_scripts()).await?;
        tab.goto(&site.url(&place.route)).await?;
        let figure = format!("document.querySelector('figure#{}')", place.lab);
        let caption: String = tab.eval(&format!("{figure}.querySelector('figcaption').innerText")).await?;
        ensure!(caption.contains("Lab 1") && caption.contains("To try:"), "the caption says {caption:?}");
        let computes: String = tab.eval(&format!("{figure}.querySelector('.lab-computes').innerText")).await?;
        ensure!(computes.len() > 40, "what is computed: {computes:?}");
        let (drawings, empty): (usize, usize) = tab
            .eval(&format!(
                "(() => {{ const slots = [...{figure}.querySelectorAll('.stage[data-slot]')]; \
                 return [slots.length, slots.filter((slot) => !slot.querySelector('svg') || !slot.checkVisibility({{ visibilityProperty: true }})).length] }})()"
            ))
            .await?;
        ensure!(drawings > 0 && empty == 0, "{empty} of {drawings} drawings are missing");
        // The text equivalent folds open without any script.
        let summary = format!("figure#{} summary", place.lab);
        tab.reveal(&summary).await?;
        tab.click(&summary).await?;
        let cells: usize = tab.eval(&format!("{figure}.querySelectorAll('details[open] td').length")).await?;
        ensure!(cells > 3, "the table has {cells} cells");
        let controls: usize = tab
            .eval(&format!(
                "[...{figure}.querySelectorAll('button, input, select')].filter((it) => it.checkVisibility({{ visibilityProperty: true }})).length"
            ))
            .await?;
        ensure!(controls == 0, "{controls} controls can be seen and do nothing");
        tab.close(&chrome).await?;
    }
    chrome.stop().await
}
