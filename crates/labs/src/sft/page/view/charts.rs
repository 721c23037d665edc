//! Curves of a run, and the losses of single tokens.

use super::super::Page;
use super::model::megabytes;
use crate::chart::{
    Axis, Chart, HeatMap, Lines, Series,
    number::{fixed, short},
};
use crate::parts::{Panel, Picture, Width};
use crate::sft::protocol::{Evaluated, Stepped};

/// Where the charts stand.
pub const PANELS: &[Panel] = &[
    Panel { slot: "loss", title: "Loss on trained and on held-out pairs", width: Width::Full },
    Panel { slot: "tokens", title: "Loss of each token of one answer", width: Width::Tall },
    Panel {
        slot: "paragraph",
        title: "Perplexity of a paragraph that has nothing to do with the pairs",
        width: Width::Half,
    },
    Panel { slot: "norm", title: "Norm of the gradient", width: Width::Half },
];

/// Loss of full strength on the map of tokens, in nats: a guess among about 150.
const FULL_LOSS: f64 = 5.0;

/// What is shown of the run, or of the settings before one.
pub fn picture(page: &Page) -> Picture {
    let charts = vec![
        losses(page).with_log_y().into(),
        tokens(page).into(),
        line(page, 2, "perplexity", evaluations(page, |it| Some(it.paragraph_perplexity))).into(),
        line(page, 3, "norm", steps(page, |it| it.gradient_norm)).with_log_y().into(),
    ];
    Picture { charts, numbers: numbers(page) }
}

fn axis(page: &Page) -> Axis {
    Axis::new("step").from_to(0.0, f64::from(page.n_steps.max(1)))
}

fn steps(page: &Page, value: fn(&Stepped) -> f32) -> Vec<(f64, f64)> {
    page.report.steps.iter().map(|step| (f64::from(step.step), f64::from(value(step)))).collect()
}

fn evaluations(page: &Page, value: fn(&Evaluated) -> Option<f32>) -> Vec<(f64, f64)> {
    let found = page.report.evaluations.iter();
    found.filter_map(|it| Some((f64::from(it.step), f64::from(value(it)?)))).collect()
}

fn losses(page: &Page) -> Lines {
    let series = vec![
        Series { name: "trained".to_owned(), tone: 1, is_dashed: false, points: steps(page, |step| step.train_loss) },
        Series {
            name: "held out".to_owned(),
            tone: 2,
            is_dashed: false,
            points: evaluations(page, |it| it.held_out_loss),
        },
    ];
    let title = PANELS[0].title.to_owned();
    Lines { title, x: axis(page), y: Axis::new("loss").unit("nats per token"), series, nothing: "" }
}

fn line(page: &Page, panel_idx: usize, label: &str, points: Vec<(f64, f64)>) -> Lines {
    let series = vec![Series { name: label.to_owned(), tone: 1, is_dashed: false, points }];
    Lines { title: PANELS[panel_idx].title.to_owned(), x: axis(page), y: Axis::new(label), series, nothing: "" }
}

/// The learning rate of every step of the next run, from its settings.
pub(super) fn rate(page: &Page) -> Chart {
    let settings = page.settings();
    let n_steps = settings.n_steps(page.pairs.places(false).count() as u32).max(1);
    let stride = (n_steps / 100).max(1);
    let points = (0..n_steps).step_by(stride as usize);
    let points = points.map(|step| (f64::from(step) + 1.0, f64::from(settings.learning_rate(step, n_steps))));
    let name = "learning rate".to_owned();
    let series = vec![Series { name, tone: 1, is_dashed: false, points: points.collect() }];
    let title = "Learning rate of the next run".to_owned();
    let x = Axis::new("step").from_to(0.0, f64::from(n_steps));
    Lines { title, x, y: Axis::new("learning rate"), series, nothing: "" }.into()
}

fn tokens(page: &Page) -> HeatMap {
    let seen = page.report.seen.get(page.chosen).or(page.report.seen.first());
    let every = page.settings_of_run().map_or(page.settings().sample_every, |settings| settings.sample_every).max(1);
    let mut columns = Vec::new();
    let mut values = Vec::new();
    let expected =
        seen.and_then(|seen| seen.before.as_ref()).map(|before| before.expected.as_slice()).unwrap_or_default();
    for (step, losses) in seen.map(|seen| seen.losses.as_slice()).unwrap_or_default() {
        if step.is_multiple_of(every) && losses.len() == expected.len() {
            columns.push(f64::from(*step));
            values.extend_from_slice(losses);
        }
    }
    let name = |token: &crate::sft::protocol::ScoredToken| {
        let mut name = String::new();
        match token.part {
            crate::sft::data::Part::End => name.push_str("end"),
            _ => name.extend(token.text.replace(' ', "·").replace('\n', "⏎").chars().take(9)),
        }
        name
    };
    let n_columns = (page.n_steps / every) as usize + 1;
    HeatMap {
        title: PANELS[1].title.to_owned(),
        x: Axis::new("step").from_to(0.0, n_columns as f64 * f64::from(every)),
        columns,
        n_columns,
        row: "token",
        row_has_name: true,
        names: expected.iter().map(name).collect(),
        n_rows: expected.len(),
        value: "loss, nats".to_owned(),
        values,
        ends: (0.0, 0.0, FULL_LOSS),
    }
}

/// Of the last step and evaluation.
fn numbers(page: &Page) -> Vec<(&'static str, String)> {
    let last = page.report.steps.last().copied().unwrap_or_default();
    let evaluated = page.report.evaluations.last().copied().unwrap_or_default();
    // What a recorded run does not tell, or none has told yet.
    let known = |x: f64, text: String| if x > 0.0 { text } else { "–".to_owned() };
    let best = page.report.best().map_or("–".to_owned(), |step| fixed(step.into(), 0));
    vec![
        ("loss, trained", known(last.train_loss.into(), short(last.train_loss.into()))),
        ("loss, held out", evaluated.held_out_loss.map_or("–".to_owned(), |loss| short(loss.into()))),
        ("best at step", best.clone()),
        ("over-fitting", if evaluated.is_over_fitting { ["since ", &best].concat() } else { "not seen".to_owned() }),
        ("tokens/s", known(last.tokens_per_s.into(), fixed(last.tokens_per_s.into(), 0))),
        ("gradient norm", short(last.gradient_norm.into())),
        ("learning rate", short(last.learning_rate.into())),
        ("memory", known(page.report.memory_bytes as f64, megabytes(page.report.memory_bytes))),
    ]
}
