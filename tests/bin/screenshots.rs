//! Pictures of the site for `docs/screenshots/`: three pages, three widths, both themes.

use anyhow::{Context, Result};
use site_tests::{
    browser::{Chrome, View},
    site::{Build, Site},
};
use std::path::{Path, PathBuf};

/// Name and path under the base.
const PAGES: [(&str, &str); 3] =
    [("home", "/"), ("scaling-laws", "/posts/scaling-laws/"), ("positional-encodings", "/posts/positional-encodings/")];
/// Width and height of the window, in CSS pixels.
const WINDOWS: [(u32, u32); 3] = [(390, 844), (1024, 768), (1920, 1080)];
/// What opens the README.
const README: (&str, &str, u32, u32) = ("readme", "/", 1280, 800);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/screenshots"), PathBuf::from);
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let (site, chrome) = (Site::serve(Build::Root)?, Chrome::start_whole().await?);
    for (width, height) in WINDOWS {
        for dark in [false, true] {
            let theme = if dark { "dark" } else { "light" };
            for (name, route) in PAGES {
                let file = folder.join(format!("{name}-{width}-{theme}.png"));
                // One and a half windows: the first sight and what comes next.
                take(&chrome, &site, route, (width, height, height * 3 / 2), dark, &file).await?;
            }
        }
    }
    let (name, route, width, height) = README;
    take(&chrome, &site, route, (width, height, height), false, &folder.join(format!("{name}.png"))).await?;
    chrome.stop().await
}

/// Writes a picture of the page's first `shown` pixels in a window of `width` × `height`.
async fn take(
    chrome: &Chrome,
    site: &Site,
    route: &str,
    (width, height, shown): (u32, u32, u32),
    dark: bool,
    file: &Path,
) -> Result<()> {
    let tab = chrome.tab(View { width, height, dark, still: true, ..View::default() }).await?;
    // A face that came late is kept for the next visit: that is what a reader sees from then on.
    for _ in 0..2 {
        tab.goto_live(&site.url(route)).await?;
        tab.wait_for("document.fonts.ready.then(() => document.fonts.status === 'loaded')", "the fonts").await?;
    }
    tab.screenshot(file, width, shown).await?;
    let size_kb = std::fs::metadata(file)?.len() / 1024;
    println!("{} ({size_kb} KB)", file.display());
    tab.close(chrome).await
}
