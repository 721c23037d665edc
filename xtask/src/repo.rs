//! Where things lie, and how a command of this repository is started.

use anyhow::{Result, bail};
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's root and the places below it.
#[derive(Debug, Clone)]
pub struct Repo {
    root: PathBuf,
}

impl Repo {
    /// Goes up from `start` to the folder that holds `tools.toml` and `Cargo.toml`.
    ///
    /// # Errors
    /// One sentence if there is none.
    pub fn find(start: &Path) -> Result<Self> {
        match start.ancestors().find(|dir| dir.join("tools.toml").is_file() && dir.join("Cargo.toml").is_file()) {
            Some(root) => Ok(Self { root: root.to_owned() }),
            None => bail!("{} is not inside the blog's repository: change to its root and try again.", start.display()),
        }
    }

    /// The root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What `cargo xtask build` writes.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A place for products that may be deleted at any time. Fixed, whatever CARGO_TARGET_DIR says: the shell,
    /// `index.html`, names `target/content`.
    pub fn target(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// The project's own tools.
    pub fn tools_dir(&self) -> PathBuf {
        self.root.join(".tools")
    }

    /// Where `cargo install` puts executables.
    pub fn tools_bin(&self) -> PathBuf {
        self.tools_dir().join("bin")
    }

    /// `program` in the repository's root, with the project's own tools in front of the user's.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", self.path());
        if std::io::stderr().is_terminal() {
            // Output passes through a pipe, so that failures can be explained; colour and progress would end there.
            command.env("CARGO_TERM_COLOR", "always").env("CARGO_TERM_PROGRESS_WHEN", "always");
            command.env("CARGO_TERM_PROGRESS_WIDTH", "80");
        }
        command
    }

    /// Cargo: the very one that started this program.
    pub fn cargo(&self) -> Command {
        self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    fn path(&self) -> OsString {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let bin = self.tools_bin();
        let others = env::split_paths(&inherited).filter(|dir| *dir != bin);
        env::join_paths(std::iter::once(bin.clone()).chain(others)).unwrap_or(inherited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_found_from_a_folder_inside() {
        let inside = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let repo = Repo::find(&inside).unwrap();
        assert!(repo.root().join("xtask/Cargo.toml").is_file());
    }

    #[test]
    fn outside_is_one_sentence() {
        let message = Repo::find(Path::new("/")).unwrap_err().to_string();
        assert!(message.contains("not inside the blog's repository"), "{message}");
        assert_eq!(message.lines().count(), 1);
    }

    #[test]
    fn own_tools_stand_first_and_once() {
        let repo = Repo { root: PathBuf::from("/blog") };
        let dirs: Vec<_> = env::split_paths(&repo.path()).collect();
        assert_eq!(dirs.first(), Some(&repo.tools_bin()));
        assert_eq!(dirs.iter().filter(|dir| **dir == repo.tools_bin()).count(), 1);
    }
}
