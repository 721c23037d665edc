//! Environments: matrices, alignments, cases, arrays.

use super::columns::{self, Column, Side};
use super::cursor::Cursor;
use super::draft::{Draft, Style};
use super::grid::{Grid, Look, Row, Rule};
use super::rewrite::{Rewriter, Scope};
use super::token::{Kind, Token, error};
use super::{diagram, length};
use crate::build::diagnostic::did_you_mean;
use crate::build::formula::FormulaError;

/// What an environment looks like, and the fences around it.
struct Plan {
    look: Look,
    fences: Option<(&'static str, &'static str)>,
    columns: Vec<Column>,
}

impl Plan {
    fn new(look: Look) -> Self {
        Self { look, fences: None, columns: Vec::new() }
    }

    fn fenced(look: Look, open: &'static str, close: &'static str) -> Self {
        Self { fences: Some((open, close)), ..Self::new(look) }
    }
}

/// All environments, for "did you mean".
pub(super) const ENVIRONMENTS: &[&str] = &[
    "align",
    "align*",
    "alignat",
    "alignat*",
    "aligned",
    "alignedat",
    "array",
    "bmatrix",
    "bmatrix*",
    "Bmatrix",
    "Bmatrix*",
    "bsmallmatrix",
    "cases",
    "CD",
    "darray",
    "dcases",
    "displaymath",
    "drcases",
    "eqnarray",
    "eqnarray*",
    "equation",
    "equation*",
    "flalign",
    "flalign*",
    "gather",
    "gather*",
    "gathered",
    "math",
    "matrix",
    "matrix*",
    "multline",
    "multline*",
    "pmatrix",
    "pmatrix*",
    "psmallmatrix",
    "rcases",
    "smallmatrix",
    "split",
    "subarray",
    "Vmatrix",
    "Vmatrix*",
    "vmatrix",
    "vmatrix*",
];

/// What looks like its plain matrix, and how it is fenced.
fn matrix_fences(name: &str) -> Option<(Option<(&'static str, &'static str)>, Look)> {
    let plain = name.trim_end_matches('*');
    let (look, plain) = match plain.strip_suffix("smallmatrix") {
        Some(kind) => (Look::Small, kind),
        None => (Look::Matrix, plain.strip_suffix("matrix")?),
    };
    let fences = match plain {
        "" => None,
        "p" => Some(("(", ")")),
        "b" => Some(("[", "]")),
        "B" => Some((r"\{", r"\}")),
        "v" => Some(("|", "|")),
        "V" => Some((r"\|", r"\|")),
        _ => return None,
    };
    Some((fences, look))
}

impl<'a> Rewriter<'_> {
    /// `\begin{…} … \end{…}`
    pub fn environment(
        &self,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let (name, _) = tokens.word("begin", at)?;
        let (mut body, end) = tokens.until(at, "begin", "end")?;
        let (closing, _) = tokens.word("end", end.at)?;
        if closing != name {
            return Err(error(
                end.at,
                format!("`\\end{{{closing}}}` closes `\\begin{{{name}}}`"),
                "both must name the same environment",
            ));
        }
        if matches!(name.as_str(), "equation" | "equation*" | "displaymath" | "math") {
            return self.braced(body, scope.inner(at)?, draft, at);
        }
        if name == "CD" {
            let grid = diagram::read(self, body, scope)?;
            draft.node(grid.mathml(), at);
            return Ok(());
        }
        let plan = self.plan(&name, at, &mut body)?;
        if let Some((open, _)) = plan.fences {
            draft.raw(&format!(r"\left{open} "), at);
        }
        let grid = self.grid(plan.look, &plan.columns, body, scope)?;
        draft.node(grid.mathml(), at);
        if let Some((_, close)) = plan.fences {
            draft.raw(&format!(r"\right{close} "), end.at);
        }
        Ok(())
    }

    fn plan(&self, name: &str, at: usize, body: &mut Cursor<'_, 'a>) -> Result<Plan, FormulaError> {
        if let Some((fences, look)) = matrix_fences(name) {
            let mut plan = Plan { fences, ..Plan::new(look) };
            if name.ends_with('*')
                && let Some(wanted) = body.bracket(at)?
            {
                let place = wanted.place();
                let side = wanted
                    .plain()
                    .and_then(|side| Side::of(side.chars().next()?))
                    .ok_or_else(|| error(place, "the columns are `l`, `c` or `r`", None))?;
                plan.columns = vec![Column::aligned(side); 64];
            }
            return Ok(plan);
        }
        Ok(match name {
            "aligned" | "align" | "align*" | "split" | "flalign" | "flalign*" => {
                body.bracket(at)?;
                Plan::new(Look::Aligned)
            }
            "alignat" | "alignat*" | "alignedat" => {
                body.word("begin", at)?;
                Plan::new(Look::AlignedAt)
            }
            "eqnarray" | "eqnarray*" => Plan {
                columns: [Side::Right, Side::Centre, Side::Left].map(Column::aligned).to_vec(),
                ..Plan::new(Look::Equations)
            },
            "gathered" | "gather" | "gather*" => Plan::new(Look::Gathered),
            "multline" | "multline*" => Plan::new(Look::Multline),
            "cases" => Plan::fenced(Look::Cases, r"\{", "."),
            "dcases" => Plan::fenced(Look::DisplayCases, r"\{", "."),
            "rcases" => Plan::fenced(Look::Cases, ".", r"\}"),
            "drcases" => Plan::fenced(Look::DisplayCases, ".", r"\}"),
            "array" | "darray" | "subarray" => {
                body.bracket(at)?;
                let look = match name {
                    "array" => Look::Matrix,
                    "darray" => Look::DisplayMatrix,
                    _ => Look::Stack,
                };
                Plan { columns: columns::parse(body.argument("begin", at)?)?, ..Plan::new(look) }
            }
            _ => {
                let help = did_you_mean(name, ENVIRONMENTS.iter().copied())
                    .unwrap_or_else(|| "use `aligned`, `cases`, `pmatrix` or `array`".to_owned());
                return Err(FormulaError {
                    offset: at,
                    message: format!("`{name}` is no known environment"),
                    help: Some(help),
                });
            }
        })
    }

    /// `\substack{…}`
    pub fn substack(
        &self,
        at: usize,
        tokens: &mut Cursor<'_, 'a>,
        scope: Scope,
        draft: &mut Draft,
    ) -> Result<(), FormulaError> {
        let body = tokens.argument("substack", at)?;
        let grid = self.grid(Look::Stack, &[], body, scope)?;
        draft.node(grid.mathml(), at);
        Ok(())
    }

    /// Reads rows and cells.
    pub fn grid(
        &self,
        look: Look,
        columns: &[Column],
        body: Cursor<'_, 'a>,
        scope: Scope,
    ) -> Result<Grid, FormulaError> {
        let at = body.place();
        let style = look.style().unwrap_or(scope.style);
        let inside = Scope { stretch: 1.0, ..scope.inner(at)?.styled(style) };
        let mut grid = Grid::new(look, columns.to_vec(), scope.stretch);
        let lines = body.split(|token| matches!(token.command(), Some("\\" | "cr" | "newline")));
        let last = lines.len() - 1;
        let mut gap = 0.0;
        for (index, mut line) in lines.into_iter().enumerate() {
            if index > 0 {
                gap = row_gap(&mut line)?;
                grid.gap_below(gap);
            }
            let mut row = self.row_head(&mut line)?;
            if index == last && index > 0 && line.is_blank() && row.tag.is_none() {
                grid.close(&row);
                break;
            }
            let tokens = self.row_tag(line, &mut row, scope)?;
            for (place, cell) in
                Cursor::new(&tokens, line.end).split(|token| token.kind == Kind::Cell).into_iter().enumerate()
            {
                self.cell(cell, place, inside, &mut grid, &mut row)?;
            }
            grid.rows.push(row);
        }
        let _ = gap;
        Ok(grid)
    }

    /// The rules above a row.
    fn row_head(&self, line: &mut Cursor<'_, 'a>) -> Result<Row, FormulaError> {
        let mut row = Row::default();
        while let Some(token) = line.peek_solid() {
            match token.command() {
                Some("hline") => row.above.push(Rule::Solid),
                Some("hdashline") => row.above.push(Rule::Dashed),
                Some("cline") => {
                    line.next();
                    let (range, place) = line.word("cline", token.at)?;
                    let bounds = range
                        .split_once('-')
                        .and_then(|(from, to)| Some((from.trim().parse().ok()?, to.trim().parse().ok()?)));
                    row.partly.push(
                        bounds
                            .filter(|(from, to)| *from >= 1 && from <= to)
                            .ok_or_else(|| error(place, r"`\cline` takes columns such as `2-3`", None))?,
                    );
                    continue;
                }
                _ => break,
            }
            line.next();
        }
        Ok(row)
    }

    /// The tokens of a row without its `\tag`, `\label` and the like.
    fn row_tag(&self, mut line: Cursor<'_, 'a>, row: &mut Row, scope: Scope) -> Result<Vec<Token<'a>>, FormulaError> {
        let mut tokens = Vec::new();
        let mut depth = 0_usize;
        while let Some(token) = line.next() {
            match token.kind {
                Kind::Open => depth += 1,
                Kind::Close => depth = depth.saturating_sub(1),
                Kind::Command("begin" | "left") => depth += 1,
                Kind::Command("end" | "right") => depth = depth.saturating_sub(1),
                Kind::Command(name @ ("tag" | "tag*")) if depth == 0 => {
                    if row.tag.is_some() {
                        return Err(error(token.at, r"a row has two `\tag`s", None));
                    }
                    if scope.depth > 1 || scope.style != Style::Display {
                        return Err(self.unknown("tag", token.at));
                    }
                    row.tag = Some(self.tag(name, token.at, &mut line)?);
                    continue;
                }
                _ => {}
            }
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// What `\tag{…}` shows, as a node.
    pub fn tag(&self, name: &str, at: usize, tokens: &mut Cursor<'_, 'a>) -> Result<String, FormulaError> {
        let argument = tokens.argument(name, at)?;
        if argument.is_blank() {
            return Err(error(at, format!("`\\{name}` is empty"), None));
        }
        let inner = self.plain_text(argument, Scope::new(Style::Text))?;
        Ok(match (name, inner.strip_prefix("<mtext>").and_then(|rest| rest.strip_suffix("</mtext>"))) {
            ("tag*", _) => inner,
            (_, Some(text)) if !text.contains('<') => format!("<mtext>({text})</mtext>"),
            _ => format!("<mrow><mtext>(</mtext>{inner}<mtext>)</mtext></mrow>"),
        })
    }

    fn cell(
        &self,
        mut cell: Cursor<'_, 'a>,
        place: usize,
        scope: Scope,
        grid: &mut Grid,
        row: &mut Row,
    ) -> Result<(), FormulaError> {
        match cell.peek_solid().and_then(|token| token.command()) {
            Some("multicolumn") => {
                let at = cell.place();
                cell.next();
                let (count, from) = cell.word("multicolumn", at)?;
                let span = count
                    .parse()
                    .ok()
                    .filter(|span| (1..=64).contains(span))
                    .ok_or_else(|| error(from, format!("`{count}` is no number of columns"), None))?;
                let column = columns::parse(cell.argument("multicolumn", at)?)?.into_iter().next().unwrap_or_default();
                let inner = self.fragment(cell.argument("multicolumn", at)?, scope)?;
                row.span(inner.xml, span, column);
                return Ok(());
            }
            Some("hdotsfor") => {
                let at = cell.place();
                cell.next();
                let (count, from) = cell.word("hdotsfor", at)?;
                let span: usize = count
                    .parse()
                    .ok()
                    .filter(|span| (1..=64).contains(span))
                    .ok_or_else(|| error(from, format!("`{count}` is no number of columns"), None))?;
                (0..span).for_each(|_| row.cell("<mi>…</mi>".to_owned()));
                return Ok(());
            }
            _ => {}
        }
        if grid.look.is_single_column() && place > 0 {
            return Err(error(
                cell.place(),
                "this environment has one column and `&` begins a second",
                r"use `aligned` for aligned rows",
            ));
        }
        let continues = match grid.look {
            Look::Multline => !grid.rows.is_empty(),
            look => look.is_aligned() && place % 2 == 1,
        } && cell.peek_solid().is_some();
        let inner = self.padded(cell, scope, (continues, false))?;
        row.cell(inner.xml);
        Ok(())
    }
}

/// The extra space that `\\[…]` asks for, in em, and no more of the `*` of `\\*`.
fn row_gap(line: &mut Cursor<'_, '_>) -> Result<f32, FormulaError> {
    if line.peek().is_some_and(|token| token.kind == Kind::Char('*')) {
        line.next();
    }
    let mut ahead = *line;
    if ahead.peek().is_none_or(|token| token.kind != Kind::Char('[')) {
        return Ok(0.0);
    }
    let place = ahead.place();
    match ahead.bracket(place) {
        // A bracket that holds no length belongs to the row.
        Ok(Some(inner)) => match inner.plain().and_then(|text| length::parse(&text)) {
            Some(em) => {
                *line = ahead;
                Ok(em)
            }
            None => Ok(0.0),
        },
        _ => Ok(0.0),
    }
}
