//! What the commands need besides the stable toolchain. Each part looks first and installs only what is missing; what
//! is installed counts only once it answers for itself, so a half-finished install is begun again.

mod cargo_tool;
mod chromium;
mod npm;
mod packages;
mod python;
mod wasm_target;

use crate::repo::Repo;
use crate::tools::Tools;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// For every build: Rust new enough, the WebAssembly target, Trunk and wasm-bindgen.
pub fn for_build(repo: &Repo) -> Result<()> {
    let tools = Tools::read(repo.root())?;
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let answer =
        version_answer(repo, &rustc).context("`rustc --version` does not answer: install Rust with rustup.")?;
    tools.accepts_rustc(&answer)?;
    wasm_target::ensure(repo, &rustc, &tools.rust.target)?;
    cargo_tool::TRUNK.ensure(repo, &tools.trunk)?;
    cargo_tool::WASM_BINDGEN.ensure(repo, &tools.wasm_bindgen_cli)
}

/// For the labs' worker alone, where plain Trunk runs and has its own tools.
pub fn for_worker(repo: &Repo) -> Result<()> {
    let tools = Tools::read(repo.root())?;
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    wasm_target::ensure(repo, &rustc, &tools.rust.target)?;
    cargo_tool::WASM_BINDGEN.ensure(repo, &tools.wasm_bindgen_cli)
}

/// For the tests in a browser.
pub struct Browser {
    /// A Chromium or Chrome.
    pub chrome: PathBuf,
    /// Its headless shell, if there is one.
    pub shell: Option<PathBuf>,
    /// The one file of axe-core that goes into a page.
    pub axe: PathBuf,
}

/// Finds or installs what the tests in a browser need.
pub fn for_browser(repo: &Repo) -> Result<Browser> {
    let tools = Tools::read(repo.root())?;
    let chrome = chromium::ensure(repo)?;
    let shell = chromium::ensure_shell(repo);
    Ok(Browser { chrome, shell, axe: AXE_CORE.ensure(repo, &tools.axe_core)?.join(AXE_CORE.files[0]) })
}

/// One script, which goes into the pages under test.
const AXE_CORE: npm::Wanted = npm::Wanted { name: "axe-core", files: &["axe.min.js", "LICENSE"] };

/// The words of British English, as a Hunspell dictionary.
const DICTIONARY: npm::Wanted = npm::Wanted { name: "dictionary-en-gb", files: &["index.aff", "index.dic", "license"] };

/// Finds or installs the dictionary by which spelling is checked, and gives its folder.
pub fn for_spelling(repo: &Repo) -> Result<PathBuf> {
    let tools = Tools::read(repo.root())?;
    DICTIONARY.ensure(repo, &tools.dictionary_en_gb)
}

/// The dictionary's folder, if it is here.
pub fn dictionary(repo: &Repo) -> Option<PathBuf> {
    DICTIONARY.find(repo, &Tools::read(repo.root()).ok()?.dictionary_en_gb)
}

/// Finds or installs what the programs of the articles need, and gives the interpreter that runs them.
pub fn for_programs(repo: &Repo) -> Result<PathBuf> {
    let tools = Tools::read(repo.root())?;
    python::ensure(repo, &tools.numpy)
}

/// For the check of advisories and licences.
pub fn for_deny(repo: &Repo) -> Result<()> {
    let tools = Tools::read(repo.root())?;
    cargo_tool::CARGO_DENY.ensure(repo, &tools.cargo_deny)
}

/// What `program` answers to `--version`, if it is to be found and runs.
fn version_answer(repo: &Repo, program: impl AsRef<std::ffi::OsStr>) -> Option<String> {
    crate::children::ask(repo.command(program).arg("--version"))
}
