//! What a lab's figure shows before any script runs, made at build by the lab's own model.

use crate::{
    chart::{Chart, Form},
    model::ModelError,
    parameters::Values,
    parts::{DEFAULT_SEED, Figure, FigureState, Host, NUMBERS, Picture, Width, session::Session},
    registry::{self, View},
};
use leptos::prelude::{Owner, RenderHtml};

/// Rows of the table behind each chart.
const N_TABLE_ROWS: usize = 8;

/// The stage of the figure `id`, as HTML: the lab called `name` is run to its end with
/// [`DEFAULT_SEED`], and its charts are drawn with the report. The same arguments give the same bytes.
/// Of a lab that fine-tunes a language model, a run was recorded.
///
/// # Errors
/// If there is no built lab of that name, its settings do not go together, or the run fails.
pub fn stage(name: &str, values: &Values, id: &str) -> Result<String, ModelError> {
    if name == crate::sft::about::ABOUT.name {
        return crate::sft::recorded::stage(values, id).map_err(ModelError::Settings);
    }
    let view = registry::view(name).ok_or_else(|| ModelError::Settings(format!("there is no lab `{name}`")))?;
    let (report, step) = registry::run(name, values, DEFAULT_SEED, u32::MAX)?;
    let picture =
        (view.picture)(values, &report).map_err(|error| ModelError::Fault { step, message: error.to_string() })?;
    Ok(html(view, values, step, &picture, id))
}

fn html(view: View, values: &Values, step: u32, picture: &Picture, id: &str) -> String {
    let content = |slot: &str| {
        if slot == NUMBERS {
            return picture.numbers_html();
        }
        let charts = view.panels.iter().zip(&picture.charts);
        charts.map(|(panel, chart)| slot_html(panel.slot, panel.width, chart, slot)).collect()
    };
    Owner::new().with(|| {
        let session = Session::at_end(view.about, values.clone(), step);
        let (state, host) = (FigureState::new(&session), Host::new(|_| {}));
        Figure { view, id, values, state, host, content: &content, is_live: false }.stage().to_html()
    })
}

/// The markup of `slot`, if it is this chart's or its table's.
pub(crate) fn slot_html(own: &str, width: Width, chart: &Chart, slot: &str) -> String {
    if slot == own {
        let narrow = chart.draw(Form::Narrow, None);
        return match width {
            Width::Half | Width::Tall => narrow,
            Width::Full => {
                // The style shows the one that fits.
                let (wide, narrow) = (classed(&chart.draw(Form::Wide, None), "w"), classed(&narrow, "n"));
                wide + &narrow
            }
        };
    }
    if slot.strip_suffix("-table") == Some(own) { chart.table(N_TABLE_ROWS).html() } else { String::new() }
}

fn classed(svg: &str, class: &str) -> String {
    svg.replacen("class=\"chart\"", &["class=\"chart ", class, "\""].concat(), 1)
}

#[cfg(test)]
mod tests;
