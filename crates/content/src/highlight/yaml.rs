//! YAML, line by line.

use super::{
    Class,
    lexer::{Lexer, has, position},
    strings::Quote,
};

pub(super) fn spans(source: &str, out: &mut dyn FnMut(Class, &str)) {
    let mut yaml = Yaml { lexer: Lexer::new(source, out), flow: 0, block: None };
    while !yaml.lexer.is_at_end() {
        yaml.line();
    }
    yaml.lexer.flush();
}

struct Yaml<'s, 'o> {
    lexer: Lexer<'s, 'o>,
    /// Brackets and braces that are open.
    flow: u32,
    /// The indentation of the key whose text (`|`, `>`) goes on in deeper lines.
    block: Option<usize>,
}

impl Yaml<'_, '_> {
    fn line(&mut self) {
        let len = self.lexer.line_len();
        let line = &self.lexer.rest()[..len];
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(block) = self.block {
            if indent > block || line.trim().is_empty() {
                self.lexer.token(Class::String, len);
                return self.lexer.skip(1);
            }
            self.block = None;
        }
        let end = self.lexer.at + len;
        let mut at = indent;
        while line[at..].starts_with("- ") {
            at += 2 + line[at + 2..].bytes().take_while(|byte| *byte == b' ').count();
        }
        self.lexer.skip(at);
        match line {
            "---" | "..." => self.lexer.token(Class::Keyword, len),
            _ if line.starts_with('%') => self.lexer.token(Class::Attribute, len),
            _ if self.flow == 0 => self.key(),
            _ => {}
        }
        while self.lexer.at < end {
            self.value(indent, end);
        }
        if self.lexer.at == end {
            self.lexer.skip(1);
        }
    }

    /// `key:`, `"key":`, if the line begins with one.
    fn key(&mut self) {
        let line = &self.lexer.rest()[..self.lexer.line_len()];
        if line.starts_with(['#', '[', '{', '&', '*', '!', '|', '>']) {
            return;
        }
        let from = match line.chars().next() {
            Some(mark @ ('"' | '\'')) => line[1..].find(mark).map_or(line.len(), |end| end + 2),
            _ => 0,
        };
        let Some(len) = colon(&line[from..]).map(|at| from + at) else { return };
        if position(&line[..len], " #").is_some() || (from > 0 && !line[from..len].trim().is_empty()) {
            return;
        }
        self.lexer.token(Class::Key, len);
        self.lexer.skip(1);
    }

    /// The next piece of a value; the line ends at `end`, but a quoted text may not.
    fn value(&mut self, indent: usize, end: usize) {
        let byte = self.lexer.peek(0);
        let before = self.lexer.at.checked_sub(1).map_or(b'\n', |at| self.lexer.source.as_bytes()[at]);
        let line = &self.lexer.source[self.lexer.at..end];
        match byte {
            b' ' | b'\t' | b',' => self.lexer.skip(1),
            b'[' | b'{' => {
                self.flow += 1;
                self.lexer.skip(1);
            }
            b']' | b'}' => {
                self.flow = self.flow.saturating_sub(1);
                self.lexer.skip(1);
            }
            b'#' if before.is_ascii_whitespace() => self.lexer.token(Class::Comment, line.len()),
            b'"' => self.quoted(Quote { lines: true, ..Quote::simple("\"") }),
            b'\'' => self.quoted(Quote { lines: true, escapes: false, ..Quote::simple("'") }),
            b'&' | b'*' | b'!' => {
                let len = line.find([' ', ',', ']', '}']).unwrap_or(line.len());
                self.lexer.token(Class::Attribute, len.max(1));
            }
            b'|' | b'>' if self.flow == 0 => {
                self.block = Some(indent);
                self.lexer.token(Class::Keyword, line.split([' ', '#']).next().unwrap_or(line).len().max(1));
            }
            _ => self.scalar(line),
        }
    }

    fn quoted(&mut self, quote: Quote<'static>) {
        let super::strings::End::Closed(len) = quote.scan(&self.lexer, 1) else { return self.lexer.skip(1) };
        let is_key = self.flow > 0 && self.lexer.next_sign(len) == b':';
        self.lexer.token(if is_key { Class::Key } else { Class::String }, len);
    }

    /// A value without quotation marks, or a key between braces.
    fn scalar(&mut self, line: &str) {
        let mut len = line.len();
        if self.flow > 0 {
            len = line.find([',', ']', '}', '[', '{']).unwrap_or(len);
        }
        len = position(&line[..len], " #").unwrap_or(len);
        if let Some(key) = colon(&line[..len]).filter(|_| self.flow > 0) {
            self.lexer.token(Class::Key, key);
            return self.lexer.skip(1);
        }
        let word = line[..len].trim_end();
        let class = match () {
            () if has("true false null yes no on off ~ True False", word) => Class::Literal,
            () if is_number(word) => Class::Number,
            () => Class::Plain,
        };
        self.lexer.token(class, word.len().max(1));
    }
}

/// Where the colon of a key stands: before a blank or the end.
fn colon(line: &str) -> Option<usize> {
    line.match_indices(':')
        .map(|(at, _)| at)
        .find(|at| matches!(line.as_bytes().get(at + 1), None | Some(b' ' | b'\t' | b'\r')))
}

fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['-', '+', '.']);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'_' | b':' | b'-' | b'+' | b'x' | b'o'))
}
