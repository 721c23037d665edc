//! Texts: those that come in pieces, and those that nodes are read as.

use super::{Node, Placed, Reader};
use crate::render::{
    anchors::part,
    marks::{Mark, marks},
    scripts::{Piece, Script, scripts},
};
use pulldown_cmark::{CowStr, Event, OffsetIter, Tag};
use std::{mem, ops::Range};

impl<'a> Reader<'a, '_> {
    /// Hands on the texts that were held back: scripts, citations, references and labels apart.
    pub(super) fn end_run(&mut self) {
        let mut run = mem::take(&mut self.run);
        let parts = if self.is_verbatim { Vec::new() } else { self.parts(&run) };
        if parts.is_empty() {
            for (text, range) in run.drain(..) {
                self.emit(Node::Text(text), range.start + self.base..range.end + self.base);
            }
            // The list is used again.
            self.run = run;
            return;
        }
        let whole = run.first().map_or(0, |first| first.1.start)..run.last().map_or(0, |last| last.1.end);
        let whole = whole.start + self.base..whole.end + self.base;
        let text: String = run.iter().map(|(text, _)| &**text).collect();
        let mut at = 0;
        for part in parts {
            let range = part.range().clone();
            self.part_of_run(&text[at..range.start], &self.outline(&run, &(at..range.start)));
            at = range.end;
            let place = self.place(&run, &range).unwrap_or_else(|| whole.clone());
            match part {
                Part::Script(script) => {
                    let tag = if script.is_super { Tag::Superscript } else { Tag::Subscript };
                    let end = tag.to_end();
                    self.emit(Node::Open(tag), place.clone());
                    self.part_of_run(&text[range.start + 1..range.end - 1], &place);
                    self.emit(Node::Close(end), place);
                }
                Part::Mark(Mark::Token(_)) => self.emit(Node::Token(CowStr::from(text[range].to_owned())), place),
                Part::Mark(Mark::Label(_)) => {
                    self.emit(Node::Label(text[range.start + 2..range.end - 1].to_owned()), place);
                }
            }
        }
        self.part_of_run(&text[at..], &self.outline(&run, &(at..text.len())));
    }

    /// What stands in a run that is more than text, in order; of two that overlap, the first.
    fn parts(&self, run: &[Piece<'a>]) -> Vec<Part> {
        let mut scripts = scripts(run, self.body, self.options).into_iter().map(Part::Script).peekable();
        let mut parts = Vec::new();
        if run.iter().any(|(text, _)| text.bytes().any(|byte| matches!(byte, b'@' | b'{'))) {
            let text: String = run.iter().map(|(text, _)| &**text).collect();
            let written = marks(&text).into_iter().filter(|mark| !self.is_escaped(run, mark.range().start));
            for mark in written.map(Part::Mark) {
                // Both are in order, so that no sorting is needed.
                while let Some(script) = scripts.next_if(|script| script.range().start < mark.range().start) {
                    parts.push(script);
                }
                parts.push(mark);
            }
        }
        parts.extend(scripts);
        let mut end = 0;
        parts.retain(|part| {
            let is_apart = part.range().start >= end;
            end = if is_apart { part.range().end } else { end };
            is_apart
        });
        parts
    }

    /// The bytes in the file of a part of a run; nothing where the parser has changed them.
    fn place(&self, run: &[Piece<'a>], part: &Range<usize>) -> Option<Range<usize>> {
        let start = self.byte(run, part.start)?;
        let end = self.byte(run, part.end - 1)? + 1;
        Some(start + self.base..end + self.base)
    }

    /// The bytes in the file from which a part of a run came, also where the parser has changed them.
    fn outline(&self, run: &[Piece<'a>], part: &Range<usize>) -> Range<usize> {
        let (mut offset, mut outline) = (0, None);
        for (text, range) in run {
            let (before, after) = (part.start.saturating_sub(offset), (offset + text.len()).saturating_sub(part.end));
            if before < text.len() && offset < part.end {
                let is_source = self.body.get(range.clone()) == Some(text);
                let start = range.start + if is_source { before } else { 0 };
                let end = range.end - if is_source { after } else { 0 };
                outline = Some(outline.map_or(start, |outline: Range<usize>| outline.start)..end);
            }
            offset += text.len();
        }
        let outline = outline.unwrap_or_default();
        outline.start + self.base..outline.end + self.base
    }

    /// The byte of the body that stands at this byte of the run.
    fn byte(&self, run: &[Piece<'a>], at: usize) -> Option<usize> {
        let mut offset = 0;
        for (text, range) in run {
            if at < offset + text.len() {
                let is_source = self.body.get(range.clone()) == Some(text);
                return is_source.then_some(range.start + at - offset);
            }
            offset += text.len();
        }
        None
    }

    fn is_escaped(&self, run: &[Piece<'a>], at: usize) -> bool {
        let byte = self.byte(run, at);
        byte.and_then(|byte| self.body.get(..byte)).is_some_and(|before| before.ends_with('\\'))
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

/// Something in a run of text that is more than text.
enum Part {
    Script(Script),
    Mark(Mark),
}

impl Part {
    fn range(&self) -> &Range<usize> {
        match self {
            Self::Script(script) => &script.range,
            Self::Mark(mark) => mark.range(),
        }
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
            Node::Text(piece) | Node::Token(piece) | Node::CodeSpan(piece) | Node::Math { tex: piece, .. } => {
                text.push_str(piece)
            }
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
