//! The words of an article as one text: what a search counts, and shows a stretch of.

use super::{
    body,
    dialect::Dialect,
    reading::{Node, read},
};
use pulldown_cmark::{Tag, TagEnd};

/// The words of a post's file, notes last: `…` stands for a formula or code, a line break for the border of a paragraph.
/// Raw HTML is left out.
pub fn plain_text(markdown: &str) -> String {
    let (body, base) = body(markdown);
    let mut out = String::new();
    read(body, base, Dialect::BLOG.options, &mut |node, _| add(&mut out, &node));
    out
}

/// Adds what a node says to the text.
pub(super) fn add(out: &mut String, node: &Node<'_>) {
    match node {
        Node::Text(text) => {
            // The mark of a note or a citation is a border, and what follows it ends the sentence before.
            if text.starts_with(['.', ',', ';', ':', ')']) && out.ends_with('\n') {
                out.pop();
            }
            out.push_str(text);
        }
        Node::Image { alt, .. } => out.push_str(alt),
        Node::CodeSpan(_) | Node::Math { .. } if !out.ends_with('…') => out.push('…'),
        // Emphasis may begin and end inside a word.
        Node::CodeSpan(_)
        | Node::Math { .. }
        | Node::Html { .. }
        | Node::Open(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript)
        | Node::Open(Tag::Link { .. })
        | Node::Close(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript)
        | Node::Close(TagEnd::Subscript | TagEnd::Link) => {}
        _ if !out.ends_with('\n') => out.push('\n'),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_plain() {
        let file =
            "---\ntitle: no\n---\n# A *b*\n\nWith $x$ and `y`[^n].\n\n```rust\nlet z;\n```\n\n[^n]: Note, <b>bold</b>.";
        assert_eq!(plain_text(file).trim(), "A b\nWith … and ….\nNote, bold.");
    }
}
