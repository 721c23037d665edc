//! Raw HTML of an article: an allow-list, balance over the whole article, and one spelling.

mod allow;
mod pieces;
mod tags;
mod values;

use crate::build::codes;
use crate::build::diagnostic::{Diagnostic, Source};
use crate::build::place::Place;
use crate::build::sanitizer;
use crate::build::tree::{Step, as_browser};
use crate::render::{Dialect, Survey};
use allow::{Content, Element};
use pieces::{Container, Piece, pieces};
use std::collections::BTreeMap;
use std::ops::Range;

/// What became of an article's raw HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html {
    /// Chunk as the Markdown parser hands it over → the markup that stands for it.
    pub chunks: BTreeMap<String, String>,
    /// The ids that it gives, each with its place in the file.
    pub ids: Vec<(String, Range<usize>)>,
    /// The addresses that its links name, each with its place in the file.
    pub links: Vec<(String, Range<usize>)>,
}

/// Checks the raw HTML of a post's file. What it returns may be published if no diagnostic is an error.
///
/// Each chunk is tokenized and written anew from an allow-list; tags must balance within the
/// paragraph, list or article that they begin in, and nest as HTML wants it; and of the whole, what
/// html5ever builds and what ammonia lets pass must be the tree that was meant.
pub fn check_html(source: &Source<'_>, survey: &Survey) -> (Html, Vec<Diagnostic>) {
    let (body, base) = crate::render::body(source.text());
    let mut checker =
        Checker { source, html: Html::default(), found: Vec::new(), article: Context::default(), outer: None };
    // An article without raw HTML is the renderer's alone. Notes that are not shown are in no survey.
    if survey.html.is_empty() && (survey.unused_notes.is_empty() || !body.contains('<')) {
        return (checker.html, checker.found);
    }
    for piece in pieces(body, base, Dialect::BLOG.options) {
        checker.piece(piece);
    }
    checker.finish();
    checker.found.sort_by_key(|one| one.span.start);
    (checker.html, checker.found)
}

/// An open element.
#[derive(Clone, Debug)]
enum Open {
    /// Of raw HTML; `element` is nothing for one that is not allowed, which was told already.
    Raw { name: String, element: Option<&'static Element>, range: Range<usize> },
    /// Of Markdown.
    Markdown(Container),
}

impl Open {
    fn element(&self) -> Option<&'static Element> {
        match self {
            Open::Raw { element, .. } => *element,
            Open::Markdown(container) => allow::any_element(container.element),
        }
    }

    /// Its name in a sentence.
    fn shown(&self) -> String {
        match self {
            Open::Raw { name, .. } => format!("`<{name}>`"),
            Open::Markdown(container) => format!("a {}", container.shown),
        }
    }
}

/// The article, or one of its notes: tags balance within it.
#[derive(Debug, Default)]
struct Context {
    open: Vec<Open>,
    /// The elements alone, without Markdown's text, as markup and as the tree that is meant.
    skeleton: String,
    tree: Vec<Step>,
    /// Step of the tree → the byte of the file that it comes from.
    places: Vec<(usize, usize)>,
    /// Whether any of it is raw.
    has_raw: bool,
    /// Elements too deep to be kept, whose end tags are still to come.
    n_dropped: usize,
}

struct Checker<'s, 't> {
    source: &'s Source<'t>,
    html: Html,
    found: Vec<Diagnostic>,
    article: Context,
    /// The article's context while a note is read.
    outer: Option<Context>,
}

impl Checker<'_, '_> {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Enter(container, range) => self.enter(container, &range),
            Piece::Leave => self.leave(),
            Piece::Raw(markup, range) => self.chunk(&markup, &range),
            Piece::NoteBegin => self.outer = Some(std::mem::take(&mut self.article)),
            Piece::NoteEnd => {
                self.finish();
                self.article = self.outer.take().unwrap_or_default();
            }
        }
    }

    /// Markdown opens a container.
    fn enter(&mut self, container: Container, range: &Range<usize>) {
        if let Some(Open::Raw { name, element: Some(parent), .. }) = self.article.open.last() {
            let fits = match parent.content {
                Content::Flow => true,
                Content::Phrasing => allow::any_element(container.element).is_some_and(|element| element.is_phrasing),
                Content::Only(_) | Content::Void => false,
            };
            if !fits {
                let message = format!("a {} may not stand in `<{name}>`", container.shown);
                let diagnostic = self.source.error(codes::HTML_NESTING, range.start..range.start, message);
                self.found.push(diagnostic.with_help(format!("close `<{name}>` before the blank line")));
            }
        }
        self.open(Open::Markdown(container), container.element, BTreeMap::new(), range.start);
    }

    /// Markdown's last container ends, and with it all that raw HTML has opened in it.
    fn leave(&mut self) {
        while let Some(open) = self.article.open.pop() {
            match &open {
                Open::Markdown(container) => return self.close(container.element),
                Open::Raw { name, element, range } => {
                    let shown = self.article.open.iter().rev().find_map(|outer| match outer {
                        Open::Markdown(container) => Some(container.shown),
                        Open::Raw { .. } => None,
                    });
                    if element.is_some() {
                        let message = format!("`<{name}>` is not closed before its {} ends", shown.unwrap_or("note"));
                        let diagnostic = self.source.error(codes::HTML_BALANCE, range.clone(), message);
                        self.found.push(diagnostic.with_help(format!("add `</{name}>`")));
                    }
                    self.close(name);
                }
            }
        }
    }

    /// The article or a note ends.
    fn finish(&mut self) {
        while let Some(open) = self.article.open.pop() {
            if let Open::Raw { name, element: Some(_), range } = &open {
                let diagnostic =
                    self.source.error(codes::HTML_BALANCE, range.clone(), format!("`<{name}>` is never closed"));
                self.found.push(diagnostic.with_help(format!("add `</{name}>`")));
            }
        }
        let context = std::mem::take(&mut self.article);
        if context.has_raw && self.found.is_empty() {
            self.second_reading(&context);
        }
    }

    /// What a browser and ammonia make of the elements must be what was meant.
    fn second_reading(&mut self, context: &Context) {
        let browser = as_browser(&context.skeleton);
        let difference = sanitizer::difference(&context.tree, &browser);
        let step = context.tree.iter().zip(&browser).take_while(|(ours, theirs)| ours == theirs).count();
        let Some(difference) = difference.or_else(|| sanitizer::objection(&context.skeleton, &allow::for_sanitizer()))
        else {
            return;
        };
        let at = context.places.iter().take_while(|(idx, _)| *idx <= step).last().map_or(0, |(_, offset)| *offset);
        let message = format!("a browser or the sanitizer would change the markup here: {difference}");
        self.found.push(self.source.error(codes::HTML_DIFFERS, at..at, message));
    }

    fn open(&mut self, open: Open, name: &str, attributes: BTreeMap<String, String>, offset: usize) {
        self.article.skeleton.push_str(&start_tag(name, &attributes));
        self.article.places.push((self.article.tree.len(), offset));
        self.article.tree.push(Step::Open { space: "html".into(), name: name.to_owned(), attributes });
        self.article.open.push(open);
    }

    fn close(&mut self, name: &str) {
        self.article.skeleton.push_str(&format!("</{name}>"));
        self.article.tree.push(Step::Close);
    }

    /// Tokenizes a chunk, checks it and writes it anew.
    fn chunk(&mut self, markup: &str, range: &Range<usize>) {
        self.article.has_raw = true;
        let place = Place::new(self.source.text(), range, markup);
        let written = self.tokens(markup, &place);
        self.html.chunks.insert(markup.to_owned(), written);
    }
}

/// Whether authors may write the element, and the attribute on it.
pub fn is_allowed(element: &str, attribute: Option<&str>) -> bool {
    allow::element(element).is_some_and(|element| match attribute {
        Some(name) => {
            name.starts_with("aria-") || element.attributes.contains(&name) || allow::ATTRIBUTES.contains(&name)
        }
        None => true,
    })
}

fn start_tag(name: &str, attributes: &BTreeMap<String, String>) -> String {
    let mut tag = format!("<{name}");
    for (attribute, value) in attributes {
        tag.push_str(&format!(" {attribute}=\"{}\"", super::escape::attribute(value)));
    }
    tag.push('>');
    tag
}

#[cfg(test)]
mod tests;
