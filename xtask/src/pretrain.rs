//! `cargo xtask pretrain`: starts the program of that name, which makes the pocket model.

use crate::children;
use crate::repo::Repo;
use anyhow::Result;

/// Where the model is kept.
const FOLDER: &str = "models/pocket";

/// Makes the model and writes it over the one that is there.
///
/// # Errors
/// What the program says.
pub fn pretrain(repo: &Repo) -> Result<()> {
    let mut command = repo.cargo();
    command.args(["run", "--profile", "native", "--locked", "--package", "pretrain", "--"]);
    command.arg(repo.root().join(FOLDER));
    children::run(&mut command, "The pre-training")
}
