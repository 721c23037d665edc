//! What the model says before and after, how likely it finds what was expected, and what a checker makes of it.

use super::super::Page;
use super::super::report::Seen;
use super::super::verdict::{Count, Counts};
use super::super::watch::Origin;
use super::data::push_token;
use super::push_button;
use crate::chart::{number::fixed, push_escaped};
use crate::parts::Phase;
use crate::parts::controls::push;
use crate::sft::protocol::Sampled;

/// Characters of an answer that are shown: an untrained model goes on and on.
const MOST_SHOWN: usize = 150;

/// Flaws that are told one by one.
const MOST_FLAWS: usize = 6;

/// Verdict and answers.
pub fn said(page: &Page) -> String {
    let mut out = String::from("<p class=\"lab-verdict\">");
    push_verdict(&mut out, page);
    out.push_str("</p>");
    let is_live = page.phase != Phase::Still;
    for (seen_idx, seen) in page.report.seen.iter().enumerate() {
        push_seen(&mut out, seen, seen_idx, is_live, page.step);
    }
    if !page.verdict.flaws.is_empty() {
        out.push_str(
            "<details class=\"lab-help\"><summary>Answers that did not pass</summary><ul class=\"lab-faults\">",
        );
        for (instruction, answer, why) in page.verdict.flaws.iter().take(MOST_FLAWS) {
            out.push_str("<li>");
            push_escaped(&mut out, instruction);
            out.push_str(" <q>");
            push_escaped(&mut out, &cut(answer.trim()));
            out.push_str("</q> ");
            push_escaped(&mut out, why);
            out.push_str("</li>");
        }
        out.push_str("</ul></details>");
    }
    out
}

fn cut(text: &str) -> String {
    let end = text.char_indices().nth(MOST_SHOWN).map(|(end, _)| end);
    match end.and_then(|end| text.get(..end)) {
        Some(begin) => [begin, "…"].concat(),
        None => text.to_owned(),
    }
}

fn of(count: Count) -> String {
    [&fixed(count.passed.into(), 0), " of ", &fixed(count.asked.into(), 0)].concat()
}

fn push_verdict(out: &mut String, page: &Page) {
    let Some(preset) = page.pairs.preset else {
        out.push_str("These pairs are your own: no checker knows what their answers should be like.");
        return;
    };
    let Some(before) = page.verdict.before else {
        out.push_str("A checker reads the answers to the held-out questions, before training and after.");
        return;
    };
    push(out, &["Answers as the pairs teach: before training <b>", &of(before.held_out), "</b> held out"]);
    let tell = |out: &mut String, Counts { trained, held_out }: Counts, step: u32| {
        let step = fixed(step.into(), 0);
        push(
            out,
            &["; after ", &step, " steps <b>", &of(held_out), "</b> held out, <b>", &of(trained), "</b> trained"],
        );
    };
    if let Some((step, after)) = page.verdict.after {
        tell(out, after, step);
    }
    out.push('.');
    if preset == crate::sft::preset::Preset::Facts && page.verdict.after.is_some() {
        out.push_str(
            " That is honest: each fact stands in its own pair alone, so a pair that was never shown cannot be known.",
        );
    }
}

fn push_seen(out: &mut String, seen: &Seen, seen_idx: usize, is_live: bool, step: u32) {
    out.push_str("<div class=\"lab-seen\"><p class=\"lab-asked\">");
    push_escaped(out, &seen.watched.instruction);
    let origin = match seen.origin {
        Origin::Trained => "trained on",
        Origin::HeldOut => "held out",
        Origin::Reader => "of your own",
    };
    push(out, &[" <small>", origin, "</small></p>"]);
    let now = seen.now.as_ref().map_or(step, |sampled| sampled.step);
    let after =
        if now > 0 { ["After ", &fixed(now.into(), 0), " steps"].concat() } else { "While training".to_owned() };
    for (title, sampled) in [("Before", &seen.before), (after.as_str(), &seen.now)] {
        push(out, &["<div><p class=\"lab-when\">", title, "</p><p class=\"lab-answer\">"]);
        if let Some(sampled) = sampled {
            push_escaped(out, &cut(sampled.text.trim_start()));
            out.push_str(if sampled.ended { "" } else { " <i>goes on</i>" });
        }
        out.push_str("</p></div>");
    }
    push_likely(out, seen, seen_idx, is_live);
    out.push_str("</div>");
}

/// The probability of each expected token, before and now.
fn push_likely(out: &mut String, seen: &Seen, seen_idx: usize, is_live: bool) {
    if seen.watched.completion.is_empty() {
        return;
    }
    // It stands there before the first answer too, so that nothing moves when that comes.
    let (before, now) = (seen.before.as_ref(), seen.now.as_ref());
    out.push_str(
        "<details class=\"lab-help\"><summary>How likely each expected token is</summary><ol class=\"lab-tokens\">",
    );
    for (at, token) in before.iter().flat_map(|before| &before.expected).enumerate() {
        out.push_str("<li>");
        push_token(out, &token.text, token.part);
        push(out, &["<small>", &percent(before, at), " → ", &percent(now, at), "</small></li>"]);
    }
    out.push_str("</ol>");
    if is_live {
        push_button(out, &["choose:", &seen_idx.to_string()].concat(), "Show their losses over the run", true);
    }
    out.push_str("</details>");
}

/// Of a token, `3 %`.
fn percent(sampled: Option<&Sampled>, at: usize) -> String {
    let Some(token) = sampled.and_then(|sampled| sampled.expected.get(at)) else { return "–".to_owned() };
    let percent = 100.0 * f64::from(token.log_probability).exp();
    match percent {
        p if p < 0.1 => "0".to_owned() + " %",
        p if p < 10.0 => fixed(p, 1) + " %",
        p => fixed(p, 0) + " %",
    }
}

/// A prompt of the reader's own.
pub(super) fn trial(page: &Page, id: &str) -> String {
    let mut out = String::new();
    push(
        &mut out,
        &[
            "<label class=\"lab-text\" for=\"",
            id,
            "-try\">An instruction, answered by the model as it is now</label><textarea rows=\"2\" id=\"",
            id,
            "-try\" data-type=\"try\"></textarea><div class=\"lab-row\"><button class=\"btn\" type=\"button\">Ask</button></div>",
        ],
    );
    if !page.trial.prompt.is_empty() {
        out.push_str("<p class=\"lab-asked\">");
        push_escaped(&mut out, &page.trial.prompt);
        out.push_str("</p><p class=\"lab-answer\" aria-live=\"polite\">");
        push_escaped(&mut out, page.trial.answer.trim_start());
        out.push_str(if page.trial.is_done { "" } else { " …" });
        out.push_str("</p>");
    }
    push(
        &mut out,
        &[
            "<label class=\"lab-text\" for=\"",
            id,
            "-watch\">Prompts that the next run asks before, during and after, one a line; 8 at most</label>\
             <textarea rows=\"4\" id=\"",
            id,
            "-watch\" data-type=\"watch\">",
        ],
    );
    push_escaped(&mut out, &page.watched_lines());
    out.push_str("</textarea>");
    out
}
