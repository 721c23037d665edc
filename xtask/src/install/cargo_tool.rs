//! Tools that `cargo install` builds into `.tools/`.

use crate::children::{self, Failed};
use crate::repo::Repo;
use crate::say::Step;
use crate::tools::CargoTool;
use crate::version::Version;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One tool: its crate, its program, and how long it takes to build.
pub struct Recipe {
    package: &'static str,
    program: &'static str,
    usually: &'static str,
}

/// Bundles the client.
pub const TRUNK: Recipe = Recipe { package: "trunk", program: "trunk", usually: "about 7 minutes on two cores, once" };

/// Writes the client's JavaScript.
pub const WASM_BINDGEN: Recipe =
    Recipe { package: "wasm-bindgen-cli", program: "wasm-bindgen", usually: "about 2 minutes on two cores, once" };

/// Checks advisories and licences.
pub const CARGO_DENY: Recipe =
    Recipe { package: "cargo-deny", program: "cargo-deny", usually: "about 6 minutes on two cores, once" };

impl Recipe {
    /// Builds the tool unless it is here, in `.tools/` or on the PATH, in exactly the version asked for.
    pub fn ensure(&self, repo: &Repo, tool: &CargoTool) -> Result<()> {
        let wanted = Version::parse(&tool.version)
            .with_context(|| format!("tools.toml: {} is no version of {}", tool.version, self.package))?;
        let own = repo.tools_bin().join(self.program);
        if self.found(repo, &own) == Some(wanted) {
            return Ok(());
        }
        // A program of the wrong version in .tools/ would hide a right one on the PATH: `cargo install` replaces it.
        if !own.exists() && self.found(repo, Path::new(self.program)) == Some(wanted) {
            return Ok(());
        }
        let step = Step::begin(format!("{} {wanted}: compiling it into .tools/", self.package), self.usually);
        let what = format!("Installing {} {wanted}", self.package);
        let install = |locked| children::run(&mut self.install(repo, tool, wanted, locked), &what);
        match install(true) {
            // A registry may lack the newest releases that the tool was locked to.
            Err(error) if lacks_a_release(&error) => {
                println!("  This registry lacks a release that {} is locked to; once more without.", self.package);
                install(false)?;
            }
            outcome => outcome?,
        }
        if self.found(repo, &own) != Some(wanted) {
            bail!("{} was installed but does not answer as version {wanted}.", own.display());
        }
        let build = self.build_dir(repo);
        std::fs::remove_dir_all(&build).with_context(|| format!("{} cannot be removed", build.display()))?;
        step.done();
        Ok(())
    }

    fn install(&self, repo: &Repo, tool: &CargoTool, version: Version, locked: bool) -> Command {
        let mut command = repo.cargo();
        command.args(["install", self.package, "--force", "--version", &format!("={version}"), "--root"]);
        command.arg(repo.tools_dir());
        if locked {
            command.arg("--locked");
        }
        if !tool.default_features {
            command.arg("--no-default-features");
        }
        if !tool.features.is_empty() {
            command.args(["--features", &tool.features.join(",")]);
        }
        command.env("CARGO_TARGET_DIR", self.build_dir(repo));
        // What these tools do is mostly waiting: their own settings (whole-program optimisation) only cost time here.
        command.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        command
    }

    /// A folder of its own, kept until the install is complete: one that was broken off goes on from there.
    fn build_dir(&self, repo: &Repo) -> PathBuf {
        repo.tools_dir().join("build").join(self.package)
    }

    fn found(&self, repo: &Repo, program: &Path) -> Option<Version> {
        Version::find(&super::version_answer(repo, program)?)
    }
}

fn lacks_a_release(error: &anyhow::Error) -> bool {
    error.downcast_ref::<Failed>().is_some_and(|failed| failed.output.contains("failed to select a version"))
}
