//! Replaces macros by what they stand for, and carries out the definitions inside a formula.

use super::macros::{Body, Macro, Macros};
use super::token::{Kind, Token, error, tokenize};
use crate::build::formula::FormulaError;
use std::collections::HashMap;

/// More tokens than any formula has; a macro that reaches this calls itself.
const MOST_TOKENS: usize = 50_000;

/// The tokens of a formula without macros and definitions.
///
/// # Errors
/// A broken definition, a macro that lacks an argument, or one that never ends.
pub(super) fn expand<'a>(macros: &'a Macros, tex: &'a str) -> Result<Vec<Token<'a>>, FormulaError> {
    let mut waiting = tokenize(tex, None)?;
    waiting.reverse();
    let mut expander = Expander { macros, local: HashMap::new(), waiting, done: Vec::new(), work: 0, end: tex.len() };
    while let Some(token) = expander.waiting.pop() {
        expander.take(token)?;
    }
    Ok(expander.done)
}

struct Expander<'a> {
    macros: &'a Macros,
    local: HashMap<&'a str, Macro<'a>>,
    /// What is still to be read, last token first.
    waiting: Vec<Token<'a>>,
    done: Vec<Token<'a>>,
    work: usize,
    end: usize,
}

impl<'a> Expander<'a> {
    fn take(&mut self, token: Token<'a>) -> Result<(), FormulaError> {
        let Kind::Command(name) = token.kind else {
            self.done.push(token);
            return Ok(());
        };
        match name {
            "newcommand" | "renewcommand" | "providecommand" => self.new_command(token),
            "def" | "gdef" | "edef" | "xdef" => self.def(token),
            "let" => self.let_(token),
            "DeclareMathOperator" | "DeclareMathOperator*" => self.operator(token, name),
            "expandafter" => self.expand_after(token),
            "global" | "long" | "noexpand" | "relax" | "protect" => Ok(()),
            _ => match self.find(name) {
                Some(found) => self.call(token, name, &found),
                None => {
                    self.done.push(token);
                    Ok(())
                }
            },
        }
    }

    fn find(&self, name: &str) -> Option<Macro<'a>> {
        self.local.get(name).cloned().or_else(|| self.macros.get(name))
    }

    fn push_back(&mut self, tokens: &[Token<'a>], at: usize) -> Result<(), FormulaError> {
        self.work += tokens.len() + 1;
        if self.work > MOST_TOKENS {
            return Err(error(at, "a macro calls itself without end", None));
        }
        self.waiting.extend(tokens.iter().rev());
        Ok(())
    }

    /// Puts what a macro stands for in front of what is still to be read.
    fn call(&mut self, token: Token<'a>, name: &str, found: &Macro<'a>) -> Result<(), FormulaError> {
        let mut arguments: Vec<Vec<Token<'a>>> = Vec::with_capacity(found.params.into());
        if let Some(default) = &found.default {
            arguments.push(self.optional(token.at)?.unwrap_or_else(|| default.clone()));
        }
        while arguments.len() < found.params.into() {
            arguments.push(self.argument(token.at, name)?);
        }
        let body = match &found.body {
            Body::Text(text) => tokenize(text, Some(token.at))?,
            Body::Tokens(tokens) => tokens.iter().map(|inner| Token { at: token.at, ..*inner }).collect(),
        };
        let mut filled = Vec::with_capacity(body.len());
        for inner in body {
            match inner.kind {
                Kind::Param(number) => match arguments.get(usize::from(number) - 1) {
                    Some(argument) => filled.extend_from_slice(argument),
                    None => return Err(error(token.at, format!("`\\{name}` has no argument `#{number}`"), None)),
                },
                _ => filled.push(inner),
            }
        }
        self.push_back(&filled, token.at)
    }

    fn skip_spaces(&mut self) {
        while self.waiting.last().is_some_and(|token| token.kind == Kind::Space) {
            self.waiting.pop();
        }
    }

    /// The next token or what its braces hold.
    fn argument(&mut self, at: usize, name: &str) -> Result<Vec<Token<'a>>, FormulaError> {
        self.skip_spaces();
        match self.waiting.pop() {
            None => Err(error(at, format!("`\\{name}` lacks an argument"), None)),
            Some(Token { kind: Kind::Open, at: open }) => self.until_close(open),
            Some(Token { kind: Kind::Close, at: close }) => {
                Err(error(close, format!("`\\{name}` lacks an argument"), None))
            }
            Some(single) => Ok(vec![single]),
        }
    }

    fn until_close(&mut self, open: usize) -> Result<Vec<Token<'a>>, FormulaError> {
        let mut depth = 0_usize;
        let mut inner = Vec::new();
        while let Some(token) = self.waiting.pop() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close if depth == 0 => return Ok(inner),
                Kind::Close => depth -= 1,
                _ => {}
            }
            inner.push(token);
        }
        Err(error(open, "a brace is opened and never closed", "close it with `}`"))
    }

    /// What stands in brackets, if brackets come next.
    fn optional(&mut self, at: usize) -> Result<Option<Vec<Token<'a>>>, FormulaError> {
        self.skip_spaces();
        if self.waiting.last().is_none_or(|token| token.kind != Kind::Char('[')) {
            return Ok(None);
        }
        self.waiting.pop();
        let mut depth = 0_usize;
        let mut inner = Vec::new();
        while let Some(token) = self.waiting.pop() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Char(']') if depth == 0 => return Ok(Some(inner)),
                _ => {}
            }
            inner.push(token);
        }
        Err(error(at, "a bracket is opened and never closed", "close it with `]`"))
    }

    /// The name that a definition defines, in braces or not.
    fn defined_name(&mut self, at: usize, by: &str) -> Result<&'a str, FormulaError> {
        match self.argument(at, by)?.as_slice() {
            [Token { kind: Kind::Command(name), .. }] => Ok(name),
            _ => Err(error(at, format!("`\\{by}` must be followed by the command that it defines"), None)),
        }
    }

    fn define(&mut self, name: &'a str, found: Macro<'a>, at: usize) {
        // The table that follows needs the number, so it travels on as a command with an argument.
        if name == "arraystretch"
            && let Body::Tokens(body) = &found.body
        {
            self.done.push(Token { kind: Kind::Command("arraystretch"), at });
            self.done.push(Token { kind: Kind::Open, at });
            self.done.extend_from_slice(body);
            self.done.push(Token { kind: Kind::Close, at });
            return;
        }
        self.local.insert(name, found);
    }

    fn new_command(&mut self, token: Token<'a>) -> Result<(), FormulaError> {
        let by = token.command().unwrap_or_default();
        if self.waiting.last().is_some_and(|next| next.kind == Kind::Char('*')) {
            self.waiting.pop();
        }
        let name = self.defined_name(token.at, by)?;
        let count = self.optional(token.at)?;
        let params = match count.as_deref() {
            None => 0,
            Some([Token { kind: Kind::Char(digit @ '1'..='9'), .. }]) => *digit as u8 - b'0',
            Some(_) => {
                return Err(error(
                    token.at,
                    format!("`\\{by}` takes the number of arguments in brackets"),
                    r"write `\newcommand{\name}[2]{…}`",
                ));
            }
        };
        let default = if params > 0 { self.optional(token.at)? } else { None };
        let body = self.argument(token.at, by)?;
        if by != "providecommand" || self.find(name).is_none() {
            self.define(name, Macro { params, default, body: Body::Tokens(body) }, token.at);
        }
        Ok(())
    }

    fn def(&mut self, token: Token<'a>) -> Result<(), FormulaError> {
        let by = token.command().unwrap_or_default();
        let name = self.defined_name(token.at, by)?;
        let mut params = 0;
        while let Some(next) = self.waiting.last().copied() {
            match next.kind {
                Kind::Open => break,
                Kind::Param(number) if number == params + 1 => params = number,
                Kind::Space => {}
                _ => {
                    return Err(error(
                        next.at,
                        format!("`\\{by}` may only have `#1`, `#2`, … before its braces"),
                        None,
                    ));
                }
            }
            self.waiting.pop();
        }
        let body = self.argument(token.at, by)?;
        self.define(name, Macro { params, default: None, body: Body::Tokens(body) }, token.at);
        Ok(())
    }

    fn let_(&mut self, token: Token<'a>) -> Result<(), FormulaError> {
        let name = self.defined_name(token.at, "let")?;
        self.skip_spaces();
        if self.waiting.last().is_some_and(|next| next.kind == Kind::Char('=')) {
            self.waiting.pop();
            self.skip_spaces();
        }
        let Some(meaning) = self.waiting.pop() else {
            return Err(error(self.end, r"`\let` lacks the meaning of its command", None));
        };
        let found = meaning.command().and_then(|old| self.find(old));
        self.local.insert(name, found.unwrap_or(Macro { params: 0, default: None, body: Body::Tokens(vec![meaning]) }));
        Ok(())
    }

    fn operator(&mut self, token: Token<'a>, by: &str) -> Result<(), FormulaError> {
        let name = self.defined_name(token.at, by)?;
        let shown = self.argument(token.at, by)?;
        let command = if by.ends_with('*') { "operatorname*" } else { "operatorname" };
        let mut body =
            vec![Token { kind: Kind::Command(command), at: token.at }, Token { kind: Kind::Open, at: token.at }];
        body.extend(shown);
        body.push(Token { kind: Kind::Close, at: token.at });
        self.local.insert(name, Macro { params: 0, default: None, body: Body::Tokens(body) });
        Ok(())
    }

    /// Expands the token after the next once, before the next.
    fn expand_after(&mut self, token: Token<'a>) -> Result<(), FormulaError> {
        let Some(first) = self.waiting.pop() else {
            return Err(error(token.at, r"`\expandafter` stands at the end", None));
        };
        if let Some(second) = self.waiting.last().copied()
            && let Some(name) = second.command()
            && let Some(found) = self.find(name)
        {
            self.waiting.pop();
            self.call(second, name, &found)?;
        }
        self.push_back(&[first], token.at)
    }
}
