//! What an article asks of the build: the same reading as the writer's, as lists with places.

use super::{
    body,
    dialect::Dialect,
    info::Info,
    marks::id_of,
    plain,
    reading::{Node, read},
    words::{Counter, Words},
};
use crate::sidecar::math_key;
use pulldown_cmark::{Tag, TagEnd};
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

/// The name of a numbered thing: a figure, a table or a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// As written: `fig:decay`.
    pub name: String,
    /// Its number among its kind; nothing if it names nothing, or a figure or table without caption.
    pub number: Option<u32>,
}

/// A block of code that is a whole program: ```` ```python run ````.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// As written.
    pub language: String,
    /// What stands above it; empty if nothing does.
    pub title: String,
    /// What it needs beside the standard library and NumPy; empty if nothing.
    pub needs: String,
    /// Its text.
    pub code: String,
    /// What it prints, if a block ```` ```output ```` follows.
    pub output: Option<String>,
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
    /// Programs that a test runs.
    pub programs: Vec<Found<Program>>,
    /// Blocks of output that follow no program.
    pub stray_outputs: Vec<Range<usize>>,
    /// Destinations of links, as written; an e-mail address has `mailto:` before it.
    pub links: Vec<Found<String>>,
    /// Labs.
    pub labs: Vec<Found<LabBlock>>,
    /// Headings.
    pub headings: Vec<Found<HeadingMark>>,
    /// Every id of the article: of headings, figures, labs, notes and their marks. One that is
    /// there twice is the author's doing: an explicit id, or a heading that is called as a lab is.
    pub ids: Vec<Found<String>>,
    /// Citations and references to numbered things, as written. Each is a key in
    /// [`crate::sidecar::Resolved::tokens`].
    pub tokens: Vec<Found<String>>,
    /// Names of numbered things.
    pub labels: Vec<Found<Label>>,
    /// Notes that nothing refers to; they are not shown.
    pub unused_notes: Vec<Found<String>>,
    is_after_program: bool,
}

/// Reads a post's file as [`super::render`] does and lists what stands in it.
pub fn survey(markdown: &str) -> Survey {
    with(markdown, |_| {})
}

/// All that is to be known of an article, from one reading of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// What stands in it.
    pub survey: Survey,
    /// Its length.
    pub words: Words,
    /// Its words, as [`super::plain_text`] gives them.
    pub text: String,
}

/// Reads a post's file once, for the answers of [`survey()`], [`super::words`] and [`super::plain_text`].
pub fn overview(markdown: &str) -> Overview {
    let (mut counter, mut text) = (Counter::default(), String::new());
    let survey = with(markdown, |node| {
        counter.node(node);
        plain::add(&mut text, node);
    });
    Overview { survey, words: counter.words, text }
}

/// The survey; `look` sees every node too.
fn with(markdown: &str, mut look: impl FnMut(&Node<'_>)) -> Survey {
    let (body, base) = body(markdown);
    let mut survey = Survey::default();
    let mut counts = Counts::default();
    let unused = read(body, base, Dialect::BLOG.options, &mut |node, range| {
        look(&node);
        let number = counts.node(&node, &mut survey.labels);
        survey.node(node, range, number);
    });
    // Formulas and figures bring their ids themselves; a label of a table is one only if a table follows.
    let of_tables =
        survey.labels.iter().filter(|label| label.value.name.starts_with("tbl:") && label.value.number.is_some());
    let ids = of_tables.map(|label| Found { value: id_of(&label.value.name), range: label.range.clone() });
    survey.ids.extend(ids.collect::<Vec<_>>());
    survey.unused_notes = unused.into_iter().map(|(value, range)| Found { value, range }).collect();
    survey
}

impl Survey {
    fn node(&mut self, node: Node<'_>, range: Range<usize>, number: Option<u32>) {
        self.is_after_program &= matches!(node, Node::Code { .. });
        match node {
            Node::Math { tex, display, number: numbered, .. } => {
                if let Some(numbered) = numbered {
                    self.id(numbered.id, &range);
                }
                self.formulas.push(Found { value: Formula { tex: tex.into_string(), display }, range });
            }
            Node::Image { dest, alt, figure, .. } => {
                if let Some(id) = &figure {
                    self.id(id.clone(), &range);
                }
                self.images.push(Found { value: ImageUse { dest: dest.into_string(), alt, figure }, range });
            }
            Node::Token(token) => self.tokens.push(Found { value: token.into_string(), range }),
            Node::Label(name) => {
                self.labels.push(Found { value: Label { name, number }, range });
            }
            Node::Html { markup, .. } => self.html.push(Found { value: markup.into_string(), range }),
            Node::Code { info, text } => {
                let info = Info::parse(&info);
                self.program(&info, &text, &range);
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

    fn program(&mut self, info: &Info<'_>, text: &str, range: &Range<usize>) {
        if info.runs {
            let value = Program {
                language: info.language.to_owned(),
                title: info.title.unwrap_or_default().to_owned(),
                needs: info.needs.to_owned(),
                code: text.to_owned(),
                output: None,
            };
            self.programs.push(Found { value, range: range.clone() });
            self.is_after_program = true;
        } else if info.is_output {
            match self.programs.last_mut().filter(|_| self.is_after_program) {
                Some(program) => program.value.output = Some(text.to_owned()),
                None => self.stray_outputs.push(range.clone()),
            }
            self.is_after_program = false;
        }
    }

    fn id(&mut self, value: String, range: &Range<usize>) {
        self.ids.push(Found { value, range: range.clone() });
    }
}

/// Numbers figures, tables and formulas as the writer does, for their labels.
#[derive(Default)]
struct Counts {
    n_figures: u32,
    n_tables: u32,
    /// Whether a paragraph has begun and nothing stands in it yet.
    is_fresh: bool,
    /// What the paragraph is so far.
    paragraph: Paragraph,
    /// Whether it captions a table and the last label is the table's.
    has_table_label: bool,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Paragraph {
    #[default]
    Plain,
    /// An image that begins it, before any word of the caption; whether its title stands for one.
    Figure(bool),
    /// The caption of the figure of this number.
    FigureCaption(u32),
    /// It begins as a table's caption does.
    TableCaption,
    /// The same, and it has ended: a table may follow.
    AboveTable,
    /// The formula of this number was the last in it.
    Formula(u32),
}

impl Counts {
    /// The number that a label has which is this node; those of tables are found later.
    fn node(&mut self, node: &Node<'_>, labels: &mut [Found<Label>]) -> Option<u32> {
        let is_fresh = std::mem::take(&mut self.is_fresh);
        match node {
            Node::Open(Tag::Paragraph) => {
                self.is_fresh = true;
                self.paragraph = Paragraph::Plain;
                self.has_table_label = false;
            }
            Node::Image { figure: Some(_), title, .. } if is_fresh => {
                self.paragraph = Paragraph::Figure(!title.is_empty())
            }
            Node::Text(text) if is_fresh && text.starts_with("Table: ") => self.paragraph = Paragraph::TableCaption,
            Node::Math { number: Some(numbered), .. } => self.paragraph = Paragraph::Formula(numbered.number),
            Node::Label(name) => {
                self.has_table_label |= self.paragraph == Paragraph::TableCaption && name.starts_with("tbl:");
                return match self.paragraph {
                    Paragraph::Formula(number) if name.starts_with("eq:") => Some(number),
                    Paragraph::FigureCaption(number) if name.starts_with("fig:") => Some(number),
                    _ => None,
                };
            }
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(_) | Node::CodeSpan(_) | Node::Token(_) | Node::Math { .. } | Node::Open(_)
                if matches!(self.paragraph, Paragraph::Figure(_)) =>
            {
                self.n_figures += 1;
                self.paragraph = Paragraph::FigureCaption(self.n_figures);
            }
            Node::Close(TagEnd::Paragraph) => {
                self.n_figures += u32::from(self.paragraph == Paragraph::Figure(true));
                self.paragraph = match self.paragraph {
                    Paragraph::TableCaption => Paragraph::AboveTable,
                    _ => Paragraph::Plain,
                };
            }
            Node::Open(Tag::Table(_)) if self.paragraph == Paragraph::AboveTable => {
                self.n_tables += 1;
                self.paragraph = Paragraph::Plain;
                let of_tables = labels.iter_mut().filter(|label| label.value.name.starts_with("tbl:"));
                if let Some(label) = of_tables.last().filter(|_| self.has_table_label) {
                    label.value.number = Some(self.n_tables);
                }
            }
            _ if self.paragraph == Paragraph::AboveTable => self.paragraph = Paragraph::Plain,
            _ => {}
        }
        None
    }
}
