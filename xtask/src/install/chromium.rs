//! Browsers for the tests: found on the machine, else installed by the system.

use super::packages::{self, Want};
use crate::repo::Repo;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What starts faster and has no window: the same engine without tabs, page cache and menus. Debian's name for it.
const SHELL: &str = "chromium-headless-shell";

/// Names on the PATH, the plainest first.
const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "google-chrome-beta",
    "chrome",
    "microsoft-edge",
    "brave-browser",
];

/// Places outside the PATH.
const PLACES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];

/// The path of a Chromium that answers; `$CHROME` wins, and must then work.
pub fn ensure(repo: &Repo) -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("CHROME").filter(|chosen| !chosen.is_empty()) {
        return match on_path(&chosen).filter(|path| works(repo, path)) {
            Some(path) => Ok(path),
            None => bail!("CHROME is set to {}, but that is no browser that runs.", chosen.display()),
        };
    }
    if let Some(path) = find(repo) {
        return Ok(path);
    }
    packages::install(repo, Want::Chromium)?;
    find(repo).context("Chromium was installed but does not run: set CHROME to the path of a Chromium or Chrome.")
}

/// The path of the browser's headless shell, which the tests prefer where they need no more than a page. None where
/// somebody chose their browser by `$CHROME`, or where it can neither be found nor installed: the whole browser does
/// all that it does.
pub fn ensure_shell(repo: &Repo) -> Option<PathBuf> {
    if std::env::var_os("CHROME").is_some_and(|chosen| !chosen.is_empty()) {
        return None;
    }
    let find = || on_path(SHELL).filter(|path| works(repo, path));
    if let Some(path) = find() {
        return Some(path);
    }
    if packages::can_install(repo, Want::Shell)
        && let Err(error) = packages::install(repo, Want::Shell)
    {
        println!("{error:#} The tests use the whole browser instead, which takes longer.");
    }
    find()
}

fn find(repo: &Repo) -> Option<PathBuf> {
    let named = NAMES.iter().filter_map(on_path);
    let placed = PLACES.iter().map(PathBuf::from).filter(|path| path.is_file());
    named.chain(placed).find(|path| works(repo, path))
}

/// Some distributions have a stub of that name which only tells how to install the real one. On Windows a browser
/// answers no `--version` but opens a window, so there a file is enough.
fn works(repo: &Repo, path: &Path) -> bool {
    if cfg!(windows) { path.is_file() } else { super::version_answer(repo, path).is_some() }
}

/// The absolute path of `program`, which may be a path itself.
fn on_path(program: impl AsRef<Path>) -> Option<PathBuf> {
    let program = program.as_ref();
    let dirs = std::env::var_os("PATH").unwrap_or_default();
    if program.components().count() > 1 {
        return std::path::absolute(program).ok().filter(|path| path.is_file());
    }
    std::env::split_paths(&dirs).map(|dir| dir.join(program)).find(|path| path.is_file())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        let shell = on_path("sh").unwrap();
        assert!(shell.is_absolute());
        assert_eq!(on_path(&shell), Some(shell));
        assert_eq!(on_path("no-such-program-here"), None);
        assert_eq!(on_path("/no/such/program"), None);
    }
}
