//! Python with NumPy, for the programs that articles show: in an environment of the project's own, so that the
//! user's packages stay as they are.

use super::packages::{self, Want};
use crate::children;
use crate::repo::Repo;
use crate::say::Step;
use crate::tools::PythonPackage;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The environment's interpreter, with NumPy of the version that `tools.toml` names.
pub fn ensure(repo: &Repo, numpy: &PythonPackage) -> Result<PathBuf> {
    let folder = repo.tools_dir().join(format!("python-numpy-{}", numpy.version));
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if has(repo, &python, &numpy.version) {
        return Ok(python);
    }
    let system = system(repo)?;
    let step = Step::begin(format!("NumPy {}", numpy.version), "usually half a minute");
    // A half-made environment is begun again.
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    children::run(repo.command(system).args(["-m", "venv"]).arg(&folder), "Making an environment for Python")?;
    let wanted = format!("numpy=={}", numpy.version);
    let mut pip = repo.command(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", &wanted]);
    children::run(&mut pip, "Installing NumPy")?;
    step.done();
    has(repo, &python, &numpy.version).then_some(python).context("NumPy was installed but does not answer.")
}

fn has(repo: &Repo, python: &Path, version: &str) -> bool {
    let answer = children::ask(repo.command(python).args(["-c", "import numpy; print(numpy.__version__)"]));
    answer.is_some_and(|answer| answer.trim() == version)
}

/// A Python of the system that can make environments.
fn system(repo: &Repo) -> Result<&'static str> {
    let can = |name: &&str| children::ask(repo.command(name).args(["-c", "import venv, ensurepip"])).is_some();
    const NAMES: [&str; 2] = ["python3", "python"];
    if let Some(name) = NAMES.iter().find(|name| can(name)) {
        return Ok(name);
    }
    packages::install(repo, Want::Python)?;
    NAMES.iter().find(|name| can(name)).copied().context("Python was installed but makes no environments.")
}
