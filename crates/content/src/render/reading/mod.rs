//! The article as a stream of nodes: pulldown-cmark's events, folded and put in reading order.
//!
//! Everything that the writer and the survey must agree on is decided here and only here: what
//! counts as a formula, which chunk of raw HTML is one key, which image is a figure, which ids are
//! given, and in what order notes are numbered.

mod notes;
mod texts;

use super::{
    anchors::Anchors,
    marks::{id_of, last_label, next_label},
    money::is_money,
    scripts::Piece,
};
use crate::slug::slugify;
use notes::Notes;
use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};
use std::{collections::BTreeMap, mem, ops::Range};
use texts::{alt_text, balance, figure_id, inside, plain};

/// A node and its bytes in the file.
pub(super) type Placed<'a> = (Node<'a>, Range<usize>);

/// What stands in an article, in reading order.
#[derive(Clone, Debug)]
pub(super) enum Node<'a> {
    /// The start of what has no node of its own below.
    Open(Tag<'a>),
    /// The end of an [`Node::Open`] or [`Node::Heading`].
    Close(TagEnd),
    /// The start of a heading.
    Heading { level: u8, id: String, explicit: bool, text: String },
    /// Prose.
    Text(CowStr<'a>),
    /// Code in a line of prose.
    CodeSpan(CowStr<'a>),
    /// A citation or a reference to a numbered thing, as written.
    Token(CowStr<'a>),
    /// The name of a numbered thing, `fig:decay`; it is no text.
    Label(String),
    /// A formula; `fenced` if it stands alone, in a ```` ```math ```` block. A labelled one has a number.
    Math { tex: CowStr<'a>, display: bool, fenced: bool, number: Option<Numbered> },
    /// An image; `figure` is the figure's id where the image begins a paragraph.
    Image { dest: CowStr<'a>, title: CowStr<'a>, alt: String, figure: Option<String> },
    /// A block of code and its info string.
    Code { info: CowStr<'a>, text: CowStr<'a> },
    /// A lab at the top level; one that stands inside something else is `nested` and has no id.
    /// `inner` is the body's place in the file.
    Lab { id: String, name: String, body: CowStr<'a>, inner: Range<usize>, nested: bool },
    /// A chunk of raw HTML, a whole block or one tag.
    Html { markup: CowStr<'a>, block: bool },
    /// A line break of the source.
    SoftBreak,
    /// A line break of the page.
    HardBreak,
    /// A thematic break.
    Rule,
    /// A check box.
    Task(bool),
    /// A mark that refers to a note, before its number is known.
    Mark(CowStr<'a>),
    /// The `nth` mark of a note.
    Reference { number: u32, id: String, nth: u32 },
    /// The list of notes begins (`true`) or ends.
    Notes(bool),
    /// A note begins.
    Note { id: String },
    /// A note ends.
    NoteEnd { id: String },
}

/// The number and the id of a formula that can be referred to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) number: u32,
    pub(super) id: String,
}

/// Reads `body`, whose first byte stands at `base` in the file, and hands its nodes to `sink`.
///
/// Returns the notes that nothing refers to: they are not shown.
pub(super) fn read<'a>(
    body: &'a str,
    base: usize,
    options: Options,
    sink: &mut dyn FnMut(Node<'a>, Range<usize>),
) -> Vec<(String, Range<usize>)> {
    let mut reader = Reader {
        body,
        base,
        options,
        sink,
        anchors: Anchors::default(),
        labs: BTreeMap::new(),
        depth: 0,
        open_elements: 0,
        fresh: false,
        paragraph: 0..0,
        n_equations: 0,
        run: Vec::new(),
        is_verbatim: false,
        captures: Vec::new(),
        heads: Vec::new(),
        notes: Notes::default(),
    };
    let mut events = Parser::new_ext(body, options).into_offset_iter();
    while let Some((event, range)) = events.next() {
        reader.event(event, range, &mut events);
    }
    reader.finish()
}

/// What was begun and is being collected.
enum Head<'a> {
    Heading { level: HeadingLevel, id: Option<CowStr<'a>>, range: Range<usize> },
    Definition { name: CowStr<'a>, range: Range<usize> },
}

struct Reader<'a, 's> {
    body: &'a str,
    base: usize,
    options: Options,
    sink: &'s mut dyn FnMut(Node<'a>, Range<usize>),
    anchors: Anchors,
    /// Name of a lab → how many of it there are so far.
    labs: BTreeMap<String, u32>,
    /// Containers that are open: paragraphs, lists, quotations …
    depth: u32,
    /// Elements that raw HTML has opened.
    open_elements: i32,
    /// Whether a paragraph has begun and nothing stands in it yet.
    fresh: bool,
    /// The paragraph that began last, in bytes of the body.
    paragraph: Range<usize>,
    /// Labelled formulas so far.
    n_equations: u32,
    /// Texts that follow each other without anything between.
    run: Vec<Piece<'a>>,
    /// Whether the text is an address, in which no mark is a mark.
    is_verbatim: bool,
    /// Nodes held back until a heading or a note ends, innermost last; `heads` says what they are.
    captures: Vec<Vec<Placed<'a>>>,
    heads: Vec<Head<'a>>,
    notes: Notes<'a>,
}

impl<'a> Reader<'a, '_> {
    fn event(&mut self, event: Event<'a>, range: Range<usize>, events: &mut OffsetIter<'a>) {
        let fresh = mem::replace(&mut self.fresh, false);
        if let Event::Text(text) = event {
            return self.run.push((text, range));
        }
        self.end_run();
        let range = range.start + self.base..range.end + self.base;
        let node = match event {
            Event::Start(Tag::Image { dest_url: dest, title, .. }) => {
                let figure = fresh.then(|| self.figure(&dest));
                Node::Image { dest, title, alt: alt_text(events), figure }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => info,
                    CodeBlockKind::Indented => CowStr::Borrowed(""),
                };
                return self.code(info, range, events);
            }
            Event::Start(Tag::HtmlBlock) => {
                let (markup, inner) = self.gather(events);
                return self.html(markup, true, inner.unwrap_or(range));
            }
            Event::InlineHtml(markup) => return self.html(markup, false, range),
            Event::Start(Tag::Heading { level, id, .. }) => {
                self.depth += 1;
                self.heads.push(Head::Heading { level, id, range });
                self.captures.push(Vec::new());
                return;
            }
            Event::Start(Tag::FootnoteDefinition(name)) => {
                self.depth += 1;
                self.heads.push(Head::Definition { name, range });
                self.captures.push(Vec::new());
                return;
            }
            Event::End(TagEnd::Heading(_) | TagEnd::FootnoteDefinition) => {
                self.depth = self.depth.saturating_sub(1);
                return self.release();
            }
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, title, id }) => {
                self.depth += 1;
                let dest_url = CowStr::from(["mailto:", &dest_url].concat());
                Node::Open(Tag::Link { link_type: LinkType::Email, dest_url, title, id })
            }
            Event::Start(tag) => {
                self.depth += 1;
                self.is_verbatim = matches!(tag, Tag::Link { link_type: LinkType::Autolink, .. });
                if tag == Tag::Paragraph {
                    self.fresh = true;
                    self.paragraph = range.start - self.base..range.end - self.base;
                }
                Node::Open(tag)
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                self.is_verbatim = false;
                Node::Close(end)
            }
            Event::InlineMath(tex) => {
                let after = self.body.get(range.end - self.base..).unwrap_or_default();
                if is_money(&tex, after) {
                    Node::Text(CowStr::from(["$", &tex, "$"].concat()))
                } else {
                    return self
                        .emit(Node::Math { tex, display: false, fenced: false, number: None }, inside(range, 1));
                }
            }
            Event::DisplayMath(tex) => {
                let number = self.number(range.end - self.base);
                return self.emit(Node::Math { tex, display: true, fenced: false, number }, inside(range, 2));
            }
            // Taken above.
            Event::Text(text) => Node::Text(text),
            Event::Code(code) => Node::CodeSpan(code),
            Event::Html(markup) => Node::Html { markup, block: true },
            Event::FootnoteReference(name) => Node::Mark(name),
            Event::SoftBreak => Node::SoftBreak,
            Event::HardBreak => Node::HardBreak,
            Event::Rule => Node::Rule,
            Event::TaskListMarker(done) => Node::Task(done),
        };
        self.emit(node, range);
    }

    /// The id of a figure: its label's, or else made of the file's name.
    fn figure(&mut self, dest: &str) -> String {
        match self.body.get(self.paragraph.clone()).and_then(|text| last_label(text, "fig")) {
            Some(label) => {
                let id = id_of(label);
                self.anchors.reserve(id.clone());
                id
            }
            None => self.anchors.unique(figure_id(dest), '-'),
        }
    }

    /// The number of the formula that ends at this byte of the body, if a label follows.
    fn number(&mut self, end: usize) -> Option<Numbered> {
        let label = next_label(self.body.get(end..)?)?;
        self.n_equations += 1;
        let id = id_of(label);
        self.anchors.reserve(id.clone());
        Some(Numbered { number: self.n_equations, id })
    }

    /// A block of code, of which a formula and a lab are kinds.
    fn code(&mut self, info: CowStr<'a>, range: Range<usize>, events: &mut OffsetIter<'a>) {
        let (text, inner) = self.gather(events);
        let mut words = info.split_ascii_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some("math"), None, _) => {
                let node = Node::Math { tex: text, display: true, fenced: true, number: None };
                self.emit(node, inner.unwrap_or(range));
            }
            (Some("lab"), Some(name), None) => {
                let nested = self.depth > 0 || self.open_elements > 0;
                let id = if nested { String::new() } else { self.lab_id(name) };
                let inner = inner.unwrap_or(range.end..range.end);
                self.emit(Node::Lab { id, name: name.to_owned(), body: text, inner, nested }, range);
            }
            _ => self.emit(Node::Code { info, text }, range),
        }
    }

    /// `name`, or `name-2`, `name-3` … for further labs of that name. Share links name it, so it
    /// depends on nothing but the labs before it: a heading that has it already is the author's to
    /// rename, and the build says so.
    fn lab_id(&mut self, name: &str) -> String {
        let nth = self.labs.entry(name.to_owned()).or_insert(0);
        *nth += 1;
        let id = match *nth {
            1 => name.to_owned(),
            nth => [name, "-", &nth.to_string()].concat(),
        };
        self.anchors.reserve(id.clone());
        id
    }

    fn html(&mut self, markup: CowStr<'a>, block: bool, range: Range<usize>) {
        self.open_elements += balance(&markup);
        self.emit(Node::Html { markup, block }, range);
    }

    /// A heading or the definition of a note has ended.
    fn release(&mut self) {
        let (Some(head), Some(nodes)) = (self.heads.pop(), self.captures.pop()) else { return };
        match head {
            Head::Heading { level, id, range } => {
                let text = plain(&nodes);
                let explicit = id.is_some();
                let id = match id {
                    // Kept even where it is there already: the build tells the author.
                    Some(id) => {
                        self.anchors.reserve(id.to_string());
                        id.into_string()
                    }
                    None => {
                        let slug = slugify(&text);
                        self.anchors.unique(if slug.is_empty() { "section".to_owned() } else { slug }, '-')
                    }
                };
                self.emit(Node::Heading { level: level as u8, id, explicit, text }, range.clone());
                for (node, place) in nodes {
                    self.emit(node, place);
                }
                self.emit(Node::Close(TagEnd::Heading(level)), range);
            }
            Head::Definition { name, range } => self.notes.define(name, nodes, range),
        }
    }

    fn emit(&mut self, node: Node<'a>, range: Range<usize>) {
        if let Some(capture) = self.captures.last_mut() {
            return capture.push((node, range));
        }
        let node = match node {
            Node::Mark(name) => self.notes.refer(&name, &mut self.anchors),
            node => node,
        };
        (self.sink)(node, range);
    }

    /// The notes come last, in order; a note may itself refer to further ones.
    fn finish(mut self) -> Vec<(String, Range<usize>)> {
        self.end_run();
        let end = self.base + self.body.len();
        let mut note_idx = 0;
        while let Some((id, nodes)) = self.notes.take(note_idx) {
            if note_idx == 0 {
                self.emit(Node::Notes(true), end..end);
            }
            self.emit(Node::Note { id: id.clone() }, end..end);
            for (node, place) in nodes {
                self.emit(node, place);
            }
            self.emit(Node::NoteEnd { id }, end..end);
            note_idx += 1;
        }
        if note_idx > 0 {
            self.emit(Node::Notes(false), end..end);
        }
        self.notes.unused()
    }
}
