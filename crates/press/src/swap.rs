//! Nothing half-written: a folder is written beside its place and takes it in one move.

mod again;

use crate::digest::Key;
pub use again::{Laid, Spare};
use anyhow::{Context, Result, anyhow};
use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Held, with a lock on it, inside a folder that is being written.
const LOCK: &str = ".being-written";

/// Files by name, with `/` between folders, and with the keys of those that were written under one.
type Files = HashMap<String, Option<Key>>;

/// A folder in the making. Dropped without [`Staging::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Staging {
    target: PathBuf,
    fresh: PathBuf,
    retired: PathBuf,
    lock: Option<File>,
    written: Mutex<Files>,
    /// What stands in the target's place, if it is known.
    before: Option<Arc<Laid>>,
    /// What stood in the fresh folder when it was begun.
    spare: Option<Arc<Laid>>,
}

impl Staging {
    /// Begins an empty folder beside `target`, and clears away what killed runs have left there.
    ///
    /// # Errors
    /// The folder around `target` cannot be written.
    pub fn beside(target: &Path) -> Result<Self> {
        Self::begin(target, None)
    }

    fn begin(target: &Path, spare: Option<&Path>) -> Result<Self> {
        let name = target
            .file_name()
            .with_context(|| format!("`{}` is no folder that could be replaced", target.display()))?;
        let name = name.to_string_lossy().into_owned();
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("cannot create `{}`", parent.display()))?;
        clear_leftovers(parent, &name, spare)?;
        // Two runs of one process (tests) must not meet either.
        let tag = format!("{}-{:?}", std::process::id(), std::thread::current().id()).replace(['(', ')'], "");
        let fresh = parent.join(format!("{}{tag}", new_prefix(&name)));
        let retired = parent.join(format!("{}{tag}", old_prefix(&name)));
        match spare {
            Some(spare) => fs::rename(spare, &fresh),
            None => fs::create_dir_all(&fresh),
        }
        .with_context(|| format!("cannot create `{}`", fresh.display()))?;
        let lock = File::create(fresh.join(LOCK)).with_context(|| format!("cannot write in `{}`", fresh.display()))?;
        lock.lock().with_context(|| format!("cannot lock `{}`", fresh.display()))?;
        let written = Mutex::default();
        Ok(Self { target: target.to_owned(), fresh, retired, lock: Some(lock), written, before: None, spare: None })
    }

    /// The folder to write in.
    pub fn path(&self) -> &Path {
        &self.fresh
    }

    /// The names of all files so far, with `/` between folders.
    pub fn names(&self) -> HashSet<String> {
        self.files().keys().cloned().collect()
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a file, `name` with `/` between folders.
    ///
    /// # Errors
    /// As of the file system, or there is such a file already: two pages claim one address.
    pub fn write(&self, name: &str, contents: impl AsRef<[u8]>) -> Result<()> {
        self.write_as(name, None, contents)
    }

    /// The same; `key` stands for all that decides what is in the file, so that it may be kept the next time.
    ///
    /// # Errors
    /// As [`Staging::write`].
    pub fn write_as(&self, name: &str, key: Option<Key>, contents: impl AsRef<[u8]>) -> Result<()> {
        self.claim(name, key)?;
        let mut file =
            self.make(name, |path| File::create_new(path)).with_context(|| format!("cannot write `{name}`"))?;
        file.write_all(contents.as_ref()).with_context(|| format!("cannot write `{name}`"))
    }

    /// Says that there will be such a file.
    fn claim(&self, name: &str, key: Option<Key>) -> Result<()> {
        match self.files().insert(name.to_owned(), key) {
            None => Ok(()),
            Some(_) => Err(anyhow!("`{name}` would be written twice: two pages or files claim one address")),
        }
    }

    /// Makes a file by its path, whose folder may still have to be made.
    fn make<T>(&self, name: &str, work: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        let path = self.fresh.join(name);
        self.make_room(name)?;
        match work(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(path.parent().unwrap_or(&self.fresh))?;
                work(&path)
            }
            done => done,
        }
    }

    /// Puts the folder in its place; what stood there is gone afterwards.
    ///
    /// # Errors
    /// As of the file system; then the old folder stands in its place again.
    pub fn commit(self) -> Result<()> {
        self.place().map(drop)
    }

    /// The same, and says what the folder holds; what stood there is gone when the spare is dropped.
    ///
    /// # Errors
    /// As [`Staging::commit`].
    pub fn place(mut self) -> Result<(Laid, Option<Spare>)> {
        self.remove_stale()?;
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
        let laid = Laid::of(std::mem::take(&mut *self.files()), &self.target);
        Ok((laid, had_old.then(|| Spare::new(self.retired.clone(), self.before.take()))))
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

fn clear_leftovers(parent: &Path, name: &str, spare: Option<&Path>) -> Result<()> {
    for entry in fs::read_dir(parent).with_context(|| format!("cannot read `{}`", parent.display()))? {
        let entry = entry?;
        let found = entry.file_name().to_string_lossy().into_owned();
        let is_ours = found.starts_with(&new_prefix(name)) || found.starts_with(&old_prefix(name));
        if is_ours && spare != Some(&entry.path()) && !is_being_written(&entry.path()) {
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
mod tests;
