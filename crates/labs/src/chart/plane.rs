//! A plane cut into cells of one category each: which expert, which class.
//!
//! Hue and strength tell neighbours apart, a line runs along every border, and each region of some
//! size carries its category's number: the map reads without colour.

use super::{
    Axis, Cursor, Direction, Form, Table,
    number::{push_whole, short},
    svg::{Path, Plot, PlotSpec, Svg},
    table::ascending,
};
use ml::decimal::shortest;

/// Categories of square cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// What the chart shows, in a few words.
    pub title: String,
    /// To the right and upwards; both have a range.
    pub axes: (Axis, Axis),
    /// Cells along each side.
    pub side: usize,
    /// What a category is: `expert`. Categories count from 1 for readers.
    pub category: &'static str,
    /// Row by row, the top row first.
    pub cells: Vec<u8>,
    /// Marks on the plane, the most important first.
    pub marks: Vec<(f64, f64)>,
    /// What the marks are: `centre of a cluster`.
    pub mark: &'static str,
}

/// A region of fewer cells carries no number.
const MIN_LABELLED: usize = 12;

impl Plane {
    const HEIGHT: f64 = 324.0;
    const SIDE: f64 = 264.0;

    fn plot(&self, form: Form) -> Plot {
        let label_width = form.width() - Self::SIDE - 34.0;
        let spec = PlotSpec { form, height: Self::HEIGHT, label_width, axes: (&self.axes.0, &self.axes.1) };
        let mut plot = Plot::new(&spec, [].into_iter(), [].into_iter());
        plot.set_left(plot.frame.right - Self::SIDE);
        plot
    }

    pub(super) fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
        let plot = self.plot(form);
        let frame = plot.frame;
        let cell = Self::SIDE / self.side.max(1) as f64;
        let mut svg = Svg::open(form, Self::HEIGHT, &self.name());
        plot.draw(&mut svg, (&self.axes.0, &self.axes.1));
        svg.raw(&["<g class=\"heat\" transform=\"translate("]);
        svg.number(frame.left);
        svg.raw(&[" "]);
        svg.number(frame.top);
        svg.raw(&[") scale(", &shortest(cell), ")\">"]);
        for (category, d) in self.paths() {
            let class = ["s1", "s2", "s3", "s4"][usize::from(category) % 4];
            let opacity = [".55", ".3", ".16", ".42"][usize::from(category) / 4 % 4];
            svg.raw(&["<path class=\"", class, "\" stroke-opacity=\"", opacity, "\" d=\"", &d, "\"/>"]);
        }
        svg.raw(&["<path class=\"border\" d=\"", &self.borders(), "\"/></g>"]);
        for (x, y) in &self.marks {
            if let Some((x, y)) = plot.place((*x, *y)) {
                let mut cross = Path::default();
                cross.to('M', (x - 4.0, y)).along('h', 8.0).to('M', (x, y - 4.0)).along('v', 8.0);
                svg.path("ax mark", &cross);
            }
        }
        for (category, (column_idx, row_idx)) in self.labels() {
            let place = |idx: usize, start: f64| start + (idx as f64 + 0.5) * cell;
            let at = (place(column_idx, frame.left), place(row_idx, frame.top) + 4.5);
            svg.text("m ink halo", at, &(u32::from(category) + 1).to_string());
        }
        if let Some(Cursor { series_idx, point_idx }) = cursor {
            let (x, y) = (frame.left + point_idx as f64 * cell, frame.top + series_idx as f64 * cell);
            let mut mark = Path::default();
            mark.to('M', (x, y)).along('h', cell).along('v', cell).along('h', -cell).along('v', -cell);
            svg.path("ln cur", &mark);
        }
        svg.close()
    }

    /// For each category its cells; a run of them is one stroke.
    fn paths(&self) -> Vec<(u8, String)> {
        let mut paths: Vec<(u8, String)> = Vec::new();
        for (row_idx, row) in self.rows().enumerate() {
            let mut start = 0;
            for run in row.chunk_by(|a, b| a == b) {
                let at = paths.iter().position(|(category, _)| *category == run[0]).unwrap_or_else(|| {
                    paths.push((run[0], String::new()));
                    paths.len() - 1
                });
                let d = &mut paths[at].1;
                d.push('M');
                push_whole(d, start);
                d.push(' ');
                push_whole(d, row_idx as u32);
                d.push_str(".5h");
                push_whole(d, run.len() as u32);
                start += run.len() as u32;
            }
        }
        paths
    }

    /// Lines between cells of different categories, in cells; neighbouring pieces are one.
    fn borders(&self) -> String {
        let mut d = String::new();
        let at = |column_idx: usize, row_idx: usize| self.cells.get(row_idx * self.side + column_idx);
        let mut line = |is_across: bool, fixed: usize, differs: &dyn Fn(usize) -> bool| {
            let mut idx = 0;
            while idx < self.side {
                let start = idx;
                while idx < self.side && differs(idx) {
                    idx += 1;
                }
                if idx > start {
                    let (x, y) = if is_across { (start, fixed) } else { (fixed, start) };
                    d.push('M');
                    push_whole(&mut d, x as u32);
                    d.push(' ');
                    push_whole(&mut d, y as u32);
                    d.push(if is_across { 'h' } else { 'v' });
                    push_whole(&mut d, (idx - start) as u32);
                }
                idx += 1;
            }
        };
        for fixed in 1..self.side {
            line(true, fixed, &|idx| at(idx, fixed - 1) != at(idx, fixed));
            line(false, fixed, &|idx| at(fixed - 1, idx) != at(fixed, idx));
        }
        d
    }

    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.cells.chunks_exact(self.side.max(1))
    }

    /// For each category of some size the cell of it that is nearest to its middle: column, row.
    fn labels(&self) -> Vec<(u8, (usize, usize))> {
        let mut labels = Vec::new();
        for category in 0..=self.cells.iter().copied().max().unwrap_or(0) {
            let own: Vec<(usize, usize)> = self
                .cells
                .iter()
                .enumerate()
                .filter(|(_, other)| **other == category)
                .map(|(cell_idx, _)| (cell_idx % self.side, cell_idx / self.side))
                .collect();
            if own.len() < MIN_LABELLED {
                continue;
            }
            let mean =
                |part: fn(&(usize, usize)) -> usize| own.iter().map(part).sum::<usize>() as f64 / own.len() as f64;
            let (x, y) = (mean(|cell| cell.0), mean(|cell| cell.1));
            let distance = |cell: &(usize, usize)| (cell.0 as f64 - x).powi(2) + (cell.1 as f64 - y).powi(2);
            if let Some(cell) = own.iter().min_by(|a, b| distance(a).total_cmp(&distance(b))) {
                labels.push((category, *cell));
            }
        }
        labels
    }

    /// For each category its part of the plane, the largest first.
    fn shares(&self) -> Vec<(u8, f64)> {
        let mut counts = [0u32; 256];
        self.cells.iter().for_each(|category| counts[usize::from(*category)] += 1);
        let n_cells = self.cells.len().max(1) as f64;
        let shares: Vec<(u8, f64)> = (0..=u8::MAX)
            .map(|category| (category, f64::from(counts[usize::from(category)]) / n_cells))
            .filter(|(_, share)| *share > 0.0)
            .collect();
        let order = ascending(&shares.iter().map(|(_, share)| -share).collect::<Vec<_>>());
        order.into_iter().map(|share_idx| shares[share_idx]).collect()
    }

    fn name(&self) -> String {
        let first: Vec<_> = self
            .shares()
            .into_iter()
            .take(3)
            .map(|(category, share)| {
                format!("{} {} has {} %", self.category, u32::from(category) + 1, short((share * 100.0).round()))
            })
            .collect();
        [&self.title, ": ", &first.join(", ")].concat()
    }

    pub(super) fn nearest(&self, form: Form, (x, y): (f64, f64)) -> Option<Cursor> {
        let frame = self.plot(form).frame;
        let last = self.side.checked_sub(1)?;
        let index = |place: f64| ((place / Self::SIDE * self.side as f64).max(0.0) as usize).min(last);
        Some(Cursor { series_idx: index(y - frame.top), point_idx: index(x - frame.left) })
    }

    pub(super) fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
        let middle = Cursor { series_idx: self.side / 2, point_idx: self.side / 2 };
        super::next_in_grid(cursor.or(Some(middle)), direction, self.side, self.side)
    }

    pub(super) fn read(&self, Cursor { series_idx, point_idx }: Cursor) -> String {
        let Some(category) = self.cells.get(series_idx * self.side + point_idx) else { return String::new() };
        let (x, y) = self.middle(point_idx, series_idx);
        let (x_axis, y_axis) = &self.axes;
        format!(
            "{} {}, {} {}: {} {}",
            x_axis.label,
            short(x),
            y_axis.label,
            short(y),
            self.category,
            u32::from(*category) + 1
        )
    }

    /// Of a cell.
    fn middle(&self, column_idx: usize, row_idx: usize) -> (f64, f64) {
        let at = |axis: &Axis, part: f64| axis.range.map_or(part, |(min, max)| min + part * (max - min));
        let part = |idx: usize| (idx as f64 + 0.5) / self.side as f64;
        let round = |x: f64| (x * 100.0).round() / 100.0;
        (round(at(&self.axes.0, part(column_idx))), round(at(&self.axes.1, 1.0 - part(row_idx))))
    }

    pub(super) fn table(&self, n_rows: usize) -> Table {
        let rows = self.shares().into_iter().take(n_rows).map(|(category, share)| {
            vec![(u32::from(category) + 1).to_string(), [&short(share * 100.0), " %"].concat()]
        });
        Table {
            caption: self.title.clone(),
            head: vec![self.category.to_owned(), "part of the plane".to_owned()],
            rows: rows.collect(),
        }
    }

    /// Cells as pairs of x and y under their category's name; marks under theirs.
    pub(super) fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
        for (cell_idx, category) in self.cells.iter().enumerate() {
            let (x, y) = self.middle(cell_idx % self.side, cell_idx / self.side);
            push(&format!("{} {}", self.category, u32::from(*category) + 1), x, y);
        }
        for (x, y) in &self.marks {
            push(self.mark, *x, *y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Category 0 left of a step-shaped border, 1 right of it.
    fn plane() -> Plane {
        let rows = ["0011", "0011", "0001", "0001"];
        Plane {
            title: "First choice".into(),
            axes: (Axis::new("x₁").from_to(-2.0, 2.0), Axis::new("x₂").from_to(-2.0, 2.0)),
            side: 4,
            category: "expert",
            cells: rows.iter().flat_map(|row| row.bytes().map(|cell| cell - b'0')).collect(),
            marks: vec![(0.0, 0.0)],
            mark: "centre",
        }
    }

    #[test]
    fn runs_and_borders_are_one_stroke_each() {
        let paths = plane().paths();
        assert_eq!(paths[0], (0, "M0 0.5h2M0 1.5h2M0 2.5h3M0 3.5h3".to_owned()));
        assert_eq!(paths[1], (1, "M2 0.5h2M2 1.5h2M3 2.5h1M3 3.5h1".to_owned()));
        assert_eq!(plane().borders(), "M2 2h1M2 0v2M3 2v2");
    }

    #[test]
    fn cells_are_read_upwards_from_the_lower_end() {
        let chart = plane();
        assert_eq!(chart.read(Cursor { series_idx: 0, point_idx: 3 }), "x₁ 1.5, x₂ 1.5: expert 2");
        assert_eq!(chart.read(Cursor { series_idx: 3, point_idx: 0 }), "x₁ −1.5, x₂ −1.5: expert 1");
        assert_eq!(chart.nearest(Form::Narrow, (0.0, 0.0)), Some(Cursor::default()));
        let right = chart.next(Some(Cursor::default()), Direction::Right);
        assert_eq!(right, Some(Cursor { series_idx: 0, point_idx: 1 }));
    }

    #[test]
    fn shares_are_listed() {
        assert_eq!(plane().table(8).rows, [["1", "62.5 %"], ["2", "37.5 %"]]);
        assert_eq!(plane().name(), "First choice: expert 1 has 63 %, expert 2 has 38 %");
    }

    #[test]
    fn a_region_of_some_size_has_its_number() {
        let side = 8;
        let cells = (0..64).map(|cell_idx| u8::from(cell_idx % side >= 6)).collect();
        let labels = Plane { side, cells, ..plane() }.labels();
        assert_eq!(labels, [(0, (2, 3)), (1, (6, 3))]);
    }
}
