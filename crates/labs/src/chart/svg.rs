//! Writes a drawing, and the frame that most of them share.

use super::{
    Form,
    axis::{Axis, Scale},
    number::push_coordinate,
};

/// A drawing that is being written.
pub(super) struct Svg {
    out: String,
}

impl Svg {
    /// Opens a drawing with this accessible name.
    pub fn open(form: Form, height: f64, name: &str) -> Self {
        let mut svg = Self { out: String::with_capacity(4096) };
        svg.out.push_str("<svg class=\"chart\" viewBox=\"0 0 ");
        svg.number(form.width());
        svg.out.push(' ');
        svg.number(height);
        svg.out.push_str("\" role=\"img\" aria-label=\"");
        svg.escaped(name);
        svg.out.push_str("\">");
        svg
    }

    /// The whole drawing.
    pub fn close(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }

    /// A path; an empty one is left out.
    pub fn path(&mut self, class: &str, d: &Path) {
        if !d.0.is_empty() {
            self.raw(&["<path class=\"", class, "\" d=\"", &d.0, "\"/>"]);
        }
    }

    /// Words.
    pub fn text(&mut self, class: &str, (x, y): (f64, f64), words: &str) {
        self.out.push_str("<text");
        if !class.is_empty() {
            self.raw(&[" class=\"", class, "\""]);
        }
        self.out.push_str(" x=\"");
        self.number(x);
        self.out.push_str("\" y=\"");
        self.number(y);
        self.out.push_str("\">");
        self.escaped(words);
        self.out.push_str("</text>");
    }

    /// A dot.
    pub fn dot(&mut self, class: &str, (x, y): (f64, f64), radius: f64) {
        self.raw(&["<circle class=\"", class, "\" cx=\""]);
        self.number(x);
        self.out.push_str("\" cy=\"");
        self.number(y);
        self.out.push_str("\" r=\"");
        self.number(radius);
        self.out.push_str("\"/>");
    }

    /// Markup that is known to be such.
    pub fn raw(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.push_str(piece);
        }
    }

    pub fn number(&mut self, x: f64) {
        push_coordinate(&mut self.out, x);
    }

    fn escaped(&mut self, text: &str) {
        push_escaped(&mut self.out, text);
    }
}

/// Text between tags or in a quoted attribute.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// The `d` of a path.
#[derive(Default)]
pub(super) struct Path(String);

impl Path {
    pub fn to(&mut self, letter: char, (x, y): (f64, f64)) -> &mut Self {
        self.0.push(letter);
        push_coordinate(&mut self.0, x);
        self.0.push(' ');
        push_coordinate(&mut self.0, y);
        self
    }

    pub fn along(&mut self, letter: char, x: f64) -> &mut Self {
        self.0.push(letter);
        push_coordinate(&mut self.0, x);
        self
    }

    /// A line through these points; a gap where there is none. Each point is told from the one before,
    /// which takes fewer digits.
    pub fn through(points: impl Iterator<Item = Option<(f64, f64)>>) -> Self {
        let mut path = Self::default();
        let mut before: Option<(f64, f64)> = None;
        let mut is_line = false;
        for point in points {
            // Rounded first, so that errors do not add up along the line.
            let point = point.map(|(x, y)| ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0));
            if let Some((x, y)) = point {
                let (letter, (x, y)) = match before {
                    None => ('M', (x, y)),
                    Some((x_before, y_before)) => ('l', (x - x_before, y - y_before)),
                };
                let is_plain = is_line && letter == 'l';
                if !is_plain {
                    path.0.push(letter);
                }
                path.pair(is_plain, (x, y));
                is_line = letter == 'l';
            }
            before = point;
        }
        path
    }

    /// Two numbers; a minus sign parts them as well as a space.
    fn pair(&mut self, is_after_number: bool, (x, y): (f64, f64)) {
        for (is_after, x) in [(is_after_number, x), (true, y)] {
            let start = self.0.len();
            push_coordinate(&mut self.0, x);
            if is_after && self.0.as_bytes().get(start) != Some(&b'-') {
                self.0.insert(start, ' ');
            }
        }
    }
}

/// About how wide words are, in the chart's face at 13 px.
pub(super) fn width_of(words: &str) -> f64 {
    words.chars().count() as f64 * 6.4
}

/// The place of the data within a drawing: its edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// Two axes and the place between them.
pub(super) struct Plot {
    pub frame: Frame,
    pub x: Scale,
    pub y: Scale,
    n_ticks: (usize, usize),
}

/// What a plot is made from.
pub(super) struct PlotSpec<'a> {
    pub form: Form,
    pub height: f64,
    /// Room at the right for labels.
    pub label_width: f64,
    pub axes: (&'a Axis, &'a Axis),
}

impl Plot {
    /// Measures the room that labels take and gives the rest to the data.
    pub fn new(spec: &PlotSpec, xs: impl Iterator<Item = f64>, ys: impl Iterator<Item = f64>) -> Self {
        let n_ticks = if spec.form == Form::Wide { (6, 4) } else { (4, 4) };
        let (top, bottom) = (24.0, spec.height - 36.0);
        let y = spec.axes.1.scale(ys, (bottom, top), n_ticks.1);
        let widest = y.ticks(n_ticks.1).iter().map(|(_, label)| width_of(label)).fold(14.0, f64::max);
        let frame = Frame { left: widest + 8.0, right: spec.form.width() - spec.label_width.max(8.0), top, bottom };
        let x = spec.axes.0.scale(xs, (frame.left, frame.right), n_ticks.0);
        Self { frame, x, y, n_ticks }
    }

    /// Narrows or widens the place of the data from the left.
    pub fn set_left(&mut self, left: f64) {
        self.frame.left = left;
        self.x.set_start(left);
    }

    /// Grid, numbers, and what the axes measure.
    pub fn draw(&self, svg: &mut Svg, axes: (&Axis, &Axis)) {
        self.draw_y(svg, axes.1);
        self.draw_x(svg, axes.0);
    }

    /// The upright axis and its grid alone.
    pub fn draw_y(&self, svg: &mut Svg, axis: &Axis) {
        let Frame { left, right, .. } = self.frame;
        svg.text("ink", (0.0, 11.0), &axis.words());
        let mut grid = Path::default();
        for (y, label) in self.y.ticks(self.n_ticks.1) {
            if let Some(place) = self.y.place(y) {
                grid.to('M', (left, place)).along('H', right);
                svg.text("e", (left - 6.0, place + 4.5), &label);
            }
        }
        svg.path("gr", &grid);
    }

    /// The lower axis alone.
    pub fn draw_x(&self, svg: &mut Svg, axis: &Axis) {
        let Frame { left, right, bottom, .. } = self.frame;
        let mut line = Path::default();
        line.to('M', (left, bottom)).along('H', right);
        for (x, label) in self.x.ticks(self.n_ticks.0) {
            if let Some(place) = self.x.place(x) {
                line.to('M', (place, bottom)).along('v', 4.0);
                // The last one must not hang over the edge.
                let (class, x) = if place > right - 8.0 { ("e", right) } else { ("m", place) };
                svg.text(class, (x, bottom + 17.0), &label);
            }
        }
        svg.path("ax", &line);
        svg.text("e", (right, bottom + 33.0), &axis.words());
    }

    pub fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        Some((self.x.place(x)?, self.y.place(y)?))
    }
}
