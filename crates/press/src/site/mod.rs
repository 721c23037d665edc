//! The whole site: Trunk's client and the authors' posts become a folder that any static host can serve.

mod check;
pub mod head;
mod json_ld;
pub mod machines;
pub mod pages;
pub mod policy;
mod search;

use crate::{
    address::Address,
    budget::{Budget, Weight, Weights},
    cards, embeds,
    feeds::{self, Feed},
    offline::{self, Offline},
    phases::Phases,
    posts::Collection,
    shell::Shell,
    swap::Staging,
    threads,
};
use anyhow::{Context, Result};
use head::Surroundings;
use pages::Page;
use std::{
    collections::BTreeSet,
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
    let around = Surroundings {
        site: &collection.site,
        hub: collection.hub.as_ref(),
        embeds: &collection.embeds,
        address: plan.address,
        shell: &shell,
        offline: plan.offline,
    };

    let rendering = Instant::now();
    let pages = pages::plan(collection, plan.address.base(), plan.offline);
    let rendered = threads::map(&pages, |page| pages::html(page, around));
    let rendered = rendered.into_iter().collect::<Result<Vec<_>>>()?;
    let prerender = rendering.elapsed();
    phases.end("pages");

    let mut written: Vec<(String, String)> = pages.iter().map(|page| page.file.clone()).zip(rendered).collect();
    for entry in &collection.entries {
        for alias in &entry.aliases {
            written
                .push((machines::alias_file(alias), machines::redirect(&collection.site, plan.address, &entry.meta)));
        }
    }
    let manifest = serde_json::to_vec(&collection.manifest())?;
    let glossary = collection.site.glossary.then_some(("posts/glossary.html", collection.glossary.as_bytes()));
    let script = embeds::script(&collection.embeds);
    let script = script.as_ref().map(|(name, text)| (name.as_str(), text.as_bytes()));
    let lists: Vec<(&str, &[u8])> =
        [("posts/manifest.json", manifest.as_slice())].into_iter().chain(glossary).chain(script).collect();
    let offline = offline::files(plan.offline, &mut written, &lists, &shell)?;
    phases.end("what keeps the site");
    collection.write(&staging, "posts/")?;
    phases.end("what the client fetches");
    search::write(collection, &staging)?;
    phases.end("index of the search");
    for (file, html) in &written {
        staging.write(file, html)?;
    }
    phases.end("writing the pages");
    write_assets(&shell, &staging)?;
    for (file, script) in &offline {
        staging.write(file, script)?;
    }
    write_app(collection, plan.address, &shell, &staging)?;
    write_machine_files(collection, &pages, plan, &staging)?;
    phases.end("feeds, sitemap, client");
    check::check(&written, &files_of(staging.path(), "")?, plan.address)?;
    phases.end("check of the pages");
    let weights = match plan.budget {
        Some(budget) => {
            let mut weights = weigh(&shell, &pages, &written, budget);
            let scripts = offline.iter().map(|(_, script)| script.as_bytes());
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
    Ok(Report { n_pages: written.len(), prerender, phases, weights })
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

fn weigh(shell: &Shell, pages: &[Page], written: &[(String, String)], budget: Budget) -> Weights {
    let bytes = |name: &str| shell.files.get(name).map(Vec::as_slice);
    let client: Vec<_> = shell.client_files().filter_map(bytes).collect();
    // A lab that computes apart adds to what all share too: its kinds of charts.
    let n_labs = labs::registry::BUILT.len() + labs::registry::APART.len();
    let (lab_module_kb, lab_worker_kb) = budget.of_labs(n_labs);
    let mut weights = vec![Weight::of("the client", client.iter().copied(), budget.client_kb)];
    for module in &shell.modules {
        let files = [&module.script, &module.wasm].into_iter().filter_map(|name| bytes(name));
        weights.push(match module.name.as_str() {
            "renderer" => Weight::of(
                "the client with the renderer",
                client.iter().copied().chain(files),
                budget.client_and_renderer_kb,
            ),
            "finder" => Weight::of("the search’s module", files, budget.finder_kb),
            "lab-ui" => Weight::of("the labs' module", files, lab_module_kb),
            "lab-ui-language" => Weight::of("the language model's figure", files, budget.language_module_kb),
            "lab-worker" => Weight::of("the labs' worker", files, lab_worker_kb),
            "lm-worker" => Weight::of("the language model's worker", files, budget.lm_worker_kb),
            "lm-worker-relaxed" => Weight::of("the same with relaxed SIMD", files, budget.lm_worker_kb),
            // A module that nobody has set a limit for.
            name => Weight::of(format!("`{name}`, which has no limit in budget.toml"), files, 0.0),
        });
    }
    if !shell.pocket.is_empty() {
        let files = shell.pocket.iter().filter_map(|file| bytes(&file.file));
        weights.push(Weight::uncompressed("the pocket model, uncompressed", files, budget.pocket_kb));
    }
    let articles: Vec<_> =
        pages.iter().zip(written).filter(|(page, _)| page.boot.route.starts_with("/posts/")).collect();
    let paints = threads::map(&articles, |(page, (_, html))| {
        let name = format!("HTML and style of {}", page.boot.route);
        Weight::of(name, [html.as_bytes(), shell.style.as_bytes()], budget.first_paint_kb)
    });
    weights.extend(paints.into_iter().max_by_key(|weight| weight.size_bytes));
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
