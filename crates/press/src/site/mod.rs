//! The whole site: Trunk's client and the authors' posts become a folder that any static host can serve.

mod check;
pub mod head;
mod json_ld;
pub mod lists;
pub mod machines;
pub mod pages;
pub mod policy;
mod pressed;
mod scan;
mod search;

use crate::{
    address::Address,
    budget::{Budget, Weight, Weights, gzip_size},
    cards, embeds,
    feeds::{self, Feed, Subject},
    offline::{self, Offline},
    phases::Phases,
    posts::Collection,
    shell::Shell,
    swap::Staging,
    threads,
};
use anyhow::{Context, Result};
use blog::list::{List, Sheet};
use head::Surroundings;
use pages::Alike;
use pressed::{Press, Pressed};
use std::{
    collections::{BTreeMap, HashSet},
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
    /// Who keeps the site for the time without a network.
    pub offline: Offline,
    /// What the site may weigh; unchecked if absent (a debug build of the client is large).
    pub budget: Option<Budget>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many pages, `404.html` and redirects included.
    pub n_pages: usize,
    /// Rendering all pages to HTML.
    pub prerender: Duration,
    /// How long each part took: reading the client, rendering, feeds, checks, writing.
    pub phases: Phases,
    /// Sizes; empty if they were not checked.
    pub weights: Weights,
}

/// Makes the site. Nothing is written to its place unless all of it is right.
///
/// # Errors
/// The client is not there, a page cannot be written or is not right, or the site weighs too much.
pub fn build(collection: &mut Collection, plan: Plan<'_>) -> Result<Report> {
    let mut phases = Phases::default();
    let mut shell = Shell::read(plan.shell)?;
    embeds::join(&collection.embeds, &mut shell)?;
    phases.end("reading the client");
    let staging = Staging::beside(plan.out)?;
    if let Some(kept) = plan.cards {
        cards::write(collection, kept, &staging)?;
    }
    let collection = &*collection;
    phases.end("cards");
    collection.write(&staging, "posts/")?;
    phases.end("what the client fetches");

    let around = Surroundings {
        site: &collection.site,
        hub: collection.hub.as_ref(),
        embeds: &collection.embeds,
        address: plan.address,
        shell: &shell,
        offline: plan.offline,
        build: offline::MARK,
    };
    let style_bytes = gzip_size(shell.style.as_bytes());
    let limit_bytes = plan.budget.map_or(usize::MAX, |budget| budget.first_paint_bytes().saturating_sub(style_bytes));
    let alike = Alike::new(around, collection);
    let press = Press { collection, around, alike, staging: &staging, limit_bytes };
    let rendering = Instant::now();
    let lists = lists::all(collection);
    let subjects = pages::plan(collection, &lists, plan.offline);
    let frame = press.frame(&subjects)?;
    let glossary = collection.site.glossary.then_some(("posts/glossary.html", collection.glossary.as_bytes()));
    let script = embeds::script(&collection.embeds);
    let script = script.as_ref().map(|(name, text)| (name.as_str(), text.as_bytes()));
    let pieces = lists::near_home(collection, &lists, "posts/")?;
    let pieces = pieces.iter().map(|(name, piece)| (name.as_str(), piece.as_slice()));
    let data: Vec<(&str, &[u8])> = pieces.chain(glossary).chain(script).collect();
    let made = frame.iter().map(|(file, made)| (file.as_str(), made.html.as_str()));
    let kept = offline::keep(plan.offline, made, &data, &shell)?;
    let around = Surroundings { build: &kept.id, ..around };
    let press = Press { around, alike: Alike::new(around, collection), ..press };
    let pressed = press.pages(&subjects, frame)?;
    let redirects = press.redirects()?;
    let prerender = rendering.elapsed();
    lists::write(collection, &lists, &staging, "posts/")?;
    phases.end("pages");

    search::write(collection, &staging)?;
    phases.end("index of the search");
    write_assets(&shell, &staging)?;
    for (file, script) in &kept.files {
        staging.write(file, script)?;
    }
    write_app(collection, plan.address, &shell, &staging)?;
    write_machine_files(collection, &lists, &pressed, plan, &staging)?;
    phases.end("feeds, sitemap, client");
    let heaviest = plan.budget.map(|_| heaviest(&pressed, &staging, style_bytes)).transpose()?.flatten();
    let seen: BTreeMap<_, _> = pressed.into_iter().map(|page| (page.file, page.seen)).chain(redirects).collect();
    check::check(&seen, &files_of(staging.path())?, plan.address)?;
    phases.end("check of links");
    let weights = match plan.budget {
        Some(budget) => {
            let mut weights = weigh(&shell, heaviest, budget);
            let scripts = kept.files.iter().map(|(_, script)| script.as_bytes());
            weights.0.push(Weight::of("what keeps the site offline", scripts, budget.offline_kb));
            let script = script.map(|(_, script)| Weight::of("the embeds’ script", [script], budget.embeds_kb));
            weights.0.extend(script);
            weights
        }
        None => Weights::default(),
    };
    weights.check()?;
    phases.end("weighing");
    staging.commit()?;
    phases.end("taking the place");
    Ok(Report { n_pages: seen.len(), prerender, phases, weights })
}

/// The path of the heaviest article, and what it weighs with the style sheet: of the longest and of all that may be over
/// the limit.
fn heaviest(pages: &[Pressed], staging: &Staging, style_bytes: usize) -> Result<Option<(String, usize)>> {
    let longest = pages.iter().max_by_key(|page| page.weight.size_bytes);
    let longest = longest.filter(|page| page.weight.size_bytes > 0 && !page.weight.is_doubtful);
    let doubtful = pages.iter().filter(|page| page.weight.is_doubtful);
    let weighed = threads::map(&doubtful.chain(longest).collect::<Vec<_>>(), |page| {
        let html = std::fs::read(staging.path().join(&page.file))?;
        Ok((page.head.path.clone(), style_bytes + gzip_size(&html)))
    });
    let weighed = weighed.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(weighed.into_iter().max_by_key(|(_, size_bytes)| *size_bytes))
}

fn write_assets(shell: &Shell, staging: &Staging) -> Result<()> {
    for (name, bytes) in &shell.files {
        staging.write(name, bytes)?;
    }
    // Tells GitHub Pages to serve the folder as it is.
    staging.write(".nojekyll", "")
}

/// What lets a browser install the site.
fn write_app(collection: &Collection, address: &Address, shell: &Shell, staging: &Staging) -> Result<()> {
    let is_icon = |name: &str| name.starts_with("icon-") && name.ends_with(".svg");
    let (name, svg) =
        shell.files.iter().find(|(name, _)| is_icon(name)).context("Trunk has written no `icon-….svg`")?;
    let svg = std::str::from_utf8(svg).with_context(|| format!("`{name}` is not UTF-8"))?;
    for (file, png) in offline::icons(svg)? {
        staging.write(file, png)?;
    }
    staging.write(offline::MANIFEST_FILE, offline::manifest(&collection.site, address, &shell.style))
}

fn write_machine_files(
    collection: &Collection,
    lists: &[List],
    pages: &[Pressed],
    plan: Plan<'_>,
    staging: &Staging,
) -> Result<()> {
    let (site, address) = (&collection.site, plan.address);
    let entries = feeds::public(collection, plan.today);
    let subject = Subject::whole(site);
    let feed = Feed::new(site, address, &subject, &entries, plan.today)?;
    let metas: Vec<_> = collection.entries.iter().map(|entry| entry.meta.clone()).collect();
    staging.write("atom.xml", feeds::atom(&feed)?)?;
    staging.write("rss.xml", feeds::rss(&feed)?)?;
    staging.write("feed.json", feeds::json(&feed)?)?;
    let by_tag = feeds::by_tag(&entries);
    // The first page of each tag.
    for list in lists {
        if let List::Tag { tag, sheet: Sheet { number: 1, .. }, .. } = list {
            let entries = by_tag.get(&tag.slug).map(Vec::as_slice).unwrap_or_default();
            let subject = Subject::of_tag(site, tag);
            let feed = Feed::new(site, address, &subject, entries, plan.today)?;
            staging.write(tag.feed().trim_start_matches('/'), feeds::atom(&feed)?)?;
        }
    }
    for (file, xml) in machines::sitemaps(address, pages.iter().map(|page| &page.head), machines::MOST_URLS) {
        staging.write(&file, xml)?;
    }
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
fn files_of(folder: &Path) -> Result<HashSet<String>> {
    let mut files = HashSet::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let path = folder.join(&prefix);
        for entry in std::fs::read_dir(&path).with_context(|| format!("cannot read `{}`", path.display()))? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            match entry.file_type()?.is_dir() {
                true => folders.push(format!("{name}/")),
                false => {
                    files.insert(name);
                }
            }
        }
    }
    Ok(files)
}
