//! Hugo's shortcodes.

use super::tags::{Tag, next};
use super::{Args, Expander};
use crate::fence;
use crate::site::System;

impl Expander<'_, '_> {
    pub(super) fn hugo(&mut self, tag: &Tag) {
        if let Some(literal) = &tag.literal {
            return self.replace(tag.range.clone(), literal.clone());
        }
        let args = Args::parse(&tag.args);
        match tag.name.as_str() {
            "highlight" if tag.is_closing => self.remove(&tag.range),
            "highlight" => {
                let language = args.positional.first().cloned().unwrap_or_default();
                let mut options: Vec<(String, String)> = args.named.clone();
                for text in args.positional.iter().skip(1) {
                    options.extend(fence::options(&Args::parse(text)));
                }
                let info = fence::info(&language, &options).0;
                let mut at = tag.range.end;
                let closing = std::iter::from_fn(|| {
                    let tag = next(System::Hugo, self.text, at)?;
                    at = tag.range.start + 1;
                    Some(tag)
                });
                let closing = closing.into_iter().find(|tag| tag.is_closing && tag.name == "highlight");
                self.code_block(tag, closing.map(|tag| tag.range), &info);
            }
            "ref" | "relref" => {
                let path = args.positional.first().map(String::as_str).or(args.first(&["path"])).unwrap_or_default();
                let to = self.known.posts.by_reference(path).unwrap_or_else(|| path.to_owned());
                self.replace(tag.range.clone(), to);
            }
            "figure" | "image" | "img" if !tag.is_closing => {
                if !self.figure(tag, &args) {
                    self.leave_out(tag, None);
                }
            }
            _ if tag.is_closing => self.remove(&tag.range),
            name => {
                let id = args.positional.first().map(String::as_str).or(args.first(&["id"])).unwrap_or_default();
                self.leave_out(tag, super::zola::address(name, id));
            }
        }
    }
}
