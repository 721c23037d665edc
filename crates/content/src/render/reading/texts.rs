//! Texts: those that come in pieces, and those that nodes are read as.

use super::{Node, Placed, Reader};
use crate::render::{anchors::part, scripts::scripts};
use pulldown_cmark::{CowStr, Event, OffsetIter, Tag};
use std::{mem, ops::Range};

impl<'a> Reader<'a, '_> {
    /// Hands on the texts that were held back, scripts marked.
    pub(super) fn end_run(&mut self) {
        let mut run = mem::take(&mut self.run);
        let scripts = if self.is_verbatim { Vec::new() } else { scripts(&run, self.body, self.options) };
        if scripts.is_empty() {
            for (text, range) in run.drain(..) {
                self.emit(Node::Text(text), range.start + self.base..range.end + self.base);
            }
            // The list is used again.
            self.run = run;
            return;
        }
        let place = run.first().map_or(0, |first| first.1.start)..run.last().map_or(0, |last| last.1.end);
        let place = place.start + self.base..place.end + self.base;
        let text: String = run.iter().map(|(text, _)| &**text).collect();
        let mut at = 0;
        for script in scripts {
            let tag = if script.is_super { Tag::Superscript } else { Tag::Subscript };
            let end = tag.to_end();
            let inner = script.range.start + 1..script.range.end - 1;
            self.part_of_run(&text[at..script.range.start], &place);
            self.emit(Node::Open(tag), place.clone());
            self.part_of_run(&text[inner], &place);
            self.emit(Node::Close(end), place.clone());
            at = script.range.end;
        }
        self.part_of_run(&text[at..], &place);
    }

    fn part_of_run(&mut self, text: &str, place: &Range<usize>) {
        if !text.is_empty() {
            self.emit(Node::Text(CowStr::from(text.to_owned())), place.clone());
        }
    }

    /// The text up to the end of the block, and its place.
    pub(super) fn gather(&self, events: &mut OffsetIter<'a>) -> (CowStr<'a>, Option<Range<usize>>) {
        let mut text = String::new();
        let mut place: Option<Range<usize>> = None;
        for (event, range) in events {
            match event {
                Event::Text(piece) | Event::Html(piece) | Event::InlineHtml(piece) => {
                    text.push_str(&piece);
                    let start = place.map_or(range.start + self.base, |place| place.start);
                    place = Some(start..range.end + self.base);
                }
                Event::End(_) => break,
                _ => {}
            }
        }
        (text.into(), place)
    }
}

/// `range` without `n` bytes of delimiter at either end.
pub(super) fn inside(range: Range<usize>, n: usize) -> Range<usize> {
    range.start + n..(range.end - n).max(range.start + n)
}

/// `fig-` and the file's name without folders and extensions.
pub(super) fn figure_id(dest: &str) -> String {
    let name = &dest[dest.rfind('/').map_or(0, |slash| slash + 1)..];
    let stem = &name[..name.find('.').unwrap_or(name.len())];
    ["fig-", &part(stem)].concat()
}

/// An image's description: the text between its brackets; ends with the image.
pub(super) fn alt_text(events: &mut OffsetIter<'_>) -> String {
    let mut alt = String::new();
    let mut depth = 0_u32;
    for (event, _) in events.by_ref() {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => break,
            Event::End(_) => depth -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                alt.push_str(&text);
            }
            Event::SoftBreak | Event::HardBreak => alt.push(' '),
            _ => {}
        }
    }
    alt
}

/// The words of inline nodes, formulas as their source.
pub(super) fn plain(nodes: &[Placed<'_>]) -> String {
    let mut text = String::new();
    for (node, _) in nodes {
        match node {
            Node::Text(piece) | Node::CodeSpan(piece) | Node::Math { tex: piece, .. } => text.push_str(piece),
            Node::Image { alt, .. } => text.push_str(alt),
            Node::SoftBreak | Node::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text.trim().to_owned()
}

/// How many elements a chunk of raw HTML leaves open; below 0 if it closes others.
pub(super) fn balance(markup: &str) -> i32 {
    let opens = |tag: &str| match tag.as_bytes() {
        [b'/', ..] => -1,
        // The one void element that authors may write.
        [b'b', b'r', ..] => 0,
        [c, ..] if c.is_ascii_alphabetic() => 1,
        _ => 0,
    };
    markup.split('<').skip(1).map(opens).sum()
}
