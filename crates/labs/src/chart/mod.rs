//! Charts: data in, an SVG drawing out, and what the numbers say in words.
//!
//! Pure geometry: no browser, no state. A drawing's coordinates are the pixels of its `viewBox`,
//! y downwards. Each chart can be drawn in two forms, so that its words keep their size on a phone;
//! colours come from the classes of the site's style. A chart reads the same to everybody: what
//! pointer and arrow keys reach is told by [`Drawing::read`], and [`Drawing::table`] lists it.

mod axis;
mod bars;
mod heat;
mod lines;
pub mod number;
mod plane;
mod scatter;
mod svg;
mod table;

pub use axis::Axis;
pub use bars::Bars;
pub use heat::HeatMap;
pub use lines::{Lines, Series};
pub use plane::Plane;
pub use scatter::{Cloud, Scatter};
pub use table::Table;

use ml::decimal::shortest_single;
use std::{fmt, ops::Deref};

#[cfg(feature = "page")]
pub(crate) use svg::push_escaped;

/// How wide a drawing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// 672 pixels: a column of text on a large screen.
    Wide,
    /// 320 pixels: a phone, or half a column.
    Narrow,
}

impl Form {
    /// In pixels.
    pub fn width(self) -> f64 {
        match self {
            Self::Wide => 672.0,
            Self::Narrow => 320.0,
        }
    }
}

/// A datum of a chart: which series (or row), and which of its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// Index of the series or row.
    pub series_idx: usize,
    /// Index within it.
    pub point_idx: usize,
}

/// Where an arrow key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the value before.
    Left,
    /// To the value after.
    Right,
    /// To the series drawn above.
    Up,
    /// To the series drawn below.
    Down,
    /// To the first value.
    First,
    /// To the last value.
    Last,
}

/// What every kind of chart can do.
pub trait Drawing {
    /// What the chart shows, in a few words.
    fn title(&self) -> &str;

    /// The drawing, as SVG; with a mark at `cursor`.
    fn draw(&self, form: Form, cursor: Option<Cursor>) -> String;

    /// The datum nearest to a place on the drawing.
    fn nearest(&self, form: Form, place: (f64, f64)) -> Option<Cursor>;

    /// The datum that an arrow key leads to; from nowhere, the last one.
    fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor>;

    /// What stands at `cursor`, in words; empty if nothing does.
    fn read(&self, cursor: Cursor) -> String;

    /// The numbers, thinned to about so many rows.
    fn table(&self, n_rows: usize) -> Table;

    /// Gives all numbers to `push`: of which series, x and y.
    fn each(&self, push: &mut dyn FnMut(&str, f64, f64));
}

macro_rules! drawings {
    ($($kind:ty),*) => {
        $(impl Drawing for $kind {
            fn title(&self) -> &str {
                &self.title
            }
            fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
                self.draw(form, cursor)
            }
            fn nearest(&self, form: Form, place: (f64, f64)) -> Option<Cursor> {
                self.nearest(form, place)
            }
            fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
                self.next(cursor, direction)
            }
            fn read(&self, cursor: Cursor) -> String {
                self.read(cursor)
            }
            fn table(&self, n_rows: usize) -> Table {
                self.table(n_rows)
            }
            fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
                self.each(push);
            }
        })*
    };
}

drawings!(Lines, HeatMap, Plane, Bars, Scatter);

/// Any chart. A module holds the code of those kinds that its labs draw.
pub struct Chart(Box<dyn Drawing>);

impl<D: Drawing + 'static> From<D> for Chart {
    fn from(drawing: D) -> Self {
        Self(Box::new(drawing))
    }
}

impl fmt::Debug for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Chart").field(&self.title()).finish()
    }
}

impl Deref for Chart {
    type Target = dyn Drawing;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl Chart {
    /// What stands nearest to a place on the drawing, in words; empty if there is nothing.
    pub fn read_out(&self, form: Form, place: (f64, f64)) -> String {
        self.nearest(form, place).map(|cursor| self.read(cursor)).unwrap_or_default()
    }

    /// All numbers, as lines `chart,series,x,y`.
    pub fn push_csv(&self, out: &mut String, chart: &str) {
        self.each(&mut |series, x, y| {
            let series = series.replace(',', ";").replace('"', "'");
            // What was computed in single precision is told in it.
            let [x, y] = [x, y].map(|x| shortest_single(x as f32));
            out.extend([chart, ",", &series, ",", &x, ",", &y, "\n"]);
        });
    }
}

/// The cell that an arrow key leads to in a grid; from nowhere, the last one of the first row.
fn next_in_grid(cursor: Option<Cursor>, direction: Direction, n_rows: usize, n_columns: usize) -> Option<Cursor> {
    let (last_row, last_column) = (n_rows.checked_sub(1)?, n_columns.checked_sub(1)?);
    let Some(Cursor { series_idx, point_idx }) = cursor else {
        return Some(Cursor { series_idx: 0, point_idx: last_column });
    };
    let (series_idx, point_idx) = match direction {
        Direction::Left => (series_idx, point_idx.saturating_sub(1)),
        Direction::Right => (series_idx, point_idx + 1),
        Direction::Up => (series_idx.saturating_sub(1), point_idx),
        Direction::Down => (series_idx + 1, point_idx),
        Direction::First => (series_idx, 0),
        Direction::Last => (series_idx, last_column),
    };
    Some(Cursor { series_idx: series_idx.min(last_row), point_idx: point_idx.min(last_column) })
}
