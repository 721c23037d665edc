//! Liquid and shortcodes: what has a counterpart becomes it, what has none is left out and told.

pub(crate) mod args;
mod hugo;
mod liquid;
mod tags;
mod zola;

use crate::body::{Body, shown, whole_line, with_line};
use crate::code::{code, holding};
use crate::codes;
use crate::draft::Edit;
use crate::figure::figure;
use crate::head::keys::Meta;
use crate::links::Posts;
use crate::site::System;
use args::Args;
use std::ops::Range;
use tags::{Tag, next};

/// What tags may ask for.
pub(crate) struct Known<'k> {
    pub posts: &'k Posts,
    pub meta: &'k Meta,
    /// The post's own date, `YYYY-MM-DD`.
    pub date: &'k str,
}

/// Works through all tags of the text once, from its beginning.
pub(crate) fn expand(body: &mut Body<'_>, system: System, known: &Known<'_>) {
    let text = body.draft.text().to_owned();
    let mut expander = Expander { body, text: &text, known, edits: Vec::new(), at: 0 };
    let mut code_ranges = code(&text);
    while let Some(tag) = next(system, &text, expander.at) {
        expander.at = tag.range.end;
        if let Some(range) = holding(&code_ranges, tag.range.start) {
            if system == System::Jekyll && tag.name == "raw" {
                let message = "`{% raw %}` in code is kept: Jekyll would not show it, this blog does";
                expander.body.warn(codes::TEMPLATE_IN_CODE, &tag.range, message);
            }
            expander.at = range.end.max(tag.range.end);
            continue;
        }
        let before = expander.at;
        match system {
            System::Jekyll => expander.liquid(&tag),
            System::Hugo => expander.hugo(&tag),
            System::Zola => expander.zola(&tag),
        }
        // A block of code that came from tags may look like anything to the parser: begin anew after it.
        if expander.at > before {
            let from = expander.at;
            code_ranges = code(&text[from..]).into_iter().map(|range| range.start + from..range.end + from).collect();
        }
    }
    let edits = expander.edits;
    body.draft.apply(edits);
}

struct Expander<'e, 'b> {
    body: &'e mut Body<'b>,
    text: &'e str,
    known: &'e Known<'e>,
    edits: Vec<Edit>,
    /// Up to where the text is worked through.
    at: usize,
}

impl Expander<'_, '_> {
    fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.edits.push(Edit::new(range, with));
    }

    /// Takes the tag away, with its line if it has one for itself.
    fn remove(&mut self, range: &Range<usize>) {
        self.replace(with_line(self.text, range), "");
    }

    /// Takes away a tag that has no counterpart, and says so.
    fn leave_out(&mut self, tag: &Tag, help: Option<String>) {
        let message = format!("`{}` has no counterpart here and is left out", shown(&self.text[tag.range.clone()]));
        self.body.warn(codes::TEMPLATE, &tag.range, message);
        if let Some(help) = help {
            self.body.help(help);
        }
        self.remove(&tag.range);
    }

    /// A tag that shows an image. False if it names none.
    fn figure(&mut self, tag: &Tag, args: &Args) -> bool {
        let line = whole_line(self.text, &tag.range);
        let Some((markdown, dropped)) = figure(args, line.is_some()) else { return false };
        if !dropped.is_empty() {
            let names = crate::body::listed(dropped.iter().map(String::as_str));
            let verb = if dropped.len() == 1 { "is" } else { "are" };
            self.body.note(codes::FIGURE, &tag.range, format!("{names} of the figure {verb} not carried over"));
        }
        match line {
            // A figure is a paragraph of its own.
            Some(line) => {
                let above = self.text[..line.start].trim_end_matches([' ', '\t']);
                let before = if above.is_empty() || above.ends_with("\n\n") { "" } else { "\n" };
                let after =
                    if self.text[line.end..].trim_start_matches([' ', '\t']).starts_with('\n') { "" } else { "\n" };
                self.replace(line, format!("{before}{markdown}\n{after}"));
            }
            None => self.replace(tag.range.clone(), markdown),
        }
        true
    }

    /// A block of code between an opening tag and what `is_end` knows for the closing one.
    fn code_block(&mut self, tag: &Tag, closing: Option<Range<usize>>, info: &str) {
        let Some(closing) = closing else {
            let message = format!("`{}` is not closed and is left out", shown(&self.text[tag.range.clone()]));
            self.body.warn(codes::TEMPLATE, &tag.range, message);
            return self.remove(&tag.range);
        };
        let inner = &self.text[tag.range.end..closing.start];
        let indent: String = {
            let start = self.text[..tag.range.start].rfind('\n').map_or(0, |at| at + 1);
            self.text[start..tag.range.start].chars().take_while(|c| *c == ' ').collect()
        };
        let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        let is_inline =
            self.text[..tag.range.start].chars().rev().take_while(|c| *c != '\n').any(|c| !c.is_whitespace());
        let open = if is_inline { format!("\n\n{indent}{fence}{info}") } else { format!("{fence}{info}") };
        // The first line break belongs to the tag.
        let begins =
            tag.range.end + inner.find('\n').filter(|at| inner[..*at].trim().is_empty()).map_or(0, |at| at + 1);
        let inner = &self.text[begins..closing.start];
        let kept = inner.trim_end_matches([' ', '\t']);
        let gap = if kept.ends_with('\n') || kept.is_empty() { "" } else { "\n" };
        self.replace(tag.range.start..begins, format!("{open}\n"));
        let end = begins + kept.len();
        let rest = &self.text[closing.end..];
        let is_last = rest.is_empty() || rest.trim_start_matches([' ', '\t']).starts_with('\n');
        let after = if is_last { "" } else { "\n\n" };
        self.replace(end..closing.end, format!("{gap}{indent}{fence}{after}"));
        self.at = closing.end;
    }
}
