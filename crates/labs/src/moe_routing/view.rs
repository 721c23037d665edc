//! Loads over training, what balance costs, and the plane in the experts' colours.

use super::{Model, Report};
use crate::{
    chart::{
        Axis, HeatMap, Lines, Plane, Series,
        number::{fixed, short},
    },
    model::Model as _,
    parameters::Values,
    parts::{Panel, Picture, Width},
};

/// Where the charts stand.
pub const PANELS: &[Panel] = &[
    Panel { slot: "loads", title: "Load of each expert over training", width: Width::Full },
    Panel { slot: "loss", title: "Task loss", width: Width::Half },
    Panel { slot: "violation", title: "MaxVio of single batches", width: Width::Half },
    Panel { slot: "plane", title: "The expert that comes first, over the plane of inputs", width: Width::Tall },
    Panel { slot: "biases", title: "Selection bias of each expert", width: Width::Half },
];

/// Cells along each side of the map in a report.
const MAP_SIDE: usize = 40;

/// What is shown of a report.
pub fn picture(_values: &Values, report: Report) -> Picture {
    let charts = vec![
        loads(&report).into(),
        curve(&report, 1, "task loss, mean squared error", &report.task_losses).with_log_y().into(),
        curve(&report, 2, "MaxVio", &report.violations).into(),
        plane(&report).into(),
        biases(&report).into(),
    ];
    Picture { charts, numbers: numbers(&report) }
}

fn steps() -> Axis {
    Axis::new("step").from_to(0.0, f64::from(Model::ABOUT.n_steps))
}

/// The middle of each bin, in steps.
fn bins(report: &Report) -> impl Iterator<Item = f64> {
    let width = f64::from(report.n_steps) / f64::from(report.n_bins.max(1));
    (0..report.n_bins).map(move |bin_idx| (f64::from(bin_idx) + 0.5) * width)
}

fn loads(report: &Report) -> HeatMap {
    let n_experts = report.n_experts as usize;
    let n_columns = report.loads.len() / n_experts.max(1);
    HeatMap {
        title: PANELS[0].title.to_owned(),
        x: steps(),
        columns: bins(report).take(n_columns).collect(),
        n_columns: report.n_bins as usize,
        row: "expert",
        row_has_name: false,
        names: Vec::new(),
        n_rows: n_experts,
        value: "load, 1 is the mean".to_owned(),
        values: report.loads.iter().map(|load| f32::from(*load) / 1000.0).collect(),
        ends: (0.0, 1.0, 3.0),
    }
}

fn curve(report: &Report, panel_idx: usize, label: &str, values: &[f32]) -> Lines {
    let (name, _) = label.split_once(',').unwrap_or((label, ""));
    // A point is the mean of the steps from one multiple of the stretch to the next.
    let stretch = f64::from(report.stretch.max(1));
    let points =
        values.iter().enumerate().map(|(point_idx, value)| ((point_idx as f64 + 0.5) * stretch, f64::from(*value)));
    Lines {
        title: PANELS[panel_idx].title.to_owned(),
        x: steps(),
        y: Axis::new(label),
        series: vec![Series { name: name.to_owned(), tone: 1, is_dashed: false, points: points.collect() }],
        nothing: "",
    }
}

fn plane(report: &Report) -> Plane {
    let reach = f64::from(report.map_reach);
    let axis = |label: &str| Axis::new(label).from_to(-reach, reach);
    Plane {
        title: PANELS[3].title.to_owned(),
        axes: (axis("x₁"), axis("x₂")),
        side: MAP_SIDE,
        category: "expert",
        cells: report.first_choices.clone(),
        marks: report.centres.iter().map(|[x, y]| (f64::from(*x), f64::from(*y))).collect(),
        mark: "centre of a cluster",
    }
}

fn biases(report: &Report) -> Lines {
    let n_experts = report.n_experts as usize;
    let of_expert = |expert_idx: usize| {
        let biases = report.biases.iter().skip(expert_idx).step_by(n_experts.max(1));
        bins(report).zip(biases).map(|(step, bias)| (step, f64::from(*bias) * f64::from(report.bias_step))).collect()
    };
    let n_series = if report.biases.is_empty() { 0 } else { n_experts };
    Lines {
        title: PANELS[4].title.to_owned(),
        x: steps(),
        y: Axis::new("selection bias"),
        series: (0..n_series)
            .map(|expert_idx| Series::nth(expert_idx, (expert_idx + 1).to_string(), of_expert(expert_idx)))
            .collect(),
        nothing: "These settings have no bias.",
    }
}

/// Of the last 100 steps, and what the mixture costs.
fn numbers(report: &Report) -> Vec<(&'static str, String)> {
    let last = &report.last;
    let percent = |part: f32| [&short((f64::from(part) * 1000.0).round() / 10.0), " %"].concat();
    vec![
        ("task loss", short(last.task_loss.into())),
        ("MaxVio", short(last.window_violation.into())),
        ("experts in use", format!("{} of {}", last.n_live, report.n_experts)),
        ("choices dropped", percent(last.dropped)),
        ("alternation", fixed(last.alternation.into(), 2)),
        ("FLOP a token", fixed((report.expert_flops + report.router_flops).into(), 0)),
        ("ways to choose", short(report.combinations)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{parts::DEFAULT_SEED, protocol::decode, registry};

    fn report(settings: &str, n_steps: u32) -> (Values, Report) {
        let values = Values::decode(Model::ABOUT.parameters, settings).unwrap();
        let (bytes, _) = registry::run("moe-routing", &values, DEFAULT_SEED, n_steps).unwrap();
        (values, decode(&bytes).unwrap())
    }

    #[test]
    fn the_charts_show_the_numbers_of_the_report() {
        let (values, report) = report("balance=loss-free", 100);
        let picture = picture(&values, report.clone());
        assert_eq!(picture.charts.len(), PANELS.len());
        assert!(picture.charts.iter().zip(PANELS).all(|(chart, panel)| chart.title() == panel.title));
        let (loads, plane, biases) = (loads(&report), plane(&report), biases(&report));
        let loss = curve(&report, 1, "loss", &report.task_losses);
        assert_eq!((loads.n_rows, loads.values.len()), (8, report.loads.len()));
        assert_eq!(loss.series[0].points.len(), report.task_losses.len());
        assert!(loss.series[0].points.iter().all(|(step, loss)| (0.0..=100.0).contains(step) && *loss > 0.0));
        assert_eq!(plane.cells.len(), plane.side * plane.side);
        assert_eq!(biases.series.len(), 8);
        let last = biases.series[2].points.last().map(|(_, bias)| *bias).unwrap();
        let steps = report.biases[report.biases.len() - 8 + 2];
        assert!((last - f64::from(steps) * 0.004).abs() < 1e-6, "{last} {steps}");
    }

    #[test]
    fn without_a_bias_there_are_no_traces() {
        let (values, report) = report("", 20);
        let picture = picture(&values, report.clone());
        assert!(biases(&report).series.is_empty());
        assert_eq!(picture.numbers[3], ("choices dropped", "0 %".to_owned()));
    }
}
