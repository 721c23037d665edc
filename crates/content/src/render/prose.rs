//! The words of an article apart from everything that is none: what a dictionary may be asked about.

use super::{
    Found, body,
    dialect::Dialect,
    reading::{Node, read},
};
use pulldown_cmark::{LinkType, Tag, TagEnd};

/// A step through the words of an article, in reading order: notes come last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prose {
    /// Text as the page shows it, and the bytes of the file that it comes from. A word may go on in the next.
    Text(Found<String>),
    /// An image's description and its title; the bytes are the whole image's.
    Image(Found<[String; 2]>),
    /// Raw HTML: a whole block, or a tag in a line of prose.
    Html(Found<String>),
    /// A formula, code, a superscript: letters that touch it are no words.
    Sign,
    /// What ends a word: the border of a paragraph or a cell, a new line, a citation.
    Border,
}

/// Reads a post's file as [`super::render`] does, front matter skipped.
pub fn prose(markdown: &str) -> Vec<Prose> {
    let (body, base) = body(markdown);
    let mut steps = Vec::new();
    // Scripts are signs (`10^th^`, `x~max~`), the text of an address is no prose.
    let (mut scripts, mut addresses) = (0_u32, 0_u32);
    read(body, base, Dialect::BLOG.options, &mut |node, range| {
        let step = match node {
            Node::Text(_) if scripts > 0 || addresses > 0 => Prose::Sign,
            Node::Text(text) => Prose::Text(Found { value: text.into_string(), range }),
            Node::Image { title, alt, .. } => Prose::Image(Found { value: [alt, title.into_string()], range }),
            Node::Html { markup, .. } => Prose::Html(Found { value: markup.into_string(), range }),
            Node::CodeSpan(_) | Node::Math { .. } => Prose::Sign,
            Node::Open(Tag::Superscript | Tag::Subscript) => {
                scripts += 1;
                Prose::Sign
            }
            Node::Close(TagEnd::Superscript | TagEnd::Subscript) => {
                scripts = scripts.saturating_sub(1);
                Prose::Sign
            }
            Node::Open(Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. }) => {
                addresses += 1;
                Prose::Border
            }
            Node::Close(TagEnd::Link) => {
                // Links do not nest.
                addresses = 0;
                return;
            }
            // Emphasis may begin and end inside a word.
            Node::Open(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. })
            | Node::Close(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => return,
            _ => Prose::Border,
        };
        steps.push(step);
    });
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steps in short: text with what stands at its place in the file, `#` for a sign, `|` for a border.
    fn shown(file: &str) -> String {
        let step = |step: &Prose| match step {
            Prose::Text(text) => match &file[text.range.clone()] {
                source if source == text.value => text.value.clone(),
                source => format!("{}<{source}>", text.value),
            },
            Prose::Image(image) => format!("({:?} {})", image.value, &file[image.range.clone()]),
            Prose::Html(html) => html.value.clone(),
            Prose::Sign => "#".to_owned(),
            Prose::Border => "|".to_owned(),
        };
        prose(file).iter().map(step).collect()
    }

    #[test]
    fn words_are_apart_from_signs() {
        assert_eq!(shown("---\ntitle: no\n---\nA *wo*rd, `code` and $x$th."), "|A word, # and #th.|");
        assert_eq!(shown("x~max~ 10^th^ <https://a.example/wrods>"), "|x### 10### |#|");
        assert_eq!(shown("a[^n]\n\n[^n]: b"), "|a|||||b|||");
    }

    #[test]
    fn a_text_knows_its_place_also_beside_a_citation() {
        assert_eq!(
            shown("It's one [@a], it's &amp; @fig:x two."),
            "|It’s one <It's one >|, it’s & <, it's &amp; >| two.|"
        );
        assert_eq!(shown("> a\n> b [@c] d"), "||a|b | d||");
    }

    #[test]
    fn an_image_is_whole() {
        assert_eq!(shown("![A b](c.png \"D\") e"), "|([\"A b\", \"D\"] ![A b](c.png \"D\")) e|");
    }
}
