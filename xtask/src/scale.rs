//! What the build of a large blog costs.

use crate::children::{self, Worker};
use crate::repo::Repo;
use crate::site::{self, Lock};
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};

/// Writes a made-up blog.
pub fn corpus(repo: &Repo, n_posts: usize, dir: &Path) -> Result<()> {
    site::build_press(repo, Lock::Kept)?;
    let mut command = site::press(repo, Lock::Kept);
    command.arg("corpus").arg(dir).args(["--posts", &n_posts.to_string()]);
    children::run(&mut command, "Writing the posts")
}

/// Builds the site of the blog in `dir` into an empty place, without cards, then again as it is and with one text
/// changed, by the same process; says what each cost. The text is put back.
pub fn time(repo: &Repo, dir: &Path) -> Result<()> {
    let (shell, out) = (repo.target("shell"), repo.target("time"));
    ensure!(
        shell.join("index.html").is_file(),
        "There is no client to build pages around: run `cargo xtask build` first, which leaves it in target/shell."
    );
    site::build_press(repo, Lock::Kept)?;
    // A folder of its own, and none is removed before all is measured: ext4 goes through the numbers of all files that
    // went in the last minutes before it gives one to a new file, which can make a build half as long again.
    let place = out.join(std::process::id().to_string());
    let mut command = site::press(repo, Lock::Kept);
    command.args(["site", "--time", "--again", "--no-cards", "--root"]).arg(dir);
    command.arg("--shell").arg(&shell).arg("--out").arg(place.join("site"));
    println!("\nEverything, from nothing:");
    let mut press = Worker::start(&mut command, "Writing the pages")?;
    judge(press.answer())?;
    println!("\nAgain, nothing changed:");
    judge(again(&mut press))?;
    println!("\nAgain, the text of one post changed:");
    let _changed = Changed::new(middle(dir)?)?;
    judge(again(&mut press))?;
    drop(press);
    std::fs::remove_dir_all(&out).with_context(|| format!("{} cannot be removed", out.display()))
}

/// A text with one more sentence, which goes when this is dropped.
struct Changed {
    path: PathBuf,
    before: Vec<u8>,
}

impl Changed {
    fn new(path: PathBuf) -> Result<Self> {
        let before = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let changed = [before.as_slice(), b"\nA sentence that was not here before.\n"].concat();
        std::fs::write(&path, changed).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Self { path, before })
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        if std::fs::write(&self.path, &self.before).is_err() {
            eprintln!("The last sentence of {} is one too many: it was there to measure with.", self.path.display());
        }
    }
}

fn again(press: &mut Worker) -> Option<bool> {
    if press.ask() { press.answer() } else { None }
}

fn judge(answer: Option<bool>) -> Result<()> {
    ensure!(answer == Some(true), "Writing the pages failed; its own words stand above.");
    Ok(())
}

/// The text of the post in the middle of the alphabet.
fn middle(dir: &Path) -> Result<PathBuf> {
    let posts = dir.join("posts");
    let listed = std::fs::read_dir(&posts).with_context(|| format!("{} cannot be read", posts.display()))?;
    let mut texts: Vec<PathBuf> = listed.flatten().map(|entry| entry.path().join("index.md")).collect();
    texts.retain(|text| text.is_file());
    texts.sort();
    let n_texts = texts.len();
    texts.into_iter().nth(n_texts / 2).with_context(|| format!("There is no post in {}.", posts.display()))
}
