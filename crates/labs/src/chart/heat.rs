//! A number for each row at each of many places along x, told by hue and strength.
//!
//! Hue is the side of the neutral value, strength the distance from it: neutral is paper, in light
//! and dark alike. One path holds all cells of one strength, a run of equal cells is one stroke.

use super::{
    Axis, Cursor, Direction, Form, Table,
    number::{push_whole, short},
    svg::{Path, Plot, PlotSpec, Svg, width_of},
    table::thinned,
};
use ml::decimal::shortest;

/// Rows of numbers over a common x.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the chart shows, in a few words.
    pub title: String,
    /// To the right; its range covers all columns that will come.
    pub x: Axis,
    /// Where each column stands, ascending and evenly apart.
    pub columns: Vec<f64>,
    /// Columns of the whole range.
    pub n_columns: usize,
    /// What a row is: `expert`. Rows count from 1.
    pub row: &'static str,
    /// Whether rows have names in place of numbers.
    pub row_has_name: bool,
    /// Those names.
    pub names: Vec<String>,
    /// How many rows there are.
    pub n_rows: usize,
    /// What a number is: `load, mean = 1`.
    pub value: String,
    /// `[columns, rows]`.
    pub values: Vec<f32>,
    /// The value of full strength on the low side, the neutral one, and that of full strength on the
    /// high side. Beyond them strength stays.
    pub ends: (f64, f64, f64),
}

/// Equal neighbours in a row: row, first column, length.
type CellRun = (u32, u32, u32);

/// Strengths on each side.
const N_LEVELS: i32 = 4;

impl HeatMap {
    /// Where rows have names, there is room for nineteen of them.
    fn height(&self, form: Form) -> f64 {
        match form {
            _ if self.row_has_name => 350.0,
            Form::Wide => 230.0,
            Form::Narrow => 210.0,
        }
    }

    fn plot(&self, form: Form) -> Plot {
        let rows = Axis::new("").from_to(0.0, self.n_rows as f64);
        let spec = PlotSpec { form, height: self.height(form), label_width: 0.0, axes: (&self.x, &rows) };
        let mut plot = Plot::new(&spec, [].into_iter(), [].into_iter());
        let widest = self.names.iter().map(|name| width_of(name)).fold(0.0, f64::max);
        if widest > 0.0 {
            plot.set_left(widest + 8.0);
        }
        plot
    }

    /// What stands beside a row.
    fn label(&self, row_idx: usize) -> String {
        self.names.get(row_idx).cloned().unwrap_or_else(|| (row_idx + 1).to_string())
    }

    /// −4 to 4.
    fn level(&self, value: f64) -> i32 {
        let (low, neutral, high) = self.ends;
        let part =
            if value < neutral { -(neutral - value) / (neutral - low) } else { (value - neutral) / (high - neutral) };
        if part.is_finite() { (part.clamp(-1.0, 1.0) * f64::from(N_LEVELS)).round() as i32 } else { 0 }
    }

    pub(super) fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
        let plot = self.plot(form);
        let frame = plot.frame;
        let (cell_width, cell_height) = self.cell(&plot);
        let mut svg = Svg::open(form, self.height(form), &self.title);
        svg.text("ink", (0.0, 11.0), &self.value);
        self.draw_key(&mut svg, frame.right);
        svg.raw(&["<g class=\"heat\" transform=\"translate("]);
        svg.number(frame.left);
        svg.raw(&[" "]);
        svg.number(frame.top);
        svg.raw(&[") scale(", &shortest(cell_width), " ", &shortest(cell_height), ")\">"]);
        for (level, runs) in self.runs() {
            draw_level(&mut svg, level, &runs);
        }
        svg.raw(&["</g>"]);
        let stride = (self.n_rows as f64 * 15.0 / (frame.bottom - frame.top)).ceil().max(1.0) as usize;
        for row_idx in (0..self.n_rows).step_by(stride) {
            let y = frame.top + (row_idx as f64 + 0.5) * cell_height;
            svg.text("e", (frame.left - 6.0, y + 4.5), &self.label(row_idx));
        }
        plot.draw_x(&mut svg, &self.x);
        let mut outline = Path::default();
        outline
            .to('M', (frame.left, frame.top))
            .along('H', frame.right)
            .along('V', frame.bottom)
            .along('H', frame.left);
        outline.along('V', frame.top);
        svg.path("gr", &outline);
        if let Some(Cursor { series_idx, point_idx }) = cursor {
            let (x, y) = (frame.left + point_idx as f64 * cell_width, frame.top + series_idx as f64 * cell_height);
            let mut mark = Path::default();
            mark.to('M', (x, y))
                .along('h', cell_width)
                .along('v', cell_height)
                .along('h', -cell_width)
                .along('v', -cell_height);
            svg.path("ln cur", &mark);
        }
        svg.close()
    }

    fn cell(&self, plot: &Plot) -> (f64, f64) {
        let frame = plot.frame;
        let width = (frame.right - frame.left) / self.n_columns.max(1) as f64;
        (width, (frame.bottom - frame.top) / self.n_rows.max(1) as f64)
    }

    /// What the strengths mean, at the upper right.
    fn draw_key(&self, svg: &mut Svg, right: f64) {
        let (low, neutral, high) = self.ends;
        let (low, high) = (short(low), [&short(high), "+"].concat());
        let is_two_sided = self.ends.0 < neutral;
        let first = if is_two_sided { -N_LEVELS } else { 0 };
        let n_cells = f64::from(N_LEVELS - first + 1);
        let left = right - width_of(&high) - 10.0 - 9.0 * n_cells;
        svg.text("e", (left - 5.0, 11.0), &low);
        svg.text("e", (right, 11.0), &high);
        svg.raw(&["<g class=\"heat\" transform=\"translate("]);
        svg.number(left);
        svg.raw(&[" 2) scale(9 9)\">"]);
        for level in first..=N_LEVELS {
            draw_level(svg, level, &[(0, (level - first) as u32, 1)]);
        }
        svg.raw(&["</g>"]);
        let mut outline = Path::default();
        outline
            .to('M', (left, 2.0))
            .along('h', 9.0 * n_cells)
            .along('v', 9.0)
            .along('h', -9.0 * n_cells)
            .along('v', -9.0);
        svg.path("gr", &outline);
    }

    /// For each strength its runs.
    fn runs(&self) -> Vec<(i32, Vec<CellRun>)> {
        let mut runs: Vec<(i32, Vec<CellRun>)> =
            (-N_LEVELS..=N_LEVELS).filter(|level| *level != 0).map(|level| (level, Vec::new())).collect();
        for row_idx in 0..self.n_rows {
            let level_at = |column_idx: usize| {
                self.values.get(column_idx * self.n_rows + row_idx).map_or(0, |value| self.level(f64::from(*value)))
            };
            let mut column_idx = 0;
            while column_idx < self.columns.len() {
                let level = level_at(column_idx);
                let start = column_idx;
                while column_idx < self.columns.len() && level_at(column_idx) == level {
                    column_idx += 1;
                }
                if let Some((_, runs)) = runs.iter_mut().find(|(other, _)| *other == level) {
                    runs.push((row_idx as u32, start as u32, (column_idx - start) as u32));
                }
            }
        }
        runs
    }

    pub(super) fn nearest(&self, form: Form, (x, y): (f64, f64)) -> Option<Cursor> {
        let plot = self.plot(form);
        let (cell_width, cell_height) = self.cell(&plot);
        let index = |place: f64, n: usize| n.checked_sub(1).map(|last| (place.max(0.0) as usize).min(last));
        Some(Cursor {
            series_idx: index((y - plot.frame.top) / cell_height, self.n_rows)?,
            point_idx: index((x - plot.frame.left) / cell_width, self.columns.len())?,
        })
    }

    pub(super) fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
        super::next_in_grid(cursor, direction, self.n_rows, self.columns.len())
    }

    pub(super) fn read(&self, Cursor { series_idx, point_idx }: Cursor) -> String {
        let value = self.values.get(point_idx * self.n_rows + series_idx);
        let (Some(x), Some(value), true) = (self.columns.get(point_idx), value, series_idx < self.n_rows) else {
            return String::new();
        };
        format!("{} {}, {} {}: {}", self.x.label, short(*x), self.row, self.label(series_idx), short(f64::from(*value)))
    }

    /// Columns of the chart are rows of the table; of many rows the first twelve are its columns.
    pub(super) fn table(&self, n_rows: usize) -> Table {
        let n_shown = self.n_rows.min(12);
        let mut head = vec![self.x.words()];
        head.extend((0..n_shown).map(|row_idx| format!("{} {}", self.row, self.label(row_idx))));
        let row = |column_idx: usize| {
            let values = self.values.iter().skip(column_idx * self.n_rows).take(n_shown);
            std::iter::once(short(self.columns[column_idx]))
                .chain(values.map(|value| short(f64::from(*value))))
                .collect()
        };
        let rows = thinned(self.columns.len(), n_rows).into_iter().map(row).collect();
        Table { caption: [&self.title, ": ", &self.value].concat(), head, rows }
    }

    pub(super) fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
        for row_idx in 0..self.n_rows {
            let name = format!("{} {}", self.row, self.label(row_idx));
            for (column_idx, x) in self.columns.iter().enumerate() {
                if let Some(value) = self.values.get(column_idx * self.n_rows + row_idx) {
                    push(&name, *x, f64::from(*value));
                }
            }
        }
    }
}

fn draw_level(svg: &mut Svg, level: i32, runs: &[CellRun]) {
    if runs.is_empty() || level == 0 {
        return;
    }
    let opacity = [".25", ".5", ".75", "1"][(level.unsigned_abs() as usize - 1).min(3)];
    let class = if level < 0 { "hs2" } else { "hs1" };
    let mut d = String::new();
    for (row_idx, column_idx, length) in runs {
        d.push('M');
        push_whole(&mut d, *column_idx);
        d.push(' ');
        push_whole(&mut d, *row_idx);
        d.push_str(".5h");
        push_whole(&mut d, *length);
    }
    svg.raw(&["<path class=\"", class, "\" stroke-opacity=\"", opacity, "\" d=\"", &d, "\"/>"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loads() -> HeatMap {
        HeatMap {
            title: "Load".into(),
            x: Axis::new("step").from_to(0.0, 400.0),
            columns: vec![50.0, 150.0, 250.0],
            n_columns: 4,
            row: "expert",
            row_has_name: false,
            names: vec![],
            n_rows: 2,
            value: "load, mean = 1".into(),
            values: vec![1.0, 1.0, 2.0, 0.0, 2.0, 0.5],
            ends: (0.0, 1.0, 3.0),
        }
    }

    /// Row 0 is neutral, then twice half of full strength on the high side; row 1 falls to nothing.
    #[test]
    fn equal_neighbours_are_one_stroke() {
        let runs: Vec<_> = loads().runs().into_iter().filter(|(_, runs)| !runs.is_empty()).collect();
        assert_eq!(runs, [(-4, vec![(1, 1, 1)]), (-2, vec![(1, 2, 1)]), (2, vec![(0, 1, 2)])]);
        let svg = loads().draw(Form::Narrow, None);
        assert!(svg.contains("<path class=\"hs1\" stroke-opacity=\".5\" d=\"M1 0.5h2\"/>"), "{svg}");
    }

    #[test]
    fn strengths_follow_the_distance_from_neutral() {
        let levels = [0.0, 0.49, 0.9, 1.0, 1.2, 2.0, 3.0, 99.0, f64::NAN].map(|value| loads().level(value));
        assert_eq!(levels, [-4, -2, 0, 0, 0, 2, 4, 4, 0]);
    }

    #[test]
    fn pointer_and_keys_read_cells() {
        let chart = loads();
        // 200 px right of the left edge and 100 below the top: third of four columns, second of two rows.
        let cursor = chart.nearest(Form::Narrow, (200.0, 124.0));
        assert_eq!(cursor, Some(Cursor { series_idx: 1, point_idx: 2 }));
        assert_eq!(chart.read(cursor.unwrap()), "step 250, expert 2: 0.5");
        let up = chart.next(cursor, Direction::Up);
        assert_eq!(chart.read(up.unwrap()), "step 250, expert 1: 2");
        assert_eq!(chart.nearest(Form::Narrow, (319.0, 500.0)), Some(Cursor { series_idx: 1, point_idx: 2 }));
        assert_eq!(HeatMap { columns: vec![], ..chart }.nearest(Form::Narrow, (9.0, 9.0)), None);
    }

    #[test]
    fn the_table_has_a_column_for_each_row() {
        let table = loads().table(2);
        assert_eq!(table.head, ["step", "expert 1", "expert 2"]);
        assert_eq!(table.rows, [["50", "1", "1"], ["250", "2", "0.5"]]);
    }

    #[test]
    fn names_take_the_place_of_numbers() {
        let chart = HeatMap { row_has_name: true, names: vec!["left".into(), "right".into()], row: "side", ..loads() };
        let svg = chart.draw(Form::Narrow, None);
        // Five letters of 6.4 and 8 beside them.
        assert!(svg.contains(">left</text>") && svg.contains("translate(40 24)"), "{svg}");
        assert_eq!(chart.read(Cursor { series_idx: 1, point_idx: 2 }), "step 250, side right: 0.5");
    }
}
