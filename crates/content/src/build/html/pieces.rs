//! The Markdown as raw HTML minds it: what holds it, and the chunks of it.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use std::ops::Range;

/// What Markdown opens around raw HTML: the element it becomes, and its name for authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Container {
    pub element: &'static str,
    pub shown: &'static str,
}

/// A step through the Markdown, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A container begins.
    Enter(Container, Range<usize>),
    /// The container that began last ends.
    Leave,
    /// A chunk of raw HTML as the renderer looks it up: a whole block, or a tag in a line of prose.
    Raw(String, Range<usize>),
    /// A note begins. The page shows it elsewhere, so tags cannot reach in or out.
    NoteBegin,
    /// A note ends.
    NoteEnd,
}

/// Reads `body`, which begins at byte `base` of the file.
pub(super) fn pieces(body: &str, base: usize, options: Options) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // What each open tag of pulldown-cmark's has put into the list, so that its end can be told.
    let mut ends: Vec<Option<Piece>> = Vec::new();
    let mut images = 0_u32;
    let mut block: Option<(String, Range<usize>)> = None;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        let range = base + range.start..base + range.end;
        match event {
            Event::Start(tag) => {
                if matches!(tag, Tag::Image { .. }) {
                    images += 1;
                }
                // An image's description becomes plain text: its tags are not there any more.
                let container = container(&tag).filter(|_| images == 0);
                ends.push(match (&tag, container) {
                    (Tag::FootnoteDefinition(_), _) => {
                        pieces.push(Piece::NoteBegin);
                        Some(Piece::NoteEnd)
                    }
                    (_, Some(container)) => {
                        pieces.push(Piece::Enter(container, range));
                        Some(Piece::Leave)
                    }
                    (Tag::HtmlBlock, None) => {
                        block = Some((String::new(), range));
                        None
                    }
                    _ => None,
                });
            }
            Event::End(end) => {
                if matches!(end, pulldown_cmark::TagEnd::Image) {
                    images = images.saturating_sub(1);
                }
                pieces.extend(ends.pop().flatten());
                if matches!(end, pulldown_cmark::TagEnd::HtmlBlock) {
                    pieces.extend(block.take().map(|(markup, range)| Piece::Raw(markup, range)));
                }
            }
            Event::Html(markup) | Event::Text(markup) if block.is_some() => {
                if let Some((whole, place)) = &mut block {
                    // The block's own range begins before its indentation; the first line's does not.
                    if whole.is_empty() {
                        place.start = range.start;
                    }
                    whole.push_str(&markup);
                    place.end = range.end;
                }
            }
            Event::Html(markup) => pieces.push(Piece::Raw(markup.into_string(), range)),
            Event::InlineHtml(markup) if images == 0 => pieces.push(Piece::Raw(markup.into_string(), range)),
            _ => {}
        }
    }
    pieces
}

fn container(tag: &Tag<'_>) -> Option<Container> {
    let (element, shown) = match tag {
        Tag::Paragraph => ("p", "paragraph"),
        Tag::Heading { level, .. } => match level {
            HeadingLevel::H1 => ("h1", "heading"),
            HeadingLevel::H2 => ("h2", "heading"),
            HeadingLevel::H3 => ("h3", "heading"),
            HeadingLevel::H4 => ("h4", "heading"),
            HeadingLevel::H5 => ("h5", "heading"),
            HeadingLevel::H6 => ("h6", "heading"),
        },
        Tag::BlockQuote(_) => ("blockquote", "quotation"),
        Tag::CodeBlock(_) => ("pre", "code block"),
        Tag::List(Some(_)) => ("ol", "list"),
        Tag::List(None) => ("ul", "list"),
        Tag::Item => ("li", "list item"),
        Tag::DefinitionList => ("dl", "definition list"),
        Tag::DefinitionListTitle => ("dt", "defined word"),
        Tag::DefinitionListDefinition => ("dd", "definition"),
        // A table that Markdown makes is sound in itself: rows and cells are as good as boxes here.
        Tag::Table(_) => ("div", "table"),
        Tag::TableHead | Tag::TableRow => ("div", "table row"),
        Tag::TableCell => ("p", "table cell"),
        Tag::Emphasis => ("em", "emphasis"),
        Tag::Strong => ("strong", "strong emphasis"),
        Tag::Strikethrough => ("del", "strikethrough"),
        Tag::Superscript => ("sup", "superscript"),
        Tag::Subscript => ("sub", "subscript"),
        Tag::Link { .. } => ("a", "link"),
        Tag::FootnoteDefinition(_) | Tag::HtmlBlock | Tag::Image { .. } | Tag::MetadataBlock(_) => return None,
    };
    Some(Container { element, shown })
}
