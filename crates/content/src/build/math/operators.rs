//! Operators with names and limits, delimiters, dots.

use super::cursor::Cursor;
use super::draft::{Draft, Island, Style};
use super::names;
use super::rewrite::{Rewriter, Scope};
use super::token::{Kind, Token, error};
use crate::build::formula::FormulaError;

/// Where an operator's limits stand, if the author says so.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Limits {
    Always,
    Never,
}

fn limits(tokens: &mut Cursor<'_, '_>) -> Option<Limits> {
    let wanted = match tokens.peek_solid()?.command()? {
        "limits" => Limits::Always,
        "nolimits" => Limits::Never,
        _ => return None,
    };
    tokens.next();
    Some(wanted)
}

impl<'a> Rewriter<'_> {
    /// `\left … \right` with what stands between.
    pub fn fences(
        &self,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        self.delimiter("left", at, tokens, draft)?;
        let (inner, right) = tokens.until(at, "left", "right")?;
        let mut inside = Scope { fenced: true, ..scope.inner(at)? };
        self.walk(inner, &mut inside, draft)?;
        self.delimiter("right", right.at, tokens, draft)?;
        // As before `\left`: here stands no space to be taken back.
        if tokens.peek_solid().is_some_and(|next| next.command() == Some("!")) {
            tokens.next();
        }
        Ok(())
    }

    /// A command that takes a delimiter, and the delimiter.
    pub fn delimiter(
        &self,
        command: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        tokens.skip_spaces();
        let place = tokens.place();
        let missing = |help| error(place, format!("`\\{command}` must be followed by a delimiter"), help);
        let Some(token) = tokens.next() else {
            return Err(missing("such as `(`, `|` or `.` for none"));
        };
        draft.command(command, at);
        match token.kind {
            Kind::Char('<') => draft.raw(r"\langle ", token.at),
            Kind::Char('>') => draft.raw(r"\rangle ", token.at),
            Kind::Char('.') if command == "left" || command == "right" => draft.char('.', token.at),
            Kind::Char(c @ ('(' | ')' | '[' | ']' | '|' | '/')) => draft.char(c, token.at),
            Kind::Command(name) if names::is_delimiter(name) => draft.command(name, token.at),
            Kind::Command(name @ ("lt" | "gt")) => {
                draft.raw(if name == "lt" { r"\langle " } else { r"\rangle " }, token.at)
            }
            Kind::Open | Kind::Close => return Err(missing(r"a brace as a delimiter has a backslash: `\{`, `\}`")),
            _ => return Err(missing("such as `(`, `|` or `.` for none")),
        }
        Ok(())
    }

    /// `\operatorname{…}`
    pub fn operator_name(
        &self,
        command: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let argument = tokens.argument(command, at)?;
        let starred = command != "operatorname";
        let Some(name) = plain_name(argument) else {
            let upright = Scope { variant: Some("mathrm"), ..scope };
            let node = self.fragment(argument, upright)?.one();
            return self.limited(node, starred, at, tokens, scope, draft);
        };
        if name.is_empty() {
            return Err(error(at, format!("`\\{command}` names nothing"), None));
        }
        let wanted = limits(tokens);
        let with_limits = wanted.map_or(starred, |wanted| wanted == Limits::Always);
        let movable = with_limits && wanted.is_none();
        self.named(name, with_limits, movable, at, draft);
        Ok(())
    }

    fn named(&self, name: String, with_limits: bool, movable: bool, at: usize, draft: &mut Draft) {
        let island = draft.island(Island::Operator { name, movable });
        draft.command(if with_limits { "operatorname*" } else { "operatorname" }, at);
        draft.raw(&format!("{{{island}}}"), at);
    }

    /// `\mathop{…}`
    pub fn math_operator(
        &self,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let argument = tokens.argument("mathop", at)?;
        let named = match written_upright(argument).filter(|name| !name.is_empty()) {
            Some(name) => Some(name),
            None => upright_name(&self.fragment(argument, scope)?.one()),
        };
        if let Some(name) = named {
            let wanted = limits(tokens);
            self.named(name, wanted != Some(Limits::Never), wanted.is_none(), at, draft);
            return Ok(());
        }
        let node = self.fragment(argument, scope)?.one();
        self.limited(node, true, at, tokens, scope, draft)
    }

    /// An operator of any shape. Only a name can move its limits by itself, so that its style, as
    /// far as we know it, decides.
    fn limited(
        &self,
        node: String,
        starred: bool,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let above_and_below = match limits(tokens) {
            Some(wanted) => wanted == Limits::Always,
            None => starred && scope.style == Style::Display,
        };
        draft.command("mathop", at);
        if !above_and_below {
            draft.raw("{", at);
            draft.node(node, at);
            draft.raw("}", at);
            return Ok(());
        }
        let (mut under, mut over) = (None, None);
        while let Some(sign) = tokens.peek_solid().filter(|next| matches!(next.kind, Kind::Sup | Kind::Sub)) {
            let place = if sign.kind == Kind::Sub { &mut under } else { &mut over };
            if place.is_some() {
                return Err(error(sign.at, "a base has two superscripts or two subscripts", None));
            }
            tokens.next();
            *place = Some((tokens.argument(if sign.kind == Kind::Sub { "_" } else { "^" }, sign.at)?, sign.at));
        }
        draft.raw("{", at);
        for (command, limit) in [("underset", under), ("overset", over)] {
            if let Some((limit, place)) = limit {
                draft.command(command, place);
                self.braced(limit, scope.inner(place)?.styled(scope.style.script()), draft, place)?;
                draft.raw("{", place);
            }
        }
        draft.node(node, at);
        let closing = usize::from(under.is_some()) + usize::from(over.is_some()) + 1;
        draft.raw(&"}".repeat(closing), at);
        Ok(())
    }

    /// `\dots`: low between commas, centred between operators.
    pub fn dots(&self, at: usize, tokens: &mut Cursor<'_, 'a>, draft: &mut Draft) {
        let centred = tokens.peek_solid().is_some_and(|next| names::is_operator(&next));
        draft.raw(if centred { r"\cdots " } else { r"\mathinner{…}" }, at);
    }

    /// `\set{x | y}`, `\Set` and `\Braket` with stretching fences.
    pub fn set_builder(
        &self,
        command: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let inside = scope.inner(at)?;
        let parts = tokens
            .argument(command, at)?
            .split(|token| token.kind == Kind::Char('|') || matches!(token.command(), Some("mid" | "vert" | "middle")));
        let (open, bar, close) = match command {
            "set" => (r"\{", r"\mid ", r"\}"),
            "Set" => (r"\left\{", r"\;\middle|\;", r"\right\}"),
            _ => (r"\left\langle ", r"\middle|", r"\right\rangle "),
        };
        draft.raw(open, at);
        for (index, part) in parts.into_iter().filter(|part| !part.is_blank()).enumerate() {
            if index > 0 {
                draft.raw(bar, part.place());
            }
            self.walk(part, &mut inside.clone(), draft)?;
        }
        draft.raw(close, at);
        Ok(())
    }
}

/// The name that an operator shows, escaped, if it is made of letters and spaces only.
fn plain_name(mut tokens: Cursor<'_, '_>) -> Option<String> {
    let mut name = String::new();
    while let Some(Token { kind, at }) = tokens.next() {
        match kind {
            Kind::Space => {}
            Kind::Tie => name.push('\u{A0}'),
            Kind::Char(c)
                if !c.is_ascii_punctuation() || matches!(c, '-' | '.' | ':' | '/' | '*' | '(' | ')' | '@') =>
            {
                name.push(c)
            }
            Kind::Char('\'') => name.push('’'),
            Kind::Command("," | "thinspace") => name.push('\u{2009}'),
            Kind::Command(":" | ">" | ";" | " " | "medspace" | "thickspace") => name.push('\u{A0}'),
            Kind::Command("!" | "negthinspace") => {}
            Kind::Command("quad") => name.push('\u{2003}'),
            Kind::Command("_") => name.push('_'),
            Kind::Command("&") => name.push_str("&amp;"),
            Kind::Command("mathrm" | "text" | "textrm" | "textnormal" | "mathup") => {
                let inner = tokens.argument("text", at).ok()?;
                name.push_str(&plain_name(inner)?);
            }
            Kind::Command("rm") => {}
            Kind::Open => name.push_str(&plain_name(tokens.group(at).ok()?)?),
            _ => return None,
        }
    }
    Some(name)
}

/// The name inside `\mathop{\mathrm{…}}` or `\mathop{\rm …}`.
fn written_upright(tokens: Cursor<'_, '_>) -> Option<String> {
    let mut ahead = tokens;
    match ahead.peek_solid()?.command()? {
        "rm" => plain_name(tokens),
        "mathrm" | "text" | "textrm" if tokens.find(|token| matches!(token.kind, Kind::Char(_))).is_none() => {
            plain_name(tokens)
        }
        _ => None,
    }
}

/// The text of a single upright identifier, which as an operator looks the same.
fn upright_name(xml: &str) -> Option<String> {
    let inner = xml.strip_prefix("<mrow><mspace/>").and_then(|rest| rest.strip_suffix("</mrow>")).unwrap_or(xml);
    let (tag, text) = inner.strip_prefix("<mi")?.strip_suffix("</mi>")?.split_once('>')?;
    let mut letters = text.chars();
    let first = letters.next()?;
    let slanted =
        tag.is_empty() && letters.next().is_none() && (first.is_ascii_alphabetic() || ('α'..='ϵ').contains(&first));
    (!slanted && !text.contains('<')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn single_letters_lean_and_cannot_be_names() {
        assert_eq!(upright_name("<mi>x</mi>"), None);
        assert_eq!(upright_name("<mi>θ</mi>"), None);
        assert_eq!(upright_name("<mi>𝔼</mi>").as_deref(), Some("𝔼"));
        assert_eq!(upright_name("<mrow><mspace/><mi>KL</mi></mrow>").as_deref(), Some("KL"));
        assert_eq!(upright_name("<mrow><mi>a</mi><mi>b</mi></mrow>"), None);
    }
}
