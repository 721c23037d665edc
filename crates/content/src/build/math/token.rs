//! LaTeX cut into tokens, each with its place in the author's text.

use crate::build::formula::FormulaError;

/// What a token is. Names borrow from the formula or from a macro's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// `\name` without its backslash; `*` belongs to the name where LaTeX has such a variant.
    Command(&'a str),
    Char(char),
    /// `{`
    Open,
    /// `}`
    Close,
    /// `&`
    Cell,
    /// `^`
    Sup,
    /// `_`
    Sub,
    /// `~`
    Tie,
    Space,
    /// `$`, legal only inside `\text`.
    Dollar,
    /// `#1` to `#9`, legal only inside a definition.
    Param(u8),
    /// What `\verb` holds.
    Verbatim(&'a str),
}

/// A token and where it begins, in bytes of the author's formula.
///
/// What a macro expands to carries the place of the macro's call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind<'a>,
    pub at: usize,
}

impl<'a> Token<'a> {
    /// The command's name, if it is one.
    pub fn command(&self) -> Option<&'a str> {
        match self.kind {
            Kind::Command(name) => Some(name),
            _ => None,
        }
    }
}

/// An error at a place, with a way on if there is one.
pub(super) fn error(at: usize, message: impl Into<String>, help: impl Into<Option<&'static str>>) -> FormulaError {
    FormulaError { offset: at, message: message.into(), help: help.into().map(str::to_owned) }
}

/// The first character that stands for a finished piece of MathML in what the converter is given.
pub(super) const FIRST_ISLAND: char = '\u{F0000}';
/// The last such character.
pub(super) const LAST_ISLAND: char = '\u{FFFFD}';

/// Names whose star is part of the name; after any other name a star is a character.
const STARRED: &[&str] = &["operatorname", "hspace", "tag", "DeclareMathOperator", "vspace"];

/// Cuts a formula into tokens; `at` is the offset that each of them gets, its own if `None`.
///
/// # Errors
/// A lone backslash at the end, a `\verb` without end, or a character that no text may hold (control
/// characters, private use).
pub(super) fn tokenize<'a>(tex: &'a str, fixed: Option<usize>) -> Result<Vec<Token<'a>>, FormulaError> {
    let mut tokens = Vec::with_capacity(tex.len());
    let mut rest = tex;
    while let Some(first) = rest.chars().next() {
        let at = fixed.unwrap_or(tex.len() - rest.len());
        let mut taken = first.len_utf8();
        let kind = match first {
            '\\' => {
                let (kind, length) = command(rest, at)?;
                taken = length;
                kind
            }
            '{' => Kind::Open,
            '}' => Kind::Close,
            '&' => Kind::Cell,
            '^' => Kind::Sup,
            '_' => Kind::Sub,
            '~' | '\u{A0}' => Kind::Tie,
            '$' => Kind::Dollar,
            '%' => {
                rest = rest.find('\n').map_or("", |end| rest[end + 1..].trim_start());
                continue;
            }
            '#' => match rest.as_bytes().get(1) {
                Some(digit @ b'1'..=b'9') => {
                    taken = 2;
                    Kind::Param(digit - b'0')
                }
                // Legal only in a colour's value.
                _ => Kind::Char('#'),
            },
            space if space.is_whitespace() => {
                taken = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\u{A0}').len();
                Kind::Space
            }
            odd if odd.is_control() || is_private(odd) => {
                return Err(error(at, format!("the character U+{:04X} cannot be shown", odd as u32), None));
            }
            other => Kind::Char(other),
        };
        tokens.push(Token { kind, at });
        rest = &rest[taken..];
    }
    Ok(tokens)
}

fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// The command at the start of `rest`, and how many bytes it takes, spaces after a word included.
fn command(rest: &str, at: usize) -> Result<(Kind<'_>, usize), FormulaError> {
    let body = &rest[1..];
    let letters = body.len() - body.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '@').len();
    if letters == 0 {
        let Some(symbol) = body.chars().next() else {
            return Err(error(at, r"a backslash stands at the end", r"write `\\` for a line break"));
        };
        let length = symbol.len_utf8();
        let name = if symbol.is_whitespace() { " " } else { &body[..length] };
        return Ok((Kind::Command(name), 1 + length));
    }
    let mut name = &body[..letters];
    if name == "verb" {
        return verbatim(body, letters, at);
    }
    if STARRED.contains(&name) && body[letters..].starts_with('*') {
        name = &body[..letters + 1];
    }
    let spaces = body[name.len()..].len() - body[name.len()..].trim_start().len();
    Ok((Kind::Command(name), 1 + name.len() + spaces))
}

fn verbatim(body: &str, letters: usize, at: usize) -> Result<(Kind<'_>, usize), FormulaError> {
    let start = letters + usize::from(body[letters..].starts_with('*'));
    let inner = body[start..].chars().next().filter(|c| !c.is_whitespace()).and_then(|fence| {
        let from = start + fence.len_utf8();
        body[from..].find(fence).map(|length| (from, from + length, fence.len_utf8()))
    });
    match inner {
        Some((from, to, fence)) => Ok((Kind::Verbatim(&body[from..to]), 1 + to + fence)),
        None => Err(error(at, r"`\verb` has no end", r"close it with the character that opened it: `\verb|x|`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(tex: &str) -> Vec<Kind<'_>> {
        tokenize(tex, None).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn words_swallow_the_space_behind_them_and_symbols_do_not() {
        assert_eq!(
            kinds(r"\alpha  x\, y"),
            [Kind::Command("alpha"), Kind::Char('x'), Kind::Command(","), Kind::Space, Kind::Char('y')]
        );
    }

    #[test]
    fn offsets_are_bytes_of_the_text() {
        let tokens = tokenize(r"é\beta x", None).unwrap();
        assert_eq!(tokens.iter().map(|token| token.at).collect::<Vec<_>>(), [0, 2, 8]);
    }

    #[test]
    fn comments_end_with_their_line() {
        assert_eq!(kinds("a% no\n  b"), [Kind::Char('a'), Kind::Char('b')]);
        assert_eq!(kinds(r"a\%b"), [Kind::Char('a'), Kind::Command("%"), Kind::Char('b')]);
    }

    #[test]
    fn stars_belong_only_to_names_that_have_them() {
        assert_eq!(kinds(r"\operatorname*"), [Kind::Command("operatorname*")]);
        assert_eq!(kinds(r"\alpha*"), [Kind::Command("alpha"), Kind::Char('*')]);
    }

    #[test]
    fn verb_keeps_what_it_holds() {
        assert_eq!(kinds(r"\verb|x_^{|+"), [Kind::Verbatim("x_^{"), Kind::Char('+')]);
        assert_eq!(tokenize(r"a\verb|x", None).unwrap_err().offset, 1);
    }

    #[test]
    fn what_cannot_be_cut_is_an_error_at_its_place() {
        for (tex, offset) in [("ab\\", 2), ("a\u{E000}", 1), ("a\u{F0001}", 1), ("a\u{0}", 1)] {
            assert_eq!(tokenize(tex, None).unwrap_err().offset, offset, "{tex:?}");
        }
    }
}
