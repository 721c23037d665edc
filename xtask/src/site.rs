//! Building: the client by Trunk, the pages by press.
//!
//! Each is one cargo call with one feature set, and none shares a call with another: the client (feature `hydrate`)
//! inside Trunk, the prerenderer (feature `ssr`) natively. In one call cargo would unite the features, and the client
//! would lose its event handlers. The labs' worker has flags of its own and is built before Trunk copies it.

use crate::children::{self, Worker};
use crate::install;
use crate::repo::Repo;
use crate::worker;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set while Trunk runs for us, so that its hook leaves content to press.
const SHELL_ONLY: &str = "XTASK_SHELL_ONLY";

/// Whether Cargo.lock must be complete, or may be brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// For anything that is tested or published.
    Kept,
    /// While somebody works on the code.
    Free,
}

/// How the client is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// Small, as readers get it.
    Published,
    /// Quick to build, for its author's eyes.
    Quick,
}

/// Where a site goes and for whom it is.
pub struct Site<'a> {
    /// Trunk's output.
    pub shell: PathBuf,
    /// The folder to write.
    pub out: PathBuf,
    /// `""` or `/repo`.
    pub base: &'a str,
    /// For absolute links; without it, the one in `blog.toml`.
    pub origin: Option<&'a str>,
    /// With posts marked as drafts and dated in the future.
    pub drafts: bool,
    /// Whether it must keep the limits of `budget.toml`; a quickly built client cannot.
    pub weighed: bool,
    /// The folder of the dictionary by which spelling is checked, where it is.
    pub dictionary: Option<PathBuf>,
    /// Whose browser keeps the site for the time without a network, in press's words; as published if absent.
    pub offline: Option<&'a str>,
    /// Where press says how it went, for servers that reload their pages.
    pub live: Option<&'a Path>,
}

/// How press's allocator treats the system's memory: what is let go of is kept for what comes next, and pages are small.
/// Large ones, given back and taken again, would be cleared over and over for a sixth of a large blog's time. Read by
/// mimalloc before the program begins.
const ALLOCATOR: [(&str, &str); 2] = [("MIMALLOC_PURGE_DELAY", "-1"), ("MIMALLOC_ALLOW_THP", "0")];

/// The native program `press`, to be followed by its own arguments.
pub fn press(repo: &Repo, lock: Lock) -> Command {
    let mut command = repo.cargo();
    command.envs(ALLOCATOR);
    command.args(["run", "--quiet", "--package", "press", "--profile", "native"]);
    if lock == Lock::Kept {
        command.arg("--locked");
    }
    command.arg("--");
    command
}

/// Builds press alone, with cargo's progress shown.
pub fn build_press(repo: &Repo, lock: Lock) -> Result<()> {
    let mut command = repo.cargo();
    command.args(["build", "--package", "press", "--profile", "native"]);
    if lock == Lock::Kept {
        command.arg("--locked");
    }
    children::run(&mut command, "Building press")
}

/// The client and its shell, without pages, into `out`.
pub fn shell(repo: &Repo, out: &Path, client: Client, lock: Lock) -> Result<()> {
    worker::build(repo, lock)?;
    let mut command = trunk(repo, out, lock);
    match client {
        Client::Published => command.arg("--release"),
        Client::Quick => command.args(["--cargo-profile", "serve"]),
    };
    // Its progress is of no interest beside cargo's.
    command.args(["--log", "error"]).env(SHELL_ONLY, "1");
    children::run(&mut command, "Building the client")
}

/// What plain `trunk build` makes, into `out`.
pub fn plain(repo: &Repo, out: &Path, release: bool) -> Result<()> {
    let mut command = trunk(repo, out, Lock::Kept);
    if release {
        command.arg("--release");
    }
    children::run(&mut command, "Plain `trunk build`")
}

fn trunk(repo: &Repo, out: &Path, lock: Lock) -> Command {
    let mut command = repo.command("trunk");
    command.args(["build", "--skip-version-check", "--dist"]).arg(out);
    // Of a failed compile, Trunk's own stack tells nothing.
    command.env("RUST_BACKTRACE", "0");
    if lock == Lock::Kept {
        command.arg("--locked=true");
    }
    command
}

/// Runs the programs that the articles show.
pub fn check_code(repo: &Repo) -> Result<()> {
    let python = crate::install::for_programs(repo)?;
    let mut command = press(repo, Lock::Kept);
    children::run(command.arg("check-code").arg("--python").arg(python), "A program of the articles")
}

/// Writes the posts of the old site in `dir` into `posts/`, and tells what was left behind.
pub fn import(repo: &Repo, dir: &Path) -> Result<()> {
    build_press(repo, Lock::Kept)?;
    let mut command = press(repo, Lock::Kept);
    children::run(command.arg("import").arg(dir), "The import")
}

/// Writes a draft of that title.
pub fn new_post(repo: &Repo, title: &str, slug: Option<&str>) -> Result<()> {
    build_press(repo, Lock::Kept)?;
    let mut command = press(repo, Lock::Kept);
    command.arg("new-post");
    if let Some(slug) = slug {
        command.args(["--slug", slug]);
    }
    children::run(command.arg("--").arg(title), "The new post")
}

/// Press as it was last built, without cargo's look at whether it still is: that takes longer than all pages of a small
/// blog. It lies beside this program, which the same cargo built with the same profile.
pub fn built_press(repo: &Repo) -> Command {
    let beside = std::env::current_exe().ok();
    let built = beside.map(|own| own.with_file_name(format!("press{}", std::env::consts::EXE_SUFFIX)));
    match built.filter(|file| file.is_file()) {
        Some(file) => {
            let mut command = repo.command(file);
            command.envs(ALLOCATOR);
            command
        }
        None => press(repo, Lock::Free),
    }
}

/// All pages around the client, into `site.out`, which is replaced as a whole or not at all.
pub fn pages(repo: &Repo, site: &Site, lock: Lock) -> Result<()> {
    children::run(&mut arguments(press(repo, lock), site), "Writing the pages")
}

/// The same by a given press, which goes on and writes them again when it is asked, only what has changed.
pub fn pages_again(command: Command, site: &Site) -> Result<Worker> {
    Worker::start(arguments(command, site).arg("--again"), "Writing the pages")
}

fn arguments(mut command: Command, site: &Site) -> Command {
    command.arg("site").arg("--shell").arg(&site.shell).arg("--out").arg(&site.out);
    command.args(["--base", if site.base.is_empty() { "/" } else { site.base }]);
    if let Some(origin) = site.origin {
        command.args(["--origin", origin]);
    }
    if site.drafts {
        command.arg("--drafts");
    }
    if !site.weighed {
        command.arg("--no-budget");
    }
    if let Some(dictionary) = &site.dictionary {
        command.arg("--dictionary").arg(dictionary);
    }
    if let Some(offline) = site.offline {
        command.args(["--offline", offline]);
    }
    if let Some(live) = site.live {
        command.arg("--live").arg(live);
    }
    command
}

/// Whether spelling must be checked, or everything else will do where there is no dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// In tests.
    Required,
    /// For authors, who may be without a network.
    IfPossible,
}

/// Tells every mistake in the posts, drafts included, and which of their labs are planned; with `links`, which of their
/// links to other sites do not answer.
pub fn check(repo: &Repo, spelling: Spelling, links: bool) -> Result<()> {
    let dictionary = match (install::for_spelling(repo), spelling) {
        (Err(error), Spelling::IfPossible) if !children::stopped() => {
            eprintln!("\nSpelling is not checked: {error:#}");
            None
        }
        (dictionary, _) => Some(dictionary?),
    };
    let mut command = match links {
        // The network is a feature of its own, which no other command has to compile.
        true => {
            let mut command = repo.cargo();
            command.args(["run", "--package", "press", "--profile", "native", "--locked", "--features", "links"]);
            command.args(["--", "check", "--links"]);
            command
        }
        false => {
            build_press(repo, Lock::Kept)?;
            let mut command = press(repo, Lock::Kept);
            command.arg("check");
            command
        }
    };
    if let Some(dictionary) = dictionary {
        command.arg("--dictionary").arg(dictionary);
    }
    children::run(&mut command, "The check of the posts")
}

/// Manifest, Markdown, sidecars and the labs' worker into `target/content/`, which the shell copies.
///
/// Called as Trunk's hook. A plain debug build (`trunk serve`) shows drafts; a release build does not.
pub fn content(repo: &Repo, drafts: bool) -> Result<()> {
    let out = repo.target("content");
    if std::env::var_os(SHELL_ONLY).is_some() {
        // The shell only needs the folder to be there.
        let posts = out.join("posts");
        return std::fs::create_dir_all(&posts).with_context(|| format!("{} cannot be made", posts.display()));
    }
    install::for_worker(repo)?;
    worker::build(repo, Lock::Free)?;
    build_press(repo, Lock::Free)?;
    let mut command = press(repo, Lock::Free);
    command.arg("content").arg("--out").arg(&out);
    if drafts || std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "debug") {
        command.arg("--drafts");
    }
    children::run(&mut command, "Preparing the posts")
}
