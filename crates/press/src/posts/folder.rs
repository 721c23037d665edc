//! A post's folder on the disk.

use content::build::Folder;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The text of a post, in every post's folder.
pub const TEXT: &str = "index.md";

/// The files beside a post's text.
#[derive(Clone, Debug)]
pub struct PostFolder {
    path: PathBuf,
    names: Vec<String>,
    /// Folders inside, which nothing is published of.
    pub inner: Vec<String>,
}

impl PostFolder {
    /// Lists the folder. Hidden files and editors' backups do not count.
    ///
    /// # Errors
    /// As of the file system.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        let (mut names, mut inner) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Of a link, what it leads to counts.
            let is_folder = fs::metadata(entry.path()).is_ok_and(|about| about.is_dir());
            match is_folder {
                _ if is_for_editors(&name) || name == TEXT => {}
                true => inner.push(name),
                false => names.push(name),
            }
        }
        names.sort();
        inner.sort();
        Ok(Self { path: path.to_owned(), names, inner })
    }
}

/// Hidden files, backups and half-written files of editors.
pub fn is_for_editors(name: &str) -> bool {
    name.starts_with(['.', '#']) || name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp")
}

impl Folder for PostFolder {
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
    fn a_folder_is_what_the_author_put_there() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("x");
        fs::create_dir_all(folder.join("inner")).unwrap();
        for name in ["index.md", "b.png", "a.svg", ".hidden", "index.md~", "#index.md#", ".index.md.swp"] {
            fs::write(folder.join(name), name).unwrap();
        }
        fs::write(home.path().join("secret"), "no").unwrap();
        let folder = PostFolder::open(&folder).unwrap();
        assert_eq!(folder.names(), ["a.svg", "b.png"]);
        assert_eq!(folder.inner, ["inner"]);
        assert_eq!(folder.read("b.png"), Some(b"b.png".to_vec()));
        assert_eq!(folder.read("../secret"), None);
        assert_eq!(folder.read("index.md"), None);
    }
}
