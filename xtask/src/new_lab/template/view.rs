//! The error over the steps, and the two fitted numbers.

use super::{Model, Report};
use crate::{
    chart::{Axis, Lines, Series, number::short},
    model::Model as _,
    parameters::Values,
    parts::{Panel, Picture, Width},
};

/// Where the charts stand.
pub const PANELS: &[Panel] = &[Panel { slot: "error", title: "Error of each batch", width: Width::Full }];

/// What is shown of a report.
pub fn picture(_values: &Values, report: Report) -> Picture {
    let points = report.losses.iter().enumerate().map(|(step_idx, loss)| ((step_idx + 1) as f64, f64::from(*loss)));
    let error = Lines {
        title: PANELS[0].title.to_owned(),
        x: Axis::new("step").from_to(0.0, f64::from(Model::ABOUT.n_steps)),
        y: Axis::new("mean squared error"),
        series: vec![Series { name: "error".to_owned(), tone: 1, is_dashed: false, points: points.collect() }],
        nothing: "",
    };
    Picture {
        charts: vec![error.into()],
        numbers: vec![("slope", short(report.slope.into())), ("intercept", short(report.intercept.into()))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_has_its_chart_of_every_batch() {
        let report = Report { losses: vec![2.0, 0.5], slope: 1.0, intercept: -0.5 };
        let Picture { charts, numbers } = picture(&Values::defaults(Model::ABOUT.parameters), report);
        assert_eq!(charts.len(), PANELS.len());
        let mut csv = String::new();
        charts[0].push_csv(&mut csv, PANELS[0].slot);
        assert_eq!(csv, "error,error,1,2\nerror,error,2,0.5\n");
        assert_eq!(numbers, [("slope", "1".to_owned()), ("intercept", "−0.5".to_owned())]);
    }
}
