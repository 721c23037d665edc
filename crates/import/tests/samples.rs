//! A small site of each system, imported as a whole: exactly these posts and exactly these findings.
//!
//! `UPDATE_SAMPLES=1` writes what is expected anew, to be read before it is kept.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use content::build::math::Engine;
use import::{Import, Tree, import};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the disk.
struct Disk(PathBuf);

impl Tree for Disk {
    fn names(&self) -> Vec<String> {
        fn walk(folder: &Path, prefix: &str, out: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
                match entry.path().is_dir() {
                    true => walk(&entry.path(), &format!("{name}/"), out),
                    false => out.push(name),
                }
            }
        }
        let mut names = Vec::new();
        walk(&self.0, "", &mut names);
        names
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(name)).ok()
    }
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

fn sample(name: &str) -> Import {
    import(&Disk(samples().join(name)), &Engine::new(&BTreeMap::new()).unwrap()).unwrap()
}

/// All that came of it, as one text.
fn show(import: &Import) -> String {
    let mut out = format!("system: {}\n\n", import.system);
    for finding in &import.findings {
        out.push_str(&format!("{finding}\n"));
    }
    for post in &import.posts {
        out.push_str(&format!("\n======== posts/{}/index.md, from {}\n{}", post.slug, post.source, post.markdown));
        for (name, old) in &post.files {
            out.push_str(&format!("-------- posts/{}/{name}, from {old}\n", post.slug));
        }
    }
    out
}

fn check(name: &str) {
    let imported = sample(name);
    let shown = show(&imported);
    let file = samples().join(format!("{name}.expected"));
    if std::env::var_os("UPDATE_SAMPLES").is_some() {
        fs::write(&file, &shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(&file).unwrap(), "{}", file.display());
    assert_eq!(sample(name), imported, "importing twice gives the same");
}

#[test]
fn jekyll() {
    check("jekyll");
}

#[test]
fn hugo() {
    check("hugo");
}

#[test]
fn zola() {
    check("zola");
}
