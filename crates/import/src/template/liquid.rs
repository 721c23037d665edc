//! Jekyll's Liquid.

use super::tags::{Tag, next};
use super::{Args, Expander};
use crate::address::absolute;
use crate::codes;
use crate::site::System;
use std::ops::Range;

impl Expander<'_, '_> {
    pub(super) fn liquid(&mut self, tag: &Tag) {
        if tag.is_output {
            return match self.value(&format!("{}{}", tag.name, tag.args)) {
                Some(value) => self.replace(tag.range.clone(), value),
                None => self.leave_out(tag, None),
            };
        }
        match tag.name.as_str() {
            "highlight" => {
                let info = info(&tag.args);
                let closing = self.closing(tag.range.end, "endhighlight");
                self.code_block(tag, closing, &info);
            }
            "raw" => match self.closing(tag.range.end, "endraw") {
                Some(closing) => {
                    self.remove(&tag.range);
                    self.remove(&closing);
                    self.at = closing.end;
                }
                None => self.remove(&tag.range),
            },
            "comment" => {
                let end = self.closing(tag.range.end, "endcomment").map_or(tag.range.end, |closing| closing.end);
                self.body.note(codes::TEMPLATE, &(tag.range.start..end), "a comment of Liquid's is left out");
                self.remove(&(tag.range.start..end));
                self.at = end.max(self.at);
            }
            "post_url" => {
                let name = tag.args.trim();
                let to = self.known.posts.by_name(name).unwrap_or_else(|| name.to_owned());
                self.replace(tag.range.clone(), to);
            }
            // The path from the root; the links' own room finds the post or the file.
            "link" => self.replace(tag.range.clone(), absolute(tag.args.trim())),
            "include" | "include_relative" | "include_cached" | "figure" | "image" | "img" => {
                let args = Args::parse(&tag.args);
                let name = args.positional.first().map(String::as_str).unwrap_or_default();
                let shows = tag.name == "figure" || !tag.name.starts_with("include") || is_of_images(name);
                if !shows || !self.figure(tag, &args) {
                    self.leave_out(tag, None);
                }
            }
            "youtube" => {
                let id = tag.args.trim().trim_matches('"');
                self.leave_out(tag, Some(format!("write a link: https://www.youtube.com/watch?v={id}")));
            }
            _ => self.leave_out(tag, None),
        }
    }

    /// The next tag of that name, whatever stands before it.
    fn closing(&self, from: usize, name: &str) -> Option<Range<usize>> {
        let mut at = from;
        while let Some(tag) = next(System::Jekyll, self.text, at) {
            if tag.name == name && !tag.is_output {
                return Some(tag.range);
            }
            // In code, an opening brace may pair with anything.
            at = tag.range.start + 1;
        }
        None
    }

    /// What an expression shows, if that can be told here.
    fn value(&self, expression: &str) -> Option<String> {
        let mut parts = expression.split('|').map(str::trim);
        let first = parts.next()?;
        let mut value = match first {
            "site.baseurl" | "site.url" => String::new(),
            "page.title" => self.known.meta.front.title.clone(),
            "page.description" => self.known.meta.front.description.clone(),
            "page.date" => self.known.date.to_owned(),
            _ => {
                let quote = first.chars().next().filter(|c| matches!(c, '"' | '\''))?;
                first.strip_prefix(quote)?.strip_suffix(quote)?.to_owned()
            }
        };
        for filter in parts {
            let (name, argument) = filter.split_once(':').map_or((filter, ""), |(name, rest)| (name, rest.trim()));
            value = match name.trim() {
                "relative_url" | "absolute_url" => absolute(&value),
                "prepend" if ["site.baseurl", "site.url"].contains(&argument) => absolute(&value),
                "escape" | "xml_escape" | "strip" => value.trim().to_owned(),
                "date_to_string" | "date_to_long_string" | "date" if first == "page.date" => value,
                _ => return None,
            };
        }
        Some(value)
    }
}

fn is_of_images(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    ["figure", "image", "img", "picture"].iter().any(|word| file.to_lowercase().starts_with(word))
}

/// `python linenos mark_lines="1 3-4"` → our info string.
fn info(args: &str) -> String {
    let args = Args::parse(args);
    let mut info = args.positional.first().cloned().unwrap_or_default();
    let has_numbers = args.positional.iter().any(|arg| arg == "linenos") || args.first(&["linenos"]).is_some();
    if has_numbers {
        info.push_str(" numbers");
    }
    if let Some(lines) = args.first(&["mark_lines", "hl_lines"]) {
        let lines: Vec<&str> = lines.split_whitespace().collect();
        info.push_str(&format!(" mark=\"{}\"", lines.join(",")));
    }
    info
}
