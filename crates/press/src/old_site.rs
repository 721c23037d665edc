//! `press import DIR`: the effects around the crate `import`.
//!
//! All posts are written beside `posts/` first, and moved there when the last is whole. A post that is there already is
//! never overwritten: if it is the same, nothing happens to it, else it is told.

use crate::posts::report;
use crate::swap::Staging;
use anyhow::{Context, Result, bail};
use content::build::{Diagnostic, Severity, Source, math::Engine, parse_config};
use import::{Import, Imported, Tree, import};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Files from which on a folder is no site that somebody wrote.
const MOST_FILES: usize = 200_000;

/// The files of a folder, by the paths that they have in it.
struct Disk {
    root: PathBuf,
    names: Vec<String>,
    /// Links that lead out of the folder, or nowhere.
    outside: Vec<String>,
}

impl Disk {
    /// Lists the folder. Hidden files and folders do not count, nor what package managers put there.
    fn open(root: &Path) -> Result<Self> {
        let whole = fs::canonicalize(root).with_context(|| format!("there is no folder `{}`", root.display()))?;
        let mut disk = Disk { root: root.to_owned(), names: Vec::new(), outside: Vec::new() };
        disk.walk(&whole, root, "", 0)?;
        disk.names.sort();
        disk.outside.sort();
        Ok(disk)
    }

    fn walk(&mut self, whole: &Path, folder: &Path, prefix: &str, depth: usize) -> Result<()> {
        let entries = fs::read_dir(folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') || name == "node_modules" || name.ends_with('~') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_symlink() {
                match fs::canonicalize(entry.path()) {
                    Ok(target) if target.starts_with(whole) && target.is_file() => {}
                    _ => {
                        self.outside.push(path);
                        continue;
                    }
                }
            }
            if entry.path().is_dir() {
                // Only links could make folders endless, and of those to folders none is followed.
                if depth < 64 {
                    self.walk(whole, &entry.path(), &format!("{path}/"), depth + 1)?;
                }
            } else if self.names.len() < MOST_FILES {
                self.names.push(path);
            } else {
                bail!("`{}` has more than {MOST_FILES} files, so it is no blog", self.root.display());
            }
        }
        Ok(())
    }
}

impl Tree for Disk {
    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        // Only what is listed: no way out of the folder.
        self.names.binary_search_by(|known| known.as_str().cmp(name)).ok()?;
        fs::read(self.root.join(name)).ok()
    }
}

/// What became of the posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Posts that are new.
    pub n_written: usize,
    /// Posts that were there already, the same.
    pub n_same: usize,
    /// Posts that were there already and differ, or cannot be imported.
    pub n_refused: usize,
    /// What was found, to be shown.
    pub told: String,
    /// What the old site was made with.
    pub system: String,
}

/// Imports the posts of the folder `old` into `root/posts`.
///
/// # Errors
/// Nothing can be read or written; nothing was written then.
pub fn import_site(root: &Path, old: &Path, style: report::Style) -> Result<Outcome> {
    let disk = Disk::open(old)?;
    let config_text = fs::read(root.join("blog.toml"))
        .with_context(|| format!("cannot read `{}`", root.join("blog.toml").display()))?;
    let macros = parse_config("blog.toml", &config_text).0.map(|config| config.macros).unwrap_or_default();
    let engine = Engine::new(&macros).or_else(|_| Engine::new(&BTreeMap::new()))?;
    let Import { system, posts, mut findings } =
        import(&disk, &engine).with_context(|| format!("`{}`", old.display()))?;
    for name in &disk.outside {
        let message = format!("the link `{name}` leads out of the folder, to a folder or nowhere, and is not followed");
        findings.push(Source::new(name, "").warning("import-link-outside", 0..0, message));
    }
    let mut outcome = Outcome { system: system.to_string(), ..Outcome::default() };
    let mut fresh = Vec::new();
    for post in &posts {
        match there(root, &disk, post)? {
            There::No => fresh.push(post),
            There::Same => outcome.n_same += 1,
            There::Differs(file) => {
                let message =
                    format!("`posts/{}/{file}` is there already and differs; it is not overwritten", post.slug);
                let help = format!("to import the post anew, move `posts/{}` away first", post.slug);
                findings.push(Source::new(&post.source, "").error("import-exists", 0..0, message).with_help(help));
            }
        }
    }
    write(root, &disk, &fresh)?;
    outcome.n_written = fresh.len();
    findings.sort_by(|a: &Diagnostic, b| (&a.path, a.span.start).cmp(&(&b.path, b.span.start)));
    outcome.n_refused = findings.iter().filter(|one| one.severity == Severity::Error).count();
    outcome.told = report::render(old, &findings, style);
    Ok(outcome)
}

enum There {
    No,
    Same,
    /// The file that differs.
    Differs(String),
}

fn there(root: &Path, disk: &Disk, post: &Imported) -> Result<There> {
    let folder = root.join("posts").join(&post.slug);
    if fs::symlink_metadata(&folder).is_err() {
        return Ok(There::No);
    }
    if fs::read(folder.join("index.md")).ok().as_deref() != Some(post.markdown.as_bytes()) {
        return Ok(There::Differs("index.md".into()));
    }
    for (name, old) in &post.files {
        if fs::read(folder.join(name)).ok() != Some(bytes(disk, old)?) {
            return Ok(There::Differs(name.clone()));
        }
    }
    Ok(There::Same)
}

fn bytes(disk: &Disk, old: &str) -> Result<Vec<u8>> {
    disk.read(old).with_context(|| format!("cannot read `{}`", disk.root.join(old).display()))
}

/// Writes all posts beside, then moves each to its place; if one cannot be moved, those before it are taken back.
fn write(root: &Path, disk: &Disk, posts: &[&Imported]) -> Result<()> {
    if posts.is_empty() {
        return Ok(());
    }
    let home = root.join("posts");
    let staging = Staging::beside(&home.join("import"))?;
    for post in posts {
        staging.write(&format!("{}/index.md", post.slug), &post.markdown)?;
        for (name, old) in &post.files {
            staging.write(&format!("{}/{name}", post.slug), bytes(disk, old)?)?;
        }
    }
    for (idx, post) in posts.iter().enumerate() {
        let to = home.join(&post.slug);
        let moved = match fs::symlink_metadata(&to) {
            Ok(_) => Err(anyhow::anyhow!("`posts/{}` has come to be meanwhile", post.slug)),
            Err(_) => fs::rename(staging.path().join(&post.slug), &to).map_err(Into::into),
        };
        if let Err(error) = moved {
            for done in &posts[..idx] {
                // What cannot be taken back is whole all the same.
                let _ = fs::rename(home.join(&done.slug), staging.path().join(&done.slug));
            }
            return Err(error)
                .with_context(|| format!("cannot put the post at `posts/{}`; nothing was imported", post.slug));
        }
    }
    Ok(())
}
