//! Commands by name.

use super::boxes::Lap;
use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::names;
use super::rewrite::{Rewriter, Scope};
use super::token::{Kind, error};
use super::{length, spaces};
use crate::build::diagnostic::did_you_mean;
use crate::build::formula::FormulaError;

impl<'a> Rewriter<'_> {
    /// Writes what a command means, with the arguments that it takes from `tokens`.
    pub fn command(
        &self,
        name: &'a str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: &mut Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        match name {
            "left" => self.fences(at, tokens, *scope, draft),
            "middle" if scope.fenced => self.delimiter(name, at, tokens, draft),
            "begin" => self.environment(at, tokens, *scope, draft),
            "frac" | "dfrac" | "tfrac" | "cfrac" | "binom" | "dbinom" | "tbinom" => {
                self.fraction(name, at, tokens, *scope, draft)
            }
            "text" | "textrm" | "textnormal" | "textup" | "textmd" | "mbox" | "hbox" | "textbf" | "textit"
            | "texttt" | "textsf" | "textsc" | "emph" => self.text_command(name, at, tokens, *scope, draft),
            "operatorname" | "operatorname*" | "operatornamewithlimits" => {
                self.operator_name(name, at, tokens, *scope, draft)
            }
            "mathop" => self.math_operator(at, tokens, *scope, draft),
            "dots" => {
                self.dots(at, tokens, draft);
                Ok(())
            }
            "ldots" => {
                draft.raw(r"\mathinner{…}", at);
                Ok(())
            }
            "set" | "Set" | "Braket" => self.set_builder(name, at, tokens, *scope, draft),
            "substack" => self.substack(at, tokens, *scope, draft),
            "color" | "textcolor" | "colorbox" | "fcolorbox" => self.colour(name, at, tokens, *scope, draft),
            "boxed" | "fbox" | "cancel" | "bcancel" | "xcancel" | "sout" | "angl" | "phase" | "overlinesegment"
            | "underlinesegment" => self.boxed(name, at, tokens, *scope, draft),
            "mathrlap" => self.lap(Lap::Right, at, tokens, *scope, draft),
            "mathllap" => self.lap(Lap::Left, at, tokens, *scope, draft),
            "mathclap" => self.lap(Lap::Centre, at, tokens, *scope, draft),
            "smash" | "hphantom" | "vphantom" | "raisebox" | "vcenter" | "rule" => {
                self.sized(name, at, tokens, *scope, draft)
            }
            "hspace" | "hspace*" | "mspace" | "kern" | "mkern" | "hskip" | "mskip" => {
                let em = spaces::length(tokens, name, at)?;
                draft.raw(&format!(r"\hspace{{{}}}", length::tex(em)), at);
                Ok(())
            }
            "mathchoice" => self.choice(at, tokens, *scope, draft),
            "char" => self.character(at, tokens, draft),
            "arraystretch" => {
                let (text, place) = tokens.word(name, at)?;
                scope.stretch = text.parse().ok().filter(|stretch| (0.5..=4.0).contains(stretch)).ok_or_else(|| {
                    error(place, format!("`{text}` is no row stretch"), "write a number such as `1.5`")
                })?;
                Ok(())
            }
            // It takes back a space that TeX puts before a fence and MathML does not.
            "!" if tokens.peek_solid().is_some_and(|next| next.command() == Some("left")) => Ok(()),
            "label" => tokens.argument(name, at).map(drop),
            "notag" | "nonumber" | "allowbreak" | "nobreak" | "displaybreak" | "begingroup" | "endgroup" => Ok(()),
            _ => self.plain_command(name, at, tokens, scope, draft),
        }
    }

    fn plain_command(
        &self,
        name: &'a str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: &mut Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        if let Some(style) = names::style(name) {
            scope.style = style;
            draft.command(name, at);
            return Ok(());
        }
        if let Some(variant) = names::switch(name) {
            scope.variant = Some(variant);
            draft.command(name, at);
            return Ok(());
        }
        if let Some(variant) = names::alphabet(name) {
            let argument = tokens.argument(name, at)?;
            draft.command(name, at);
            return self.braced(argument, Scope { variant: Some(variant), ..scope.inner(at)? }, draft, at);
        }
        if let Some(size) = names::size(name) {
            return self.resized(size, at, tokens, *scope, draft);
        }
        if names::is_big(name) {
            return self.delimiter(name, at, tokens, draft);
        }
        if name == "sqrt" || names::is_labelled_arrow(name) {
            return self.with_option(name, at, tokens, *scope, draft);
        }
        if names::is_plain(name) {
            draft.command(name, at);
            return Ok(());
        }
        Err(self.unknown(name, at))
    }

    /// Why a command cannot stand where it stands.
    pub fn unknown(&self, name: &str, at: usize) -> FormulaError {
        if let Some((message, help)) = names::misplaced(name) {
            return FormulaError { offset: at, message: format!("`\\{name}` {message}"), help: Some(help.to_owned()) };
        }
        let mut candidates: Vec<&str> = names::all().collect();
        candidates.extend(self.macros.names());
        let help = match did_you_mean(name, candidates.iter().copied()) {
            Some(help) => {
                let meant = help.split('`').nth(1).unwrap_or_default();
                // Greek and arrows have names that differ only by their first letter's case.
                let same_case = |known: &&&str| {
                    known.eq_ignore_ascii_case(meant) && known.as_bytes().first() == name.as_bytes().first()
                };
                format!("did you mean `\\{}`?", candidates.iter().find(same_case).unwrap_or(&meant))
            }
            None => "define it under `[macros]` in blog.toml".to_owned(),
        };
        FormulaError { offset: at, message: format!("`\\{name}` is no known command"), help: Some(help) }
    }

    /// `\sqrt[3]{x}`, `\xrightarrow[below]{above}`
    fn with_option(
        &self,
        name: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let option = tokens.bracket(at)?;
        let argument = tokens.argument(name, at)?;
        draft.command(name, at);
        let style = if name == "sqrt" { scope.style } else { scope.style.script() };
        if let Some(option) = option {
            draft.raw("[", at);
            self.braced(option, scope.inner(at)?.styled(Style::ScriptScript), draft, at)?;
            draft.raw("]", at);
        }
        self.braced(argument, scope.inner(at)?.styled(style), draft, at)
    }

    fn fraction(
        &self,
        name: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        if name == "cfrac" {
            tokens.bracket(at)?;
        }
        let style = match name {
            "dfrac" | "cfrac" | "dbinom" => Style::Text,
            "tfrac" | "tbinom" => Style::Script,
            _ => scope.style.fraction(),
        };
        let inner = scope.inner(at)?.styled(style);
        let above = tokens.argument(name, at)?;
        let below = tokens.argument(name, at)?;
        draft.command(name, at);
        self.braced(above, inner, draft, at)?;
        self.braced(below, inner, draft, at)
    }

    /// `\mathchoice`: one of four by style.
    fn choice(
        &self,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let chosen = scope.style as usize;
        for index in 0..4 {
            let argument = tokens.argument("mathchoice", at)?;
            if index == chosen {
                self.braced(argument, scope.inner(at)?, draft, at)?;
            }
        }
        Ok(())
    }

    /// `\char"3B1`, `\char'101`, `\char65` or `` \char`a ``.
    fn character(&self, at: usize, tokens: &mut Cursor<'_, 'a>, draft: &mut Draft) -> Result<(), FormulaError> {
        let wrong = || error(at, r"`\char` lacks the number of a character", r#"write for example `\char"3B1`"#);
        let first = tokens.peek_solid().ok_or_else(wrong)?;
        let radix = match first.kind {
            Kind::Char('"') => 16,
            Kind::Char('\'') => 8,
            Kind::Char('`') => 0,
            _ => 10,
        };
        if radix != 10 {
            tokens.next();
        }
        let c = if radix == 0 {
            match tokens.next().map(|token| token.kind) {
                Some(Kind::Char(c)) => Some(c),
                Some(Kind::Command(symbol)) => symbol.chars().next().filter(|_| symbol.chars().count() == 1),
                _ => None,
            }
        } else {
            let mut number: u32 = 0;
            while let Some(digit) = tokens.peek().and_then(|token| match token.kind {
                Kind::Char(c) => c.to_digit(radix),
                _ => None,
            }) {
                number = number.saturating_mul(radix).saturating_add(digit);
                tokens.next();
            }
            char::from_u32(number)
        };
        let shown = c
            .filter(|c| !c.is_control() && !c.is_whitespace() && !matches!(*c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..))
            .ok_or_else(wrong)?;
        draft.node(format!("<mi>{}</mi>", super::text::escaped(shown)), at);
        Ok(())
    }
}
