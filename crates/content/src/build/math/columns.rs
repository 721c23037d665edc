//! The columns of an array: `{l|cr}`.

use super::cursor::Cursor;
use super::token::{Kind, error};
use crate::build::formula::FormulaError;

/// Where a column's cells stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    #[default]
    Centre,
    Right,
}

impl Side {
    pub fn of(letter: char) -> Option<Self> {
        match letter {
            'l' => Some(Side::Left),
            'c' => Some(Side::Centre),
            'r' => Some(Side::Right),
            _ => None,
        }
    }

    pub fn class(self) -> Option<&'static str> {
        match self {
            Side::Left => Some("m-l"),
            Side::Centre => None,
            Side::Right => Some("m-r"),
        }
    }
}

/// A line beside or between columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Solid,
    Double,
    Dashed,
}

/// One column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Column {
    pub side: Side,
    /// The line before it, only for the first.
    pub before: Option<Line>,
    pub after: Option<Line>,
    /// `@{}` behind it: no space there.
    pub tight: bool,
}

impl Column {
    pub fn aligned(side: Side) -> Self {
        Self { side, ..Self::default() }
    }
}

/// Reads a column specification.
///
/// # Errors
/// A letter that is no column.
pub(super) fn parse(mut tokens: Cursor<'_, '_>) -> Result<Vec<Column>, FormulaError> {
    let mut columns: Vec<Column> = Vec::new();
    let mut before = None;
    let help = "columns are `l`, `c` and `r`, lines are `|` and `:`";
    while let Some(token) = tokens.next() {
        let at = token.at;
        match token.kind {
            Kind::Space => {}
            Kind::Char(c @ ('|' | ':')) => {
                let line = columns.last_mut().map_or(&mut before, |column| &mut column.after);
                *line = Some(match (c, *line) {
                    (':', _) => Line::Dashed,
                    (_, None) => Line::Solid,
                    (_, Some(_)) => Line::Double,
                });
            }
            Kind::Char('@' | '!') => {
                if !tokens.argument("begin", at)?.is_blank() {
                    return Err(error(at, "only an empty `@{}` can stand between columns", help));
                }
                if let Some(column) = columns.last_mut() {
                    column.tight = true;
                }
            }
            Kind::Char('*') => {
                let (count, place) = tokens.word("begin", at)?;
                let count: usize = count
                    .parse()
                    .ok()
                    .filter(|count| *count <= 64)
                    .ok_or_else(|| error(place, format!("`{count}` is no number of columns"), None))?;
                let repeated = parse(tokens.argument("begin", at)?)?;
                (0..count).for_each(|_| columns.extend_from_slice(&repeated));
            }
            Kind::Char(c) => match Side::of(c) {
                Some(side) => columns.push(Column { before: before.take(), ..Column::aligned(side) }),
                None => return Err(error(at, format!("`{c}` is no column"), help)),
            },
            _ => return Err(error(at, "this is no column", help)),
        }
    }
    if columns.len() > 256 {
        return Err(error(tokens.end, "an array has too many columns", None));
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::super::token::tokenize;
    use super::*;

    fn read(spec: &str) -> Result<Vec<Column>, FormulaError> {
        let tokens = tokenize(spec, None).unwrap();
        parse(Cursor::new(&tokens, spec.len()))
    }

    #[test]
    fn reads_sides_and_lines() {
        let columns = read("|l||c:r@{}").unwrap();
        assert_eq!(
            columns.iter().map(|column| column.side).collect::<Vec<_>>(),
            [Side::Left, Side::Centre, Side::Right]
        );
        assert_eq!(
            columns.iter().map(|column| (column.before, column.after)).collect::<Vec<_>>(),
            [(Some(Line::Solid), Some(Line::Double)), (None, Some(Line::Dashed)), (None, None)]
        );
        assert!(columns[2].tight);
        assert_eq!(read("*{3}{rl}").unwrap().len(), 6);
    }

    #[test]
    fn what_is_no_column_is_an_error() {
        assert_eq!(read("lx").unwrap_err().offset, 1);
        assert_eq!(read("p{2cm}").unwrap_err().offset, 0);
        assert_eq!(read("l@{,}").unwrap_err().offset, 1);
    }
}
