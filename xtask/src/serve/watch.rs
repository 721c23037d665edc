//! Which change asks for which work.

use crate::repo::Repo;
use anyhow::{Context, Result};
use notify::event::ModifyKind;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What has to be done again; the greater includes the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// The pages.
    Pages,
    /// What writes them, and then the pages.
    Press,
    /// The client, and then both.
    Client,
}

/// A change that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What to do about it.
    pub work: Work,
    /// What changed, seen from the root.
    pub path: PathBuf,
}

/// The work that a change of `path`, seen from the repository's root, asks for.
pub fn work(path: &Path) -> Option<Work> {
    if is_scratch(path) {
        return None;
    }
    match path.to_str()? {
        "blog.toml" | "glossary.toml" | "references.bib" | "spelling.txt" => return Some(Work::Pages),
        "index.html" | "Trunk.toml" | "Cargo.toml" | "Cargo.lock" => return Some(Work::Client),
        _ => {}
    }
    let client = ["src", "style", "crates"];
    if path.starts_with("posts") {
        Some(Work::Pages)
    } else if ["crates/press", "crates/import"].iter().any(|dir| path.starts_with(dir)) {
        // Native alone: no part of the client.
        Some(Work::Press)
    } else if client.iter().any(|dir| path.starts_with(dir)) {
        Some(Work::Client)
    } else {
        None
    }
}

/// Files that editors and systems leave beside the real ones.
fn is_scratch(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return true };
    // 4913 is Vim's probe for whether a folder can be written.
    name.starts_with(['.', '#'])
        || name.ends_with(['~', '#'])
        || name == "4913"
        || [".swp", ".swx", ".tmp", ".bak", "___jb_tmp___", "___jb_old___"].iter().any(|end| name.ends_with(end))
}

/// Watches until it is dropped.
pub struct Watch {
    changes: Receiver<Change>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches what a site is made of.
    pub fn start(repo: &Repo) -> Result<Self> {
        let root = repo.root().canonicalize().context("the repository's root cannot be read")?;
        let (sender, changes) = channel();
        let mut watcher =
            notify::recommended_watcher(listener(root.clone(), sender)).context("files cannot be watched")?;
        // The root without what lies below it: target/ would never be still.
        watcher.watch(&root, RecursiveMode::NonRecursive).context("the repository's root cannot be watched")?;
        for dir in ["posts", "style", "src", "crates"] {
            let dir = root.join(dir);
            if dir.is_dir() {
                watcher
                    .watch(&dir, RecursiveMode::Recursive)
                    .with_context(|| format!("{} cannot be watched", dir.display()))?;
            }
        }
        Ok(Self { changes, _watcher: watcher })
    }

    /// The changes since the last call, as one: saving a file makes several events, and saving all makes many. Waits
    /// at most `patience`.
    pub fn next(&self, patience: Duration) -> Option<Change> {
        let mut change = self.changes.recv_timeout(patience).ok()?;
        while let Ok(next) = self.changes.recv_timeout(Duration::from_millis(60)) {
            // The last name is the file's own: editors write beside it first.
            if next.work >= change.work {
                change = next;
            }
        }
        Some(change)
    }
}

fn listener(root: PathBuf, sender: Sender<Change>) -> impl Fn(notify::Result<notify::Event>) {
    move |event| {
        let Ok(event) = event else { return };
        if !is_change(event.kind) {
            return;
        }
        for path in event.paths {
            let Ok(path) = path.strip_prefix(&root) else { continue };
            if let Some(work) = work(path) {
                // Nobody listens any more: we are ending.
                let _ = sender.send(Change { work, path: path.to_owned() });
            }
        }
    }
}

/// Reading is no change, and neither is a change of rights or times: builds do both.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Access(_) => false,
        EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_) | EventKind::Any | EventKind::Other => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_the_site_asks_for_its_work() {
        let cases = [
            ("posts/scaling-laws/index.md", Some(Work::Pages)),
            ("posts/scaling-laws/knobs.svg", Some(Work::Pages)),
            ("posts", Some(Work::Pages)),
            ("blog.toml", Some(Work::Pages)),
            ("glossary.toml", Some(Work::Pages)),
            ("references.bib", Some(Work::Pages)),
            ("spelling.txt", Some(Work::Pages)),
            ("crates/press/src/main.rs", Some(Work::Press)),
            ("crates/import/src/lib.rs", Some(Work::Press)),
            ("crates/labs/src/registry.rs", Some(Work::Client)),
            ("crates/lab-worker/src/main.rs", Some(Work::Client)),
            ("crates/content/src/slug.rs", Some(Work::Client)),
            ("crates/renderer/src/main.rs", Some(Work::Client)),
            ("src/pages/home.rs", Some(Work::Client)),
            ("style/tokens.css", Some(Work::Client)),
            ("style/fonts/text.woff2", Some(Work::Client)),
            ("index.html", Some(Work::Client)),
            ("Cargo.lock", Some(Work::Client)),
            ("README.md", None),
            ("xtask/src/main.rs", None),
            ("target/content/posts/manifest.json", None),
            ("dist/index.html", None),
        ];
        for (path, expected) in cases {
            assert_eq!(work(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn what_editors_leave_behind_is_not_work() {
        for path in [
            "posts/a/.index.md.swp",
            "posts/a/index.md~",
            "posts/a/4913",
            "src/.#app.rs",
            "src/#app.rs#",
            "style/.DS_Store",
        ] {
            assert_eq!(work(Path::new(path)), None, "{path}");
        }
    }

    #[test]
    fn the_greater_includes_the_lesser() {
        assert!(Work::Client > Work::Press && Work::Press > Work::Pages);
    }

    #[test]
    fn reading_is_no_change() {
        use notify::event::{AccessKind, CreateKind, DataChange, MetadataKind};
        assert!(!is_change(EventKind::Access(AccessKind::Read)));
        assert!(!is_change(EventKind::Modify(ModifyKind::Metadata(MetadataKind::AccessTime))));
        assert!(is_change(EventKind::Modify(ModifyKind::Data(DataChange::Content))));
        assert!(is_change(EventKind::Create(CreateKind::File)));
    }
}
