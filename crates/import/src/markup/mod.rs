//! Raw HTML: what Markdown has a word for becomes Markdown, what the allow-list lacks is taken away and told.
//!
//! An element that is not allowed goes and leaves the text that it held, but for those whose contents are no text
//! (`script`, `style`, `iframe` and their like), which go whole. The build's own check has the last word: see `repair`.

mod picture;
mod tags;

use crate::body::{Body, listed, shown, with_line};
use crate::code::OPTIONS;
use crate::codes;
use crate::draft::Edit;
use crate::figure::{destination, image};
use content::build::html::is_allowed;
use pulldown_cmark::{Event, Parser, Tag as Block, TagEnd};
use std::ops::Range;
use tags::{Tag, tags};

/// Elements that go with all that they hold.
const WHOLE: [&str; 15] = [
    "script", "style", "iframe", "object", "embed", "svg", "math", "video", "audio", "noscript", "template", "form",
    "canvas", "select", "button",
];

/// Elements of old that have a successor.
const RENAMED: [(&str, &str); 7] = [
    ("tt", "code"),
    ("strike", "s"),
    ("acronym", "abbr"),
    ("big", "strong"),
    ("dir", "ul"),
    ("header", "div"),
    ("main", "div"),
];

const VOID: [&str; 6] = ["br", "hr", "img", "wbr", "input", "source"];

/// Rewrites all raw HTML.
pub(crate) fn convert(body: &mut Body<'_>) {
    let text = body.draft.text().to_owned();
    let mut converter = Converter { body, text: &text, edits: Vec::new(), links: Vec::new() };
    let mut skip_to = 0;
    // The tags of a paragraph come one by one, those of a block together.
    let mut inline: Vec<Tag> = Vec::new();
    for (event, range) in Parser::new_ext(&text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Block::HtmlBlock) => {
                let chunk = range.start..range.end;
                if !picture::convert(&mut converter, &chunk) {
                    let found = tags(&text, &chunk);
                    converter.tables(&found);
                    converter.tags(&found, true);
                }
                skip_to = range.end;
            }
            Event::InlineHtml(_) if range.start >= skip_to => inline.extend(tags(&text, &range)),
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell) => {
                let found = std::mem::take(&mut inline);
                converter.tags(&found, false);
            }
            _ => {}
        }
    }
    converter.tags(&inline, false);
    let edits = converter.edits;
    body.draft.apply(edits);
    more(body);
}

/// `<!--more-->` marks where an excerpt ends, which lists of this blog do not show.
fn more(body: &mut Body<'_>) {
    let text = body.draft.text().to_owned();
    let code = crate::code::code(&text);
    let mut edits = Vec::new();
    for (start, _) in text.match_indices("<!--") {
        let Some(end) = text[start..].find("-->").map(|at| start + at + 3) else { continue };
        if text[start + 4..end - 3].trim().eq_ignore_ascii_case("more") && crate::code::holding(&code, start).is_none()
        {
            edits.push(Edit::new(with_line(&text, &(start..end)), ""));
        }
    }
    body.draft.apply(edits);
}

struct Converter<'c, 'b> {
    body: &'c mut Body<'b>,
    text: &'c str,
    edits: Vec<Edit>,
    /// Open `<a>` that become links of Markdown: their addresses; nothing for those that stay.
    links: Vec<Option<String>>,
}

impl Converter<'_, '_> {
    fn replace(&mut self, range: &Range<usize>, with: impl Into<String>) {
        self.edits.push(Edit::new(range.clone(), with));
    }

    fn shown(&self, range: &Range<usize>) -> String {
        shown(&self.text[range.clone()])
    }

    fn tags(&mut self, tags: &[Tag], is_block: bool) {
        let mut idx = 0;
        while let Some(tag) = tags.get(idx) {
            idx += 1;
            if WHOLE.contains(&tag.name.as_str()) && !tag.is_end {
                let end = tags[idx..].iter().position(|one| one.is_end && one.name == tag.name).map(|at| idx + at);
                let range = tag.range.start..end.map_or(tag.range.end, |at| tags[at].range.end);
                idx = end.map_or(idx, |at| at + 1);
                let message = format!("the element `{}` is left out with all that it holds", self.shown(&tag.range));
                self.body.warn(codes::HTML_ELEMENT, &range, message);
                if let Some(address) = tag.value("src").filter(|address| address.contains("//")) {
                    self.body.help(format!("write a link: {address}"));
                }
                self.replace(&with_line(self.text, &range), "");
                continue;
            }
            if tag.name == "a" && !tag.is_end {
                let is_closed = tags[idx..].iter().any(|one| one.is_end && one.name == "a");
                self.link(tag, !is_block && is_closed);
                continue;
            }
            self.tag(tag, is_block);
        }
        self.links.clear();
    }

    fn tag(&mut self, tag: &Tag, is_block: bool) {
        let name = tag.name.as_str();
        match name {
            "img" => return self.image(tag, is_block),
            "hr" if is_block => return self.replace(&tag.range, "\n---\n"),
            "a" => {
                if let Some(Some(address)) = self.links.pop() {
                    self.replace(&tag.range, format!("]({})", destination(&address)));
                }
                return;
            }
            _ => {}
        }
        let renamed = RENAMED.iter().find(|(old, _)| *old == name).map(|(_, new)| *new);
        let written = renamed.unwrap_or(name);
        if !is_allowed(written, None) {
            if !tag.is_end {
                let message = format!("the element `{}` is left out, what it holds is kept", self.shown(&tag.range));
                self.body.warn(codes::HTML_ELEMENT, &tag.range, message);
            }
            return self.replace(&tag.range, "");
        }
        if tag.is_end {
            if renamed.is_some() {
                self.replace(&tag.range, format!("</{written}>"));
            }
            return;
        }
        self.attributes(tag, written);
        let name_end = tag.range.start + 1 + name.len();
        if renamed.is_some() {
            self.replace(&(tag.range.start..name_end), format!("<{written}"));
        }
        if tag.closes_itself {
            let end = tag.range.end - 2..tag.range.end;
            let with = if VOID.contains(&written) { ">".to_owned() } else { format!("></{written}>") };
            let blanks = self.text[..end.start].len() - self.text[..end.start].trim_end().len();
            self.replace(&(end.start - blanks..end.end), with);
        }
    }

    /// Takes away what the allow-list lacks.
    fn attributes(&mut self, tag: &Tag, element: &str) {
        let mut dropped = Vec::new();
        for one in &tag.attributes {
            if !is_allowed(element, Some(&one.name)) {
                dropped.push(one.name.as_str());
                self.edits.push(Edit::new(one.range.clone(), ""));
            }
        }
        if !dropped.is_empty() {
            let (noun, verb) = if dropped.len() == 1 { ("attribute", "is") } else { ("attributes", "are") };
            let message = format!("the {noun} {} of `<{}>` {verb} not carried over", listed(dropped), tag.name);
            self.body.note(codes::HTML_ATTRIBUTE, &tag.range, message);
        }
    }

    fn image(&mut self, tag: &Tag, is_block: bool) {
        let alt = tag.value("alt").unwrap_or_default();
        let Some(source) = tag.value("src").filter(|_| !is_block) else {
            let message = format!(
                "the image `{}` stands where no image can, so its description stands for it",
                self.shown(&tag.range)
            );
            self.body.warn(codes::IMAGE, &tag.range, message);
            return self.replace(&tag.range, alt);
        };
        self.image_attributes(tag);
        self.replace(&tag.range, image(alt, source));
    }

    fn image_attributes(&mut self, tag: &Tag) {
        let dropped: Vec<&str> = tag
            .attributes
            .iter()
            .map(|one| one.name.as_str())
            .filter(|name| !["src", "alt", "loading"].contains(name))
            .collect();
        if !dropped.is_empty() {
            let verb = if dropped.len() == 1 { "is" } else { "are" };
            let message = format!("{} of the image {verb} not carried over", listed(dropped));
            self.body.note(codes::FIGURE, &tag.range, message);
        }
    }

    /// A link within the site must be Markdown's, which a block of HTML cannot hold, nor what is not closed.
    fn link(&mut self, tag: &Tag, can_be_markdown: bool) {
        let address = tag.value("href").map(str::to_owned);
        let is_local = address.as_ref().is_some_and(|address| {
            !address.starts_with('#') && !address.contains("://") && !address.starts_with("mailto:")
        });
        match address {
            Some(address) if is_local && can_be_markdown => {
                self.replace(&tag.range, "[");
                self.links.push(Some(address));
            }
            Some(address) if is_local => {
                let message =
                    format!("the link to `{address}` stands where only HTML can and is left out, its text is kept");
                self.body.warn(codes::LINK, &tag.range, message);
                let range = tag.attributes.iter().find(|one| one.name == "href").map(|one| one.range.clone());
                self.edits.extend(range.map(|range| Edit::new(range, "")));
                self.attributes(tag, "a");
                self.links.push(None);
            }
            _ => {
                // `name` is how anchors were written before `id`.
                let anchor = tag.attributes.iter().find(|one| one.name == "name" && tag.value("id").is_none());
                match anchor {
                    Some(one) => self.edits.push(Edit::new(one.range.clone(), format!(" id=\"{}\"", one.value))),
                    None => self.attributes(tag, "a"),
                }
                self.links.push(None);
            }
        }
    }

    /// Rows need a body around them, which browsers put in by themselves.
    fn tables(&mut self, tags: &[Tag]) {
        for (idx, _) in tags.iter().enumerate().filter(|(_, tag)| tag.name == "table" && !tag.is_end) {
            let inner = &tags[idx + 1..];
            let Some(end) = inner.iter().position(|tag| tag.name == "table" && tag.is_end) else { continue };
            let has_body = inner[..end].iter().any(|tag| matches!(tag.name.as_str(), "tbody" | "thead" | "tfoot"));
            let Some(first) = inner[..end].iter().find(|tag| tag.name == "tr").filter(|_| !has_body) else { continue };
            self.replace(&(first.range.start..first.range.start), "<tbody>");
            let close = inner[end].range.start;
            self.replace(&(close..close), "</tbody>");
        }
    }
}
