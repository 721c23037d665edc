//! Rows and cells as an `mtable` whose looks are classes: Chromium knows none of the attributes.

use super::columns::{Column, Line};
use super::draft::Style;
use super::length::attribute;
use std::fmt::Write;

/// The kind of table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Matrix,
    DisplayMatrix,
    Small,
    Cases,
    DisplayCases,
    Aligned,
    AlignedAt,
    Equations,
    Gathered,
    Multline,
    Stack,
    Diagram,
}

impl Look {
    /// The style of its cells, if it is not that of the surroundings.
    pub fn style(self) -> Option<Style> {
        match self {
            Look::Matrix | Look::Cases => Some(Style::Text),
            Look::Small => Some(Style::Script),
            Look::Stack => None,
            _ => Some(Style::Display),
        }
    }

    /// Right, left, right, left.
    pub fn is_aligned(self) -> bool {
        matches!(self, Look::Aligned | Look::AlignedAt)
    }

    /// The height and depth that each row has at least, in em: TeX's struts.
    fn strut(self) -> (f32, f32) {
        match self {
            Look::Small => (0.6, 0.24),
            Look::Stack => (0.68, 0.22),
            Look::Cases | Look::DisplayCases => (1.008, 0.432),
            _ => (0.84, 0.36),
        }
    }

    pub fn is_single_column(self) -> bool {
        matches!(self, Look::Gathered | Look::Multline)
    }

    fn class(self) -> &'static str {
        match self {
            Look::Matrix | Look::DisplayMatrix => "m-matrix",
            Look::Small => "m-matrix m-small",
            Look::Cases | Look::DisplayCases => "m-cases",
            Look::Aligned => "m-align",
            Look::AlignedAt => "m-align m-at",
            Look::Equations => "m-matrix m-open",
            Look::Gathered | Look::Multline => "m-gather",
            Look::Stack => "m-stack",
            Look::Diagram => "m-matrix m-cd",
        }
    }
}

/// A rule above a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Solid,
    Dashed,
}

#[derive(Clone, Debug)]
struct Cell {
    xml: String,
    span: usize,
    /// Of a cell that spans columns: its own sides and lines.
    column: Option<Column>,
}

/// One row.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub above: Vec<Rule>,
    /// Columns, from 1, that have a rule above.
    pub partly: Vec<(usize, usize)>,
    pub tag: Option<String>,
    /// Space below, in em.
    gap: f32,
    cells: Vec<Cell>,
}

impl Row {
    pub fn cell(&mut self, xml: String) {
        self.cells.push(Cell { xml, span: 1, column: None });
    }

    pub fn span(&mut self, xml: String, span: usize, column: Column) {
        self.cells.push(Cell { xml, span, column: Some(column) });
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    fn width(&self) -> usize {
        self.cells.iter().map(|cell| cell.span).sum()
    }
}

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub look: Look,
    pub rows: Vec<Row>,
    columns: Vec<Column>,
    stretch: f32,
    /// The rules below the last row.
    below: Vec<Rule>,
}

impl Grid {
    pub fn new(look: Look, columns: Vec<Column>, stretch: f32) -> Self {
        Self { look, rows: Vec::new(), columns, stretch, below: Vec::new() }
    }

    /// Adds space below the row that was read last.
    pub fn gap_below(&mut self, gap: f32) {
        if let Some(row) = self.rows.last_mut() {
            row.gap = gap;
        }
    }

    /// Takes the rules of an empty last row as rules below the table.
    pub fn close(&mut self, last: &Row) {
        self.below.clone_from(&last.above);
    }

    /// The table as MathML.
    pub fn mathml(&self) -> String {
        let width = self.rows.iter().map(Row::width).max().unwrap_or(0);
        let tagged = self.rows.iter().any(|row| row.tag.is_some());
        let wide = if tagged || self.look == Look::Multline { " m-wide" } else { "" };
        let class = format!("{}{wide}", self.look.class());
        let display = if self.look.style() == Some(Style::Display) { " displaystyle=\"true\"" } else { "" };
        let script = if self.look == Look::Small { " scriptlevel=\"+1\"" } else { "" };
        let mut xml = format!("<mtable class=\"{class}\"{display}{script}>");
        for (index, row) in self.rows.iter().enumerate() {
            self.row(index, row, width, tagged, &mut xml);
        }
        xml + "</mtable>"
    }

    fn row(&self, index: usize, row: &Row, width: usize, tagged: bool, xml: &mut String) {
        let (height, depth) = self.look.strut();
        let (height, depth) = (attribute(height * self.stretch), attribute((depth * self.stretch + row.gap).max(0.0)));
        let strut = format!("<mspace height=\"{height}\" depth=\"{depth}\"/>");
        xml.push_str("<mtr>");
        if tagged {
            xml.push_str("<mtd class=\"m-fill\"></mtd>");
        }
        let mut place = 0;
        for cell in &row.cells {
            let classes = self.classes(index, row, place, cell);
            let span = if cell.span > 1 { format!(" columnspan=\"{}\"", cell.span) } else { String::new() };
            let class = if classes.is_empty() { String::new() } else { format!(" class=\"{}\"", classes.join(" ")) };
            let strut = if place == 0 { strut.as_str() } else { "" };
            let _ = write!(xml, "<mtd{class}{span}>{strut}{}</mtd>", cell.xml);
            place += cell.span;
        }
        if tagged {
            (place..width).for_each(|_| xml.push_str("<mtd></mtd>"));
            let _ = write!(xml, "<mtd class=\"m-fill m-tag\">{}</mtd>", row.tag.as_deref().unwrap_or_default());
        }
        xml.push_str("</mtr>");
    }

    fn classes(&self, index: usize, row: &Row, place: usize, cell: &Cell) -> Vec<&'static str> {
        let own = cell.column.or_else(|| self.columns.get(place).copied()).unwrap_or_default();
        // Its last column's line is the line of a cell that spans several.
        let after = cell.column.map_or(own.after, |column| column.after);
        let mut classes = Vec::new();
        match self.look {
            Look::Multline if index == 0 => classes.push("m-l"),
            Look::Multline if index + 1 == self.rows.len() => classes.push("m-r"),
            _ => classes.extend(own.side.class()),
        }
        if place == 0 {
            classes.extend(own.before.map(|line| border(line, ["m-bl", "m-ddl", "m-dl"])));
        }
        classes.extend(after.map(|line| border(line, ["m-br", "m-ddr", "m-dr"])));
        if own.tight {
            classes.push("m-tight");
        }
        let partly = row.partly.iter().any(|(from, to)| (*from..=*to).contains(&(place + 1)));
        classes.extend(ruled(&row.above, partly).map(|line| border(line, ["m-bt", "m-ddt", "m-dt"])));
        if index + 1 == self.rows.len() {
            classes.extend(ruled(&self.below, false).map(|line| border(line, ["m-bb", "m-ddb", "m-db"])));
        }
        classes
    }
}

/// The line that one or more rules make.
fn ruled(rules: &[Rule], partly: bool) -> Option<Line> {
    match (rules, partly) {
        ([], false) => None,
        ([Rule::Dashed, ..], _) => Some(Line::Dashed),
        ([_, _, ..], _) => Some(Line::Double),
        _ => Some(Line::Solid),
    }
}

fn border(line: Line, [solid, double, dashed]: [&'static str; 3]) -> &'static str {
    match line {
        Line::Solid => solid,
        Line::Double => double,
        Line::Dashed => dashed,
    }
}
