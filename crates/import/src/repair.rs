//! What the build would refuse, put so that it passes: the text is kept, what it cannot do here is told.

use crate::body::{Body, shown};
use crate::codes;
use crate::draft::Edit;
use crate::figure::bracketed;
use content::build::Diagnostic;
use content::build::codes as faults;
use content::render::Dialect;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use std::ops::Range;

/// Mends what `errors` say of the text, whose first byte is byte `base` of the built file. `path` is that file.
///
/// False if nothing could be done about any of them.
pub(crate) fn mend(body: &mut Body<'_>, errors: &[&Diagnostic], base: usize, path: &str) -> bool {
    let text = body.draft.text().to_owned();
    let mut mender = Mender { body, text: &text, edits: Vec::new() };
    let mut had_html = false;
    for error in errors {
        let span = error.span.start.saturating_sub(base)..error.span.end.saturating_sub(base);
        if error.path != path {
            mender.drawing(error);
        } else if error.span.start < base {
            continue;
        } else if error.code.starts_with("html-") {
            // One tag that is wrong makes others look wrong: one at a time.
            if !had_html {
                mender.markup(error, &span);
            }
            had_html = true;
        } else {
            mender.other(error, &span);
        }
    }
    let edits = mender.edits;
    let has_any = !edits.is_empty();
    body.draft.apply(edits);
    has_any
}

struct Mender<'m, 'b> {
    body: &'m mut Body<'b>,
    text: &'m str,
    edits: Vec<Edit>,
}

impl Mender<'_, '_> {
    fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.edits.push(Edit::new(range, with));
    }

    fn other(&mut self, error: &Diagnostic, span: &Range<usize>) {
        match error.code {
            faults::FORMULA => self.formula(error, span.start),
            faults::FORMULA_UNREAD => {
                self.body.warn(
                    codes::FORMULA,
                    span,
                    "the formula of this `$$` cannot be read, so the marks are kept as text",
                );
                self.replace(span.clone(), "\\$\\$");
            }
            faults::IMAGE_MISSING | faults::IMAGE_FORMAT | faults::IMAGE_TWICE => self.image(error, span.start),
            faults::CITATION | faults::LABEL => {
                let what = shown(self.text.get(span.clone()).unwrap_or_default());
                let message = format!("`{what}` would be a reference of this blog's and is kept as text");
                self.body.note(codes::ESCAPED, span, message);
                self.replace(span.start..span.start, "\\");
            }
            faults::DUPLICATE_ID => self.id(span),
            faults::DEAD_LINK | faults::DRAFT_LINK => {
                let message = format!("{}, and its text is kept without it", error.message);
                self.unlink(span, &message);
            }
            faults::DEAD_ANCHOR => self.anchor(error, span),
            _ => {}
        }
    }

    /// A tag goes, a `<` or `&` that begins none is kept as text.
    fn markup(&mut self, error: &Diagnostic, span: &Range<usize>) {
        let at = (0..=span.start.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        if self.text[at..].starts_with('&') && error.code == faults::HTML_SYNTAX {
            self.body.note(codes::HTML_REFUSED, &(at..at + 1), format!("`&` is kept as text: {}", error.message));
            return self.replace(at..at + 1, "&amp;");
        }
        let through = at + self.text[at..].chars().next().map_or(0, char::len_utf8);
        let Some(start) = self.text[..through].rfind('<').or_else(|| self.text[at..].find('<').map(|found| at + found))
        else {
            return;
        };
        let end = self.text[start..].find('>').map(|end| start + end + 1);
        let is_tag = self.text[start + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match end.filter(|_| is_tag && !error.message.starts_with("malformed")) {
            Some(end) => {
                let tag = shown(&self.text[start..end]);
                let message = format!("`{tag}` is left out, what it holds is kept: {}", error.message);
                self.body.warn(codes::HTML_REFUSED, &(start..end), message);
                self.replace(start..end, "");
            }
            None => {
                self.body.note(
                    codes::HTML_REFUSED,
                    &(start..start + 1),
                    format!("`<` is kept as text: {}", error.message),
                );
                self.replace(start..start + 1, "&lt;");
            }
        }
    }

    fn formula(&mut self, error: &Diagnostic, at: usize) {
        let mut found = None;
        for (event, range) in Parser::new_ext(self.text, Dialect::BLOG.options).into_offset_iter() {
            if range.contains(&at) {
                match event {
                    Event::InlineMath(tex) | Event::DisplayMath(tex) => found = Some((range, Some(tex.to_string()))),
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if &*info == "math" => {
                        found = Some((range, None))
                    }
                    _ => {}
                }
            }
        }
        let Some((range, tex)) = found else { return };
        let message = format!("the formula cannot be converted and is kept as code: {}", error.message);
        self.body.warn(codes::FORMULA, &(at..at + 1), message);
        if let Some(help) = &error.help {
            self.body.help(help.clone());
        }
        match tex {
            Some(tex) => {
                let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
                let ticks = if tex.contains('`') { "``" } else { "`" };
                self.replace(range, format!("{ticks}{tex}{ticks}"));
            }
            None => {
                let word = self.text[range.start..].find("math").map(|found| range.start + found);
                self.edits.extend(word.map(|at| Edit::new(at..at + 4, "text")));
            }
        }
    }

    fn images(&self) -> Vec<(Range<usize>, String, String)> {
        let mut found: Vec<(Range<usize>, String, String)> = Vec::new();
        let mut depth = 0;
        for (event, range) in Parser::new_ext(self.text, Dialect::BLOG.options).into_offset_iter() {
            match event {
                Event::Start(Tag::Image { dest_url, .. }) => {
                    depth += 1;
                    found.push((range, dest_url.to_string(), String::new()));
                }
                Event::End(TagEnd::Image) => depth -= 1,
                Event::Text(words) | Event::Code(words) if depth > 0 => {
                    if let Some((_, _, alt)) = found.last_mut() {
                        alt.push_str(&words);
                    }
                }
                _ => {}
            }
        }
        found
    }

    fn image(&mut self, error: &Diagnostic, at: usize) {
        if let Some((range, _, alt)) = self.images().into_iter().find(|(range, ..)| range.contains(&at)) {
            let message = format!("{}, so its description stands for it", error.message);
            self.body.warn(codes::IMAGE, &range, message);
            self.replace(range, bracketed(&alt));
        }
    }

    /// A drawing that the build does not let pass.
    fn drawing(&mut self, error: &Diagnostic) {
        let name = error.path.rsplit('/').next().unwrap_or_default();
        for (range, dest, alt) in self.images() {
            let dest = content::build::decode_percent(&dest);
            if dest == name && !self.edits.iter().any(|edit| edit.range == range) {
                let message = format!(
                    "the drawing `{name}` cannot be shown, so its description stands for it: {}",
                    error.message
                );
                self.body.warn(codes::IMAGE, &range, message);
                self.replace(range, bracketed(&alt));
            }
        }
    }

    fn id(&mut self, span: &Range<usize>) {
        let slice = &self.text[span.clone()];
        let mark = slice.find("{#").and_then(|at| Some((at, slice[at..].find('}')? + at + 1)));
        let range = match mark {
            Some((start, end)) => span.start + start..span.start + end,
            // An attribute's value: with its name and the quotes.
            None => {
                let Some(start) = self.text[..span.start].rfind("id=") else { return };
                let quote = usize::from(self.text[span.end..].starts_with(['"', '\'']));
                start..span.end + quote
            }
        };
        let message = format!("the id `{}` stands twice and is left out here", shown(&self.text[range.clone()]));
        self.body.warn(codes::ID, &range, message);
        self.replace(range, "");
    }

    /// The link that begins there: its range, where its inner text ends, and its address.
    fn link(&self, at: usize) -> Option<(Range<usize>, usize, String)> {
        let mut open: Vec<(Range<usize>, usize, String)> = Vec::new();
        for (event, range) in Parser::new_ext(self.text, Dialect::BLOG.options).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => {
                    open.push((range.clone(), range.start + 1, dest_url.to_string()))
                }
                Event::End(TagEnd::Link) => {
                    if let Some(link) = open.pop().filter(|(range, ..)| range.start == at) {
                        return Some(link);
                    }
                }
                _ => {
                    for (_, end, _) in &mut open {
                        *end = range.end.max(*end);
                    }
                }
            }
        }
        None
    }

    fn unlink(&mut self, span: &Range<usize>, message: &str) {
        match self.link(span.start) {
            Some((range, inner_end, _)) => {
                self.body.warn(codes::LINK, &range, message);
                self.replace(range.start..range.start + 1, "");
                self.replace(inner_end..range.end, "");
            }
            // A tag's attribute.
            None => {
                let (start, end) =
                    (self.text[..span.start].rfind("href"), self.text[span.end..].find(['"', '\'', '>', ' ']));
                if let (Some(start), Some(end)) = (start, end) {
                    let quote = usize::from(!self.text[span.end + end..].starts_with(['>', ' ']));
                    self.body.warn(codes::LINK, span, message);
                    self.replace(start..span.end + end + quote, "");
                }
            }
        }
    }

    fn anchor(&mut self, error: &Diagnostic, span: &Range<usize>) {
        match self.link(span.start) {
            Some((range, inner_end, address)) if !address.starts_with('#') => {
                let page = address.split('#').next().unwrap_or_default();
                self.body.warn(
                    codes::LINK,
                    &range,
                    format!("{}, so the link leads to the page's beginning", error.message),
                );
                if let Some(help) = &error.help {
                    self.body.help(help.clone());
                }
                self.replace(inner_end..range.end, format!("]({})", crate::figure::destination(page)));
            }
            _ => {
                self.unlink(span, &format!("{}, so the link is left out and its text kept", error.message));
                if let Some(help) = &error.help {
                    self.body.help(help.clone());
                }
            }
        }
    }
}
