//! What the build of a large blog costs.

use crate::children;
use crate::repo::Repo;
use crate::site::{self, Lock};
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// Writes a made-up blog.
pub fn corpus(repo: &Repo, n_posts: usize, dir: &Path) -> Result<()> {
    site::build_press(repo, Lock::Kept)?;
    let mut command = site::press(repo, Lock::Kept);
    command.arg("corpus").arg(dir).args(["--posts", &n_posts.to_string()]);
    children::run(&mut command, "Writing the posts")
}

/// Builds the site of the blog in `dir` into an empty place, without cards, and says what that cost.
pub fn time(repo: &Repo, dir: &Path) -> Result<()> {
    let (shell, out) = (repo.target("shell"), repo.target("time"));
    ensure!(
        shell.join("index.html").is_file(),
        "There is no client to build pages around: run `cargo xtask build` first, which leaves it in target/shell."
    );
    site::build_press(repo, Lock::Kept)?;
    if out.exists() {
        std::fs::remove_dir_all(&out).with_context(|| format!("{} cannot be removed", out.display()))?;
    }
    let mut command = site::press(repo, Lock::Kept);
    command.args(["site", "--time", "--no-cards", "--root"]).arg(dir);
    command.arg("--shell").arg(&shell).arg("--out").arg(out.join("site"));
    children::run(&mut command, "Writing the pages")
}
