//! What the commands need besides the stable toolchain. Each part looks first and installs only what is missing; what
//! is installed counts only once it answers for itself, so a half-finished install is begun again.

mod axe;
mod cargo_tool;
mod chromium;
mod packages;
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
    /// The one file of axe-core that goes into a page.
    pub axe: PathBuf,
}

/// Finds or installs what the tests in a browser need.
pub fn for_browser(repo: &Repo) -> Result<Browser> {
    let tools = Tools::read(repo.root())?;
    Ok(Browser { chrome: chromium::ensure(repo)?, axe: axe::ensure(repo, &tools.axe_core)? })
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
