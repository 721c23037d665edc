//! Nodes → markup.

mod blocks;
mod code;
mod inlines;

use super::{Heading, LabRef, Place, Rendered, Segment, anchors::Anchors, escape::escape, marks::id_of, reading::Node};
use crate::sidecar::Resolved;
use pulldown_cmark::{Alignment, TagEnd};
use std::{mem, ops::Range};

/// Writes an article: the blog's markup if `DRESSED`, else what CommonMark's examples show. A
/// constant, so that the browser does not carry what only tests want.
pub(super) struct Writer<'w, const DRESSED: bool> {
    resolved: &'w Resolved,
    place: Place<'w>,
    out: String,
    rendered: Rendered,
    paragraph: Paragraph,
    /// Emphasis, links and the like that are open.
    n_inlines: u32,
    /// Whether each open link was written: those with a refused address are not.
    links: Vec<bool>,
    heading: Option<OpenHeading>,
    table: Table,
    /// A paragraph `Table: …` in `out`: it captions a table that begins where it ends.
    caption: Option<Range<usize>>,
    /// The id of the table that the paragraph captions.
    table_id: Option<String>,
    n_figures: u32,
    n_tables: u32,
    n_labs: u32,
    /// Where the last formula within a line stands in `out`.
    formula: Range<usize>,
    /// Terms of the glossary that a link has explained already.
    explained: Vec<String>,
    /// The names of regions, since each must be told from the others.
    labels: Anchors,
}

/// How far a paragraph has come. It is opened by the first thing that stands in it, because a
/// formula on a line of its own, or a figure, is no part of a paragraph in HTML.
#[derive(Clone, Debug, Default, PartialEq)]
enum Paragraph {
    /// No paragraph: text stands in a heading, a cell, an item of a tight list.
    #[default]
    None,
    /// It has begun, and nothing is written.
    Fresh,
    /// The same after a formula on a line of its own.
    Resumed,
    /// `<p>` is written.
    Open,
    /// It is a figure that has no caption yet; this is the image's title.
    Figure(String),
    /// It is the caption of a figure.
    Caption,
}

struct OpenHeading {
    level: u8,
    id: String,
    text: String,
    /// Where its content begins in `out`.
    start: usize,
    /// What the list of contents leaves out: tags of links, marks of notes, images.
    left_out: Vec<Range<usize>>,
}

#[derive(Default)]
struct Table {
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    has_body: bool,
}

impl<'w, const DRESSED: bool> Writer<'w, DRESSED> {
    pub(super) fn new(resolved: &'w Resolved, place: Place<'w>, capacity: usize) -> Self {
        Self {
            resolved,
            place,
            out: String::with_capacity(capacity),
            rendered: Rendered::default(),
            paragraph: Paragraph::None,
            n_inlines: 0,
            links: Vec::new(),
            heading: None,
            table: Table::default(),
            caption: None,
            table_id: None,
            n_figures: 0,
            n_tables: 0,
            n_labs: 0,
            formula: 0..0,
            explained: Vec::new(),
            labels: Anchors::default(),
        }
    }

    pub(super) fn node(&mut self, node: Node<'_>) {
        match node {
            Node::Open(tag) => self.open(tag),
            Node::Close(end) => self.close(end),
            Node::Heading { level, id, explicit, text } => self.open_heading(level, id, explicit, text),
            Node::Text(text) => self.text(&text),
            Node::Token(token) => self.token(&token),
            Node::Label(name) => self.label(&name),
            Node::CodeSpan(code) => {
                self.flow();
                self.out.push_str("<code>");
                escape(&mut self.out, &code, !DRESSED);
                self.out.push_str("</code>");
            }
            Node::Math { tex, display: false, .. } => {
                self.flow();
                let start = self.out.len();
                self.math(&tex, false);
                self.formula = start..self.out.len();
            }
            Node::Math { tex, fenced, number, .. } => self.display_math(&tex, fenced, number),
            Node::Image { dest, title, alt, figure } => self.image(&dest, &title, &alt, figure),
            Node::Code { info, text } => self.code(&info, &text),
            Node::Lab { id, name, body, nested, .. } => self.lab(id, name, &body, nested),
            Node::Html { markup, block } => self.html(&markup, block),
            // A line that nothing stands in yet does not break.
            Node::SoftBreak | Node::HardBreak
                if matches!(self.paragraph, Paragraph::Resumed | Paragraph::Figure(_)) => {}
            Node::SoftBreak => self.out.push('\n'),
            Node::HardBreak => {
                self.flow();
                self.out.push_str("<br />\n");
            }
            Node::Rule => {
                self.fresh_line();
                self.out.push_str("<hr />\n");
            }
            Node::Task(done) => {
                self.flow();
                self.out.push_str(match done {
                    true => "<input type=\"checkbox\" checked disabled aria-label=\"done\" /> ",
                    false => "<input type=\"checkbox\" disabled aria-label=\"to do\" /> ",
                });
            }
            Node::Mark(_) => {}
            Node::Reference { number, id, nth } => self.reference(number, &id, nth),
            Node::Notes(begins) => {
                self.fresh_line();
                self.out.push_str(match begins {
                    true => "<section class=\"footnotes\" aria-label=\"Notes\">\n<ol>\n",
                    false => "</ol>\n</section>\n",
                });
            }
            Node::Note { id } => self.put(&["<li id=\"fn-", &id, "\">"]),
            Node::NoteEnd { id } => self.note_end(&id),
        }
    }

    pub(super) fn finish(mut self) -> Rendered {
        if DRESSED && !self.resolved.references.is_empty() {
            self.fresh_line();
            self.out.push_str(&self.resolved.references);
            let html = "References".to_owned();
            self.rendered.outline.push(Heading { level: 2, id: "references".to_owned(), html });
        }
        self.end_segment();
        self.rendered
    }

    /// What is written so far becomes a segment.
    fn end_segment(&mut self) {
        let html = mem::take(&mut self.out);
        self.caption = None;
        self.formula = 0..0;
        if !html.trim().is_empty() {
            self.rendered.segments.push(Segment::Html(html));
        }
    }

    fn lab(&mut self, id: String, name: String, body: &str, nested: bool) {
        if nested || !DRESSED {
            // The build refuses it; here it must not tear a list in two.
            return self.code("", body);
        }
        self.end_segment();
        self.n_labs += 1;
        self.rendered.segments.push(Segment::Lab(LabRef { id, name, number: self.n_labs }));
    }

    /// Raw HTML goes through the build; what did not is shown as text.
    fn html(&mut self, markup: &str, block: bool) {
        if block {
            self.fresh_line();
        } else {
            self.flow();
        }
        if !DRESSED {
            return self.out.push_str(markup);
        }
        match self.resolved.html.get(markup) {
            Some(checked) => self.out.push_str(checked),
            None if block => {
                self.out.push_str("<p>");
                escape(&mut self.out, markup.trim_end(), false);
                self.out.push_str("</p>\n");
            }
            None => escape(&mut self.out, markup, false),
        }
    }

    /// Begins a line unless one has just begun.
    fn fresh_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Appends pieces of markup; they are not escaped.
    fn put(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.push_str(piece);
        }
    }

    fn close(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead => self.out.push_str("</tr>\n</thead>\n"),
            TagEnd::TableRow => self.out.push_str("</tr>\n"),
            TagEnd::TableCell => self.out.push_str(if self.table.in_head { "</th>\n" } else { "</td>\n" }),
            TagEnd::BlockQuote(None) => {
                self.fresh_line();
                self.out.push_str("</blockquote>\n");
            }
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</div>\n"),
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::DefinitionList => self.out.push_str("</dl>\n"),
            TagEnd::DefinitionListTitle => self.out.push_str("</dt>\n"),
            TagEnd::DefinitionListDefinition => self.out.push_str("</dd>\n"),
            TagEnd::Emphasis => self.close_inline("</em>"),
            TagEnd::Strong => self.close_inline("</strong>"),
            TagEnd::Strikethrough => self.close_inline("</del>"),
            TagEnd::Superscript => self.close_inline("</sup>"),
            TagEnd::Subscript => self.close_inline("</sub>"),
            TagEnd::Link => self.close_link(),
            // These have nodes of their own.
            TagEnd::CodeBlock
            | TagEnd::HtmlBlock
            | TagEnd::Image
            | TagEnd::FootnoteDefinition
            | TagEnd::MetadataBlock(_) => {}
        }
    }
}

/// Content without the ranges that are left out.
fn without(content: &str, left_out: &[Range<usize>], start: usize) -> String {
    let mut kept = String::with_capacity(content.len());
    let mut from = 0;
    for range in left_out {
        kept.push_str(content.get(from..range.start - start).unwrap_or_default());
        from = range.end - start;
    }
    kept.push_str(content.get(from..).unwrap_or_default());
    kept
}

impl Heading {
    fn from_open(heading: &OpenHeading, out: &str) -> Self {
        let content = out.get(heading.start..).unwrap_or_default();
        Self { level: heading.level, id: heading.id.clone(), html: without(content, &heading.left_out, heading.start) }
    }
}
