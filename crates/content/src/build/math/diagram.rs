//! Commutative diagrams: `\begin{CD} A @>f>> B \\ @VVV @VVV \\ C @>>> D \end{CD}`.

use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::grid::{Grid, Look, Row};
use super::rewrite::{Rewriter, Scope};
use super::token::{Kind, error};
use crate::build::formula::FormulaError;

/// Reads a diagram: rows of objects with arrows between them, and rows of arrows down and up, which
/// stand under the objects.
pub(super) fn read<'a>(rewriter: &Rewriter<'_>, body: Cursor<'_, 'a>, scope: Scope) -> Result<Grid, FormulaError> {
    let scope = scope.inner(body.place())?;
    let mut grid = Grid::new(Look::Diagram, Vec::new(), 1.0);
    for mut line in body.split(|token| matches!(token.command(), Some("\\" | "cr"))) {
        if line.is_blank() {
            continue;
        }
        let mut row = Row::default();
        let vertical = line.peek_solid().is_some_and(|token| token.kind == Kind::Char('@')) && {
            let mut ahead = line;
            ahead.next();
            matches!(
                ahead.next().map(|token| token.kind),
                Some(Kind::Char('V' | 'A' | '|' | '.') | Kind::Command("vert" | "|"))
            )
        };
        loop {
            let object = object(&mut line);
            if !vertical {
                row.cell(rewriter.fragment(object, scope.styled(Style::Display))?.xml);
            } else if !object.is_blank() {
                return Err(error(object.place(), "an object stands between arrows that point down or up", None));
            }
            let Some(at_sign) = line.next() else { break };
            if vertical && !row.is_empty() {
                row.cell(String::new());
            }
            let mut draft = Draft::default();
            arrow(rewriter, at_sign.at, &mut line, scope, &mut draft)?;
            row.cell(rewriter.core.convert(&draft, Style::Display)?.xml);
        }
        grid.rows.push(row);
    }
    Ok(grid)
}

/// What stands before the next arrow.
fn object<'t, 'a>(line: &mut Cursor<'t, 'a>) -> Cursor<'t, 'a> {
    line.before(|token| token.kind == Kind::Char('@'))
}

fn arrow<'a>(
    rewriter: &Rewriter<'_>,
    at: usize,
    line: &mut Cursor<'_, 'a>,
    scope: Scope,
    draft: &mut Draft,
) -> Result<(), FormulaError> {
    let unknown = || error(at, "`@` begins no arrow", "arrows are `@>>>`, `@<<<`, `@VVV`, `@AAA`, `@=`, `@|` and `@.`");
    let sign = match line.next().map(|token| token.kind) {
        Some(Kind::Char(c)) => c,
        Some(Kind::Command("vert" | "|")) => '|',
        _ => return Err(unknown()),
    };
    let script = scope.styled(Style::Script);
    match sign {
        '=' => draft.raw(r"\xlongequal{\quad}", at),
        '|' => draft.raw(r"\Big\|", at),
        '.' => {}
        '>' | '<' | 'V' | 'A' => {
            let mut label = || {
                let label = line.before(|token| token.kind == Kind::Char(sign));
                line.next()
                    .map(|_| label)
                    .ok_or_else(|| error(at, format!("an arrow lacks one of its three `{sign}`"), None))
            };
            let (first, second) = (label()?, label()?);
            match sign {
                '>' | '<' => {
                    draft.raw(if sign == '>' { r"\xrightarrow[{" } else { r"\xleftarrow[{" }, at);
                    rewriter.walk(second, &mut script.clone(), draft)?;
                    draft.raw("}]", at);
                    rewriter.braced(first, script, draft, at)?;
                }
                _ => {
                    for (index, part) in [first, second].into_iter().enumerate() {
                        if index == 1 {
                            draft.raw(if sign == 'V' { r"\Big\downarrow" } else { r"\Big\uparrow" }, at);
                        }
                        let inner = rewriter.fragment(part, script)?;
                        draft.node(inner.inside("mrow", " displaystyle=\"false\" scriptlevel=\"1\""), at);
                    }
                }
            }
        }
        _ => return Err(unknown()),
    }
    Ok(())
}
