//! The phases of `cargo xtask test` and what they do.

use super::tally::Tally;
use crate::args::near;
use crate::children;
use crate::install::{self, Browser};
use crate::repo::Repo;
use crate::site::{self, Client, Lock, Site, Spelling};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// The origin of the sites under test: it cannot be reached, so a test sees every request that goes there.
const ORIGIN: &str = "https://blog.example";

/// How many tests Rust's harness runs at once; one for each core, if it is not told.
const TEST_THREADS: &str = "RUST_TEST_THREADS";
/// How many more tests of the whole site run at once than there are cores: most of them wait for a timer, a network that
/// is made slow, or a frame.
const WAITING_TESTS: usize = 2;

/// What runs in the browser: one cargo call each, since each has its own features.
const MODULES: &[&[&str]] = &[
    &["--package", "blog", "--features", "hydrate"],
    &["--package", "renderer"],
    &["--package", "finder"],
    &["--package", "lab-ui"],
    &["--package", "lab-ui", "--no-default-features"],
    &["--package", "lab-worker"],
];

/// One phase. The order is the order in which they run: cheap and telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Formatting.
    Fmt,
    /// What the posts say.
    Posts,
    /// Whatever is missing is installed.
    Tools,
    /// Lints of everything native.
    Clippy,
    /// Lints of the client for its own target.
    ClippyClient,
    /// Tests beside the code.
    Unit,
    /// The programs that the articles show.
    Code,
    /// The site for `/` and for `/repo/`.
    Sites,
    /// What plain Trunk makes.
    Plain,
    /// Tests of the whole site in a browser.
    Browser,
}

impl Phase {
    /// All, in order.
    pub const ALL: [Self; 10] = [
        Self::Fmt,
        Self::Posts,
        Self::Tools,
        Self::Clippy,
        Self::ClippyClient,
        Self::Unit,
        Self::Code,
        Self::Sites,
        Self::Plain,
        Self::Browser,
    ];

    /// Those that need neither a browser nor a built site.
    pub const QUICK: [Self; 6] = [Self::Fmt, Self::Posts, Self::Tools, Self::Clippy, Self::ClippyClient, Self::Unit];

    /// Its name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Fmt => "fmt",
            Self::Tools => "tools",
            Self::Clippy => "clippy",
            Self::ClippyClient => "clippy-client",
            Self::Unit => "unit",
            Self::Code => "code",
            Self::Sites => "sites",
            Self::Plain => "plain",
            Self::Browser => "browser",
        }
    }

    /// What it does, for its heading.
    pub fn about(self) -> &'static str {
        match self {
            Self::Posts => "mistakes in the posts",
            Self::Fmt => "formatting",
            Self::Tools => "installing what is missing",
            Self::Clippy => "lints, native",
            Self::ClippyClient => "lints of the client, for WebAssembly",
            Self::Unit => "tests beside the code",
            Self::Code => "running the programs that the articles show",
            Self::Sites => "building the site for / and for /repo/",
            Self::Plain => "building with plain Trunk",
            Self::Browser => "tests of the whole site in a browser",
        }
    }

    /// What must have run before it.
    fn needs(self) -> &'static [Self] {
        match self {
            Self::Posts | Self::Fmt | Self::Tools | Self::Clippy | Self::Code => &[],
            // Among the tests beside the code are some that run in WebAssembly.
            Self::ClippyClient | Self::Unit | Self::Sites | Self::Plain => &[Self::Tools],
            Self::Browser => &[Self::Tools, Self::Sites, Self::Plain],
        }
    }
}

/// The phases called `names`, with what they need, in order; all if no name is given.
///
/// # Errors
/// One sentence for a name that is none.
pub fn plan(names: &[String]) -> Result<Vec<Phase>> {
    let mut wanted = Vec::new();
    for name in names {
        let Some(&phase) = Phase::ALL.iter().find(|phase| phase.name() == name) else {
            bail!("There is no phase `{name}`{}", near(name, &Phase::ALL.map(Phase::name)));
        };
        wanted.push(phase);
        wanted.extend(phase.needs());
    }
    Ok(Phase::ALL.into_iter().filter(|phase| names.is_empty() || wanted.contains(phase)).collect())
}

/// What the phases share.
pub struct Run<'a> {
    /// Where they run.
    pub repo: &'a Repo,
    /// Whether the browser's part must be installed too.
    pub with_browser: bool,
    /// Whether the posts' spelling must be checked.
    pub spelling: Spelling,
    /// Passed on to the test programs.
    pub filter: &'a [String],
    /// Counts of all test programs so far.
    pub tally: Tally,
    browser: Option<Browser>,
}

impl<'a> Run<'a> {
    /// Nothing has run yet.
    pub fn new(repo: &'a Repo, plan: &[Phase], spelling: Spelling, filter: &'a [String]) -> Self {
        // Asked for by itself, the phase prepares for all others.
        let with_browser = plan.contains(&Phase::Browser) || plan == [Phase::Tools];
        Self { repo, with_browser, spelling, filter, tally: Tally::default(), browser: None }
    }

    /// Runs one phase to its end.
    pub fn phase(&mut self, phase: Phase) -> Result<()> {
        match phase {
            Phase::Posts => site::check(self.repo, self.spelling, false),
            Phase::Fmt => {
                let mut command = self.repo.cargo();
                children::run(command.args(["fmt", "--all", "--check"]), "The check of the formatting")
            }
            Phase::Tools => {
                install::for_build(self.repo)?;
                if self.with_browser {
                    self.browser = Some(install::for_browser(self.repo)?);
                }
                Ok(())
            }
            Phase::Clippy => {
                self.clippy(&["--workspace", "--all-targets", "--profile", "native"], "The native check by clippy")
            }
            // The profile of the client's build, so that the two share what runs at compile time.
            Phase::ClippyClient => MODULES.iter().try_for_each(|module| {
                let profile = ["--target", "wasm32-unknown-unknown", "--release"];
                self.clippy(&[module, &profile[..]].concat(), "The client's check by clippy")
            }),
            Phase::Unit => {
                let mut command = self.cargo_test();
                command.args(["--workspace", "--exclude", "site-tests"]);
                self.tests(command, "A test beside the code")
            }
            Phase::Code => site::check_code(self.repo),
            Phase::Sites => sites(self.repo),
            Phase::Plain => {
                site::plain(self.repo, &places(self.repo).plain, true)?;
                site::plain(self.repo, &places(self.repo).plain_debug, false)
            }
            Phase::Browser => {
                let browser = self.browser.as_ref().context("the phase `tools` must run first")?;
                let mut command = self.cargo_test();
                command.args(["--package", "site-tests"]);
                environment(&mut command, self.repo, browser);
                if std::env::var_os(TEST_THREADS).is_none() {
                    let cores = std::thread::available_parallelism().map_or(1, usize::from);
                    command.env(TEST_THREADS, (cores + WAITING_TESTS).to_string());
                }
                self.tests(command, "A test of the whole site")
            }
        }
    }

    fn clippy(&self, args: &[&str], what: &str) -> Result<()> {
        let mut command = self.repo.cargo();
        command.arg("clippy").args(args).args(["--locked", "--", "--deny", "warnings"]);
        children::run(&mut command, what)
    }

    fn cargo_test(&self) -> Command {
        let mut command = self.repo.cargo();
        command.args(["test", "--profile", "native", "--locked", "--no-fail-fast"]);
        command
    }

    fn tests(&mut self, mut command: Command, what: &str) -> Result<()> {
        command.arg("--").args(self.filter);
        let mut found = Vec::new();
        let outcome = children::run_reading(&mut command, what, |line| found.extend(Tally::of_line(line)));
        let has_failed_tests = found.iter().any(|tally| tally.failed > 0);
        self.tally = found.into_iter().chain([self.tally]).sum();
        match outcome {
            // What a test prints is no sign of what is wrong with the build.
            Err(_) if has_failed_tests => bail!("{what} failed; it is named above."),
            outcome => outcome,
        }
    }
}

/// Where the sites under test lie.
struct Places {
    root: PathBuf,
    repo: PathBuf,
    plain: PathBuf,
    plain_debug: PathBuf,
}

fn places(repo: &Repo) -> Places {
    let place = |name| repo.target("sites").join(name);
    Places { root: place("root"), repo: place("repo"), plain: place("plain"), plain_debug: place("plain-debug") }
}

/// Builds the site once for `/` and once for `/repo/`, around one client.
pub fn sites(repo: &Repo) -> Result<()> {
    let shell = repo.target("shell");
    site::shell(repo, &shell, Client::Published, Lock::Kept)?;
    site::build_press(repo, Lock::Kept)?;
    let places = places(repo);
    for (out, base) in [(places.root, ""), (places.repo, "/repo")] {
        let site = Site {
            shell: shell.clone(),
            out,
            base,
            origin: Some(ORIGIN),
            drafts: false,
            weighed: true,
            dictionary: None,
            offline: None,
            live: None,
        };
        site::pages(repo, &site, Lock::Kept)?;
    }
    Ok(())
}

/// Tells a program of the whole-site tests where everything is.
pub fn environment(command: &mut Command, repo: &Repo, browser: &Browser) {
    let places = places(repo);
    command
        .env("BLOG_SHELL", repo.target("shell"))
        .env("BLOG_SITE_ROOT", places.root)
        .env("BLOG_SITE_REPO", places.repo)
        .env("BLOG_SITE_PLAIN", places.plain)
        .env("BLOG_SITE_PLAIN_DEBUG", places.plain_debug)
        .env("CHROME", &browser.chrome)
        .env("CHROME_SHELL", browser.shell.as_ref().unwrap_or(&browser.chrome))
        .env("AXE_JS", &browser.axe);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str]) -> Vec<&'static str> {
        let only: Vec<_> = only.iter().map(|&name| name.to_owned()).collect();
        plan(&only).unwrap().into_iter().map(Phase::name).collect()
    }

    #[test]
    fn a_phase_brings_what_it_needs_in_order() {
        assert_eq!(names(&["browser"]), ["tools", "sites", "plain", "browser"]);
        assert_eq!(names(&["unit", "fmt"]), ["fmt", "tools", "unit"]);
        assert_eq!(names(&["clippy-client"]), ["tools", "clippy-client"]);
        assert_eq!(names(&[]).len(), Phase::ALL.len());
    }

    #[test]
    fn needs_come_before_what_needs_them() {
        for phase in Phase::ALL {
            assert!(phase.needs().iter().all(|need| *need < phase), "{phase:?}");
        }
    }

    #[test]
    fn an_unknown_phase_is_one_sentence() {
        let message = plan(&["brwser".to_owned()]).unwrap_err().to_string();
        assert_eq!(message, "There is no phase `brwser`; did you mean `browser`?");
    }
}
