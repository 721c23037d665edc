//! The whole site: Trunk's client and the authors' posts become a folder that any static host can serve.

mod check;
pub mod head;
mod json_ld;
pub mod machines;
pub mod pages;
pub mod policy;
mod pressed;
mod scan;
mod search;

use crate::{
    address::Address,
    budget::{Budget, Weight, Weights, gzip_size},
    cards::{self, Cards},
    feeds::{self, Feed},
    phases::Phases,
    posts::Collection,
    shell::Shell,
    swap::Staging,
    threads,
};
use anyhow::{Context, Result};
use head::Surroundings;
use pages::Page;
use pressed::{Press, Rough};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};

/// How a site is to be made.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Trunk's output.
    pub shell: &'a Path,
    /// Where the site goes; what stands there is replaced once all has gone well.
    pub out: &'a Path,
    /// Where the site will stand.
    pub address: &'a Address,
    /// `YYYY-MM-DD`.
    pub today: &'a str,
    /// Where the posts' cards are kept between builds; without it there are none.
    pub cards: Option<&'a Path>,
    /// What the site may weigh; unchecked if absent (a debug build of the client is large).
    pub budget: Option<Budget>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many pages, `404.html` and redirects included.
    pub n_pages: usize,
    /// Rendering all pages to HTML, looking them through and writing them.
    pub prerender: Duration,
    /// How long each part took.
    pub phases: Phases,
    /// Sizes; empty if they were not checked.
    pub weights: Weights,
}

/// Makes the site. Nothing is written to its place unless all of it is right.
///
/// # Errors
/// The client is not there, a page cannot be written or is not right, or the site weighs too much.
pub fn build(collection: &Collection, plan: Plan<'_>) -> Result<Report> {
    let mut phases = Phases::default();
    let shell = Shell::read(plan.shell)?;
    phases.end("reading the client");
    let staging = Staging::beside(plan.out)?;
    collection.write(&staging, "posts/")?;
    phases.end("what the client fetches");
    let cards = match plan.cards {
        Some(kept) => cards::write(collection, kept, &staging)?,
        None => Cards::new(),
    };
    phases.end("cards");
    let Plan { address, .. } = plan;
    let around =
        Surroundings { site: &collection.site, hub: collection.hub.as_ref(), address, shell: &shell, cards: &cards };
    let style_bytes = gzip_size(shell.style.as_bytes());
    let limit_bytes = plan.budget.map_or(usize::MAX, |budget| budget.first_paint_bytes().saturating_sub(style_bytes));
    let press = Press { collection, around, staging: &staging, today: plan.today, limit_bytes };
    let rendering = Instant::now();
    let pressed = press.pages()?;
    let redirects = collection.entries.iter().map(|entry| press.redirects(entry)).collect::<Result<Vec<_>>>()?;
    let prerender = rendering.elapsed();
    phases.end("pages");
    let (mut pages, mut seen, mut rough) = (Vec::new(), BTreeMap::new(), Vec::new());
    for one in pressed {
        seen.insert(one.page.file.clone(), one.seen);
        rough.push((one.weight, pages.len()));
        pages.push(one.page);
    }
    seen.extend(redirects.into_iter().flatten());
    search::write(collection, &staging)?;
    phases.end("index of the search");
    write_assets(&shell, &staging)?;
    write_machine_files(collection, &pages, plan, &staging)?;
    phases.end("feeds, sitemap, client");
    check::check(&seen, &files_of(staging.path(), "")?, plan.address)?;
    phases.end("check of links");
    let weights = match plan.budget {
        Some(budget) => weigh(&shell, heaviest(&pages, rough, &staging, style_bytes)?, budget),
        None => Weights::default(),
    };
    weights.check()?;
    phases.end("weighing");
    staging.commit()?;
    phases.end("taking the place");
    Ok(Report { n_pages: seen.len(), prerender, phases, weights })
}

/// The route of the heaviest article, and what it weighs with the style sheet.
fn heaviest(
    pages: &[Page],
    mut rough: Vec<(Rough, usize)>,
    staging: &Staging,
    style_bytes: usize,
) -> Result<Option<(String, usize)>> {
    rough.sort_unstable_by(|a, b| b.cmp(a));
    let mut heaviest: Option<(String, usize)> = None;
    for (weight, page_idx) in rough {
        let Some(page) = pages.get(page_idx).filter(|_| weight > Rough::default()) else { break };
        let most = heaviest.as_ref().map_or(0, |(_, size_bytes)| *size_bytes);
        if style_bytes + weight.at_most() <= most {
            break;
        }
        let size_bytes = style_bytes + gzip_size(&std::fs::read(staging.path().join(&page.file))?);
        if size_bytes > most {
            heaviest = Some((page.boot.route.clone(), size_bytes));
        }
    }
    Ok(heaviest)
}

fn write_assets(shell: &Shell, staging: &Staging) -> Result<()> {
    for (name, bytes) in &shell.files {
        staging.write(name, bytes)?;
    }
    // Tells GitHub Pages to serve the folder as it is.
    staging.write(".nojekyll", "")
}

fn write_machine_files(collection: &Collection, pages: &[Page], plan: Plan<'_>, staging: &Staging) -> Result<()> {
    let (site, address) = (&collection.site, plan.address);
    let feed = Feed::new(site, address, pages, plan.today)?;
    let metas: Vec<_> = collection.entries.iter().map(|entry| entry.meta.clone()).collect();
    staging.write("atom.xml", feeds::atom(&feed)?)?;
    staging.write("rss.xml", feeds::rss(&feed)?)?;
    staging.write("feed.json", feeds::json(&feed)?)?;
    staging.write("sitemap.xml", machines::sitemap(site, address, pages))?;
    staging.write("robots.txt", machines::robots(address))?;
    staging.write("llms.txt", machines::llms(site, address, &metas))
}

fn weigh(shell: &Shell, article: Option<(String, usize)>, budget: Budget) -> Weights {
    let bytes = |name: &str| shell.files.get(name).map(Vec::as_slice);
    let modules = shell.modules.iter().flat_map(|module| [module.script.as_str(), module.wasm.as_str()]);
    let names: Vec<&str> = shell.client_files().chain(modules).collect();
    let packed = threads::map(&names, |name| bytes(name).map_or(0, gzip_size));
    let packed: BTreeMap<&str, usize> = names.into_iter().zip(packed).collect();
    let weight = |name: &str, files: &[&str], limit_kb: f64| Weight {
        name: name.to_owned(),
        size_bytes: files.iter().filter_map(|file| packed.get(file)).sum(),
        limit_kb,
    };
    let client: Vec<&str> = shell.client_files().collect();
    // A lab that computes apart adds to what all share too: its kinds of charts.
    let n_labs = labs::registry::BUILT.len() + labs::registry::APART.len();
    let (lab_module_kb, lab_worker_kb) = budget.of_labs(n_labs);
    let mut weights = vec![weight("the client", &client, budget.client_kb)];
    for module in &shell.modules {
        let files = [module.script.as_str(), module.wasm.as_str()];
        weights.push(match module.name.as_str() {
            "renderer" => {
                let files = [&client[..], &files].concat();
                weight("the client with the renderer", &files, budget.client_and_renderer_kb)
            }
            "finder" => weight("the search’s module", &files, budget.finder_kb),
            "lab-ui" => weight("the labs' module", &files, lab_module_kb),
            "lab-ui-language" => weight("the language model's figure", &files, budget.language_module_kb),
            "lab-worker" => weight("the labs' worker", &files, lab_worker_kb),
            "lm-worker" => weight("the language model's worker", &files, budget.lm_worker_kb),
            "lm-worker-relaxed" => weight("the same with relaxed SIMD", &files, budget.lm_worker_kb),
            // A module that nobody has set a limit for.
            name => weight(&format!("`{name}`, which has no limit in budget.toml"), &files, 0.0),
        });
    }
    if !shell.pocket.is_empty() {
        let files = shell.pocket.iter().filter_map(|file| bytes(&file.file));
        weights.push(Weight::uncompressed("the pocket model, uncompressed", files, budget.pocket_kb));
    }
    weights.extend(article.map(|(route, size_bytes)| Weight {
        name: format!("HTML and style of {route}"),
        size_bytes,
        limit_kb: budget.first_paint_kb,
    }));
    Weights(weights)
}

/// The names of all files under a folder, with `/`.
fn files_of(folder: &Path, prefix: &str) -> Result<BTreeSet<String>> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.file_type()?.is_dir() {
            true => files.append(&mut files_of(&entry.path(), &format!("{name}/"))?),
            false => {
                files.insert(name);
            }
        }
    }
    Ok(files)
}
