//! A place in a source, and the spans before it.

use super::Class;

/// Walks through a source; what no token takes is plain.
pub(super) struct Lexer<'s, 'o> {
    pub(super) source: &'s str,
    /// The next byte; always where a character begins.
    pub(super) at: usize,
    /// What is handed on so far.
    done: usize,
    out: &'o mut dyn FnMut(Class, &str),
}

impl<'s, 'o> Lexer<'s, 'o> {
    pub(super) fn new(source: &'s str, out: &'o mut dyn FnMut(Class, &str)) -> Self {
        Self { source, at: 0, done: 0, out }
    }

    pub(super) fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    /// The byte `ahead` of the place, 0 past the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.source.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.source.len()
    }

    /// Passes over plain bytes, and over the rest of a character that they end in.
    pub(super) fn skip(&mut self, len: usize) {
        self.at = self.source.ceil_char_boundary(self.at + len);
    }

    /// Makes the next bytes a token.
    pub(super) fn token(&mut self, class: Class, len: usize) {
        self.flush();
        self.skip(len);
        if class != Class::Plain {
            let text = &self.source[self.done..self.at];
            self.done = self.at;
            if !text.is_empty() {
                (self.out)(class, text);
            }
        }
    }

    /// Hands on what is plain before the place.
    pub(super) fn flush(&mut self) {
        if self.done < self.at {
            (self.out)(Class::Plain, &self.source[self.done..self.at]);
            self.done = self.at;
        }
    }

    /// Bytes up to the end of the line, without it.
    pub(super) fn line_len(&self) -> usize {
        self.rest().find('\n').unwrap_or(self.rest().len())
    }

    /// Bytes up to and with `end`; all there are if it does not come.
    pub(super) fn len_through(&self, from: usize, end: &str) -> usize {
        let rest = self.rest();
        let found = rest.get(from..).and_then(|inner| position(inner, end));
        found.map_or(rest.len(), |found| from + found + end.len())
    }

    /// Bytes of the word that begins here.
    pub(super) fn word_len(&self, also: &[u8]) -> usize {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80 || also.contains(byte);
        self.rest().bytes().take_while(|byte| is_part(byte)).count()
    }

    /// The first byte after blanks, `from` bytes ahead.
    pub(super) fn next_sign(&self, from: usize) -> u8 {
        let mut ahead = from;
        while matches!(self.peek(ahead), b' ' | b'\t') {
            ahead += 1;
        }
        self.peek(ahead)
    }
}

/// As `text.find(wanted)`, whose fast search is large and not needed for these few bytes.
pub(super) fn position(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|window| window == wanted.as_bytes())
}

/// Whether a word stands in a list of words.
pub(super) fn has(words: &str, word: &str) -> bool {
    let (mut rest, word) = (words.as_bytes(), word.as_bytes());
    loop {
        // Of most words the first letter is another.
        if rest.first() == word.first() && rest.starts_with(word) && matches!(rest.get(word.len()), None | Some(b' ')) {
            return true;
        }
        match rest.iter().position(|byte| *byte == b' ') {
            Some(end) => rest = &rest[end + 1..],
            None => return false,
        }
    }
}
