//! `cargo xtask serve`: build, serve, and build again on every change.

mod port;
mod watch;

use crate::args;
use crate::children::{self, Companion, Failed, Worker};
use crate::install;
use crate::repo::Repo;
use crate::say::Took;
use crate::site::{self, Client, Lock, Site};
use anyhow::{Error, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use watch::{Change, Watch, Work};

/// How often the loop looks whether it should end.
const PULSE: Duration = Duration::from_millis(200);
/// How long the server may take to answer.
const START: Duration = Duration::from_secs(20);

/// Serves until Ctrl-C.
pub fn serve(repo: &Repo, options: &args::Serve) -> Result<()> {
    install::for_build(repo)?;
    let mut workshop = Workshop::new(repo, port::free(options.port)?, options.offline);
    // Before the first build, so that what is saved during it is not lost.
    let watch = Watch::start(repo)?;
    let mut server = None;
    let mut change = Change { work: Work::Client, path: PathBuf::new() };
    loop {
        let begun = Instant::now();
        let built = workshop.build(change.work);
        if children::stopped() {
            break;
        }
        match built {
            Ok(()) if server.is_none() => {
                server = Some(workshop.serve()?);
                println!("\n  The blog is at {}  (built in {})", workshop.url(), Took(begun.elapsed()));
                println!("  Drafts and scheduled posts are shown. Changes are built and reloaded; Ctrl-C ends.\n");
                if options.open {
                    open(repo, &workshop.url());
                }
            }
            Ok(()) => println!("Built in {}: {}", Took(begun.elapsed()), workshop.url()),
            Err(error) => {
                eprintln!("\n{error:#}");
                match server {
                    Some(_) => eprintln!("The last good build is still at {}; waiting for a change.", workshop.url()),
                    None => eprintln!("Waiting for a change."),
                }
            }
        }
        let Some(next) = wait(&watch, server.as_mut())? else { break };
        println!("\n{} changed.", next.path.display());
        change = next;
    }
    println!("\nStopped.");
    Ok(())
}

/// The next change; nothing if the user wants an end.
fn wait(watch: &Watch, mut server: Option<&mut Companion>) -> Result<Option<Change>> {
    while !children::stopped() {
        if let Some(change) = watch.next(PULSE) {
            return Ok(Some(change));
        }
        if server.as_mut().is_some_and(|server| server.ended()) && !children::stopped() {
            bail!("The server ended by itself; its own words stand above.");
        }
    }
    Ok(None)
}

/// The places and names of one run.
struct Workshop<'a> {
    repo: &'a Repo,
    port: u16,
    offline: bool,
    shell: PathBuf,
    out: PathBuf,
    live: PathBuf,
    /// The press that has the posts in mind.
    press: Option<Worker>,
}

impl<'a> Workshop<'a> {
    /// Folders of its own: `cargo xtask build` and `test` may run beside it.
    fn new(repo: &'a Repo, port: u16, offline: bool) -> Self {
        let place = |name| repo.target("serve").join(name);
        Self { repo, port, offline, shell: place("shell"), out: place("site"), live: place("live"), press: None }
    }

    fn url(&self) -> String {
        format!("{}/", self.origin())
    }

    fn origin(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn build(&mut self, work: Work) -> Result<()> {
        if work > Work::Pages {
            // What it has in mind is another press's, or made around another client.
            self.press = None;
        }
        self.programs(work).inspect_err(|error| self.tell(error))?;
        self.pages()
    }

    fn programs(&self, work: Work) -> Result<()> {
        if work >= Work::Client {
            site::shell(self.repo, &self.shell, Client::Quick, Lock::Free)?;
        }
        if work >= Work::Press {
            site::build_press(self.repo, Lock::Free)?;
        }
        Ok(())
    }

    /// Press itself tells the server how this went.
    fn pages(&mut self) -> Result<()> {
        let known = self.press.take().map(|mut press| {
            let answer = if press.ask() { press.answer() } else { None };
            (press, answer)
        });
        let (press, answer) = match known {
            Some((press, Some(answer))) => (press, Some(answer)),
            _ if children::stopped() => bail!("Writing the pages was stopped."),
            other => {
                if other.is_some() {
                    eprintln!("Press ended by itself, and is started again.");
                }
                let mut press = self.start_press()?;
                let answer = press.answer();
                (press, answer)
            }
        };
        match answer {
            Some(true) => self.press = Some(press),
            Some(false) => {
                self.press = Some(press);
                bail!("The pages were not written; why stands above.");
            }
            None => bail!("Press ended by itself; its own words stand above."),
        }
        Ok(())
    }

    fn start_press(&self) -> Result<Worker> {
        let origin = self.origin();
        let pages = Site {
            shell: self.shell.clone(),
            out: self.out.clone(),
            base: "",
            origin: Some(&origin),
            drafts: true,
            weighed: false,
            dictionary: install::dictionary(self.repo),
            offline: Some(if self.offline { "anywhere" } else { "never" }),
            live: Some(&self.live),
        };
        site::pages_again(site::built_press(self.repo), &pages)
    }

    /// Has open pages show why the programs could not be built, in the form that press reads.
    fn tell(&self, error: &Error) {
        let output = error.downcast_ref::<Failed>().map_or("", |failed| &failed.output);
        let text = format!("failed\n{error:#}\n\n{}", plain(output));
        let beside = self.live.with_extension("new");
        // The terminal says it in any case.
        let _ = std::fs::create_dir_all(self.repo.target("serve"))
            .and_then(|()| std::fs::write(&beside, text))
            .and_then(|()| std::fs::rename(&beside, &self.live));
    }

    fn serve(&self) -> Result<Companion> {
        let mut command = site::built_press(self.repo);
        command.arg("serve").arg("--dir").arg(&self.out).args(["--base", "/", "--port", &self.port.to_string()]);
        let mut server = Companion::start(command.arg("--live").arg(&self.live), "The server")?;
        let begun = Instant::now();
        while !port::answers(self.port) {
            if server.ended() || begun.elapsed() > START || children::stopped() {
                bail!("The server did not start; its own words stand above.");
            }
            std::thread::sleep(Duration::from_millis(30));
        }
        Ok(server)
    }
}

/// The text without the colours of a terminal.
fn plain(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // A sequence ends with its first letter.
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            kept.push(c);
        }
    }
    // A progress bar draws over its own line.
    kept.lines().filter_map(|line| line.rsplit('\r').next()).collect::<Vec<_>>().join("\n")
}

/// Opens a browser; without one, the printed URL must do.
fn open(repo: &Repo, url: &str) {
    let (program, args): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let started = quiet(repo.command(Path::new(program)).args(args).arg(url)).spawn();
    if started.is_err() {
        eprintln!("No browser could be opened: {program} is missing.");
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    use std::process::Stdio;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_progress_bars_do_not_reach_the_page() {
        assert_eq!(
            plain("\u{1b}[1m\u{1b}[38;5;9merror\u{1b}[0m: no\n  Building [==> ] 3/4\r  Done\nend"),
            "error: no\n  Done\nend"
        );
    }
}
