//! Values along a line, one or several, each named where it ends.

use super::{
    Axis, Cursor, Direction, Form, Table,
    number::short,
    svg::{Path, Plot, PlotSpec, Svg, width_of},
    table::thinned,
};

/// Lines over one pair of axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// What the chart shows, in a few words.
    pub title: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// The lines.
    pub series: Vec<Series>,
    /// Stands in the chart's middle if there is no line.
    pub nothing: &'static str,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Stands at the line's end.
    pub name: String,
    /// Which colour of the palette, 1 to 4; 0 is ink.
    pub tone: usize,
    /// Whether it is drawn in dashes.
    pub is_dashed: bool,
    /// x and y, x ascending. What is not finite leaves a gap.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// One of several lines of equal rank: colour and dashes tell the first eight apart.
    pub fn nth(series_idx: usize, name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), tone: 1 + series_idx % 4, is_dashed: series_idx / 4 % 2 == 1, points }
    }
}

/// Between the baselines of two labels, in pixels.
const LABEL_GAP: f64 = 14.0;

impl Lines {
    /// With equal heights for equal factors.
    pub fn with_log_y(self) -> Self {
        Self { y: self.y.log(), ..self }
    }

    fn height(form: Form) -> f64 {
        match form {
            Form::Wide => 230.0,
            Form::Narrow => 210.0,
        }
    }

    fn plot(&self, form: Form) -> Plot {
        let label_width = self.series.iter().map(|series| width_of(&series.name) + 10.0).fold(0.0, f64::max);
        let spec = PlotSpec { form, height: Self::height(form), label_width, axes: (&self.x, &self.y) };
        let points = || self.series.iter().flat_map(|series| &series.points);
        Plot::new(&spec, points().map(|point| point.0), points().map(|point| point.1))
    }

    pub(super) fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
        let plot = self.plot(form);
        let mut svg = Svg::open(form, Self::height(form), &self.name());
        plot.draw(&mut svg, (&self.x, &self.y));
        if self.series.is_empty() {
            let frame = plot.frame;
            svg.text("m", ((frame.left + frame.right) / 2.0, (frame.top + frame.bottom) / 2.0), self.nothing);
        }
        let mut ends = Vec::new();
        for series in &self.series {
            let thin = if self.series.len() > 4 { " thin" } else { "" };
            let dash = if series.is_dashed { " dash" } else { "" };
            let class = ["ln s", &series.tone.to_string(), thin, dash].concat();
            let places: Vec<_> = series.points.iter().map(|point| plot.place(*point)).collect();
            svg.path(&class, &Path::through(without_crowd(&places).into_iter()));
            if let Some(place) = places.iter().rev().find_map(|place| *place) {
                ends.push((place, series));
            }
        }
        if self.series.len() > 1 {
            thin_labels(&mut ends, plot.frame.bottom - plot.frame.top);
            let ys = apart(&ends.iter().map(|(place, _)| place.1).collect::<Vec<_>>(), plot.frame.bottom);
            for ((place, series), y) in ends.iter().zip(ys) {
                let class = match series.tone {
                    1 => "p1",
                    2 => "p2",
                    _ => "ink",
                };
                svg.text(class, (place.0 + 6.0, y + 4.5), &series.name);
            }
        }
        self.draw_cursor(&mut svg, &plot, cursor);
        svg.close()
    }

    fn draw_cursor(&self, svg: &mut Svg, plot: &Plot, cursor: Option<Cursor>) {
        let Some(x) = cursor.and_then(|cursor| self.point(cursor)).map(|point| point.0) else { return };
        let Some(place) = plot.x.place(x) else { return };
        let mut path = Path::default();
        path.to('M', (place, plot.frame.top)).along('V', plot.frame.bottom);
        svg.path("ax cur", &path);
        for series in &self.series {
            if let Some(place) = series.at(x).and_then(|point| plot.place(point)) {
                svg.dot(&format!("p{}", series.tone), place, 3.5);
            }
        }
    }

    /// Title and last values, for who does not see the drawing.
    fn name(&self) -> String {
        let mut name = self.title.clone();
        let last = self.series.iter().filter_map(|series| series.points.iter().rposition(|point| point.1.is_finite()));
        if let Some(point_idx) = last.max() {
            name.push_str(". At ");
            name.push_str(&self.read(Cursor { series_idx: 0, point_idx }));
        }
        name
    }

    fn point(&self, cursor: Cursor) -> Option<(f64, f64)> {
        self.series.get(cursor.series_idx)?.points.get(cursor.point_idx).copied()
    }

    pub(super) fn nearest(&self, form: Form, (x, y): (f64, f64)) -> Option<Cursor> {
        let plot = self.plot(form);
        let x = plot.x.number(x);
        let candidates = self.series.iter().enumerate().filter_map(|(series_idx, series)| {
            let point_idx = series.index_at(x)?;
            let place = plot.y.place(series.points[point_idx].1)?;
            Some(((place - y).abs(), Cursor { series_idx, point_idx }))
        });
        candidates.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, cursor)| cursor)
    }

    pub(super) fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
        let Some(Cursor { series_idx, point_idx }) = cursor else {
            let n_points = self.series.first()?.points.len();
            return Some(Cursor { series_idx: 0, point_idx: n_points.checked_sub(1)? });
        };
        let series_idx = match direction {
            Direction::Up => series_idx.saturating_sub(1),
            Direction::Down => (series_idx + 1).min(self.series.len().checked_sub(1)?),
            _ => series_idx,
        };
        let last = self.series.get(series_idx)?.points.len().checked_sub(1)?;
        let point_idx = match direction {
            Direction::Left => point_idx.saturating_sub(1),
            Direction::Right => point_idx + 1,
            Direction::First => 0,
            Direction::Last => last,
            Direction::Up | Direction::Down => point_idx,
        };
        Some(Cursor { series_idx, point_idx: point_idx.min(last) })
    }

    pub(super) fn read(&self, cursor: Cursor) -> String {
        let Some((x, y)) = self.point(cursor) else { return String::new() };
        let mut text = [&self.x.label, " ", &short(x), ": "].concat();
        if self.series.len() <= 3 {
            let values: Vec<_> = self
                .series
                .iter()
                .filter_map(|series| series.at(x).map(|point| [&series.name, " ", &short(point.1)].concat()))
                .collect();
            text.push_str(&values.join(", "));
        } else {
            text.push_str(&[&self.series[cursor.series_idx].name, " ", &short(y)].concat());
        }
        text
    }

    pub(super) fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
        for series in &self.series {
            for (x, y) in &series.points {
                push(&series.name, *x, *y);
            }
        }
    }

    pub(super) fn table(&self, n_rows: usize) -> Table {
        let longest = self.series.iter().max_by_key(|series| series.points.len());
        let xs: Vec<f64> =
            longest.map(|series| series.points.iter().map(|point| point.0).collect()).unwrap_or_default();
        let mut head = vec![self.x.words()];
        head.extend(self.series.iter().map(|series| series.name.clone()));
        let row = |x: f64| {
            let values = self.series.iter().map(|series| series.at(x).map_or("–".to_owned(), |point| short(point.1)));
            std::iter::once(short(x)).chain(values).collect()
        };
        let rows = thinned(xs.len(), n_rows).into_iter().map(|point_idx| row(xs[point_idx])).collect();
        Table { caption: self.title.clone(), head, rows }
    }
}

impl Series {
    /// Index of the point whose x is nearest.
    fn index_at(&self, x: f64) -> Option<usize> {
        let after = self.points.partition_point(|point| point.0 < x);
        let is_nearer = |point_idx: usize| (self.points[point_idx].0 - x).abs();
        match (after.checked_sub(1), after < self.points.len()) {
            (Some(before), true) => Some(if is_nearer(before) <= is_nearer(after) { before } else { after }),
            (Some(before), false) => Some(before),
            (None, true) => Some(after),
            (None, false) => None,
        }
    }

    /// The finite point whose x is nearest.
    fn at(&self, x: f64) -> Option<(f64, f64)> {
        self.index_at(x).map(|point_idx| self.points[point_idx]).filter(|point| point.1.is_finite())
    }
}

/// Of points that share two pixels of width, the highest and the lowest: a noisy line keeps its
/// look, and a path its size.
fn without_crowd(places: &[Option<(f64, f64)>]) -> Vec<Option<(f64, f64)>> {
    let mut kept: Vec<Option<(f64, f64)>> = Vec::with_capacity(places.len().min(800));
    let mut rest = places;
    while let Some((first, tail)) = rest.split_first() {
        let Some((x, _)) = first else {
            kept.push(None);
            rest = tail;
            continue;
        };
        let column = (x / 2.0).floor();
        let n = rest.iter().take_while(|place| place.is_some_and(|(x, _)| (x / 2.0).floor() == column)).count();
        let (crowd, tail) = rest.split_at(n.max(1));
        let y = |place_idx: &usize| crowd[*place_idx].map_or(0.0, |(_, y)| y);
        let order = |a: &usize, b: &usize| y(a).total_cmp(&y(b));
        let (low, high) = ((0..crowd.len()).min_by(order), (0..crowd.len()).max_by(order));
        if let (Some(low), Some(high)) = (low, high) {
            kept.push(crowd[low.min(high)]);
            if low != high {
                kept.push(crowd[low.max(high)]);
            }
        }
        rest = tail;
    }
    kept
}

/// Leaves as many labels as have room, evenly from the highest to the lowest.
fn thin_labels(ends: &mut Vec<((f64, f64), &Series)>, room: f64) {
    ends.sort_by(|a, b| a.0.1.total_cmp(&b.0.1));
    let kept = thinned(ends.len(), (room / LABEL_GAP) as usize);
    *ends = kept.into_iter().map(|end_idx| ends[end_idx]).collect();
}

/// Moves labels apart that would overlap, and up from below `bottom`; their order stays.
fn apart(ys: &[f64], bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..ys.len()).collect();
    order.sort_by(|a, b| ys[*a].total_cmp(&ys[*b]));
    let mut moved = ys.to_vec();
    for pair in order.windows(2) {
        moved[pair[1]] = moved[pair[1]].max(moved[pair[0]] + LABEL_GAP);
    }
    let mut limit = bottom;
    for label_idx in order.into_iter().rev() {
        moved[label_idx] = moved[label_idx].min(limit);
        limit = moved[label_idx] - LABEL_GAP;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_lines() -> Lines {
        Lines {
            title: "Loss".into(),
            x: Axis::new("step").from_to(0.0, 4.0),
            y: Axis::new("loss").unit("nats").from_to(0.0, 2.0),
            nothing: "",
            series: vec![
                Series::nth(0, "train", vec![(0.0, 2.0), (2.0, 1.0), (4.0, 0.5)]),
                Series::nth(1, "test", vec![(0.0, 2.0), (2.0, f64::NAN), (4.0, 1.0)]),
            ],
        }
    }

    /// By hand: 5 letters of 6.4 and 10 beside them leave 278 of 320 pixels, labels at the left
    /// (3 letters of 6.4, and 8) take 27.2; 210 less 24 above and 36 below are 150 high.
    #[test]
    fn points_stand_where_the_axes_say() {
        let svg = two_lines().draw(Form::Narrow, None);
        assert!(svg.contains("<path class=\"ln s1\" d=\"M27.2 24l125.4 75 125.4 37.5\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"ln s2\" d=\"M27.2 24M278 99\"/>"), "{svg}");
        assert!(svg.contains("<text class=\"p1\" x=\"284\" y=\"141\">train</text>"), "{svg}");
        assert!(svg.contains("role=\"img\" aria-label=\"Loss. At step 4: train 0.5, test 1\""), "{svg}");
        assert!(svg.contains(">loss, nats</text>"), "{svg}");
    }

    #[test]
    fn pointer_and_keys_read_the_same() {
        let chart = two_lines();
        assert_eq!(chart.nearest(Form::Narrow, (160.0, 0.0)), Some(Cursor { series_idx: 0, point_idx: 1 }));
        assert_eq!(chart.nearest(Form::Narrow, (400.0, 95.0)), Some(Cursor { series_idx: 1, point_idx: 2 }));
        let start = chart.next(None, Direction::Left);
        assert_eq!(start, Some(Cursor { series_idx: 0, point_idx: 2 }));
        let left = chart.next(start, Direction::Left);
        assert_eq!(left.map(|cursor| chart.read(cursor)).as_deref(), Some("step 2: train 1"));
        let below = chart.next(left, Direction::Down).and_then(|cursor| chart.next(Some(cursor), Direction::First));
        assert_eq!(below, Some(Cursor { series_idx: 1, point_idx: 0 }));
        assert_eq!(chart.next(start, Direction::Right), start);
        assert_eq!(Lines { series: vec![], ..chart }.next(None, Direction::Left), None);
    }

    #[test]
    fn the_table_lists_all_lines() {
        let table = two_lines().table(2);
        assert_eq!(table.head, ["step", "train", "test"]);
        assert_eq!(table.rows, [["0", "2", "2"], ["4", "0.5", "1"]]);
    }

    #[test]
    fn a_crowd_keeps_its_highest_and_lowest() {
        let places = [(0.0, 5.0), (0.5, 1.0), (1.0, 9.0), (1.5, 4.0), (2.0, 3.0)].map(Some);
        assert_eq!(without_crowd(&places), [Some((0.5, 1.0)), Some((1.0, 9.0)), Some((2.0, 3.0))]);
        assert_eq!(without_crowd(&[None, Some((1.0, 1.0))]), [None, Some((1.0, 1.0))]);
    }

    #[test]
    fn labels_do_not_overlap() {
        assert_eq!(apart(&[50.0, 52.0, 10.0], 200.0), [50.0, 64.0, 10.0]);
        assert_eq!(apart(&[195.0, 198.0], 200.0), [186.0, 200.0]);
    }
}
