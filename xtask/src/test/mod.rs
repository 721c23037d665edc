//! `cargo xtask test`: every check of the project, each phase timed.

mod phase;
mod table;
mod tally;

use crate::args;
use crate::children;
use crate::install::{self, Browser};
use crate::repo::Repo;
use crate::site::{self, Spelling};
use anyhow::Result;
use phase::{Phase, Run};
use std::time::{Duration, Instant};
use table::{Outcome, Table};

/// Runs the phases that `options` names, or all.
pub fn test(repo: &Repo, options: &args::Test) -> Result<()> {
    run(repo, &phase::plan(&options.only)?, Spelling::Required, &options.filter)
}

/// Runs the phases that need no browser, or only the one that reads the posts.
pub fn check(repo: &Repo, posts_only: bool, links: bool) -> Result<()> {
    if posts_only {
        return site::check(repo, Spelling::IfPossible, links);
    }
    run(repo, &Phase::QUICK, Spelling::IfPossible, &[])
}

/// Runs a program of the whole-site tests on freshly built sites.
pub fn program(repo: &Repo, bin: &str, args: &[String]) -> Result<()> {
    install::for_build(repo)?;
    let browser = install::for_browser(repo)?;
    phase::sites(repo)?;
    site_tests(repo, bin, args, &browser)
}

/// Measures `serve`, which builds what it shows itself.
pub fn bench_serve(repo: &Repo, args: &[String]) -> Result<()> {
    install::for_build(repo)?;
    let browser = install::for_browser(repo)?;
    site_tests(repo, "bench-serve", args, &browser)
}

fn site_tests(repo: &Repo, bin: &str, args: &[String], browser: &Browser) -> Result<()> {
    let mut command = repo.cargo();
    command.args(["run", "--profile", "native", "--locked", "--package", "site-tests", "--bin", bin, "--"]).args(args);
    phase::environment(&mut command, repo, browser);
    children::run(&mut command, &format!("`{bin}`"))
}

/// The first failure ends the run; table and count are printed in any case, the count last.
fn run(repo: &Repo, plan: &[Phase], spelling: Spelling, filter: &[String]) -> Result<()> {
    let mut run = Run::new(repo, plan, spelling, filter);
    let mut rows = Vec::new();
    let mut outcome = Ok(());
    for &phase in plan {
        if outcome.is_err() {
            rows.push((phase, Outcome::NotRun, Duration::ZERO));
            continue;
        }
        println!("\n== {}: {}", phase.name(), phase.about());
        let begun = Instant::now();
        outcome = run.phase(phase);
        let held = if outcome.is_ok() { Outcome::Held } else { Outcome::Failed };
        rows.push((phase, held, begun.elapsed()));
    }
    if let Err(error) = &outcome {
        eprintln!("\n{error:#}");
    }
    println!("\n{}", Table(&rows));
    println!("{} passed, {} failed", run.tally.passed, run.tally.failed);
    outcome.map_err(|_| crate::AlreadyTold.into())
}
