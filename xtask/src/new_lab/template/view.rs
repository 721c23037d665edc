//! The error over the steps.

use super::{Model, Report};
use crate::{
    chart::{Axis, Chart, Lines, Series},
    model::Model as _,
    parameters::Values,
    parts::{Panel, Width},
};

/// Where the charts stand.
pub const PANELS: &[Panel] = &[Panel { slot: "error", title: "Error of each batch", width: Width::Full }];

/// What the charts show, in the order of [`PANELS`].
pub fn charts(_values: &Values, report: Report) -> Vec<Chart> {
    let points = report.losses.iter().enumerate().map(|(step_idx, loss)| ((step_idx + 1) as f64, f64::from(*loss)));
    vec![Chart::Lines(Lines {
        title: PANELS[0].title.to_owned(),
        x: Axis::new("step").from_to(0.0, f64::from(Model::ABOUT.n_steps)),
        y: Axis::new("mean squared error"),
        series: vec![Series { name: "error".to_owned(), tone: 1, is_dashed: false, points: points.collect() }],
    })]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_has_its_chart_of_every_batch() {
        let report = Report { losses: vec![2.0, 0.5], slope: 1.0, intercept: 0.0 };
        let charts = charts(&Values::defaults(Model::ABOUT.parameters), report);
        assert_eq!(charts.len(), PANELS.len());
        let expected = [(1.0, 2.0), (2.0, 0.5)];
        assert!(matches!(&charts[0], Chart::Lines(lines) if lines.series[0].points == expected), "{charts:?}");
    }
}
