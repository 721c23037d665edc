//! Points, in clouds that have a name, a colour and a shape each.

use super::{
    Axis, Cursor, Direction, Form, Table,
    number::short,
    svg::{Path, Plot, PlotSpec, Svg, width_of},
    table::thinned,
};

/// Points over two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Scatter {
    /// What the chart shows, in a few words.
    pub title: String,
    /// To the right.
    pub x: Axis,
    /// Upwards.
    pub y: Axis,
    /// The points.
    pub clouds: Vec<Cloud>,
}

/// Points of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    /// Stands beside its middle.
    pub name: String,
    /// Which colour of the palette, 1 to 4; 0 is ink.
    pub tone: usize,
    /// x and y, in the order in which keys visit them.
    pub points: Vec<(f64, f64)>,
}

impl Scatter {
    fn height(form: Form) -> f64 {
        match form {
            Form::Wide => 300.0,
            Form::Narrow => 260.0,
        }
    }

    fn plot(&self, form: Form) -> Plot {
        let spec = PlotSpec { form, height: Self::height(form), label_width: 0.0, axes: (&self.x, &self.y) };
        let points = || self.clouds.iter().flat_map(|cloud| &cloud.points);
        Plot::new(&spec, points().map(|point| point.0), points().map(|point| point.1))
    }

    pub(super) fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
        let plot = self.plot(form);
        let mut svg = Svg::open(form, Self::height(form), &self.name());
        plot.draw(&mut svg, (&self.x, &self.y));
        for (cloud_idx, cloud) in self.clouds.iter().enumerate() {
            let places: Vec<_> = cloud.points.iter().filter_map(|point| plot.place(*point)).collect();
            let mut shape = Path::default();
            for place in &places {
                push_shape(&mut shape, cloud_idx, *place);
            }
            svg.path(&["dots s", &cloud.tone.to_string()].concat(), &shape);
        }
        if self.clouds.len() > 1 {
            for cloud in &self.clouds {
                let places: Vec<_> = cloud.points.iter().filter_map(|point| plot.place(*point)).collect();
                if let Some((x, y)) = topmost(&places) {
                    let half = width_of(&cloud.name) / 2.0;
                    let x = x.max(plot.frame.left + half).min(plot.frame.right - half);
                    svg.text("m ink halo", (x, (y - 8.0).max(plot.frame.top + 4.0)), &cloud.name);
                }
            }
        }
        if let Some(place) = cursor.and_then(|cursor| self.point(cursor)).and_then(|point| plot.place(point)) {
            svg.dot("ln cur", place, 6.0);
        }
        svg.close()
    }

    fn name(&self) -> String {
        let counts: Vec<_> =
            self.clouds.iter().map(|cloud| format!("{}: {} points", cloud.name, cloud.points.len())).collect();
        [&self.title, ". ", &counts.join(", ")].concat()
    }

    fn point(&self, cursor: Cursor) -> Option<(f64, f64)> {
        self.clouds.get(cursor.series_idx)?.points.get(cursor.point_idx).copied()
    }

    pub(super) fn nearest(&self, form: Form, (x, y): (f64, f64)) -> Option<Cursor> {
        let plot = self.plot(form);
        let all = self.clouds.iter().enumerate().flat_map(|(series_idx, cloud)| {
            cloud.points.iter().enumerate().map(move |(point_idx, point)| (Cursor { series_idx, point_idx }, *point))
        });
        let distances = all.filter_map(|(cursor, point)| {
            let (own_x, own_y) = plot.place(point)?;
            Some((cursor, (own_x - x).powi(2) + (own_y - y).powi(2)))
        });
        distances.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(cursor, _)| cursor)
    }

    pub(super) fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
        let longest = self.clouds.iter().map(|cloud| cloud.points.len()).max()?;
        let next = super::next_in_grid(cursor, direction, self.clouds.len(), longest)?;
        let last = self.clouds.get(next.series_idx)?.points.len().checked_sub(1)?;
        Some(Cursor { point_idx: next.point_idx.min(last), ..next })
    }

    pub(super) fn read(&self, cursor: Cursor) -> String {
        let Some((x, y)) = self.point(cursor) else { return String::new() };
        let name = &self.clouds[cursor.series_idx].name;
        format!("{name}: {} {}, {} {}", self.x.label, short(x), self.y.label, short(y))
    }

    pub(super) fn table(&self, n_rows: usize) -> Table {
        let all: Vec<_> =
            self.clouds.iter().flat_map(|cloud| cloud.points.iter().map(move |point| (cloud, point))).collect();
        let rows = thinned(all.len(), n_rows).into_iter().map(|row_idx| {
            let (cloud, (x, y)) = all[row_idx];
            vec![cloud.name.clone(), short(*x), short(*y)]
        });
        Table {
            caption: self.title.clone(),
            head: vec!["of".to_owned(), self.x.words(), self.y.words()],
            rows: rows.collect(),
        }
    }

    pub(super) fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
        for cloud in &self.clouds {
            cloud.points.iter().for_each(|(x, y)| push(&cloud.name, *x, *y));
        }
    }
}

/// Cross, plus, square and triangle by turns: kinds differ without colour.
fn push_shape(path: &mut Path, cloud_idx: usize, (x, y): (f64, f64)) {
    match cloud_idx % 4 {
        0 => path.to('M', (x - 2.5, y - 2.5)).to('l', (5.0, 5.0)).to('m', (-5.0, 0.0)).to('l', (5.0, -5.0)),
        1 => path.to('M', (x - 3.0, y)).along('h', 6.0).to('m', (-3.0, -3.0)).along('v', 6.0),
        2 => path.to('M', (x - 2.5, y - 2.5)).along('h', 5.0).along('v', 5.0).along('h', -5.0).along('v', -5.0),
        _ => path.to('M', (x, y - 3.0)).to('l', (3.0, 5.0)).along('h', -6.0).to('l', (3.0, -5.0)),
    };
}

fn topmost(places: &[(f64, f64)]) -> Option<(f64, f64)> {
    places.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scatter() -> Scatter {
        let cloud = |name: &str, tone, points| Cloud { name: name.into(), tone, points };
        Scatter {
            title: "Runs".into(),
            x: Axis::new("size").log().from_to(1.0, 100.0),
            y: Axis::new("loss").from_to(0.0, 2.0),
            clouds: vec![cloud("small", 1, vec![(1.0, 2.0), (10.0, 1.0)]), cloud("large", 2, vec![(100.0, 0.0)])],
        }
    }

    /// By hand: three characters of 6.4 and 8 are 27.2 px at the left, 312 is the right end, so a
    /// decade is 142.4 px; 200 px are 2.
    #[test]
    fn points_stand_where_the_axes_say() {
        let svg = scatter().draw(Form::Narrow, None);
        assert!(
            svg.contains("<path class=\"dots s1\" d=\"M24.7 21.5l5 5m-5 0l5 -5M167.1 121.5l5 5m-5 0l5 -5\"/>"),
            "{svg}"
        );
        assert!(svg.contains("<path class=\"dots s2\" d=\"M309 224h6m-3 -3v6\"/>"), "{svg}");
    }

    #[test]
    fn pointer_and_keys_read_points() {
        let chart = scatter();
        let middle = chart.nearest(Form::Narrow, (165.0, 110.0));
        assert_eq!(middle.map(|cursor| chart.read(cursor)).as_deref(), Some("small: size 10, loss 1"));
        let below = chart.next(middle, Direction::Down);
        assert_eq!(below.map(|cursor| chart.read(cursor)).as_deref(), Some("large: size 100, loss 0"));
        assert_eq!(chart.table(2).rows, [["small", "1", "2"], ["large", "100", "0"]]);
    }
}
