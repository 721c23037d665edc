//! Nothing half-written: a folder is written beside its place and takes it in one move.

use crate::digest::Key;
use anyhow::{Context, Result, anyhow, ensure};
use std::{
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
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
    /// What stands in the target's place, and may be kept.
    before: Arc<Laid>,
    written: Mutex<HashMap<String, Option<Key>>>,
}

/// What a folder holds that was put in its place.
#[derive(Debug, Default)]
pub struct Laid {
    /// The names of its files, with the keys of those that were written under one.
    files: HashMap<String, Option<Key>>,
    /// How it is told from another's folder in its place.
    mark: Option<Mark>,
}

impl Laid {
    /// Whether all its files are among these.
    pub fn is_within(&self, names: &HashSet<String>) -> bool {
        self.files.keys().all(|name| names.contains(name))
    }
}

/// The folder that stood there before, which goes when this is dropped: tens of thousands of files take a while.
#[derive(Debug)]
#[must_use = "the old folder is removed when this is dropped"]
pub struct Retired(Option<PathBuf>);

impl Drop for Retired {
    fn drop(&mut self) {
        if let Some(folder) = self.0.take() {
            // One that cannot be removed is the next run's business.
            let _ = fs::remove_dir_all(folder);
        }
    }
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
        let (before, written) = (Arc::default(), Mutex::default());
        Ok(Self { target: target.to_owned(), fresh, retired, lock: Some(lock), before, written })
    }

    /// The same where the target was put in its place by an earlier [`Staging::place`], whose files may be kept. If
    /// another folder has come there since, nothing is.
    ///
    /// # Errors
    /// As [`Staging::beside`].
    pub fn again(target: &Path, before: &Arc<Laid>) -> Result<Self> {
        let mut staging = Self::beside(target)?;
        if before.mark.is_some() && before.mark == mark(target) {
            staging.before = before.clone();
        }
        Ok(staging)
    }

    /// The folder to write in.
    pub fn path(&self) -> &Path {
        &self.fresh
    }

    /// The names of all files so far, with `/` between folders.
    pub fn names(&self) -> HashSet<String> {
        self.files().keys().cloned().collect()
    }

    fn files(&self) -> MutexGuard<'_, HashMap<String, Option<Key>>> {
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
        let mut file = self.make(name, |path| File::create_new(path)).map_err(|error| twice(name, error))?;
        file.write_all(contents.as_ref()).with_context(|| format!("cannot write `{name}`"))?;
        self.files().insert(name.to_owned(), key);
        Ok(())
    }

    /// Keeps a file as it stands in the target, if it was written there under the same key; tells whether it did. Both
    /// folders then share one file, which nobody changes: what is written anew is another.
    ///
    /// # Errors
    /// There is such a file already.
    pub fn keep(&self, name: &str, key: Key) -> Result<bool> {
        if !self.may_keep(name, key) {
            return Ok(false);
        }
        let old = self.target.join(name);
        match self.make(name, |path| fs::hard_link(&old, path)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(twice(name, error)),
            // A file system without links; where a copy fails too, the file must be made.
            Err(_) => {
                let Ok(contents) = fs::read(&old) else { return Ok(false) };
                self.write_as(name, Some(key), contents)?;
            }
        }
        self.files().insert(name.to_owned(), Some(key));
        Ok(true)
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

    fn may_keep(&self, name: &str, key: Key) -> bool {
        self.before.files.get(name) == Some(&Some(key))
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

    /// Does something with the path of a file, whose folder may still have to be made.
    fn make<T>(&self, name: &str, work: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        let path = self.fresh.join(name);
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

    /// The same, and says what the folder holds; the old one stands aside until it is dropped.
    ///
    /// # Errors
    /// As [`Staging::commit`].
    pub fn place(mut self) -> Result<(Laid, Retired)> {
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
        let laid = Laid { files: std::mem::take(&mut *self.files()), mark: mark(&self.target) };
        Ok((laid, Retired(had_old.then(|| self.retired.clone()))))
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

fn twice(name: &str, error: io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::AlreadyExists => anyhow!("`{name}` would be written twice: two pages or files claim one address"),
        _ => anyhow!(error).context(format!("cannot write `{name}`")),
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
            before: Arc::default(),
            written: Mutex::default(),
        }
    }

    fn key(of: &str) -> Key {
        Key::of([of.as_bytes()])
    }

    #[test]
    fn a_file_is_kept_under_the_same_key_alone() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("dist");
        let staging = Staging::beside(&target).unwrap();
        for name in ["a/same", "a/other", "gone"] {
            staging.write_as(name, Some(key("1")), "old").unwrap();
        }
        staging.write("without", "old").unwrap();
        let (laid, _retired) = staging.place().unwrap();
        let laid = Arc::new(laid);
        let staging = Staging::again(&target, &laid).unwrap();
        assert!(staging.keep("a/same", key("1")).unwrap());
        assert!(!staging.keep("a/other", key("2")).unwrap() && !staging.keep("without", key("1")).unwrap());
        staging.put("a/other", Some(key("2")), || Ok(b"new".to_vec())).unwrap();
        assert_eq!(fs::read(target.join("a/other")).unwrap(), b"old", "the old folder stays as it is");
        assert_eq!(staging.names(), ["a/same", "a/other"].map(str::to_owned).into());
        let (newer, retired) = staging.place().unwrap();
        assert_eq!(fs::read(home.path().join("dist/a/same")).unwrap(), b"old");
        assert_eq!(fs::read(home.path().join("dist/a/other")).unwrap(), b"new");
        assert_eq!((names(&target), names(home.path()).len()), (vec!["a".to_owned()], 2), "the old one stands aside");
        drop(retired);
        assert_eq!(names(home.path()), ["dist"]);
        // What another has put there is not ours to keep.
        let other = Staging::beside(&target).unwrap();
        other.write("a/same", "another's").unwrap();
        other.commit().unwrap();
        let staging = Staging::again(&target, &Arc::new(newer)).unwrap();
        assert!(!staging.keep("a/same", key("1")).unwrap());
    }

    #[test]
    fn a_kept_file_is_not_kept_twice() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("dist");
        let staging = Staging::beside(&target).unwrap();
        staging.write_as("x", Some(key("1")), "old").unwrap();
        let (laid, _retired) = staging.place().unwrap();
        let staging = Staging::again(&target, &Arc::new(laid)).unwrap();
        assert!(staging.keep("x", key("1")).unwrap());
        let message = staging.keep("x", key("1")).unwrap_err().to_string();
        assert_eq!(message, "`x` would be written twice: two pages or files claim one address");
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
