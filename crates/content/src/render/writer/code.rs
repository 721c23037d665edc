//! Blocks of code.

use super::Writer;
use crate::{
    highlight::{Class, language},
    render::{
        escape::{attribute, escape},
        info::Info,
    },
};

impl<const DRESSED: bool> Writer<'_, DRESSED> {
    pub(super) fn code(&mut self, info: &str, text: &str) {
        self.fresh_line();
        let info = Info::parse(info);
        if !DRESSED {
            self.out.push_str("<pre><code");
            if !info.language.is_empty() {
                attribute(&mut self.out, "class", &["language-", info.language].concat());
            }
            self.out.push('>');
            escape(&mut self.out, text, true);
            return self.out.push_str("</code></pre>\n");
        }
        let language = language(info.language);
        let name = language.map_or(info.language, |language| language.name());
        self.code_head(&info, name);
        let name = info.title.unwrap_or(name);
        let label = if name.is_empty() { "Code".to_owned() } else { ["Code: ", name].concat() };
        self.out.push_str("<pre");
        self.region(label);
        self.out.push_str("><code");
        let mut class = String::new();
        if !info.language.is_empty() {
            class = ["language-", info.language].concat();
        }
        if info.numbers {
            class.push_str(if class.is_empty() { "numbers" } else { " numbers" });
        }
        if !class.is_empty() {
            attribute(&mut self.out, "class", &class);
        }
        self.out.push('>');
        let mut lines = Lines { out: &mut self.out, info, line: 0, is_open: false };
        match language {
            Some(language) => language.spans(text, &mut |class, piece| lines.span(class, piece)),
            None => lines.span(Class::Plain, text),
        }
        lines.end();
        self.out.push_str("</code></pre></div>\n");
    }

    fn code_head(&mut self, info: &Info<'_>, name: &str) {
        self.out.push_str("<div class=\"code\"><div class=\"code-head\">");
        // That a block named "Output" is text goes without saying.
        let name = if info.title.is_some() && name == "Text" { "" } else { name };
        for (tag, text) in [("b", info.title.unwrap_or_default()), ("span", name)] {
            if !text.is_empty() {
                self.put(&["<", tag, ">"]);
                escape(&mut self.out, text, false);
                self.put(&["</", tag, ">"]);
            }
        }
        self.out.push_str("<button type=\"button\" class=\"btn bare copy\" data-copy>Copy</button></div>");
    }
}

/// Writes spans, each line in an element of its own where lines are numbered or marked.
struct Lines<'o, 'i> {
    out: &'o mut String,
    info: Info<'i>,
    /// The line that was begun last, from 1.
    line: u32,
    is_open: bool,
}

impl Lines<'_, '_> {
    fn span(&mut self, class: Class, text: &str) {
        if !self.info.numbers && !self.info.marks() {
            return self.piece(class, text);
        }
        // The line's end stands in the line's element: the text is the source, and an empty line
        // has something in it.
        for line in text.split_inclusive('\n') {
            self.begin();
            let words = line.strip_suffix('\n').unwrap_or(line);
            self.piece(class, words);
            if words.len() < line.len() {
                self.out.push('\n');
                self.end();
            }
        }
    }

    fn piece(&mut self, class: Class, text: &str) {
        let class = class.letter();
        if class == ' ' || text.is_empty() {
            return escape(self.out, text, false);
        }
        self.out.push_str("<span class=\"h");
        self.out.push(class);
        self.out.push_str("\">");
        escape(self.out, text, false);
        self.out.push_str("</span>");
    }

    fn begin(&mut self) {
        if !self.is_open {
            self.line += 1;
            self.is_open = true;
            self.out.push_str(match self.info.is_marked(self.line) {
                true => "<span class=\"l mark\">",
                false => "<span class=\"l\">",
            });
        }
    }

    fn end(&mut self) {
        if self.is_open {
            self.is_open = false;
            self.out.push_str("</span>");
        }
    }
}
