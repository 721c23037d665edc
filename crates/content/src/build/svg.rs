//! A drawing of the post's folder → markup that stands in the page and follows its theme.

mod allow;
mod references;
mod write;

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source};
use crate::build::sanitizer::{self, Allowed};
use crate::build::tree::{Step, as_browser};
use references::References;
use roxmltree::{Document, ParsingOptions};
use std::collections::BTreeMap;
use write::Writer;

/// Where a drawing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing<'a> {
    /// In an article, for ordinary screens; `prefix` keeps its ids apart from all others.
    Wide {
        /// Before each id, followed by a hyphen.
        prefix: &'a str,
    },
    /// In an article, for phones; as [`Drawing::Wide`].
    Narrow {
        /// Before each id, followed by a hyphen.
        prefix: &'a str,
    },
    /// On the home page, beside the title: the words next to it say all, so it has no name.
    Plate {
        /// Before each id, followed by a hyphen.
        prefix: &'a str,
    },
}

impl<'a> Drawing<'a> {
    fn prefix(&self) -> &'a str {
        match self {
            Drawing::Wide { prefix } | Drawing::Narrow { prefix } | Drawing::Plate { prefix } => prefix,
        }
    }
}

/// Elements deeper than this are refused; no drawing needs them, and a browser stops at 512.
const MAX_DEPTH: usize = 64;
/// Nodes of one drawing.
const MAX_NODES: u32 = 100_000;

/// Checks a drawing against the allow-list and writes it as inline SVG, which an HTML parser reads as
/// the tree that the file's XML describes.
///
/// There is markup exactly if no diagnostic is an error. Ids and the references to them get the
/// prefix, the root's class list `w` or `n` (wide, narrow), and its role is `img` unless the file
/// says otherwise. Numbers stay as written. Namespaces, comments, metadata and the root's size are dropped.
pub fn sanitize_svg(path: &str, bytes: &[u8], drawing: Drawing<'_>) -> (Option<String>, Vec<Diagnostic>) {
    let text = match super::text::decode(path, bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let source = Source::new(path, text);
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => return (None, vec![syntax_error(&source, &error)]),
    };
    let (references, mut found) = References::collect(&source, &document, drawing.prefix());
    let mut writer = Writer::new(&source, &references, drawing);
    writer.root(document.root_element());
    let (markup, tree) = (writer.out, writer.tree);
    found.append(&mut writer.found);
    if found.iter().all(|one| one.severity != super::diagnostic::Severity::Error) {
        found.extend(second_reading(&source, &markup, &tree));
    }
    found.sort_by_key(|one| one.span.start);
    let good = found.iter().all(|one| one.severity != super::diagnostic::Severity::Error);
    (good.then_some(markup), found)
}

fn syntax_error(source: &Source<'_>, error: &roxmltree::Error) -> Diagnostic {
    let position = error.pos();
    let at = source.lines().offset(position.row as usize, position.col as usize);
    let (message, help) = match error {
        roxmltree::Error::DtdDetected => {
            let at = source.text().find("<!DOCTYPE").unwrap_or(0);
            let message = "a drawing may not have a DOCTYPE";
            return source.error(codes::SVG_SYNTAX, at..at, message).with_help("delete it; inline SVG needs none");
        }
        roxmltree::Error::UnknownEntityReference(name, _) => {
            (format!("unknown entity `&{name};`"), Some("write the character itself".to_owned()))
        }
        error => {
            // The place is told by the diagnostic, so the crate's own mention of it goes.
            let message = error.to_string().replace(&format!(" at {position}"), "");
            (format!("the drawing is not valid XML: {message}"), None)
        }
    };
    source.error(codes::SVG_SYNTAX, at..at, message).with_help_if(help)
}

/// What a browser and ammonia make of the markup must be what we meant.
fn second_reading(source: &Source<'_>, markup: &str, tree: &[Step]) -> Option<Diagnostic> {
    let difference =
        sanitizer::difference(tree, &as_browser(markup)).or_else(|| sanitizer::objection(markup, &allowed()))?;
    let message = format!("a browser or the sanitizer would change the drawing: {difference}");
    Some(source.error(codes::SVG_DIFFERS, 0..0, message))
}

fn allowed() -> Allowed {
    Allowed {
        elements: allow::ELEMENTS.to_vec(),
        attributes: allow::ATTRIBUTES.to_vec(),
        prefixes: &["aria-"],
        schemes: &[],
    }
}

/// Attributes by name, for a [`Step`].
type Attributes = BTreeMap<String, String>;

#[cfg(test)]
mod tests;
