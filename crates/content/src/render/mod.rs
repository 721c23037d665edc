//! Markdown → [`Segment`]s, in one pass over pulldown-cmark's events.
//!
//! `reading` folds the events into nodes and decides what is what; `writer` gives the nodes their
//! markup; [`survey()`] lists them for the build.

mod anchors;
mod dialect;
mod escape;
mod info;
mod marks;
mod money;
mod plain;
#[cfg(feature = "build")]
mod prose;
mod reading;
mod scripts;
mod survey;
mod target;
mod terms;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub use dialect::Dialect;
pub use plain::plain_text;
#[cfg(feature = "build")]
pub use prose::{Prose, prose};
pub use survey::{Formula, Found, HeadingMark, ImageUse, LabBlock, Label, Overview, Program, Survey, overview, survey};
pub use target::{Target, target};
pub use words::{Words, words};

use crate::sidecar::Resolved;
use serde::{Deserialize, Serialize};

/// A piece of an article: markup, or the place of a lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// Balanced HTML, safe to insert.
    Html(String),
    /// A lab's figure.
    Lab(LabRef),
}

/// A ```` ```lab name ```` block. What its figure says stands in [`crate::sidecar::Sidecar::labs`]:
/// the still picture need not pass through the renderer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabRef {
    /// Its URL fragment: the name, and `name-2`, `name-3` … for further labs of that name.
    pub id: String,
    /// Its name in the registry.
    pub name: String,
    /// 1 for the first lab of the post.
    pub number: u32,
}

/// A section of the article, for the list of contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// 2 or 3.
    pub level: u8,
    /// The anchor.
    pub id: String,
    /// Inline HTML: text, code and formulas, no links.
    pub html: String,
}

/// A rendered article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rendered {
    /// In reading order.
    pub segments: Vec<Segment>,
    /// Sections of level 2 and 3.
    pub outline: Vec<Heading>,
}

/// Where the article stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The site's base path without trailing slash: `""` or `"/repo"`.
    pub base: &'a str,
    /// The post's slug: relative images and links resolve against `posts/<slug>/`.
    pub slug: &'a str,
}

/// Renders a post's file: front matter is skipped, the rest is our dialect of Markdown.
///
/// Never fails: what `resolved` lacks (an older sidecar) is shown as its source text.
pub fn render(markdown: &str, resolved: &Resolved, place: Place<'_>) -> Rendered {
    let (body, base) = body(markdown);
    write::<true>(body, base, Dialect::BLOG.options, resolved, place)
}

/// Renders Markdown without front matter in any dialect.
pub fn render_as(markdown: &str, dialect: Dialect, resolved: &Resolved, place: Place<'_>) -> Rendered {
    match dialect.dressed {
        true => write::<true>(markdown, 0, dialect.options, resolved, place),
        false => write::<false>(markdown, 0, dialect.options, resolved, place),
    }
}

fn write<const DRESSED: bool>(
    body: &str,
    base: usize,
    options: pulldown_cmark::Options,
    resolved: &Resolved,
    place: Place<'_>,
) -> Rendered {
    let mut writer = writer::Writer::<DRESSED>::new(resolved, place, body.len() * 2);
    reading::read(body, base, options, &mut |node, _| writer.node(node));
    writer.finish()
}

/// The Markdown of a post's file, without its YAML front matter, and the byte where it begins.
///
/// Front matter is what stands between a first line `---` and the next such line; a file without
/// both is body from its first byte.
pub fn body(file: &str) -> (&str, usize) {
    let mut at = 0;
    for (line_idx, line) in file.split_inclusive('\n').enumerate() {
        at += line.len();
        match (line_idx, line.trim_end() == "---") {
            (0, false) => break,
            (0, true) | (_, false) => {}
            (_, true) => return (&file[at..], at),
        }
    }
    (file, 0)
}

/// The id of the `nth` mark that refers to a note.
fn mark_id(note: &str, nth: u32) -> String {
    match nth {
        1 => ["fnref-", note].concat(),
        _ => ["fnref-", note, "-", &nth.to_string()].concat(),
    }
}
