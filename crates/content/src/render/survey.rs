//! What an article asks of the build: the same reading as the writer's, as lists with places.

use super::{
    body,
    dialect::Dialect,
    info::Info,
    reading::{Node, read},
};
use crate::sidecar::math_key;
use pulldown_cmark::Tag;
use std::ops::Range;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What stands there.
    pub value: T,
    /// Where, in bytes of the whole file, front matter included.
    pub range: Range<usize>,
}

/// A formula that the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// LaTeX exactly as the renderer looks it up. The file holds the same text at the range, except
    /// for the marks of a quotation or list on continued lines, and for `\|` in a table.
    pub tex: String,
    /// Whether it stands on a line of its own.
    pub display: bool,
}

impl Formula {
    /// Its key in [`crate::sidecar::Resolved::math`].
    pub fn key(&self) -> String {
        math_key(&self.tex, self.display)
    }
}

/// An image that the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageUse {
    /// As written: the key in [`crate::sidecar::Resolved::images`].
    pub dest: String,
    /// What it shows, in words.
    pub alt: String,
    /// The id of the figure, if it is one: an image that begins a paragraph.
    pub figure: Option<String>,
}

/// A ```` ```lab name ```` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabBlock {
    /// The figure's id, as [`super::LabRef::id`]; empty where the lab is nested.
    pub id: String,
    /// The name after `lab`.
    pub name: String,
    /// The block's body: TOML.
    pub body: String,
    /// Where the body stands in the file. The file holds the same text there, except for the marks
    /// of a quotation or list.
    pub inner: Range<usize>,
    /// It stands in a list, a quotation, a note or a raw element, and is shown as source there.
    pub nested: bool,
}

/// A heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadingMark {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor.
    pub id: String,
    /// Whether the author gave the id.
    pub explicit: bool,
    /// Its words; formulas as LaTeX.
    pub text: String,
}

/// All that the build must look at, in reading order: notes come last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Formulas; the range is that of the LaTeX, without delimiters.
    pub formulas: Vec<Found<Formula>>,
    /// Images, also those inside other things; not those inside an image's description.
    pub images: Vec<Found<ImageUse>>,
    /// Raw HTML: whole blocks, and single tags in lines of prose.
    /// Each is a key in [`crate::sidecar::Resolved::html`].
    pub html: Vec<Found<String>>,
    /// Languages of code blocks, as written, where one is given.
    pub languages: Vec<Found<String>>,
    /// Destinations of links, as written; an e-mail address has `mailto:` before it.
    pub links: Vec<Found<String>>,
    /// Labs.
    pub labs: Vec<Found<LabBlock>>,
    /// Headings.
    pub headings: Vec<Found<HeadingMark>>,
    /// Every id of the article: of headings, figures, labs, notes and their marks. One that is
    /// there twice is the author's doing: an explicit id, or a heading that is called as a lab is.
    pub ids: Vec<Found<String>>,
    /// Notes that nothing refers to; they are not shown.
    pub unused_notes: Vec<Found<String>>,
}

/// Reads a post's file as [`super::render`] does and lists what stands in it.
pub fn survey(markdown: &str) -> Survey {
    let (body, base) = body(markdown);
    let mut survey = Survey::default();
    let unused = read(body, base, Dialect::BLOG.options, &mut |node, range| survey.node(node, range));
    survey.unused_notes = unused.into_iter().map(|(value, range)| Found { value, range }).collect();
    survey
}

impl Survey {
    fn node(&mut self, node: Node<'_>, range: Range<usize>) {
        match node {
            Node::Math { tex, display, .. } => {
                self.formulas.push(Found { value: Formula { tex: tex.into_string(), display }, range });
            }
            Node::Image { dest, alt, figure, .. } => {
                if let Some(id) = &figure {
                    self.id(id.clone(), &range);
                }
                self.images.push(Found { value: ImageUse { dest: dest.into_string(), alt, figure }, range });
            }
            Node::Html { markup, .. } => self.html.push(Found { value: markup.into_string(), range }),
            Node::Code { info, .. } => {
                let info = Info::parse(&info);
                if !info.language.is_empty() {
                    self.languages.push(Found { value: info.language.to_owned(), range });
                }
            }
            Node::Open(Tag::Link { dest_url, .. }) => {
                self.links.push(Found { value: dest_url.into_string(), range });
            }
            Node::Lab { id, name, body, inner, nested } => {
                if !nested {
                    self.id(id.clone(), &range);
                }
                let body = body.into_string();
                self.labs.push(Found { value: LabBlock { id, name, body, inner, nested }, range });
            }
            Node::Heading { level, id, explicit, text } => {
                self.id(id.clone(), &range);
                self.headings.push(Found { value: HeadingMark { level, id, explicit, text }, range });
            }
            Node::Reference { id, nth, .. } => self.id(super::mark_id(&id, nth), &range),
            Node::Note { id } => self.id(["fn-", &id].concat(), &range),
            _ => {}
        }
    }

    fn id(&mut self, value: String, range: &Range<usize>) {
        self.ids.push(Found { value, range: range.clone() });
    }
}
