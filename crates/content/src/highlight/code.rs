//! Languages with words, strings, numbers and comments.

use super::{
    Class,
    languages::{BLOCK_COMMENT, CAPITALS, DECORATORS, PREFIXES, PREPROCESSOR, RUST, Rules, SCRIPT, TOML},
    lexer::{Lexer, has},
    strings::{End, Quote},
};

/// How far the end of an attribute or a regular expression is sought, in bytes.
const LONGEST: usize = 2000;

pub(super) fn spans(rules: &'static Rules, source: &str, out: &mut dyn FnMut(Class, &str)) {
    let lexer = Lexer::new(source, out);
    let mut code =
        Code { lexer, rules, holes: Vec::new(), sought: 0, before: Before::Sign(b'\n'), defines: Class::Plain };
    while !code.lexer.is_at_end() {
        code.step();
    }
    code.lexer.flush();
}

/// What stood last, blanks and comments apart.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Sign(u8),
    /// A name, a number, a string, a type.
    Operand,
    Keyword,
}

struct Code<'s, 'o> {
    lexer: Lexer<'s, 'o>,
    rules: &'static Rules,
    /// Strings that an expression has interrupted, and the braces open in that expression.
    holes: Vec<(Quote<'s>, u32)>,
    before: Before,
    /// Up to where an end was sought in vain.
    sought: usize,
    /// What the next name is, after `def` or `class`.
    defines: Class,
}

impl<'s> Code<'s, '_> {
    fn flag(&self, flag: u16) -> bool {
        self.rules.flags & flag != 0
    }

    fn step(&mut self) {
        let byte = self.lexer.peek(0);
        match byte {
            b'\n' => {
                // An expression does not leave the line that its string must not leave.
                while self.holes.last().is_some_and(|(quote, _)| !quote.lines) {
                    self.holes.pop();
                }
                self.sign(byte);
            }
            b' ' | b'\t' | b'\r' => self.lexer.skip(1),
            _ if self.lexer.rest().starts_with(self.rules.comment) => {
                self.lexer.token(Class::Comment, self.lexer.line_len());
            }
            b'/' if self.lexer.peek(1) == b'*' && self.flag(BLOCK_COMMENT) => {
                let len = self.block_comment();
                self.lexer.token(Class::Comment, len);
            }
            b'"' => self.string(0),
            b'\'' if self.flag(RUST) => self.tick(),
            b'\'' => self.string(0),
            b'`' if self.flag(SCRIPT) => self.begin(Quote { lines: true, hole: "${", ..Quote::simple("`") }, 1),
            b'0'..=b'9' => self.number(),
            b'.' if self.lexer.peek(1).is_ascii_digit()
                && !matches!(self.before, Before::Operand | Before::Sign(b'.')) =>
            {
                self.number()
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
            b'#' | b'@' | b'/' | b'[' => {
                let len = self.special(byte);
                match byte {
                    _ if len == 0 => self.sign(byte),
                    b'/' => self.operand(Class::String, len),
                    b'[' => self.operand(Class::Type, len),
                    _ => {
                        self.lexer.token(Class::Attribute, len);
                        self.include();
                    }
                }
            }
            b'{' | b'}' => self.brace(byte),
            _ => self.sign(byte),
        }
    }

    fn sign(&mut self, byte: u8) {
        self.lexer.skip(1);
        // The rows of an array of TOML are no sections.
        let is_array = self.flag(TOML) && matches!(self.before, Before::Sign(b'[' | b',' | b'='));
        if byte != b'\n' || !is_array {
            self.before = Before::Sign(byte);
        }
        // `function* name`, `def  name`.
        if byte != b'*' {
            self.defines = Class::Plain;
        }
    }

    fn operand(&mut self, class: Class, len: usize) {
        self.lexer.token(class, len);
        self.before = Before::Operand;
        self.defines = Class::Plain;
    }

    /// Bytes of an attribute, a decorator, a directive, a regular expression, a section; 0 if none
    /// begins with this sign.
    fn special(&mut self, byte: u8) -> usize {
        let begins_line = self.before == Before::Sign(b'\n');
        match byte {
            b'#' if self.flag(RUST) => self.bounded(Self::attribute),
            b'#' if self.flag(PREPROCESSOR) && begins_line => {
                let rest = &self.lexer.rest()[1..];
                let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
                1 + blanks + rest[blanks..].bytes().take_while(u8::is_ascii_alphabetic).count()
            }
            b'@' if self.flag(DECORATORS) && (begins_line || self.flag(SCRIPT)) => {
                let name = self.lexer.rest()[1..]
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
                1 + name.count()
            }
            // A regular expression stands where a value may begin; elsewhere `/` divides.
            b'/' if self.flag(SCRIPT) && !matches!(self.before, Before::Operand | Before::Sign(b')' | b']')) => {
                self.bounded(Self::regex)
            }
            b'[' if self.flag(TOML) && begins_line && self.holes.is_empty() => {
                let line = &self.lexer.rest()[..self.lexer.line_len()];
                line.split('#').next().unwrap_or(line).trim_end().len()
            }
            _ => 0,
        }
    }

    /// Looks for an end unless it was just sought in vain: else many beginnings would each be
    /// followed through the same text.
    fn bounded(&mut self, scan: fn(&Self) -> usize) -> usize {
        if self.lexer.at < self.sought {
            return 0;
        }
        let len = scan(self);
        if len == 0 {
            self.sought = self.lexer.at + LONGEST;
        }
        len
    }

    fn block_comment(&self) -> usize {
        if !self.flag(RUST) {
            return self.lexer.len_through(2, "*/");
        }
        let bytes = self.lexer.rest().as_bytes();
        let (mut depth, mut at) = (0_u32, 0);
        while at < bytes.len() {
            match bytes[at..] {
                [b'/', b'*', ..] => depth += 1,
                [b'*', b'/', ..] => depth -= 1,
                _ => {
                    at += 1;
                    continue;
                }
            }
            at += 2;
            if depth == 0 {
                break;
            }
        }
        at
    }

    /// `#[…]` and `#![…]`, with brackets and strings in them.
    fn attribute(&self) -> usize {
        let bytes = self.lexer.rest().as_bytes();
        let start = if self.lexer.peek(1) == b'!' { 2 } else { 1 };
        let (mut depth, mut in_string) = (0_u32, false);
        for (at, byte) in bytes.iter().enumerate().skip(start).take(LONGEST) {
            match byte {
                b'"' => in_string = !in_string,
                b'[' if !in_string => depth += 1,
                b']' if !in_string => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return if *byte == b']' { at + 1 } else { 0 };
            }
        }
        0
    }

    /// `/…/flags`, in one line.
    fn regex(&self) -> usize {
        let bytes = self.lexer.rest().as_bytes();
        let (mut at, mut in_class) = (1, false);
        while at < bytes.len().min(LONGEST) {
            match bytes[at] {
                b'\n' => break,
                b'\\' => at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => {
                    return at + 1 + bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
                }
                _ => {}
            }
            at += 1;
        }
        0
    }

    /// The file after `#include`.
    fn include(&mut self) {
        if self.flag(PREPROCESSOR) {
            let blanks = self.lexer.rest().bytes().take_while(|byte| *byte == b' ').count();
            if self.lexer.peek(blanks) == b'<' {
                self.lexer.skip(blanks);
                let line = self.lexer.rest().split('\n').next().unwrap_or_default();
                let len = line.find('>').map_or(0, |end| end + 1);
                self.lexer.token(Class::String, len);
            }
        }
        self.before = Before::Operand;
    }

    /// A brace may end the expression in a string.
    fn brace(&mut self, byte: u8) {
        let Some((quote, depth)) = self.holes.last_mut() else { return self.sign(byte) };
        match byte {
            b'{' => *depth += 1,
            _ if *depth > 0 => *depth -= 1,
            _ => {
                let quote = *quote;
                self.holes.pop();
                self.lexer.skip(1);
                return self.begin(quote, 0);
            }
        }
        self.sign(byte);
    }

    /// A string in quotation marks, after `prefix` bytes.
    fn string(&mut self, prefix: usize) {
        let mark = self.lexer.mark(prefix, self.flag(PREFIXES | TOML));
        let letters = &self.lexer.rest()[..prefix];
        let formats = self.flag(PREFIXES) && letters.contains(['f', 'F', 't', 'T']);
        let quote = Quote {
            end: mark,
            // TOML's literal strings have no escapes.
            escapes: !(self.flag(TOML) && mark.starts_with('\'')),
            lines: mark.len() == 3 || self.flag(RUST),
            hole: if formats { "{" } else { "" },
        };
        self.begin(quote, prefix + mark.len());
    }

    /// A string from here on, up to its end or to an expression in it.
    fn begin(&mut self, quote: Quote<'s>, open: usize) {
        match quote.scan(&self.lexer, open) {
            End::Closed(len) => {
                let is_key = self.rules.key != 0 && self.lexer.next_sign(len) == self.rules.key;
                self.operand(if is_key { Class::Key } else { Class::String }, len);
            }
            End::Hole(len) => {
                self.lexer.token(Class::String, len);
                self.lexer.skip(quote.hole.len());
                self.holes.push((quote, 0));
                self.before = Before::Sign(b'{');
            }
        }
    }

    /// Rust: a character or a lifetime.
    fn tick(&mut self) {
        let mut chars = self.lexer.rest()[1..].chars();
        match (chars.next(), chars.next()) {
            (Some('\\'), _) => {
                let (End::Closed(len) | End::Hole(len)) = Quote::simple("'").scan(&self.lexer, 1);
                self.operand(Class::String, len);
            }
            (Some(c), Some('\'')) => self.operand(Class::String, c.len_utf8() + 2),
            (Some(c), _) if c.is_ascii_alphabetic() || c == '_' || !c.is_ascii() => {
                let name = self.lexer.rest()[1..].bytes();
                let len =
                    name.take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80).count();
                self.operand(Class::Literal, 1 + len);
            }
            _ => self.sign(b'\''),
        }
    }

    fn number(&mut self) {
        let bytes = self.lexer.rest().as_bytes();
        let is_hex = bytes.len() > 1 && bytes[0] == b'0' && matches!(bytes[1], b'x' | b'X');
        let mut len = 1;
        while let Some(byte) = bytes.get(len) {
            let next = bytes.get(len + 1).copied().unwrap_or(0);
            let goes_on = match byte {
                b'_' => true,
                b'.' if next == b'f' => self.flag(PREPROCESSOR),
                b'.' => !(next == b'.' || next == b'_' || next.is_ascii_alphabetic()),
                b'+' | b'-' if matches!(bytes[len - 1], b'e' | b'E') && !is_hex => next.is_ascii_digit(),
                b'\'' => self.flag(PREPROCESSOR) && next.is_ascii_alphanumeric(),
                b'-' | b':' => self.flag(TOML) && next.is_ascii_digit(),
                byte => byte.is_ascii_alphanumeric(),
            };
            if !goes_on {
                break;
            }
            len += 1;
        }
        self.operand(Class::Number, len);
    }

    fn word(&mut self) {
        let toml = self.flag(TOML);
        let len = self.lexer.word_len(if toml { b"-." } else { b"" });
        let word = &self.lexer.rest()[..len];
        let next = self.lexer.peek(len);
        if self.prefixed(word, next) {
            return;
        }
        if self.flag(RUST) && next == b'!' && matches!(self.lexer.next_sign(len + 1), b'(' | b'[' | b'{') {
            return self.operand(Class::Function, len + 1);
        }
        // `promise.catch`, `options.default`.
        let is_member = self.before == Before::Sign(b'.') && self.flag(SCRIPT);
        let rules = self.rules;
        let class = match () {
            () if is_member => Class::Plain,
            () if self.defines != Class::Plain => self.defines,
            () if has(rules.literals, word) => Class::Literal,
            () if has(rules.keywords, word) || has(rules.more, word) => Class::Keyword,
            () if has(rules.types, word) => Class::Type,
            () if rules.key == b'=' && self.lexer.next_sign(len) == b'=' => Class::Key,
            () if self.flag(CAPITALS) && is_type(word) => Class::Type,
            () if self.flag(PREPROCESSOR) && self.before == Before::Operand && self.lexer.next_sign(len) == b'(' => {
                Class::Function
            }
            () => Class::Plain,
        };
        self.operand(class, len);
        if class == Class::Keyword {
            self.before = Before::Keyword;
            self.defines = match word {
                "def" | "fn" | "function" => Class::Function,
                "class" | "struct" | "enum" | "union" | "trait" | "interface" | "namespace" => Class::Type,
                _ => Class::Plain,
            };
        }
    }

    /// Strings whose mark follows letters: `rb"…"`, `r#"…"#`, `R"x(…)x"`.
    fn prefixed(&mut self, word: &str, next: u8) -> bool {
        if !matches!(next, b'"' | b'\'' | b'#') || word.len() > 3 {
            return false;
        }
        let len = word.len();
        if self.flag(PREFIXES) && next != b'#' && word.bytes().all(|byte| b"rRbBuUfFtT".contains(&byte)) {
            self.string(len);
        } else if self.flag(RUST) && has("r br cr", word) {
            let hashes = self.lexer.rest()[len..].bytes().take_while(|byte| *byte == b'#').count();
            if self.lexer.peek(len + hashes) != b'"' {
                // `r#type` is a name.
                self.lexer.skip(len + hashes);
                self.operand(Class::Plain, self.lexer.word_len(b""));
                return true;
            }
            let end = ["\"", &"#".repeat(hashes)].concat();
            self.operand(Class::String, self.lexer.len_through(len + hashes + 1, &end));
        } else if self.flag(RUST) && next == b'\'' && word == "b" {
            self.operand(Class::String, 1);
            self.tick();
        } else if self.flag(RUST) && next == b'"' && has("b c", word) {
            self.string(len);
        } else if self.flag(PREPROCESSOR) && next == b'"' && has("R LR u8R uR UR", word) {
            let open = self.lexer.rest()[len + 1..].split(['(', '\n']).next().unwrap_or_default();
            let end = [")", open, "\""].concat();
            self.operand(Class::String, self.lexer.len_through(len + 1, &end));
        } else if self.flag(PREPROCESSOR) && next != b'#' && has("L u8 u U", word) {
            self.string(len);
        } else {
            return false;
        }
        true
    }
}

/// A capital and no capitals only, or one capital: `Vec`, `T`, not `MAX`.
fn is_type(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes[0].is_ascii_uppercase() && (bytes.len() == 1 || bytes.iter().any(u8::is_ascii_lowercase))
}
