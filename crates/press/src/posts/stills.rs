//! The labs' still pictures, kept between builds: a model is run again only when its code, its
//! settings or its figure's id change.

use crate::{budget::gzip_size, digest};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What a still picture may have after gzip, in bytes: it stands in the page, before any click.
const LIMIT: usize = 8 * 1024;

/// The folder of the kept pictures, which may be deleted at any time.
#[derive(Clone, Debug)]
pub struct Stills {
    folder: PathBuf,
}

/// What a picture depends on.
#[derive(Clone, Copy, Debug)]
pub struct Key<'k> {
    /// The lab's name.
    pub lab: &'k str,
    /// Fingerprint of all code that draws it.
    pub code: &'k str,
    /// Its settings, in the lab's own writing.
    pub settings: &'k str,
    /// The figure's id, which the ids in the picture begin with.
    pub id: &'k str,
}

impl Stills {
    /// Those of the repository at `root`.
    pub fn of(root: &Path) -> Self {
        Self { folder: root.join("target/stills") }
    }

    /// The picture, kept or drawn anew.
    ///
    /// # Errors
    /// `draw`'s, or the picture is too heavy.
    pub fn get(&self, key: Key<'_>, draw: impl FnOnce() -> Result<String, String>) -> Result<String, String> {
        let stage = match self.read(key) {
            Some(stage) => stage,
            None => {
                let stage = draw()?;
                // Without a copy the next build draws it again, which is slower and no worse.
                let _ = self.write(key, &stage);
                stage
            }
        };
        match gzip_size(stage.as_bytes()) {
            size if size > LIMIT => Err(format!(
                "it would have {:.1} KB after gzip, more than the {} KB that a picture in the page may have",
                size as f64 / 1024.0,
                LIMIT / 1024
            )),
            _ => Ok(stage),
        }
    }

    /// A file that is cut, edited or of other code is no picture.
    fn read(&self, key: Key<'_>) -> Option<String> {
        let file = fs::read_to_string(self.path(key)).ok()?;
        let (sum, rest) = file.split_once('\n')?;
        let stage = rest.strip_prefix(&key.line())?;
        (sum == digest::short(rest.as_bytes())).then(|| stage.to_owned())
    }

    /// Written beside its place and moved there: another build that reads it meanwhile, or a killed
    /// one, never meets half a file.
    fn write(&self, key: Key<'_>, stage: &str) -> std::io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let rest = [&key.line(), stage].concat();
        let path = self.path(key);
        let own = format!("{}-{:?}", std::process::id(), std::thread::current().id()).replace(['(', ')'], "");
        let fresh = path.with_extension(own);
        fs::write(&fresh, [&digest::short(rest.as_bytes()), "\n", &rest].concat())?;
        fs::rename(&fresh, &path)
    }

    /// One file a figure: a picture of older code is overwritten, so that the folder does not grow.
    fn path(&self, key: Key<'_>) -> PathBuf {
        let figure = digest::short(format!("{:?}", (key.settings, key.id)).as_bytes());
        self.folder.join(format!("{}-{figure}.html", key.lab))
    }
}

impl Key<'_> {
    fn line(&self) -> String {
        format!("{:?}\n", (self.lab, self.code, self.settings, self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key<'static> = Key { lab: "sft", code: "1", settings: "rate=0.5", id: "sft-2" };

    fn stills() -> (tempfile::TempDir, Stills) {
        let root = tempfile::tempdir().unwrap();
        let stills = Stills::of(root.path());
        (root, stills)
    }

    fn files(stills: &Stills) -> Vec<PathBuf> {
        fs::read_dir(&stills.folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// What is answered, and whether it was drawn for it.
    fn get(stills: &Stills, key: Key<'_>, stage: &str) -> (String, bool) {
        let mut is_drawn = false;
        let answer = stills.get(key, || {
            is_drawn = true;
            Ok(stage.to_owned())
        });
        (answer.unwrap(), is_drawn)
    }

    #[test]
    fn a_picture_is_drawn_once() {
        let (_root, stills) = stills();
        let stage = "<svg>\n<p>é</p>\n\n";
        assert_eq!(get(&stills, KEY, stage), (stage.to_owned(), true));
        assert_eq!(get(&stills, KEY, "another"), (stage.to_owned(), false));
        assert_eq!(files(&stills).len(), 1, "nothing half-written is left");
    }

    #[test]
    fn whatever_it_depends_on_makes_it_anew() {
        let (_root, stills) = stills();
        get(&stills, KEY, "first");
        for key in [
            Key { lab: "sf", ..KEY },
            Key { code: "2", ..KEY },
            Key { settings: "rate=0.6", ..KEY },
            Key { id: "sft", ..KEY },
        ] {
            assert_eq!(get(&stills, key, "second"), ("second".to_owned(), true), "{key:?}");
        }
        // The one of other code has taken the place of the first.
        assert_eq!(get(&stills, KEY, "third"), ("third".to_owned(), true));
        assert_eq!(files(&stills).len(), 4);
    }

    #[test]
    fn a_damaged_file_is_never_trusted() {
        let (_root, stills) = stills();
        get(&stills, KEY, "<p>1</p><p>2</p>");
        let path = files(&stills).remove(0);
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(get(&stills, KEY, "anew").1, "cut to {length} bytes");
        }
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x80;
            fs::write(&path, &damaged).unwrap();
            assert!(get(&stills, KEY, "anew").1, "byte {at}");
        }
        fs::write(&path, &whole).unwrap();
        assert!(!get(&stills, KEY, "anew").1);
    }

    #[test]
    fn what_cannot_be_drawn_is_not_kept() {
        let (_root, stills) = stills();
        assert_eq!(stills.get(KEY, || Err("no".to_owned())), Err("no".to_owned()));
        assert!(get(&stills, KEY, "x").1);
    }

    #[test]
    fn a_heavy_picture_is_refused_each_time() {
        let (_root, stills) = stills();
        // Digits of a linear congruence, which gzip cannot press below four bits each.
        let digits =
            std::iter::successors(Some(1_u32), |x| Some(x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)));
        let heavy: String = digits.take(3_000).map(|x| format!("{x:08x}")).collect();
        let first = stills.get(KEY, || Ok(heavy.clone())).unwrap_err();
        assert!(
            first.starts_with("it would have 1")
                && first.ends_with(" KB after gzip, more than the 8 KB that a picture in the page may have"),
            "{first}"
        );
        assert_eq!(stills.get(KEY, || Ok(String::new())), Err(first));
        assert!(stills.get(Key { id: "y", ..KEY }, || Ok("<p></p>".repeat(20_000))).is_ok(), "what counts is gzip");
    }

    #[test]
    fn a_folder_that_cannot_be_written_only_costs_time() {
        let (root, stills) = stills();
        fs::write(root.path().join("target"), "a file").unwrap();
        assert_eq!(get(&stills, KEY, "x"), ("x".to_owned(), true));
        assert_eq!(get(&stills, KEY, "x"), ("x".to_owned(), true));
    }
}
