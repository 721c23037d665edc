//! The standard library for the client's target.

use crate::children;
use crate::repo::Repo;
use crate::say::Step;
use anyhow::{Result, bail};
use std::path::Path;

/// Adds `target` by rustup unless the compiler has it.
pub fn ensure(repo: &Repo, rustc: &str, target: &str) -> Result<()> {
    let library = children::ask(repo.command(rustc).args(["--print", "target-libdir", "--target", target]));
    if library.is_some_and(|dir| Path::new(dir.trim()).is_dir()) {
        return Ok(());
    }
    if super::version_answer(repo, "rustup").is_none() {
        bail!(
            "The target {target} is missing and rustup is not here to add it: \
             install Rust with rustup, or your distribution's package of that target."
        );
    }
    let step = Step::begin(format!("Rust's standard library for {target}, by rustup"), "usually under a minute");
    children::run(repo.command("rustup").args(["target", "add", target]), &format!("Adding the target {target}"))?;
    step.done();
    Ok(())
}
