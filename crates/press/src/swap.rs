//! Nothing half-written: a folder is written beside its place and takes it in one move.

use anyhow::{Context, Result, anyhow};
use std::{
    fs::{self, File},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

/// Held, with a lock on it, inside a folder that is being written.
const LOCK: &str = ".being-written";

/// A folder in the making. Dropped without [`Staging::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    fresh: PathBuf,
    retired: PathBuf,
    lock: Option<File>,
}

impl Staging {
    /// Begins an empty folder beside `target`, and clears away what killed runs have left there.
    ///
    /// # Errors
    /// The folder around `target` cannot be written.
    pub fn beside(target: &Path) -> Result<Self> {
        let name = target
            .file_name()
            .with_context(|| format!("`{}` is no folder that could be replaced", target.display()))?;
        let name = name.to_string_lossy().into_owned();
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("cannot create `{}`", parent.display()))?;
        clear_leftovers(parent, &name)?;
        // Two runs of one process (tests) must not meet either.
        let tag = format!("{}-{:?}", std::process::id(), std::thread::current().id()).replace(['(', ')'], "");
        let fresh = parent.join(format!("{}{tag}", new_prefix(&name)));
        let retired = parent.join(format!("{}{tag}", old_prefix(&name)));
        fs::create_dir_all(&fresh).with_context(|| format!("cannot create `{}`", fresh.display()))?;
        let lock = File::create(fresh.join(LOCK)).with_context(|| format!("cannot write in `{}`", fresh.display()))?;
        lock.lock().with_context(|| format!("cannot lock `{}`", fresh.display()))?;
        Ok(Self { target: target.to_owned(), fresh, retired, lock: Some(lock) })
    }

    /// The folder to write in.
    pub fn path(&self) -> &Path {
        &self.fresh
    }

    /// Writes a file, `name` with `/` between folders.
    ///
    /// # Errors
    /// As of the file system, or there is such a file already: two pages claim one address.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> Result<()> {
        let path = self.fresh.join(name);
        let mut file = match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(&self.fresh);
                fs::create_dir_all(folder).with_context(|| format!("cannot create the folder of `{name}`"))?;
                File::create_new(&path)
            }
            opened => opened,
        }
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                anyhow!("`{name}` would be written twice: two pages or files claim one address")
            }
            _ => anyhow!(error).context(format!("cannot write `{name}`")),
        })?;
        file.write_all(contents.as_ref()).with_context(|| format!("cannot write `{name}`"))
    }

    /// Puts the folder in its place; what stood there is gone afterwards.
    ///
    /// # Errors
    /// As of the file system; then the old folder stands in its place again.
    pub fn commit(mut self) -> Result<()> {
        drop(self.lock.take());
        fs::remove_file(self.fresh.join(LOCK)).context("cannot finish the new folder")?;
        let had_old = self.target.exists();
        if had_old {
            fs::rename(&self.target, &self.retired)
                .with_context(|| format!("cannot move `{}` aside", self.target.display()))?;
        }
        if let Err(error) = fs::rename(&self.fresh, &self.target) {
            if had_old {
                fs::rename(&self.retired, &self.target)
                    .with_context(|| format!("cannot put `{}` back", self.target.display()))?;
            }
            return Err(error).with_context(|| format!("cannot put the new folder at `{}`", self.target.display()));
        }
        if had_old {
            // The new folder is in place: an old one that cannot be removed is the next run's business.
            let _ = fs::remove_dir_all(&self.retired);
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        drop(self.lock.take());
        if self.fresh.exists() {
            let _ = fs::remove_dir_all(&self.fresh);
        }
    }
}

fn new_prefix(name: &str) -> String {
    format!(".{name}.new-")
}

fn old_prefix(name: &str) -> String {
    format!(".{name}.old-")
}

fn clear_leftovers(parent: &Path, name: &str) -> Result<()> {
    for entry in fs::read_dir(parent).with_context(|| format!("cannot read `{}`", parent.display()))? {
        let entry = entry?;
        let found = entry.file_name().to_string_lossy().into_owned();
        let is_ours = found.starts_with(&new_prefix(name)) || found.starts_with(&old_prefix(name));
        if is_ours && !is_being_written(&entry.path()) {
            fs::remove_dir_all(entry.path()).with_context(|| format!("cannot remove the leftover `{found}`"))?;
        }
    }
    Ok(())
}

/// Another process that is alive holds the lock; one that was killed does not.
fn is_being_written(folder: &Path) -> bool {
    File::open(folder.join(LOCK)).is_ok_and(|lock| matches!(lock.try_lock(), Err(fs::TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_committed_folder_replaces_the_old_one_whole() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("dist");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old.html"), "old").unwrap();
        let staging = Staging::beside(&target).unwrap();
        staging.write("posts/x/index.html", "new").unwrap();
        assert_eq!(names(&target), ["old.html"], "the old folder stands until the new one is ready");
        staging.commit().unwrap();
        assert_eq!(names(&target), ["posts"]);
        assert_eq!(names(home.path()), ["dist"]);
    }

    #[test]
    fn a_dropped_folder_leaves_the_old_one_and_no_trace() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("dist");
        fs::create_dir(&target).unwrap();
        fs::write(target.join("old.html"), "old").unwrap();
        let staging = Staging::beside(&target).unwrap();
        staging.write("index.html", "new").unwrap();
        drop(staging);
        assert_eq!(names(home.path()), ["dist"]);
        assert_eq!(names(&target), ["old.html"]);
    }

    #[test]
    fn leftovers_go_but_not_those_of_a_living_run() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".dist.new-1")).unwrap();
        fs::create_dir(home.path().join(".dist.old-1")).unwrap();
        fs::create_dir(home.path().join(".other.new-1")).unwrap();
        let living = begun(&home.path().join(".dist.new-2"));
        let lock = File::open(living.fresh.join(LOCK)).unwrap();
        lock.lock().unwrap();
        let staging = Staging::beside(&home.path().join("dist")).unwrap();
        let left = names(home.path());
        assert!(left.contains(&".dist.new-2".to_owned()) && left.contains(&".other.new-1".to_owned()), "{left:?}");
        assert!(!left.contains(&".dist.new-1".to_owned()) && !left.contains(&".dist.old-1".to_owned()), "{left:?}");
        drop(staging);
    }

    fn begun(fresh: &Path) -> Staging {
        fs::create_dir(fresh).unwrap();
        fs::write(fresh.join(LOCK), "").unwrap();
        Staging {
            target: fresh.with_extension("t"),
            fresh: fresh.to_owned(),
            retired: fresh.with_extension("r"),
            lock: None,
        }
    }

    #[test]
    fn two_files_of_one_name_are_an_error() {
        let home = tempfile::tempdir().unwrap();
        let staging = Staging::beside(&home.path().join("dist")).unwrap();
        staging.write("a/index.html", "1").unwrap();
        let message = staging.write("a/index.html", "2").unwrap_err().to_string();
        assert_eq!(message, "`a/index.html` would be written twice: two pages or files claim one address");
    }
}
