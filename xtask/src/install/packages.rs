//! The system's package manager, for what is no crate: used only as root, else named in a sentence.

use crate::children;
use crate::repo::Repo;
use crate::say::Step;
use anyhow::{Result, bail};

/// What may have to be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// A browser.
    Chromium,
    /// The same browser without anything that makes windows: it starts and paints in half the time.
    Shell,
    /// The client of the npm registry.
    Npm,
    /// Python that can make environments.
    Python,
}

impl Want {
    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Shell => "Chromium's headless shell",
            Self::Npm => "npm",
            Self::Python => "Python with venv",
        }
    }

    /// A way that needs no root.
    fn otherwise(self) -> &'static str {
        match self {
            Self::Chromium | Self::Shell => "or set CHROME to the path of a Chromium or Chrome",
            Self::Npm => "or install Node.js by other means",
            Self::Python => "or install Python 3.11 or newer by other means",
        }
    }
}

/// A package manager: how it refreshes its lists, how it installs, what it calls things.
struct Manager {
    program: &'static str,
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    chromium: &'static [&'static str],
    /// Named with the browser, so that both have one version; empty where there is no such package.
    shell: &'static [&'static str],
    npm: &'static [&'static str],
    python: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        refresh: &["update"],
        install: &["install", "-y", "--no-install-recommends"],
        chromium: &["chromium"],
        shell: &["chromium", "chromium-headless-shell"],
        npm: &["npm"],
        python: &["python3", "python3-venv"],
    },
    Manager {
        program: "dnf",
        refresh: &[],
        install: &["install", "-y"],
        chromium: &["chromium"],
        shell: &[],
        npm: &["nodejs-npm"],
        python: &["python3"],
    },
    Manager {
        program: "pacman",
        refresh: &[],
        install: &["-Sy", "--noconfirm", "--needed"],
        chromium: &["chromium"],
        shell: &[],
        npm: &["npm"],
        python: &["python"],
    },
    Manager {
        program: "apk",
        refresh: &["update"],
        install: &["add"],
        chromium: &["chromium"],
        shell: &[],
        npm: &["npm"],
        python: &["python3"],
    },
];

impl Manager {
    fn packages(&self, want: Want) -> &'static [&'static str] {
        match want {
            Want::Chromium => self.chromium,
            Want::Shell => self.shell,
            Want::Npm => self.npm,
            Want::Python => self.python,
        }
    }

    /// The command as a person types it.
    fn spoken(&self, want: Want) -> String {
        [&["sudo", self.program], self.install, self.packages(want)].concat().join(" ")
    }
}

/// Whether [`install`] can be tried: we are root, and the package manager knows `want`.
pub fn can_install(repo: &Repo, want: Want) -> bool {
    is_root() && manager(repo).is_some_and(|manager| !manager.packages(want).is_empty())
}

fn manager(repo: &Repo) -> Option<&'static Manager> {
    MANAGERS.iter().find(|manager| super::version_answer(repo, manager.program).is_some())
}

/// Installs `want` by the package manager if we are root, else fails with the command to run.
pub fn install(repo: &Repo, want: Want) -> Result<()> {
    let Some(manager) = manager(repo) else {
        bail!("{} is missing and no known package manager is here: install it, {}.", want.name(), want.otherwise());
    };
    if !is_root() {
        bail!("{} is missing: run `{}`, {}.", want.name(), manager.spoken(want), want.otherwise());
    }
    let step = Step::begin(format!("{}, by {}", want.name(), manager.program), "usually one or two minutes");
    if !manager.refresh.is_empty() {
        let mut refresh = repo.command(manager.program);
        children::run(refresh.args(manager.refresh), &format!("Refreshing {}'s lists", manager.program))?;
    }
    let mut install = repo.command(manager.program);
    install.args(manager.install).args(manager.packages(want)).env("DEBIAN_FRONTEND", "noninteractive");
    children::run(&mut install, &format!("Installing {}", want.name()))?;
    step.done();
    Ok(())
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_a_command_that_can_be_typed() {
        let spoken: Vec<_> = MANAGERS.iter().map(|manager| manager.spoken(Want::Npm)).collect();
        assert_eq!(
            spoken,
            [
                "sudo apt-get install -y --no-install-recommends npm",
                "sudo dnf install -y nodejs-npm",
                "sudo pacman -Sy --noconfirm --needed npm",
                "sudo apk add npm",
            ]
        );
    }

    #[test]
    fn every_manager_knows_every_want() {
        for manager in MANAGERS {
            for want in [Want::Chromium, Want::Npm] {
                assert!(!manager.packages(want).is_empty(), "{} {want:?}", manager.program);
            }
        }
    }
}
