//! What changes the box around a part of a formula: frames, strokes, sizes, shifts, colours.

use super::color::{self, Paint};
use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::names;
use super::rewrite::{Rewriter, Scope};
use super::token::error;
use super::{length, spaces};
use crate::build::formula::FormulaError;

/// On which side of its place a box without width stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lap {
    Left,
    Centre,
    Right,
}

impl<'a> Rewriter<'_> {
    /// Frames and strokes.
    pub fn boxed(
        &self,
        name: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let argument = tokens.argument(name, at)?;
        let node = match name {
            "fbox" => format!("<mrow class=\"m-box\">{}</mrow>", self.plain_text(argument, scope)?),
            "boxed" => self
                .fragment(argument, scope.styled(Style::Display))?
                .inside("mrow", " class=\"m-box\" displaystyle=\"true\""),
            "phase" => {
                let inner = self.fragment(argument, scope)?;
                format!("<mrow class=\"m-phase\"><mi>∠</mi>{}</mrow>", inner.xml)
            }
            _ => self.fragment(argument, scope)?.inside("mrow", &format!(" class=\"m-{name}\"")),
        };
        draft.node(node, at);
        Ok(())
    }

    /// What stands beside its place and takes no width.
    pub fn lap(
        &self,
        side: Lap,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let inner = self.fragment(tokens.argument("mathrlap", at)?, scope)?;
        let inner = match side {
            Lap::Right => inner.xml,
            Lap::Left => inner.inside("mrow", " class=\"m-llap\""),
            Lap::Centre => inner.inside("mrow", " class=\"m-clap\""),
        };
        draft.node(format!("<mpadded width=\"0\">{inner}</mpadded>"), at);
        Ok(())
    }

    /// Boxes whose measures are not those of what they hold.
    pub fn sized(
        &self,
        name: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let node = match name {
            "raisebox" => {
                let shift = spaces::length(tokens, name, at)?;
                let inner = self.plain_text(tokens.argument(name, at)?, scope)?;
                format!("<mpadded voffset=\"{}\">{inner}</mpadded>", length::attribute(shift))
            }
            "rule" => self.rule(at, tokens)?,
            "smash" => {
                let which = tokens.bracket(at)?.and_then(Cursor::plain);
                let inner = self.fragment(tokens.argument(name, at)?, scope)?;
                let attributes = match which.as_deref() {
                    Some("t") => " height=\"0\"",
                    Some("b") => " depth=\"0\"",
                    _ => " height=\"0\" depth=\"0\"",
                };
                inner.inside("mpadded", attributes)
            }
            "vcenter" => self.fragment(tokens.argument(name, at)?, scope)?.one(),
            _ => {
                let inner = self.fragment(tokens.argument(name, at)?, scope)?.inside("mphantom", "");
                let attributes = if name == "vphantom" { "width=\"0\"" } else { "height=\"0\" depth=\"0\"" };
                format!("<mpadded {attributes}>{inner}</mpadded>")
            }
        };
        draft.node(node, at);
        Ok(())
    }

    /// `\rule[shift]{width}{height}`
    fn rule(&self, at: usize, tokens: &mut Cursor<'_, 'a>) -> Result<String, FormulaError> {
        let shift = match tokens.bracket(at)? {
            Some(inner) => {
                let place = inner.place();
                inner
                    .plain()
                    .and_then(|text| length::parse(&text))
                    .ok_or_else(|| error(place, r"`\rule` takes a length in its brackets", None))?
            }
            None => 0.0,
        };
        let width = spaces::length(tokens, "rule", at)?;
        let height = spaces::length(tokens, "rule", at)?;
        if width < 0.0 || height < 0.0 {
            return Err(error(at, r"`\rule` takes lengths of 0 or more", None));
        }
        let rule = format!(
            "<mspace class=\"m-rule\" width=\"{}\" height=\"{}\"/>",
            length::attribute(width),
            length::attribute(height)
        );
        Ok(if shift == 0.0 {
            rule
        } else {
            format!("<mpadded voffset=\"{}\">{rule}</mpadded>", length::attribute(shift))
        })
    }

    /// `\large` and its kin: the rest of what they stand in.
    pub fn resized(
        &self,
        size: f32,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let rest = Cursor::new(tokens.rest(), tokens.end);
        if !rest.is_blank() {
            let inner = self.fragment(rest, Scope { size, ..scope })?;
            let inner = inner.inside("mrow", &format!(" mathsize=\"{:.0}%\"", size / scope.size * 100.0));
            // A size on a script itself would undo that it is a script.
            draft.node(format!("<mrow>{inner}</mrow>"), at);
        }
        Ok(())
    }

    /// `\color{…}` for the rest of what it stands in, `\textcolor{…}{…}`, `\colorbox{…}{…}` and
    /// `\fcolorbox{…}{…}{…}`.
    pub fn colour(
        &self,
        name: &str,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let model = tokens.bracket(at)?.map(|inner| inner.plain().unwrap_or_default());
        let (value, place) = tokens.word(name, at)?;
        let paint = color::parse(model.as_deref(), &value).map_err(|(message, help)| FormulaError {
            offset: place,
            message,
            help,
        })?;
        if name == "colorbox" {
            let inner = self.plain_text(tokens.argument(name, at)?, scope)?;
            draft.node(format!("<mrow{}>{inner}</mrow>", ground_attributes(&paint, "m-pad")), at);
            return Ok(());
        }
        if name == "fcolorbox" {
            let (value, place) = tokens.word(name, at)?;
            let ground = color::parse(model.as_deref(), &value).map_err(|(message, help)| FormulaError {
                offset: place,
                message,
                help,
            })?;
            let inner = self.plain_text(tokens.argument(name, at)?, scope)?;
            let frame = color_attributes(&paint, "m-box");
            let ground = ground_attributes(&ground, "m-ink");
            draft.node(format!("<mrow{frame}><mrow{ground}>{inner}</mrow></mrow>"), at);
            return Ok(());
        }
        let painted =
            if name == "color" { Cursor::new(tokens.rest(), tokens.end) } else { tokens.argument(name, at)? };
        if painted.is_blank() {
            return Ok(());
        }
        let first = painted.clone().peek_solid();
        let before = !draft.tex.is_empty() && first.is_some_and(|first| names::is_operator(&first));
        let behind =
            tokens.peek_solid().is_some() && painted.last_solid().is_some_and(|last| names::is_operator(&last));
        let inner = self.padded(painted, scope, (before, behind))?;
        draft.node(inner.inside("mrow", &color_attributes(&paint, "")), at);
        Ok(())
    }
}

/// The attributes of letters in a colour, with one more class.
fn color_attributes(paint: &Paint, class: &str) -> String {
    match (paint, class) {
        (Paint::Class(name), "") => format!(" class=\"m-c-{name}\""),
        (Paint::Class(name), _) => format!(" class=\"{class} m-c-{name}\""),
        (Paint::Value(value), "") => format!(" mathcolor=\"{value}\""),
        (Paint::Value(value), _) => format!(" class=\"{class}\" mathcolor=\"{value}\""),
    }
}

/// The attributes of a coloured ground, with one more class.
fn ground_attributes(paint: &Paint, class: &str) -> String {
    match paint {
        Paint::Class(name) => format!(" class=\"{class} m-bg-{name}\""),
        Paint::Value(value) => {
            format!(" class=\"{class}\" mathbackground=\"{value}\" mathcolor=\"{}\"", color::ink_on(value))
        }
    }
}
