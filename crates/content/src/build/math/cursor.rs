//! Reads arguments from a run of tokens.

use super::token::{Kind, Token, error};
use crate::build::formula::FormulaError;

/// A place in a run of tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t, 'a> {
    tokens: &'t [Token<'a>],
    next: usize,
    /// The offset behind the last token, for errors about what is missing there.
    pub end: usize,
}

/// How many arguments in braces (or single tokens) a command takes, where one is used itself as an
/// argument without braces, as in `\hat\mathbf x` or `x_\text{a}`.
fn arguments_of(name: &str) -> usize {
    match name {
        "frac" | "dfrac" | "tfrac" | "cfrac" | "binom" | "dbinom" | "tbinom" | "overset" | "underset" | "stackrel"
        | "textcolor" | "colorbox" | "raisebox" => 2,
        "sqrt"
        | "text"
        | "textbf"
        | "textit"
        | "textrm"
        | "texttt"
        | "textsf"
        | "textsc"
        | "textnormal"
        | "textup"
        | "textmd"
        | "emph"
        | "mbox"
        | "hbox"
        | "fbox"
        | "boxed"
        | "mathbb"
        | "mathbf"
        | "mathcal"
        | "mathfrak"
        | "mathit"
        | "mathrm"
        | "mathscr"
        | "mathsf"
        | "mathtt"
        | "Bbb"
        | "bm"
        | "bold"
        | "boldsymbol"
        | "frak"
        | "symbf"
        | "operatorname"
        | "operatorname*"
        | "operatornamewithlimits"
        | "mathop"
        | "mathrel"
        | "mathbin"
        | "mathord"
        | "mathopen"
        | "mathclose"
        | "mathpunct"
        | "mathinner"
        | "hat"
        | "widehat"
        | "tilde"
        | "widetilde"
        | "bar"
        | "overline"
        | "underline"
        | "vec"
        | "dot"
        | "ddot"
        | "dddot"
        | "check"
        | "breve"
        | "acute"
        | "grave"
        | "mathring"
        | "overrightarrow"
        | "overleftarrow"
        | "cancel"
        | "bcancel"
        | "xcancel"
        | "sout"
        | "phantom"
        | "vphantom"
        | "hphantom"
        | "smash"
        | "substack"
        | "overlinesegment"
        | "underlinesegment"
        | "mathrlap"
        | "mathllap"
        | "mathclap"
        | "angl"
        | "not"
        | "bra"
        | "ket" => 1,
        _ => 0,
    }
}

impl<'t, 'a> Cursor<'t, 'a> {
    pub fn new(tokens: &'t [Token<'a>], end: usize) -> Self {
        Self { tokens, next: 0, end }
    }

    pub fn next(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.get(self.next).copied();
        self.next += usize::from(token.is_some());
        token
    }

    pub fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.next).copied()
    }

    /// The next token that is no space.
    pub fn peek_solid(&mut self) -> Option<Token<'a>> {
        self.skip_spaces();
        self.peek()
    }

    pub fn skip_spaces(&mut self) {
        while self.peek().is_some_and(|token| token.kind == Kind::Space) {
            self.next += 1;
        }
    }

    /// Takes all that is left.
    pub fn rest(&mut self) -> &'t [Token<'a>] {
        let rest = &self.tokens[self.next..];
        self.next = self.tokens.len();
        rest
    }

    /// Where the next token stands.
    pub fn place(&self) -> usize {
        self.peek().map_or(self.end, |token| token.at)
    }

    /// What the brace that has just been read holds, without its closing brace.
    pub fn group(&mut self, open: usize) -> Result<Cursor<'t, 'a>, FormulaError> {
        let start = self.next;
        let mut depth = 0_usize;
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return Ok(Cursor::new(&self.tokens[start..self.next - 1], token.at)),
                Kind::Close => depth -= 1,
                _ => {}
            }
        }
        Err(error(open, "a brace is opened and never closed", "close it with `}`"))
    }

    /// The argument of `what`: what braces hold, or the next token, with its own arguments if it is
    /// a command that takes some.
    pub fn argument(&mut self, what: &str, at: usize) -> Result<Cursor<'t, 'a>, FormulaError> {
        self.skip_spaces();
        let start = self.next;
        let Some(token) = self.next() else { return Err(lacks(what, at)) };
        match token.kind {
            Kind::Open => self.group(token.at),
            Kind::Close | Kind::Cell => Err(lacks(what, token.at)),
            Kind::Command("right" | "end" | "\\" | "middle") => Err(lacks(what, token.at)),
            Kind::Command(name) => {
                if name == "sqrt" {
                    self.bracket(token.at)?;
                }
                for _ in 0..arguments_of(name) {
                    self.argument(name, token.at)?;
                }
                Ok(Cursor::new(&self.tokens[start..self.next], self.place()))
            }
            _ => Ok(Cursor::new(&self.tokens[start..self.next], self.place())),
        }
    }

    /// What square brackets hold, if they come next.
    pub fn bracket(&mut self, at: usize) -> Result<Option<Cursor<'t, 'a>>, FormulaError> {
        if self.peek_solid().is_none_or(|token| token.kind != Kind::Char('[')) {
            return Ok(None);
        }
        self.next += 1;
        let start = self.next;
        let mut depth = 0_usize;
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Char(']') if depth == 0 => {
                    return Ok(Some(Cursor::new(&self.tokens[start..self.next - 1], token.at)));
                }
                _ => {}
            }
        }
        Err(error(at, "a bracket is opened and never closed", "close it with `]`"))
    }

    /// The argument of `what` as plain characters: a length, a colour, an environment's name.
    pub fn word(&mut self, what: &str, at: usize) -> Result<(String, usize), FormulaError> {
        let inner = self.argument(what, at)?;
        let place = inner.place();
        inner
            .plain()
            .map(|word| (word, place))
            .ok_or_else(|| error(place, format!("`\\{what}` takes plain characters here"), None))
    }

    /// The tokens as plain characters, if they are nothing else.
    pub fn plain(mut self) -> Option<String> {
        let mut word = String::new();
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Char(c) => word.push(c),
                Kind::Space | Kind::Tie => word.push(' '),
                Kind::Sub => word.push('_'),
                // The first digit of a colour's value.
                Kind::Param(digit) => word.extend(['#', char::from(b'0' + digit)]),
                _ => return None,
            }
        }
        Some(word.trim().to_owned())
    }

    /// What is left, cut where a token is `wanted` and stands outside braces, environments and
    /// `\left … \right`.
    pub fn split(self, wanted: impl Fn(&Token<'a>) -> bool) -> Vec<Cursor<'t, 'a>> {
        let rest = &self.tokens[self.next..];
        let mut parts = Vec::new();
        let mut start = 0;
        for (place, token) in top_level(rest) {
            if wanted(&token) {
                parts.push(Cursor::new(&rest[start..place], token.at));
                start = place + 1;
            }
        }
        parts.push(Cursor::new(&rest[start..], self.end));
        parts
    }

    /// Whether a token is wanted outside braces, environments and `\left … \right`.
    pub fn find(&self, wanted: impl Fn(&Token<'a>) -> bool) -> Option<Token<'a>> {
        top_level(&self.tokens[self.next..]).map(|(_, token)| token).find(wanted)
    }

    /// What stands before the token that closes what `opens` has opened, and that token.
    ///
    /// # Errors
    /// If none closes it.
    pub fn until(&mut self, at: usize, opens: &str, closes: &str) -> Result<(Cursor<'t, 'a>, Token<'a>), FormulaError> {
        let start = self.next;
        let (mut braces, mut nested) = (0_usize, 0_usize);
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Open => braces += 1,
                Kind::Close if braces == 0 => break,
                Kind::Close => braces -= 1,
                Kind::Command(name) if name == opens => nested += 1,
                Kind::Command(name) if name == closes && nested > 0 => nested -= 1,
                Kind::Command(name) if name == closes && braces == 0 => {
                    return Ok((Cursor::new(&self.tokens[start..self.next - 1], token.at), token));
                }
                _ => {}
            }
        }
        let help = match opens {
            "left" => Some(r"close it with `\right` and a delimiter, `\right.` for none"),
            "begin" => Some(r"close it with `\end{…}`"),
            _ => None,
        };
        Err(error(at, format!("`\\{opens}` has no `\\{closes}`"), help))
    }

    /// What stands before the first token that is wanted, outside braces; that token comes next.
    pub fn before(&mut self, wanted: impl Fn(&Token<'a>) -> bool) -> Cursor<'t, 'a> {
        let start = self.next;
        let rest = &self.tokens[start..];
        let length = top_level(rest).find(|(_, token)| wanted(token)).map_or(rest.len(), |(place, _)| place);
        self.next = start + length;
        Cursor::new(&rest[..length], self.place())
    }

    /// Whether nothing but spaces is left.
    pub fn is_blank(&self) -> bool {
        self.tokens[self.next..].iter().all(|token| token.kind == Kind::Space)
    }

    /// The last token that is no space.
    pub fn last_solid(&self) -> Option<Token<'a>> {
        self.tokens[self.next..].iter().rev().find(|token| token.kind != Kind::Space).copied()
    }
}

fn lacks(what: &str, at: usize) -> FormulaError {
    match what {
        "^" | "_" => {
            error(at, format!("`{what}` has nothing behind it"), "give it an argument, or write it with a backslash")
        }
        _ => error(at, format!("`\\{what}` lacks an argument"), None),
    }
}

/// The tokens outside braces, environments and `\left … \right`, with their indices.
fn top_level<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = (usize, Token<'a>)> + use<'t, 'a> {
    let mut depth = 0_usize;
    tokens.iter().copied().enumerate().filter(move |(_, token)| {
        let opens = token.kind == Kind::Open || matches!(token.command(), Some("left" | "begin"));
        let closes = token.kind == Kind::Close || matches!(token.command(), Some("right" | "end"));
        if closes {
            depth = depth.saturating_sub(1);
        }
        let outside = depth == 0 && !opens && !closes;
        depth += usize::from(opens);
        outside
    })
}

impl<'t, 'a> Cursor<'t, 'a> {
    /// What stands before the dollar that closes the one that has just been read.
    pub fn until_dollar(&mut self, at: usize) -> Result<Cursor<'t, 'a>, FormulaError> {
        let start = self.next;
        let mut depth = 0_usize;
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => break,
                Kind::Close => depth -= 1,
                Kind::Dollar if depth == 0 => return Ok(Cursor::new(&self.tokens[start..self.next - 1], token.at)),
                _ => {}
            }
        }
        Err(error(at, "`$` is opened and never closed", r"write `\$` for the sign itself"))
    }

    /// Plain characters, or the one sign of text that a command such as `\i` means.
    pub fn plain_or_sign(self) -> Option<String> {
        match self.peek().and_then(|token| token.command()) {
            Some(name) => super::signs::sign(name).filter(|sign| !sign.is_empty()).map(str::to_owned),
            None => self.plain(),
        }
    }
}
