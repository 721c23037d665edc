//! Walks over the tokens of a formula: what the converter knows goes on as it is, all else becomes
//! something that it knows or a finished piece of MathML.

use super::core::Core;
use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::macros::Macros;
use super::names;
use super::polish::Fragment;
use super::token::{Kind, Token, error};
use crate::build::formula::FormulaError;

/// Braces, environments and the like inside each other; more would be a danger to the stack.
const DEEPEST: u8 = 40;
/// Commands in an unbroken row; each may take the next as its argument.
const LONGEST_CHAIN: usize = 150;

/// What surrounds a run of tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub style: Style,
    /// The command of the alphabet in force, for what is converted apart.
    pub variant: Option<&'static str>,
    /// Of the letters, in hundredths of the usual size.
    pub size: f32,
    /// `\arraystretch`
    pub stretch: f32,
    /// Between `\left` and `\right`.
    pub fenced: bool,
    pub depth: u8,
}

impl Scope {
    pub fn new(style: Style) -> Self {
        Self { style, variant: None, size: 100.0, stretch: 1.0, fenced: false, depth: 0 }
    }

    /// The scope of something inside.
    pub fn inner(self, at: usize) -> Result<Self, FormulaError> {
        if self.depth >= DEEPEST {
            return Err(error(at, "this formula is nested too deeply", "break it into parts"));
        }
        Ok(Self { depth: self.depth + 1, fenced: false, ..self })
    }

    pub fn styled(self, style: Style) -> Self {
        Self { style, ..self }
    }
}

/// Converts runs of tokens.
#[derive(Debug)]
pub(super) struct Rewriter<'e> {
    pub core: &'e Core,
    pub macros: &'e Macros,
}

impl<'a> Rewriter<'_> {
    /// The MathML of a run of tokens.
    pub fn fragment(&self, tokens: Cursor<'_, 'a>, scope: Scope) -> Result<Fragment, FormulaError> {
        self.padded(tokens, scope, (false, false))
    }

    /// The same with something invisible before or behind, so that an operator at that edge keeps
    /// the spacing that it has between two terms.
    pub fn padded(&self, tokens: Cursor<'_, 'a>, scope: Scope, pads: (bool, bool)) -> Result<Fragment, FormulaError> {
        let at = tokens.place();
        let mut scope = scope.inner(at)?;
        let mut draft = Draft::default();
        match scope.style {
            Style::Display | Style::Text => {}
            Style::Script => draft.command("scriptstyle", at),
            Style::ScriptScript => draft.command("scriptscriptstyle", at),
        }
        let (style, opened) = (scope.style, scope.variant);
        if let Some(variant) = opened {
            draft.command(variant, at);
            draft.raw("{", at);
        }
        if pads.0 {
            draft.raw("{}", at);
        }
        let end = tokens.end;
        self.walk(tokens, &mut scope, &mut draft)?;
        if pads.1 {
            draft.raw("{}", end);
        }
        if opened.is_some() {
            draft.raw("}", end);
        }
        self.core.convert(&draft, style)
    }

    /// Writes a run of tokens into `draft`.
    pub fn walk(&self, mut tokens: Cursor<'_, 'a>, scope: &mut Scope, draft: &mut Draft) -> Result<(), FormulaError> {
        if let Some(infix) = tokens.find(|token| token.command().is_some_and(names::is_infix)) {
            return self.infix(tokens, infix, *scope, draft);
        }
        let mut chain = 0;
        while let Some(token) = tokens.next() {
            chain = if token.command().is_some() { chain + 1 } else { 0 };
            if chain > LONGEST_CHAIN {
                return Err(error(token.at, "too many commands stand in a row", "put braces around arguments"));
            }
            self.token(token, &mut tokens, scope, draft)?;
        }
        Ok(())
    }

    fn token(
        &self,
        token: Token<'a>,
        tokens: &mut Cursor<'_, 'a>,
        scope: &mut Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let at = token.at;
        match token.kind {
            Kind::Space => {}
            Kind::Char('#') => return Err(error(at, "`#` stands alone", r"write `\#` for the sign itself")),
            Kind::Char(c) => draft.char(c, at),
            Kind::Tie => draft.raw("~", at),
            Kind::Open => {
                let group = tokens.group(at)?;
                self.braced(group, scope.inner(at)?, draft, at)?;
            }
            Kind::Sup => self.script("^", tokens, *scope, draft, at)?,
            Kind::Sub => self.script("_", tokens, *scope, draft, at)?,
            Kind::Command(name) => self.command(name, at, tokens, scope, draft)?,
            Kind::Verbatim(text) => draft.node(super::text::verbatim(text), at),
            Kind::Close => {
                return Err(error(at, "`}` closes a brace that was never opened", r"write `\}` for the sign itself"));
            }
            Kind::Cell => {
                return Err(error(
                    at,
                    "`&` stands outside a table",
                    r"put it inside `\begin{aligned} … \end{aligned}`, or write `\&` for the sign itself",
                ));
            }
            Kind::Dollar => return Err(error(at, "`$` stands inside a formula", r"write `\$` for the sign itself")),
            Kind::Param(number) => {
                return Err(error(
                    at,
                    format!("`#{number}` stands outside a macro's definition"),
                    r"write `\#` for the sign itself",
                ));
            }
        }
        Ok(())
    }

    /// Writes a run in braces.
    pub fn braced(
        &self,
        inner: Cursor<'_, 'a>,
        mut scope: Scope,
        draft: &mut Draft,
        at: usize,
    ) -> Result<(), FormulaError> {
        draft.raw("{", at);
        let end = inner.end;
        self.walk(inner, &mut scope, draft)?;
        draft.raw("}", end);
        Ok(())
    }

    fn script(
        &self,
        sign: &str,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
        at: usize,
    ) -> Result<(), FormulaError> {
        let argument = tokens.argument(sign, at)?;
        if let Some(first) = argument.peek().filter(|first| matches!(first.kind, Kind::Sup | Kind::Sub)) {
            return Err(error(
                first.at,
                format!("`{sign}` has nothing behind it"),
                "give it an argument, or write it with a backslash",
            ));
        }
        draft.raw(sign, at);
        self.braced(argument, scope.inner(at)?.styled(scope.style.script()), draft, at)
    }

    /// `a \over b` and its kin, as the fraction that they mean.
    fn infix(
        &self,
        tokens: Cursor<'_, 'a>,
        infix: Token<'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let name = infix.command().unwrap_or_default();
        let mut parts = tokens.split(|token| token.command().is_some_and(names::is_infix)).into_iter();
        let (Some(above), Some(mut below), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(error(
                infix.at,
                format!("`\\{name}` stands beside another of its kind"),
                r"put braces around one of them, or write `\frac{…}{…}`",
            ));
        };
        let opening = match name {
            "over" => r"\frac".to_owned(),
            "choose" => r"\binom".to_owned(),
            "atop" => r"\genfrac{}{}{0pt}{}".to_owned(),
            "brace" => r"\genfrac{\{}{\}}{0pt}{}".to_owned(),
            "brack" => r"\genfrac{[}{]}{0pt}{}".to_owned(),
            _ => {
                let thickness = super::spaces::length(&mut below, name, infix.at)?;
                format!(r"\genfrac{{}}{{}}{{{}}}{{}}", super::length::tex(thickness))
            }
        };
        draft.raw(&opening, infix.at);
        let part = scope.inner(infix.at)?.styled(scope.style.fraction());
        self.braced(above, part, draft, infix.at)?;
        self.braced(below, part, draft, infix.at)
    }
}
