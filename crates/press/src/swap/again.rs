//! A folder that is written again and again by the same process: what is as it was is neither written nor copied.
//!
//! Two folders take the place by turns. The one that stood there before the last is brought up to date, unseen, by what
//! has changed since, and the files that it lacks are hard links to those in the place. So a folder that stands in the
//! place is never written to, and a file is never written a second time: what is written anew is another file.

use super::{Files, Staging};
use crate::digest::Key;
use anyhow::{Context, Result, ensure};
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

/// What a folder holds that was put in its place.
#[derive(Debug, Default)]
pub struct Laid {
    files: Files,
    /// How it is told from another's folder in its place.
    mark: Option<Mark>,
}

impl Laid {
    pub(super) fn of(files: Files, folder: &Path) -> Self {
        Self { files, mark: mark(folder) }
    }

    /// The names of its files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    fn has(&self, name: &str, key: Key) -> bool {
        self.files.get(name) == Some(&Some(key))
    }
}

/// When a folder was last changed itself, which is when its lock went (what lies deeper does not count), and its number
/// where the file system tells it.
type Mark = (SystemTime, u64);

fn mark(folder: &Path) -> Option<Mark> {
    let about = fs::metadata(folder).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&about);
    #[cfg(not(unix))]
    let number = 0;
    Some((about.modified().ok()?, number))
}

/// A folder that stood in the place, or a copy of the one that does. It goes when this is dropped: tens of thousands of
/// files take a while.
#[derive(Debug)]
#[must_use = "the folder is removed when this is dropped"]
pub struct Spare {
    path: PathBuf,
    /// What it holds, if it is one of ours.
    laid: Option<Arc<Laid>>,
    mark: Option<Mark>,
}

impl Spare {
    pub(super) fn new(path: PathBuf, laid: Option<Arc<Laid>>) -> Self {
        let mark = mark(&path);
        Self { path, laid, mark }
    }

    /// A copy of what stands in the place, made before it is needed.
    ///
    /// # Errors
    /// As of the file system, or the folder in the place is another's.
    pub fn ahead(target: &Path, laid: &Arc<Laid>) -> Result<Self> {
        let mut staging = Staging::again(target, laid, None)?;
        ensure!(staging.before.is_some(), "`{}` is another's", target.display());
        let files: Vec<&String> = laid.files.keys().collect();
        let linked =
            crate::threads::map(&files, |name| staging.make(name, |path| fs::hard_link(target.join(name), path)));
        linked.into_iter().collect::<io::Result<()>>()?;
        drop(staging.lock.take());
        fs::remove_file(staging.fresh.join(super::LOCK))?;
        // Under its own name the staging does not find it when it is dropped.
        fs::rename(&staging.fresh, &staging.retired)?;
        Ok(Self::new(staging.retired.clone(), Some(laid.clone())))
    }

    /// Whether it can be brought up to date.
    pub fn is_known(&self) -> bool {
        self.laid.is_some()
    }

    #[cfg(test)]
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        // One that cannot be removed is the next run's business.
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Staging {
    /// Begins a folder where the target was put in its place by an earlier [`Staging::place`], whose files may be kept.
    /// If another has put a folder there since, nothing is.
    ///
    /// # Errors
    /// As [`Staging::beside`].
    pub fn again(target: &Path, before: &Arc<Laid>, spare: Option<Spare>) -> Result<Self> {
        let is_ours = before.mark.is_some() && before.mark == mark(target);
        let spare = spare.filter(|spare| is_ours && spare.mark.is_some() && spare.mark == mark(&spare.path));
        let known = spare.as_ref().and_then(|spare| spare.laid.clone());
        let mut staging =
            Self::begin(target, spare.as_ref().filter(|_| known.is_some()).map(|spare| spare.path.as_path()))?;
        staging.spare = known;
        staging.before = is_ours.then(|| before.clone());
        Ok(staging)
    }

    /// Keeps a file as it stands in the target, if it was written there under the same key; tells whether it did.
    ///
    /// # Errors
    /// There is such a file already.
    pub fn keep(&self, name: &str, key: Key) -> Result<bool> {
        if !self.may_keep(name, key) {
            return Ok(false);
        }
        self.claim(name, Some(key))?;
        if self.spare.as_ref().is_some_and(|spare| spare.has(name, key)) {
            return Ok(true);
        }
        let old = self.target.join(name);
        let linked = self.make(name, |path| fs::hard_link(&old, path));
        // A file system without links; where a copy fails too, the file must be made.
        let copied = linked.or_else(|_| self.make(name, |path| fs::copy(&old, path).map(drop)));
        if copied.is_err() {
            self.files().remove(name);
            let _ = fs::remove_file(self.fresh.join(name));
        }
        Ok(copied.is_ok())
    }

    /// Keeps all of these files or none, as [`Staging::keep`]; tells whether it did.
    ///
    /// # Errors
    /// As [`Staging::keep`], or one of them has gone meanwhile.
    pub fn keep_all<'n>(&self, names: impl IntoIterator<Item = &'n str> + Clone, key: Option<Key>) -> Result<bool> {
        let Some(key) = key.filter(|key| names.clone().into_iter().all(|name| self.may_keep(name, *key))) else {
            return Ok(false);
        };
        for name in names {
            ensure!(self.keep(name, key)?, "`{name}` cannot be kept: it has gone from `{}`", self.target.display());
        }
        Ok(true)
    }

    /// Keeps a file, or has it made and writes it. Without a key it is always made.
    ///
    /// # Errors
    /// As [`Staging::write`], or as of `make`.
    pub fn put(&self, name: &str, key: Option<Key>, make: impl FnOnce() -> Result<Vec<u8>>) -> Result<()> {
        match key {
            Some(key) if self.keep(name, key)? => Ok(()),
            _ => self.write_as(name, key, make()?),
        }
    }

    fn may_keep(&self, name: &str, key: Key) -> bool {
        self.before.as_ref().is_some_and(|before| before.has(name, key))
    }

    /// Removes what an older state of the folder has under the name of a new file, or in its way: a file of its folder's
    /// name, a folder of its own.
    pub(super) fn make_room(&self, name: &str) -> io::Result<()> {
        let Some(spare) = &self.spare else { return Ok(()) };
        let path = self.fresh.join(name);
        if spare.files.contains_key(name) {
            return remove_file(&path);
        }
        if fs::symlink_metadata(&path).is_ok_and(|about| about.is_dir()) {
            self.refuse_if_needed(&format!("{name}/"))?;
            return fs::remove_dir_all(path);
        }
        for (at, _) in name.match_indices('/') {
            let folder = &name[..at];
            if spare.files.contains_key(folder) && !self.files().contains_key(folder) {
                remove_file(&self.fresh.join(folder))?;
            }
        }
        Ok(())
    }

    fn refuse_if_needed(&self, folder: &str) -> io::Result<()> {
        match self.files().keys().any(|name| name.starts_with(folder)) {
            true => Err(ErrorKind::IsADirectory.into()),
            false => Ok(()),
        }
    }

    /// Removes what is no more, and the folders that it leaves empty.
    pub(super) fn remove_stale(&self) -> Result<()> {
        let Some(spare) = &self.spare else { return Ok(()) };
        let written = self.files();
        for name in spare.files.keys().filter(|name| !written.contains_key(*name)) {
            remove_file(&self.fresh.join(name)).with_context(|| format!("cannot remove `{name}`"))?;
            let mut folder = Path::new(name).parent();
            while let Some(inner) = folder.filter(|inner| !inner.as_os_str().is_empty()) {
                // One that holds something else stays.
                if fs::remove_dir(self.fresh.join(inner)).is_err() {
                    break;
                }
                folder = inner.parent();
            }
        }
        Ok(())
    }
}

/// Removes a file; nothing and a folder are left as they are.
fn remove_file(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(about) if !about.is_dir() => match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}
