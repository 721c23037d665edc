//! `press site`: the whole site, once or again and again.

use super::{Asked, Failure, announced, read, tell_cost, today};
use anyhow::{Context, Result};
use press::{
    address::Address,
    budget::Budget,
    offline::Offline,
    phases::{Phases, Spent},
    posts::{Collection, Reader},
    site::{self, Memory, Plan},
};

/// What is remembered from one build to the next.
#[derive(Default)]
struct Workbench {
    reader: Reader,
    memory: Memory,
    spent: Option<Spent>,
}

/// Builds once, or again and again.
pub(super) fn site(asked: &Asked) -> Result<()> {
    match asked.again {
        true => build_again(asked),
        false => announced(asked, |asked| build(asked, &mut Workbench::default())),
    }
}

/// Builds at once, and again for each line on standard input. One that fails is told, and the next may be better.
fn build_again(asked: &Asked) -> Result<()> {
    let mut bench = Workbench::default();
    let mut lines = std::io::stdin().lines();
    loop {
        match announced(asked, |asked| build(asked, &mut bench)) {
            Ok(()) => println!("built"),
            Err(error) => {
                eprintln!("error: {error:#}");
                println!("failed");
            }
        }
        // Nobody waits for this.
        bench.memory.prepare();
        if lines.next().transpose()?.is_none() {
            return Ok(());
        }
    }
}

fn build(asked: &Asked, bench: &mut Workbench) -> Result<(), Failure> {
    let today = today(asked)?;
    let mut phases = Phases::default();
    let mut collection = read(asked, &today, &mut bench.reader)?;
    phases.end("reading the posts");
    let built = build_of(asked, &today, &mut collection, phases, bench);
    // What was read need not be read again, whatever became of it.
    bench.reader.give_back(collection);
    built
}

fn build_of(
    asked: &Asked,
    today: &str,
    collection: &mut Collection,
    mut phases: Phases,
    bench: &mut Workbench,
) -> Result<(), Failure> {
    let (shell, out) = (
        asked.shell.as_ref().context("`press site` needs --shell")?,
        asked.out.as_ref().context("`press site` needs --out")?,
    );
    let budget = if asked.no_budget { None } else { Some(Budget::read(&asked.root.join("budget.toml"))?) };
    let address = Address::new(asked.origin.as_deref().unwrap_or(&collection.origin), &asked.base)?;
    collection.site.address = address.url("");
    collection.keep_apart();
    collection.add_embeds();
    let offline = match asked.offline.as_deref() {
        Some("never") => Offline::Never,
        None | Some("published") => Offline::Published,
        Some("anywhere") => Offline::Anywhere,
        Some(other) => return Err(anyhow::anyhow!("--offline is never, published or anywhere, not `{other}`").into()),
    };
    let offline = if collection.offline { offline } else { Offline::Never };
    let kept = asked.root.join("target/cards");
    let cards = (!asked.no_cards).then_some(kept.as_path());
    let plan = Plan { shell, out, address: &address, today, cards, offline, budget };
    let report = site::build_again(collection, plan, &mut bench.memory)?;
    let n_kept = report.n_pages - report.n_made;
    let kept = if asked.again && n_kept > 0 { format!(", {n_kept} of them kept") } else { String::new() };
    println!("{} pages prerendered in {:.0} ms{kept}", report.n_pages, report.prerender.as_secs_f64() * 1e3);
    phases.append(report.phases);
    tell_cost(asked, &phases, collection.entries.len(), bench.spent);
    bench.spent = Spent::now();
    print!("{}", report.weights);
    println!("wrote {} for {}", out.display(), address.url("/"));
    Ok(())
}
