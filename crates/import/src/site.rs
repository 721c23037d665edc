//! Which system made the old site, and which of its files are posts.

use crate::codes;
use crate::settings::Settings;
use crate::{ImportError, Tree};
use content::build::calendar::Date;
use content::build::{Diagnostic, Source};
use std::collections::BTreeSet;
use std::fmt;

/// A static site generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// <https://jekyllrb.com>
    Jekyll,
    /// <https://gohugo.io>
    Hugo,
    /// <https://www.getzola.org>
    Zola,
}

impl fmt::Display for System {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            System::Jekyll => "Jekyll",
            System::Hugo => "Hugo",
            System::Zola => "Zola",
        })
    }
}

/// A file that is a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub path: String,
    /// The file's folder, without a slash at its end; empty at the root.
    pub folder: String,
    /// The file's or the bundle's name, without date and ending.
    pub name: String,
    /// With the date, as links name it.
    pub full_name: String,
    /// The date in the name.
    pub date: Option<Date>,
    /// The folders that are a part of its address.
    pub sections: Vec<String>,
    /// Whether the folder is the post's own.
    pub is_bundle: bool,
    /// Whether it lies among the drafts.
    pub is_draft: bool,
}

/// The old site.
pub(crate) struct Site<'t> {
    pub system: System,
    pub tree: &'t dyn Tree,
    /// All paths.
    pub names: BTreeSet<String>,
    pub origins: Vec<Origin>,
    pub settings: Settings,
}

/// Folders of products and of other people's work.
const NOT_OURS: [&str; 6] = ["_site", "public", "vendor", "node_modules", "themes", "resources"];

const ENDINGS: [&str; 4] = [".md", ".markdown", ".mkd", ".mdown"];

impl<'t> Site<'t> {
    pub(crate) fn read(tree: &'t dyn Tree, found: &mut Vec<Diagnostic>) -> Result<Self, ImportError> {
        let names: BTreeSet<String> = tree
            .names()
            .into_iter()
            .filter(|name| !NOT_OURS.contains(&name.split('/').next().unwrap_or_default()))
            .collect();
        let system = system(tree, &names, found)?;
        let settings = Settings::read(system, tree, &names, found);
        let origins = match system {
            System::Jekyll => jekyll(&names, found),
            System::Hugo | System::Zola => content(&names, found),
        };
        Ok(Site { system, tree, names, origins, settings })
    }
}

fn is_post_of_jekyll(name: &str) -> bool {
    name.split('/').rev().skip(1).any(|part| part == "_posts")
}

fn system(tree: &dyn Tree, names: &BTreeSet<String>, found: &mut Vec<Diagnostic>) -> Result<System, ImportError> {
    let is_markdown = |name: &&String| stem(name).is_some();
    let has_posts = names.iter().filter(is_markdown).any(|name| is_post_of_jekyll(name));
    let pages: Vec<&String> = names.iter().filter(is_markdown).filter(|name| name.starts_with("content/")).collect();
    if has_posts {
        if let Some(first) = pages.first() {
            let message = "posts of Jekyll are imported, and nothing from `content`, which looks like Hugo's or Zola's";
            found.push(Source::new(first, "").warning(codes::OTHER_SYSTEM, 0..0, message));
        }
        return Ok(System::Jekyll);
    }
    if pages.is_empty() {
        return Err(ImportError::Unknown);
    }
    let text = |name: &str| tree.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    // Zola spells its key in one way, Hugo in others; and only Zola's front matter has these tables.
    let is_zola = names.contains("zola.toml")
        || text("config.toml")
            .is_some_and(|config| config.lines().any(|line| line.trim_start().starts_with("base_url")));
    let is_hugo = ["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.yaml", "config.yml", "config.json"]
        .iter()
        .any(|name| names.contains(*name))
        || names.iter().any(|name| name.starts_with("config/_default/"));
    let has_tables = || {
        pages.iter().filter_map(|name| text(name)).any(|page| {
            page.starts_with("+++") && page.lines().any(|line| matches!(line.trim(), "[taxonomies]" | "[extra]"))
        })
    };
    Ok(if is_zola || (!is_hugo && has_tables()) { System::Zola } else { System::Hugo })
}

/// The path without the ending of Markdown; nothing if it has none.
pub(crate) fn stem(name: &str) -> Option<&str> {
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))
}

fn jekyll(names: &BTreeSet<String>, found: &mut Vec<Diagnostic>) -> Vec<Origin> {
    let mut origins = Vec::new();
    for path in names {
        let is_draft = path.split('/').rev().skip(1).any(|part| part == "_drafts");
        if !is_post_of_jekyll(path) && !is_draft {
            continue;
        }
        let source = Source::new(path, "");
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(full_name) = stem(file) else {
            let message = format!("`{file}` is no Markdown and is not imported");
            found.push(source.warning(codes::NO_POST, 0..0, message));
            continue;
        };
        let (date, name) = dated(full_name);
        if date.is_none() && !is_draft {
            let message =
                format!("`{file}` does not begin with a date, so it is no post of Jekyll's and is not imported");
            found.push(source.warning(codes::NO_POST, 0..0, message).with_help("name it `YYYY-MM-DD-name.md`"));
            continue;
        }
        let sections =
            folder.split('/').filter(|part| !part.is_empty() && !part.starts_with('_')).map(str::to_owned).collect();
        origins.push(Origin {
            folder: folder.to_owned(),
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            date,
            sections,
            is_bundle: false,
            is_draft,
            path: path.clone(),
        });
    }
    origins
}

fn content(names: &BTreeSet<String>, found: &mut Vec<Diagnostic>) -> Vec<Origin> {
    let mut origins: Vec<Origin> = Vec::new();
    for path in names.iter().filter(|name| name.starts_with("content/")) {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(stem) = stem(file) else { continue };
        if stem == "_index" || stem.starts_with("_index.") {
            found.push(Source::new(path, "").note(codes::PAGE, 0..0, "the text of a section is not imported"));
            continue;
        }
        let is_bundle = stem == "index";
        let outer = if is_bundle { folder.rsplit_once('/').map_or("", |(outer, _)| outer) } else { folder };
        let full_name = if is_bundle { folder.rsplit('/').next().unwrap_or_default() } else { stem };
        if folder == "content" && is_bundle {
            found.push(Source::new(path, "").note(codes::PAGE, 0..0, "the home page is not imported"));
            continue;
        }
        let (date, name) = dated(full_name);
        origins.push(Origin {
            folder: folder.to_owned(),
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            date,
            sections: outer.split('/').skip(1).map(str::to_owned).collect(),
            is_bundle,
            is_draft: false,
            path: path.clone(),
        });
    }
    // What lies inside a bundle is a part of it, not a post.
    let bundles: Vec<String> =
        origins.iter().filter(|one| one.is_bundle).map(|one| format!("{}/", one.folder)).collect();
    origins.retain(|one| {
        let inside = bundles
            .iter()
            .any(|bundle| one.path.starts_with(bundle) && (!one.is_bundle || one.folder.len() + 1 > bundle.len()));
        if inside {
            let message = "a page inside a post's folder is not imported";
            found.push(Source::new(&one.path, "").warning(codes::PAGE, 0..0, message));
        }
        !inside
    });
    origins
}

/// `2020-01-02-name` and `2020-01-02_name` → the date and the name.
fn dated(name: &str) -> (Option<Date>, &str) {
    match (name.get(..10).and_then(|date| date.parse().ok()), name.get(10..)) {
        (Some(date), Some(rest)) if rest.starts_with(['-', '_']) && rest.len() > 1 => (Some(date), &rest[1..]),
        _ => (None, name),
    }
}
