//! Posts of Jekyll, Hugo and Zola → posts of this blog, and a list of what could not be carried over.
//!
//! Pure: files come through [`Tree`], nothing is written. A post passes these rooms:
//!
//! | room | what it does |
//! |---|---|
//! | `site`, `settings` | tells which system it is, and which of its files are posts |
//! | `head` | front matter in YAML, TOML or JSON → ours |
//! | `address` | old addresses, which become aliases and by which links are found |
//! | `template`, `figure` | Liquid and shortcodes |
//! | `attributes`, `fence` | kramdown's attribute lists, options of code blocks |
//! | `markup` | raw HTML, as far as Markdown or the allow-list has a word for it |
//! | `maths` | `\(…\)`, `\[…\]`, kramdown's `$$` |
//! | `links` | links to posts and files, images |
//! | `settle`, `repair` | what the build would refuse is put so that it passes, or the post is not taken |
//!
//! Each rewrites a [`draft::Draft`], which knows of every byte where it came from, so that every finding has a line of
//! the author's file. None touches code. The last is the judge: what [`import`] returns builds without error.

mod address;
mod attributes;
mod body;
mod code;
pub mod codes;
mod draft;
mod fence;
mod figure;
mod head;
mod links;
mod markup;
mod maths;
mod repair;
mod settings;
mod settle;
mod site;
mod template;
mod whole;

use content::build::{Diagnostic, Formulas, Severity};
pub use site::System;

/// The files of the old site.
pub trait Tree {
    /// The paths of all files, relative to its root, with `/`.
    fn names(&self) -> Vec<String>;
    /// The bytes of a file; nothing if there is none of that path.
    fn read(&self, name: &str) -> Option<Vec<u8>>;
}

/// Why nothing can be imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Neither `_posts` nor `content`.
    #[error("no posts of Jekyll, Hugo or Zola: there is no `_posts/*.md` and no `content/**/*.md`")]
    Unknown,
}

/// A post as this blog has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The folder's name under `posts/`.
    pub slug: String,
    /// The old file.
    pub source: String,
    /// `index.md`.
    pub markdown: String,
    /// The files beside it: the name in the folder, and the old path.
    pub files: Vec<(String, String)>,
}

/// What came of importing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What the old site was made with.
    pub system: System,
    /// The posts, by slug. Each builds without error.
    pub posts: Vec<Imported>,
    /// What was not carried over, by file and place: an error for each post that was not taken, a warning for each
    /// thing that a reader will miss, a note for what is worth knowing.
    pub findings: Vec<Diagnostic>,
}

impl Import {
    /// How many posts could not be taken.
    pub fn n_refused(&self) -> usize {
        self.findings.iter().filter(|one| one.severity == Severity::Error).count()
    }
}

/// Reads the posts of an old site. `formulas` is the converter that will build them.
///
/// # Errors
/// [`ImportError`] if there is nothing that could be a post.
pub fn import(tree: &dyn Tree, formulas: &dyn Formulas) -> Result<Import, ImportError> {
    whole::import(tree, formulas)
}
