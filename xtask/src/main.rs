//! Conducts: `cargo xtask serve`, `build`, `test` and what else the usage text lists.
//!
//! It starts other programs and links none of them: neither the client nor the prerenderer, so that it compiles in
//! seconds on a fresh checkout. Order of reading: [`args`]; then one module a command, [`serve`], [`site`] (build and
//! content, with [`worker`]), [`scale`], [`test`], [`mod@pretrain`] and [`new_lab`]; below them [`install`], [`children`] and
//! [`explain`].

mod args;
mod children;
mod explain;
mod install;
mod new_lab;
mod pretrain;
mod repo;
mod say;
mod scale;
mod serve;
mod site;
mod test;
mod tools;
mod version;
mod worker;

use anyhow::{Context, Result};
use args::Command;
use repo::Repo;
use say::Took;
use site::{Client, Lock, Site};
use std::fmt;
use std::process::ExitCode;
use std::time::Instant;

/// The error of a command that has said itself what is wrong.
#[derive(Debug)]
struct AlreadyTold;

impl fmt::Display for AlreadyTold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is wrong stands above")
    }
}

impl std::error::Error for AlreadyTold {}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if children::stopped() => ExitCode::from(130),
        Err(error) => {
            if error.downcast_ref::<AlreadyTold>().is_none() {
                eprintln!("\n{error:#}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let command = args::parse(std::env::args().skip(1))?;
    if command == Command::Help {
        println!("{}", args::USAGE);
        return Ok(());
    }
    children::stop_on_signal()?;
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let repo = Repo::find(&here)?;
    match command {
        Command::Serve(options) => serve::serve(&repo, &options),
        Command::Build(options) => build(&repo, &options),
        Command::Test(options) => test::test(&repo, &options),
        Command::CheckCode => site::check_code(&repo),
        Command::Check { posts_only, links } => test::check(&repo, posts_only, links),
        Command::Pretrain => pretrain::pretrain(&repo),
        Command::NewPost { title, slug } => site::new_post(&repo, &title, slug.as_deref()),
        Command::Import { dir } => site::import(&repo, &here.join(dir)),
        Command::NewLab { name } => new_lab::new_lab(&repo, &name),
        Command::Content { drafts } => site::content(&repo, drafts),
        Command::Time { dir } => scale::time(&repo, &dir.map_or_else(|| repo.root().to_owned(), |dir| here.join(dir))),
        Command::Corpus { n_posts, dir } => scale::corpus(&repo, n_posts, &here.join(dir)),
        Command::Program { bin, args } => test::program(&repo, bin, &args),
        Command::BenchServe { args } => test::bench_serve(&repo, &args),
        Command::Deny => deny(&repo),
        Command::Help => Ok(()),
    }
}

fn build(repo: &Repo, options: &args::Build) -> Result<()> {
    install::for_build(repo)?;
    let begun = Instant::now();
    let shell = repo.target("shell");
    site::shell(repo, &shell, Client::Published, Lock::Kept)?;
    site::build_press(repo, Lock::Kept)?;
    let site = Site {
        shell,
        out: repo.dist(),
        base: &options.base,
        origin: options.origin.as_deref(),
        drafts: options.drafts,
        weighed: true,
        dictionary: None,
        offline: None,
        live: None,
    };
    site::pages(repo, &site, Lock::Kept)?;
    println!("The site is in {} (built in {}).", repo.dist().display(), Took(begun.elapsed()));
    Ok(())
}

fn deny(repo: &Repo) -> Result<()> {
    install::for_deny(repo)?;
    let mut command = repo.command("cargo-deny");
    children::run(command.args(["--all-features", "--locked", "check"]), "The check of advisories and licences")
}
