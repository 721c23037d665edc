//! The run that the figure shows before any other: the pocket model on the preset `style`, recorded once.
//!
//! `recorded.csv` holds its numbers and `recorded.jsonl` its answers. To make both anew:
//! `cargo run --profile native -p labs --features view --example sft_record`. The last bits of its sums depend on the
//! processor that it ran on; a test holds the first ten losses to within 1e-4.

use super::about::ABOUT;
use super::page::Page;
use super::page::report::{Report, Seen};
use super::page::verdict::{Count, Counts};
use super::page::view::{self, PANELS, SAID};
use super::page::watch::Origin;
use super::protocol::{Evaluated, Sampled, ScoredToken, Stepped, Watched};
use crate::parameters::Values;
use crate::parts::NUMBERS;
use crate::sft::data::Part;
use ml::json::Json;

/// The numbers, as [`export::csv`](super::export::csv) writes them.
pub const NUMBERS_OF_RUN: &str = include_str!("recorded.csv");

/// The answers: on each line a watched prompt at a step, or the counts of answers that passed.
pub const ANSWERS_OF_RUN: &str = include_str!("recorded.jsonl");

/// The stage of the figure `id` with the recorded run in it.
///
/// # Errors
/// If the recording cannot be read.
pub fn stage(values: &Values, id: &str) -> Result<String, String> {
    let mut page = Page::new(values.clone());
    (page.report, page.verdict) = (report()?, Default::default());
    read_counts(&mut page)?;
    let picture = view::picture(&page);
    let content = |slot: &str| match slot {
        NUMBERS => picture.numbers_html(),
        SAID => view::said(&page),
        _ => {
            let charts = PANELS.iter().zip(&picture.charts);
            charts.map(|(panel, chart)| crate::still::slot_html(panel.slot, panel.width, chart, slot)).collect()
        }
    };
    Ok(view::stage(&page, id, &content, false))
}

/// The losses of the run's steps.
///
/// # Errors
/// If the recording cannot be read.
pub fn losses() -> Result<Vec<f32>, String> {
    Ok(steps()?.0.iter().map(|step| step.train_loss).collect())
}

fn number(text: &str) -> Result<f32, String> {
    text.parse().map_err(|_| format!("`{text}` in the recorded run is no number"))
}

/// Speed and memory are those of the machine that recorded the run, so neither is shown.
fn steps() -> Result<(Vec<Stepped>, Vec<Evaluated>), String> {
    let (mut steps, mut evaluations) = (Vec::new(), Vec::new());
    for line in NUMBERS_OF_RUN.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [step, train_loss, learning_rate, gradient_norm, n_tokens, _, held_out_loss, perplexity] = fields[..]
        else {
            return Err("a line of the recorded run has other columns".to_owned());
        };
        let step = number(step)? as u32;
        if step > 0 {
            steps.push(Stepped {
                step,
                train_loss: number(train_loss)?,
                learning_rate: number(learning_rate)?,
                gradient_norm: number(gradient_norm)?,
                n_tokens: number(n_tokens)? as u32,
                tokens_per_s: 0.0,
            });
        }
        if !perplexity.is_empty() {
            let held_out_loss = Some(number(held_out_loss)?);
            let least = evaluations.iter().filter_map(|it: &Evaluated| it.held_out_loss).fold(f32::INFINITY, f32::min);
            evaluations.push(Evaluated {
                step,
                held_out_loss,
                paragraph_perplexity: number(perplexity)?,
                is_best: held_out_loss.is_some_and(|loss| loss < least),
                is_over_fitting: false,
            });
        }
    }
    let over_fits = super::session::history::is_over_fitting(&evaluations, &steps);
    if let Some(last) = evaluations.last_mut() {
        last.is_over_fitting = over_fits;
    }
    Ok((steps, evaluations))
}

fn lines() -> impl Iterator<Item = Result<Json<'static>, String>> {
    ANSWERS_OF_RUN.lines().map(|line| Json::parse(line).map_err(|error| error.to_string()))
}

fn text(value: &Json<'_>, key: &str) -> String {
    value.get(key).and_then(Json::as_text).unwrap_or_default().to_owned()
}

fn report() -> Result<Report, String> {
    let (steps, evaluations) = steps()?;
    let mut report = Report { steps, evaluations, ..Report::default() };
    for line in lines() {
        let line = line?;
        let instruction = text(&line, "instruction");
        if instruction.is_empty() {
            continue;
        }
        let completion = text(&line, "completion");
        let watched = match report.seen.iter().position(|seen| seen.watched.instruction == instruction) {
            Some(at) => at,
            None => {
                let origin = if text(&line, "of") == "held out" { Origin::HeldOut } else { Origin::Trained };
                let watched = Watched { instruction, completion };
                report.seen.push(Seen { watched, origin, before: None, now: None, losses: Vec::new() });
                report.seen.len() - 1
            }
        };
        let words = text(&line, "tokens");
        let losses = text(&line, "losses");
        let n = words.split('\t').count();
        let tokens = words.split('\t').zip(losses.split(' ')).enumerate().map(|(at, (word, loss))| {
            let part = if at + 1 == n { Part::End } else { Part::Completion };
            Ok(ScoredToken { text: word.to_owned(), log_probability: -number(loss)?, part })
        });
        report.take(Sampled {
            step: number(&text(&line, "step"))? as u32,
            watched: watched as u32,
            text: text(&line, "answer"),
            ended: text(&line, "ended") == "true",
            expected: tokens.collect::<Result<_, String>>()?,
        });
    }
    Ok(report)
}

/// The counts stand on a line of their own: passed and asked, held out and trained, before and after.
fn read_counts(page: &mut Page) -> Result<(), String> {
    for line in lines() {
        let line = line?;
        let counts: Vec<u32> = text(&line, "passed").split(' ').filter_map(|count| count.parse().ok()).collect();
        if let [a, b, c, d, e, f, g, h] = counts[..] {
            let count = |passed, asked| Count { passed, asked };
            page.verdict.before = Some(Counts { held_out: count(a, b), trained: count(c, d) });
            page.verdict.after = Some((ABOUT.n_steps, Counts { held_out: count(e, f), trained: count(g, h) }));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sft::page::ask::Ask;
    use crate::sft::rehearsal::Rehearsal;
    use std::path::Path;

    /// Losses of the first `n` steps of the pocket model on the preset `style`.
    fn run(seed: u64, n: usize) -> Vec<f32> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/pocket");
        let files = ["config.json", "tokenizer.json", "model.safetensors"];
        let files = files.map(|name| std::fs::read(folder.join(name)).unwrap()).to_vec();
        let mut figure = Rehearsal::new(Values::defaults(ABOUT.parameters), files);
        // What the model answers before is another test's affair.
        figure.page.verdict.before = Some(Counts::default());
        figure.act(|page| page.ask(Ask::Seed(seed.to_string())));
        figure.page.verdict.before = Some(Counts::default());
        figure.act(|page| page.ask(Ask::Go));
        figure.work_until(|page| page.report.steps.len() >= n);
        figure.page.report.steps.iter().take(n).map(|step| step.train_loss).collect()
    }

    /// What the registry's tests ask of every lab, of this one in its own way.
    #[test]
    fn ten_steps_are_finite_fall_and_are_those_that_were_recorded() {
        let found = run(1, 10);
        assert_eq!(found.len(), 10);
        assert!(found.iter().all(|loss| loss.is_finite()) && found[9] < 0.7 * found[0], "{found:?}");
        let recorded = losses().unwrap();
        assert_eq!(recorded.len() as u32, ABOUT.n_steps);
        for (found, recorded) in found.iter().zip(&recorded) {
            assert!((found - recorded).abs() < 1e-4, "{found} {recorded}");
        }
        assert_eq!(run(1, 3), found[..3], "the same seed gives the same numbers");
        assert_ne!(run(2, 3), found[..3], "another seed another order");
    }

    #[test]
    fn the_recorded_run_shows_what_the_lab_is_for() {
        let values = Values::defaults(ABOUT.parameters);
        let mut page = Page::new(values.clone());
        page.report = report().unwrap();
        read_counts(&mut page).unwrap();
        let (before, (_, after)) = (page.verdict.before.unwrap(), page.verdict.after.unwrap());
        assert!(before.held_out.passed <= 2 && after.held_out.passed >= 16, "{before:?} {after:?}");
        // The held-out loss turns around while the trained one goes on falling.
        let last = page.report.evaluations.last().unwrap();
        assert!(last.is_over_fitting && page.report.best().unwrap() < ABOUT.n_steps / 2);
        let html = stage(&values, "x").unwrap();
        assert!(html.contains("Ahoy!") && html.contains("run at build"));
    }
}
