//! The shell, as far as articles use it.

use super::{
    Class,
    lexer::{Lexer, has},
    strings::Quote,
};

const KEYWORDS: &str = "if then elif else fi for while until do done case esac select function time return exit local \
                        export readonly declare unset break continue source";
/// After these a command begins.
const BEFORE_COMMAND: &str = "if then elif else while until do time";

pub(super) fn spans(source: &str, out: &mut dyn FnMut(Class, &str)) {
    let lexer = Lexer::new(source, out);
    let mut shell = Shell {
        lexer,
        open: Vec::new(),
        parens: 0,
        command: true,
        value: false,
        list: false,
        blank: true,
        document: None,
    };
    while !shell.lexer.is_at_end() {
        match shell.open.last() {
            Some(Open::Quote) => shell.quoted(),
            _ => shell.step(),
        }
    }
    shell.lexer.flush();
}

/// What stands around the place.
enum Open {
    /// `"…"`.
    Quote,
    /// `$(…)`, and the parentheses that were open before it.
    Command(u32),
}

struct Shell<'s, 'o> {
    lexer: Lexer<'s, 'o>,
    open: Vec<Open>,
    /// Parentheses open in the innermost command.
    parens: u32,
    /// Whether the next word is a command.
    command: bool,
    /// Whether this is the value of an assignment, after which a command may come.
    value: bool,
    /// Whether `in` is a keyword: after `for` and `case`.
    list: bool,
    /// Whether a word may begin here, as a comment must.
    blank: bool,
    /// The line that ends the here-document whose text begins in the next line.
    document: Option<&'s str>,
}

impl<'s> Shell<'s, '_> {
    fn step(&mut self) {
        let byte = self.lexer.peek(0);
        let blank = std::mem::replace(&mut self.blank, false);
        match byte {
            b' ' | b'\t' => {
                self.blank = true;
                self.value = false;
                self.lexer.skip(1);
            }
            b'\n' => {
                self.lexer.skip(1);
                self.begin_command();
                if let Some(end) = self.document.take() {
                    self.here_document(end);
                }
            }
            b'#' if blank => self.lexer.token(Class::Comment, self.lexer.line_len()),
            b'\\' => self.lexer.skip(2),
            b'"' => {
                self.open.push(Open::Quote);
                self.lexer.token(Class::String, 1);
                self.command &= self.value;
            }
            b'\'' => {
                self.lexer.string(Quote { escapes: false, lines: true, ..Quote::simple("'") }, 1);
                self.command &= self.value;
            }
            b'$' => {
                self.command &= self.value;
                self.variable();
            }
            b';' | b'|' | b'&' => {
                self.lexer.skip(1);
                self.begin_command();
            }
            b'(' => {
                self.parens += 1;
                self.lexer.skip(1);
                self.begin_command();
            }
            b')' => self.close(),
            b'<' if self.lexer.rest().starts_with("<<") => self.here(),
            b'<' | b'>' | b'=' | b'`' => self.lexer.skip(1),
            b'{' | b'}' | b'!' | b'[' if blank || self.command => self.lexer.skip(1),
            _ => self.word(),
        }
    }

    fn begin_command(&mut self) {
        self.command = true;
        self.value = false;
        self.blank = true;
        self.list = false;
    }

    /// The parenthesis of `$(…)`, of a subshell, or of a case.
    fn close(&mut self) {
        self.lexer.skip(1);
        if self.parens > 0 {
            self.parens -= 1;
            self.command = false;
        } else if let Some(Open::Command(parens)) = self.open.pop() {
            self.parens = parens;
            self.command = false;
        } else {
            self.begin_command();
        }
    }

    /// The rest of a string up to its end or to a variable.
    fn quoted(&mut self) {
        let bytes = self.lexer.rest().as_bytes();
        let mut len = 0;
        while let Some(byte) = bytes.get(len) {
            match byte {
                b'\\' => len += 2,
                b'"' => {
                    self.open.pop();
                    return self.lexer.token(Class::String, len + 1);
                }
                b'$' if self.lexer.peek(len + 1) == b'(' || variable_len(&bytes[len..]) > 1 => {
                    self.lexer.token(Class::String, len);
                    return self.variable();
                }
                _ => len += 1,
            }
        }
        self.lexer.token(Class::String, bytes.len());
    }

    /// `$name`, `${…}`, `$?`, or the beginning of `$(…)`.
    fn variable(&mut self) {
        match self.lexer.peek(1) {
            b'(' => {
                self.lexer.skip(2);
                self.open.push(Open::Command(self.parens));
                self.parens = 0;
                self.begin_command();
            }
            b'\'' => self.lexer.string(Quote { lines: true, ..Quote::simple("'") }, 2),
            _ => {
                let len = variable_len(self.lexer.rest().as_bytes());
                self.lexer.token(if len > 1 { Class::Key } else { Class::Plain }, len);
            }
        }
    }

    /// `<<EOF`, `<<-'EOF'`; `<<<` is a string's.
    fn here(&mut self) {
        let dashes = usize::from(self.lexer.peek(2) == b'-');
        let rest = self.lexer.rest().get(2 + dashes..).unwrap_or_default();
        let word = rest.trim_start_matches([' ', '\t', '\'', '"', '\\']);
        let len = word.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if rest.starts_with('<') || len == 0 {
            return self.lexer.skip(if rest.starts_with('<') { 3 } else { 2 });
        }
        self.lexer.skip(2 + dashes);
        self.document = Some(&word[..len]);
        let quote = rest.len() - word.len() + len;
        let quote = quote + usize::from(matches!(self.lexer.peek(quote), b'\'' | b'"'));
        self.lexer.token(Class::String, quote);
    }

    fn here_document(&mut self, end: &str) {
        let mut len = 0;
        for line in self.lexer.rest().split_inclusive('\n') {
            if line.trim_matches(['\t', '\n', '\r']) == end {
                len += line.trim_end_matches('\n').len();
                break;
            }
            len += line.len();
        }
        self.lexer.token(Class::String, len);
    }

    fn word(&mut self) {
        let rest = self.lexer.rest();
        let len = rest.find([' ', '\t', '\n', ';', '|', '&', '(', ')', '<', '>', '"', '\'', '$', '`', '\\', '=']);
        let len = len.unwrap_or(rest.len()).max(1);
        let word = rest.get(..len).unwrap_or_default();
        if !self.command {
            let is_in = self.list && word == "in";
            self.list &= !is_in;
            return self.lexer.token(if is_in { Class::Keyword } else { Class::Plain }, len);
        }
        let name = word.strip_suffix('+').unwrap_or(word);
        if self.lexer.peek(len) == b'=' && variable_len(["$", name].concat().as_bytes()) == name.len() + 1 {
            self.lexer.token(Class::Key, name.len());
            self.value = true;
            // The value is no command; after a blank one may follow.
            let value = self.lexer.rest().find([' ', '\t', '\n', ';', '"', '\'', '$', '`', ')']);
            return self.lexer.skip(value.unwrap_or(self.lexer.rest().len()));
        }
        if has(KEYWORDS, word) {
            self.lexer.token(Class::Keyword, len);
            self.command = has(BEFORE_COMMAND, word);
            self.list = has("for case select", word);
            if word == "function" {
                self.command = true;
            }
        } else {
            self.lexer.token(Class::Function, len);
            self.command = false;
        }
    }
}

/// Bytes of `$name`, `${…}` or `$?`; 1 if it is only a dollar.
fn variable_len(bytes: &[u8]) -> usize {
    match bytes.get(1) {
        Some(b'{') => bytes.iter().position(|byte| matches!(byte, b'}' | b'\n')).map_or(bytes.len(), |end| end + 1),
        Some(b'?' | b'!' | b'#' | b'@' | b'*' | b'$' | b'-' | b'0'..=b'9') => 2,
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            1 + bytes[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
        }
        _ => 1,
    }
}
