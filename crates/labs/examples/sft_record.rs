//! Records the run that the figure of the lab `sft` shows before any other: the preset `style` with the default seed.
//!
//! `cargo run --profile native -p labs --features view --example sft_record [-- SETTINGS]` writes
//! `crates/labs/src/sft/recorded.csv` and `recorded.jsonl`. With settings as a share link has them it only prints how
//! many answers pass and how the losses go.

use labs::parameters::Values;
use labs::sft::about::PARAMETERS;
use labs::sft::export;
use labs::sft::page::ask::Ask;
use labs::sft::page::report::Seen;
use labs::sft::page::verdict::Counts;
use labs::sft::page::watch::Origin;
use labs::sft::protocol::Sampled;
use labs::sft::rehearsal::Rehearsal;
use ml::json::quoted;
use std::fmt::Write as _;
use std::path::Path;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings: Vec<String> = std::env::args().skip(1).collect();
    let read = |name: &str| std::fs::read(crate_root.join("../../models/pocket").join(name));
    let files = vec![read("config.json")?, read("tokenizer.json")?, read("model.safetensors")?];
    let values = Values::decode(PARAMETERS, settings.first().map_or("", String::as_str))?;
    let mut rehearsal = Rehearsal::new(values, files);
    rehearsal.act(|page| page.ask(Ask::Go));
    rehearsal.work();
    let page = &rehearsal.page;
    let (Some(before), Some((_, after))) = (page.verdict.before, page.verdict.after) else {
        return Err(["the run did not end: ", &page.status, &page.problem].concat().into());
    };
    println!("{before:?}\n{after:?}");
    let held_out: Vec<f32> = page.report.evaluations.iter().filter_map(|it| it.held_out_loss).collect();
    println!("held-out losses {held_out:?}");
    if !settings.is_empty() {
        return Ok(());
    }
    // No time: a recording is the same whenever it is made on one machine.
    let mut steps = page.report.steps.clone();
    steps.iter_mut().for_each(|step| step.tokens_per_s = 0.0);
    let folder = crate_root.join("src/sft");
    std::fs::write(folder.join("recorded.csv"), export::csv(&steps, &page.report.evaluations))?;
    let mut answers = String::new();
    writeln!(answers, "{{\"passed\": \"{} {}\"}}", counts(before), counts(after))?;
    for seen in &page.report.seen {
        for (step, losses) in &seen.losses {
            let of_step = [&seen.before, &seen.now].into_iter().flatten().find(|sampled| sampled.step == *step);
            push_answer(&mut answers, seen, *step, of_step, losses)?;
        }
    }
    std::fs::write(folder.join("recorded.jsonl"), answers)?;
    Ok(())
}

fn counts(counts: Counts) -> String {
    let Counts { held_out, trained } = counts;
    format!("{} {} {} {}", held_out.passed, held_out.asked, trained.passed, trained.asked)
}

/// Answers are recorded of the first and the last step, losses of all.
fn push_answer(
    out: &mut String,
    seen: &Seen,
    step: u32,
    sampled: Option<&Sampled>,
    losses: &[f32],
) -> Result<(), Failure> {
    let expected = seen.before.iter().flat_map(|before| &before.expected);
    let tokens: Vec<&str> = expected.map(|token| token.text.as_str()).collect();
    let losses: Vec<String> = losses.iter().map(|loss| format!("{loss:.3}")).collect();
    let of = if seen.origin == Origin::HeldOut { "held out" } else { "trained" };
    let (instruction, completion) = (quoted(&seen.watched.instruction), quoted(&seen.watched.completion));
    let (answer, ended) = sampled.map_or(("", false), |sampled| (sampled.text.as_str(), sampled.ended));
    let (answer, tokens, losses) = (quoted(answer), quoted(&tokens.join("\t")), quoted(&losses.join(" ")));
    writeln!(
        out,
        "{{\"instruction\": {instruction}, \"completion\": {completion}, \"of\": \"{of}\", \"step\": \"{step}\", \
         \"ended\": \"{ended}\", \"answer\": {answer}, \"tokens\": {tokens}, \"losses\": {losses}}}",
    )?;
    Ok(())
}
