//! A folder on the disk: a post's, or another that is looked through for changes.

use crate::digest::Key;
use content::build::Folder;
use std::{
    fmt::Write,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// The text of a post, in every post's folder.
pub const TEXT: &str = "index.md";

/// What lies in a folder.
#[derive(Clone, Debug)]
pub struct Listing {
    path: PathBuf,
    /// Its files, but a post's text.
    names: Vec<String>,
    /// Folders inside; of those in a post's nothing is published.
    pub inner: Vec<String>,
    /// Bytes of a post's text, where there is one.
    pub text_size: Option<u64>,
    /// A line for each file and folder, as [`Listing::stamp`] takes them.
    lines: Vec<String>,
}

impl Listing {
    /// Lists the folder. Hidden files and editors' backups do not count.
    ///
    /// # Errors
    /// As of the file system.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut folder =
            Self { path: path.to_owned(), names: Vec::new(), inner: Vec::new(), text_size: None, lines: Vec::new() };
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_for_editors(&name) {
                continue;
            }
            // Of a link, what it leads to counts; one that leads nowhere has its name alone.
            let about = match entry.file_type()?.is_symlink() {
                true => fs::metadata(entry.path()).ok(),
                false => Some(entry.metadata()?),
            };
            folder.lines.push(line(&name, about.as_ref()));
            match about {
                Some(about) if about.is_dir() => folder.inner.push(name),
                about if name == TEXT => folder.text_size = about.map(|about| about.len()),
                _ => folder.names.push(name),
            }
        }
        folder.names.sort();
        folder.inner.sort();
        folder.lines.sort_unstable();
        Ok(folder)
    }

    /// Stands for what lay in it when it was opened: names, sizes and times. `beside` is the key of what else counts.
    pub fn stamp(&self, beside: Key) -> Key {
        Key::of(std::iter::once(beside.bytes()).chain(self.lines.iter().map(String::as_bytes)))
    }
}

/// A file that was written again has another time, and in most editors another number.
fn line(name: &str, about: Option<&Metadata>) -> String {
    let mut line = name.to_owned();
    let Some(about) = about else { return line };
    let changed = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(about);
    #[cfg(not(unix))]
    let number = 0;
    let (is_folder, n_bytes) = (about.is_dir(), about.len());
    // A string takes whatever is written to it.
    let _ = write!(line, "\0{is_folder} {n_bytes} {changed:?} {number}");
    line
}

/// Hidden files, backups and half-written files of editors.
fn is_for_editors(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp")
}

impl Folder for Listing {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        // Only what is listed: no way out of the folder.
        self.names.iter().find(|listed| *listed == name).and_then(|name| fs::read(self.path.join(name)).ok())
    }

    fn names(&self) -> Vec<String> {
        self.names.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_in_a_folder_changes_its_stamp() {
        let home = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
        let key = |of: &str| Key::of([of.as_bytes()]);
        let stamp = |beside: &str| Listing::open(home.path()).unwrap().stamp(key(beside));
        write("a", "one");
        let mut stamps = vec![stamp("x"), stamp("y")];
        assert_eq!(stamp("x"), stamps[0]);
        write(".hidden", "no matter");
        assert_eq!(stamp("x"), stamps[0]);
        write("a", "longer");
        stamps.push(stamp("x"));
        fs::File::options().write(true).open(home.path().join("a")).unwrap().set_modified(UNIX_EPOCH).unwrap();
        stamps.push(stamp("x"));
        write("b", "");
        stamps.push(stamp("x"));
        fs::rename(home.path().join("b"), home.path().join("c")).unwrap();
        stamps.push(stamp("x"));
        let n_stamps = stamps.len();
        stamps.sort_by_key(|stamp| stamp.bytes().to_vec());
        stamps.dedup();
        assert_eq!(stamps.len(), n_stamps);
    }

    #[test]
    fn a_folder_is_what_the_author_put_there() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("x");
        fs::create_dir_all(folder.join("inner")).unwrap();
        for name in ["index.md", "b.png", "a.svg", ".hidden", "index.md~", "#index.md#", ".index.md.swp"] {
            fs::write(folder.join(name), name).unwrap();
        }
        fs::write(home.path().join("secret"), "no").unwrap();
        let folder = Listing::open(&folder).unwrap();
        assert_eq!(folder.names(), ["a.svg", "b.png"]);
        assert_eq!(folder.text_size, Some(8));
        assert_eq!(folder.inner, ["inner"]);
        assert_eq!(folder.read("b.png"), Some(b"b.png".to_vec()));
        assert_eq!(folder.read("../secret"), None);
        assert_eq!(folder.read("index.md"), None);
        // A folder of that name is no text.
        let odd = home.path().join("odd");
        fs::create_dir_all(odd.join(TEXT)).unwrap();
        let odd = Listing::open(&odd).unwrap();
        assert_eq!((odd.text_size, odd.inner), (None, vec![TEXT.to_owned()]));
    }
}
