//! Named amounts, as bars that begin at zero.

use super::{
    Axis, Cursor, Direction, Form, Table,
    number::short,
    svg::{Path, Plot, PlotSpec, Svg},
    table::thinned,
};

/// Bars side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What the chart shows, in a few words.
    pub title: String,
    /// What the bars are: `expert`.
    pub x: String,
    /// Upwards; its range begins at zero or below.
    pub y: Axis,
    /// Name and amount of each.
    pub bars: Vec<(String, f64)>,
    /// A line across, with its name: what the amounts are to be compared with.
    pub reference: Option<(f64, &'static str)>,
}

impl Bars {
    fn height(form: Form) -> f64 {
        match form {
            Form::Wide => 230.0,
            Form::Narrow => 210.0,
        }
    }

    fn plot(&self, form: Form) -> Plot {
        let x = Axis::new("").from_to(0.0, self.bars.len() as f64);
        let spec = PlotSpec { form, height: Self::height(form), label_width: 0.0, axes: (&x, &self.y) };
        let amounts = self.bars.iter().map(|(_, amount)| *amount).chain(self.reference.map(|(amount, _)| amount));
        Plot::new(&spec, [].into_iter(), amounts.chain([0.0]))
    }

    pub(super) fn draw(&self, form: Form, cursor: Option<Cursor>) -> String {
        let plot = self.plot(form);
        let frame = plot.frame;
        let width = self.bar_width(&plot);
        let mut svg = Svg::open(form, Self::height(form), &self.name());
        plot.draw_y(&mut svg, &self.y);
        let zero = plot.y.place(0.0).unwrap_or(frame.bottom);
        let (mut all, mut marked, mut axis) = (Path::default(), Path::default(), Path::default());
        let stride = (self.bars.len() as f64 * 26.0 / (frame.right - frame.left)).ceil().max(1.0) as usize;
        for (bar_idx, (name, amount)) in self.bars.iter().enumerate() {
            let left = frame.left + bar_idx as f64 * width;
            if let Some(top) = plot.y.place(*amount) {
                let is_marked = cursor.is_some_and(|cursor| cursor.point_idx == bar_idx);
                let bar = if is_marked { &mut marked } else { &mut all };
                bar.to('M', (left + 0.15 * width, zero)).along('V', top).along('h', 0.7 * width).along('V', zero);
            }
            if bar_idx % stride == 0 {
                svg.text("m", (left + width / 2.0, frame.bottom + 17.0), name);
            }
        }
        svg.path("p1", &all);
        svg.path("pa", &marked);
        axis.to('M', (frame.left, zero)).along('H', frame.right);
        svg.path("ax", &axis);
        svg.text("e", (frame.right, frame.bottom + 33.0), &self.x);
        if let Some((amount, name)) = self.reference
            && let Some(y) = plot.y.place(amount)
        {
            let mut line = Path::default();
            line.to('M', (frame.left, y)).along('H', frame.right);
            svg.path("ln s0 thin dash", &line);
            svg.text("e ink halo", (frame.right, y - 5.0), name);
        }
        svg.close()
    }

    fn bar_width(&self, plot: &Plot) -> f64 {
        (plot.frame.right - plot.frame.left) / self.bars.len().max(1) as f64
    }

    fn name(&self) -> String {
        let largest = self.bars.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let most = largest.map(|(name, amount)| [". Most: ", &self.x, " ", name, ", ", &short(*amount)].concat());
        [&self.title, most.as_deref().unwrap_or_default()].concat()
    }

    pub(super) fn nearest(&self, form: Form, (x, _): (f64, f64)) -> Option<Cursor> {
        let plot = self.plot(form);
        let last = self.bars.len().checked_sub(1)?;
        let point_idx = ((x - plot.frame.left) / self.bar_width(&plot)).max(0.0) as usize;
        Some(Cursor { series_idx: 0, point_idx: point_idx.min(last) })
    }

    pub(super) fn next(&self, cursor: Option<Cursor>, direction: Direction) -> Option<Cursor> {
        super::next_in_grid(cursor, direction, 1, self.bars.len())
    }

    pub(super) fn read(&self, cursor: Cursor) -> String {
        let bar = self.bars.get(cursor.point_idx);
        bar.map(|(name, amount)| [&self.x, " ", name, ": ", &short(*amount)].concat()).unwrap_or_default()
    }

    pub(super) fn table(&self, n_rows: usize) -> Table {
        let rows = thinned(self.bars.len(), n_rows).into_iter().map(|bar_idx| {
            let (name, amount) = &self.bars[bar_idx];
            vec![name.clone(), short(*amount)]
        });
        Table { caption: self.title.clone(), head: vec![self.x.clone(), self.y.words()], rows: rows.collect() }
    }

    pub(super) fn each(&self, push: &mut dyn FnMut(&str, f64, f64)) {
        for (bar_idx, (name, amount)) in self.bars.iter().enumerate() {
            push(name, bar_idx as f64, *amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars() -> Bars {
        Bars {
            title: "Tokens".into(),
            x: "expert".into(),
            y: Axis::new("tokens").from_to(0.0, 4.0),
            bars: vec![("1".into(), 4.0), ("2".into(), 1.0)],
            reference: Some((2.0, "fair share")),
        }
    }

    /// By hand: one digit and 8 px at the left are at least 22; (320 − 8 − 22) / 2 = 145 a bar, of
    /// which 70 % are filled; 150 px are 4 tokens.
    #[test]
    fn bars_begin_at_zero() {
        let svg = bars().draw(Form::Narrow, None);
        assert!(svg.contains("<path class=\"p1\" d=\"M43.8 174V24h101.5V174M188.8 174V136.5h101.5V174\"/>"), "{svg}");
        assert!(svg.contains("<path class=\"ln s0 thin dash\" d=\"M22 99H312\"/>"), "{svg}");
        assert!(svg.contains("aria-label=\"Tokens. Most: expert 1, 4\""), "{svg}");
    }

    #[test]
    fn pointer_keys_and_table_agree() {
        let chart = bars();
        let second = chart.nearest(Form::Narrow, (300.0, 0.0));
        assert_eq!(second.map(|cursor| chart.read(cursor)).as_deref(), Some("expert 2: 1"));
        assert_eq!(chart.next(second, Direction::Left), chart.nearest(Form::Narrow, (30.0, 0.0)));
        assert_eq!(chart.table(9).rows, [["1", "4"], ["2", "1"]]);
        assert_eq!(Bars { bars: vec![], ..chart }.nearest(Form::Wide, (0.0, 0.0)), None);
    }
}
