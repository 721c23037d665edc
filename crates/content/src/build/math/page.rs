//! A whole formula: its tags, its lines, its `<math>`.

use super::core::Core;
use super::cursor::Cursor;
use super::draft::Style;
use super::expand::expand;
use super::grid::Look;
use super::macros::Macros;
use super::rewrite::{Rewriter, Scope};
use super::token::{Kind, Token, error};
use crate::build::formula::FormulaError;

/// The longest formula that is tried, in bytes.
const LONGEST: usize = 20_000;

/// Converts a formula to what stands on the page.
pub(super) fn convert(core: &Core, macros: &Macros, tex: &str, display: bool) -> Result<String, FormulaError> {
    if tex.len() > LONGEST {
        return Err(error(LONGEST, "this formula is too long", "break it into parts"));
    }
    let rewriter = Rewriter { core, macros };
    let tokens = expand(macros, tex)?;
    let (tokens, tag) = lift_tag(&rewriter, tokens, tex.len(), display)?;
    let body = Cursor::new(&tokens, tex.len());
    if body.is_blank() {
        return Err(error(0, "the formula is empty", None));
    }
    let scope = Scope::new(if display { Style::Display } else { Style::Text });
    let broken = |token: &Token<'_>| matches!(token.command(), Some("\\" | "cr" | "newline"));
    let inner = match body.find(broken) {
        Some(_) if display => {
            let grid = rewriter.grid(Look::Gathered, &[], body, scope)?;
            grid.mathml()
        }
        Some(line_break) => return Err(rewriter.unknown(line_break.command().unwrap_or_default(), line_break.at)),
        None => rewriter.fragment(body, scope)?.xml,
    };
    if !["<mi", "<mo", "<mn", "<mtext", "<mspace", "<mtable"].iter().any(|element| inner.contains(element)) {
        return Err(error(0, "the formula shows nothing", None));
    }
    let opening = if display { "<math display=\"block\">" } else { "<math>" };
    Ok(match tag {
        Some(tag) => format!("{opening}{inner}</math><span class=\"tag\">{}</span>", as_html(&tag)),
        None => format!("{opening}{inner}</math>"),
    })
}

/// A tag outside `<math>`: its text, or a small formula if it has mathematics.
fn as_html(tag: &str) -> String {
    match tag.strip_prefix("<mtext>").and_then(|rest| rest.strip_suffix("</mtext>")).filter(|text| !text.contains('<'))
    {
        Some(text) => text.to_owned(),
        None => format!("<math>{tag}</math>"),
    }
}

/// Takes the `\tag` that belongs to the formula as a whole: one outside everything, or in an
/// environment of one row.
fn lift_tag<'a>(
    rewriter: &Rewriter<'_>,
    tokens: Vec<Token<'a>>,
    end: usize,
    display: bool,
) -> Result<(Vec<Token<'a>>, Option<String>), FormulaError> {
    if !tokens.iter().any(|token| matches!(token.command(), Some("tag" | "tag*"))) {
        return Ok((tokens, None));
    }
    let lines = rows_inside(&tokens);
    let mut cursor = Cursor::new(&tokens, end);
    let (mut kept, mut tag) = (Vec::with_capacity(tokens.len()), None);
    let (mut braces, mut environments) = (0_usize, 0_usize);
    while let Some(token) = cursor.next() {
        match token.kind {
            Kind::Open => braces += 1,
            Kind::Close => braces = braces.saturating_sub(1),
            Kind::Command("begin" | "left") => environments += 1,
            Kind::Command("end" | "right") => environments = environments.saturating_sub(1),
            Kind::Command(name @ ("tag" | "tag*"))
                if braces == 0 && (environments == 0 || environments == 1 && lines == 1) =>
            {
                if !display {
                    return Err(error(
                        token.at,
                        format!("`\\{name}` numbers only display formulas"),
                        "put the formula between `$$`",
                    ));
                }
                if tag.is_some() {
                    return Err(error(
                        token.at,
                        r"a formula has two `\tag`s",
                        r"number its rows: `\begin{align} … \end{align}`",
                    ));
                }
                tag = Some(rewriter.tag(name, token.at, &mut cursor)?);
                continue;
            }
            _ => {}
        }
        kept.push(token);
    }
    Ok((kept, tag))
}

/// How many rows the outermost environments have together, an empty last one not counted.
fn rows_inside(tokens: &[Token<'_>]) -> usize {
    let (mut depth, mut rows, mut filled) = (0_usize, 0, false);
    for token in tokens {
        match token.kind {
            Kind::Command("begin") => depth += 1,
            Kind::Command("end") => depth = depth.saturating_sub(1),
            Kind::Command("\\" | "cr" | "newline") if depth == 1 => {
                rows += 1;
                filled = false;
            }
            Kind::Space => {}
            _ => filled = filled || depth >= 1,
        }
    }
    rows + usize::from(filled)
}
