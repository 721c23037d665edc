//! The whole site: Trunk's client and the authors' posts become a folder that any static host can serve.

mod check;
pub mod head;
mod json_ld;
pub mod lists;
pub mod machines;
mod memory;
pub mod pages;
pub mod policy;
mod pressed;
mod scan;
mod search;

use crate::{
    address::Address,
    budget::{Budget, Weight, Weights, gzip_size},
    cards,
    digest::Key,
    embeds,
    feeds::{self, Subject},
    offline::{self, Offline},
    phases::Phases,
    posts::{Collection, Entry},
    swap::Staging,
    threads,
};
use anyhow::Result;
use blog::list::{List, Sheet};
use check::Seen;
use content::manifest::Site;
use head::Surroundings;
use memory::Client;
pub use memory::Memory;
use pages::Alike;
use pressed::{Press, Pressed};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
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
    /// How many of them were made anew, redirects left out.
    pub n_made: usize,
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
    build_again(collection, plan, &mut Memory::default())
}

/// The same, byte for byte; what is as it was in the build that `memory` remembers is not made anew, and its files are
/// shared with the site that stands in the place.
///
/// # Errors
/// As [`build`]; then the memory is that of the last site that was made.
pub fn build_again(collection: &mut Collection, plan: Plan<'_>, memory: &mut Memory) -> Result<Report> {
    let mut phases = Phases::default();
    let client = memory.client(plan.shell, &collection.embeds)?;
    let shell = &client.shell;
    phases.end("reading the client");
    let staging = Staging::again(plan.out, &memory.laid, memory.spare.take())?;
    let cards = match plan.cards {
        Some(kept) => cards::write(collection, kept, &staging, &memory.cards)?,
        None => cards::Cards::new(),
    };
    let collection = &*collection;
    phases.end("cards");
    collection.write(&staging, "posts/")?;
    phases.end("what the client fetches");

    let around = Surroundings {
        site: &collection.site,
        hub: collection.hub.as_ref(),
        embeds: &collection.embeds,
        address: plan.address,
        shell,
        offline: plan.offline,
        build: offline::MARK,
    };
    let style_bytes = gzip_size(shell.style.as_bytes());
    let limit_bytes = plan.budget.map_or(usize::MAX, |budget| budget.first_paint_bytes().saturating_sub(style_bytes));
    let alike = Alike::new(around, collection);
    let key = key_of(around, &client, limit_bytes);
    let press = Press { collection, around, alike, staging: &staging, limit_bytes, key, before: memory };
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
    let made = subjects.iter().filter_map(|subject| frame.get_key_value(&subject.file()));
    let made = made.map(|(file, (_, made))| (file.as_str(), made.html.as_str()));
    let kept = offline::keep(plan.offline, made, &data, shell)?;
    let around = Surroundings { build: &kept.id, ..around };
    let press =
        Press { around, alike: Alike::new(around, collection), key: key_of(around, &client, limit_bytes), ..press };
    let pressed = press.pages(&subjects, &frame)?;
    let redirects = press.redirects()?;
    let prerender = rendering.elapsed();
    lists::write_names(collection, &staging, "posts/")?;
    phases.end("pages");

    let others = || {
        write_assets(&client, &staging)?;
        for (file, script) in &kept.files {
            staging.write(file, script)?;
        }
        for (file, png) in &client.icons {
            staging.write(file, png)?;
        }
        staging.write(offline::MANIFEST_FILE, offline::manifest(&collection.site, plan.address, &shell.style))?;
        write_machine_files(collection, &lists, &pressed, plan, &staging)?;
        if plan.budget.is_some() {
            // The client remembers it for when all is weighed.
            client.packed();
        }
        Ok(())
    };
    // Neither fills all cores for its whole time.
    let (searched, written) = threads::both(|| search::write(collection, &staging, &mut memory.search), others);
    searched.and(written)?;
    phases.end("search, feeds, sitemap, client");
    let heaviest = plan.budget.map(|_| heaviest(&pressed, &staging, style_bytes)).transpose()?.flatten();
    let mut seen: BTreeMap<&str, &Seen> = pressed.iter().map(|page| (page.file.as_str(), &page.seen)).collect();
    seen.extend(redirects.iter().map(|(file, seen)| (file.as_str(), seen)));
    let n_pages = seen.len();
    let is_new = |page: &&Arc<Pressed>| !memory.pages.get(&page.file).is_some_and(|old| Arc::ptr_eq(old, page));
    let n_made = pressed.iter().filter(is_new).count();
    check_links(&seen, &pressed, &staging, plan.address, memory)?;
    phases.end("check of links");
    let weights = match plan.budget {
        Some(budget) => {
            let mut weights = weigh(&client, heaviest, budget);
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
    let (laid, spare) = staging.place()?;
    (memory.laid, memory.spare, memory.out) = (Arc::new(laid), spare, plan.out.to_owned());
    memory.pages = pressed.into_iter().map(|page| (page.file.clone(), page)).collect();
    (memory.frame, memory.cards) = (frame, cards);
    phases.end("taking the place");
    Ok(Report { n_pages, n_made, prerender, phases, weights })
}

/// Stands for all that pages have alike.
fn key_of(around: Surroundings<'_>, client: &Client, limit_bytes: usize) -> Key {
    let Surroundings { site, hub, embeds, address, offline, build, shell: _ } = around;
    let words = format!("{site:?} {hub:?} {embeds:?} {address:?} {offline:?} {build:?} {limit_bytes}");
    Key::of([words.as_bytes(), client.key.bytes()])
}

/// Checks the links of new pages, and of all where something has gone that others may lead to: what stands in the place
/// was right.
fn check_links(
    seen: &BTreeMap<&str, &Seen>,
    pages: &[Arc<Pressed>],
    staging: &Staging,
    address: &Address,
    before: &Memory,
) -> Result<()> {
    let files = staging.names();
    let old = |file: &str| before.pages.get(file).map(|old| &old.seen);
    let is_kept = |file: &str| old(file).zip(seen.get(file)).is_some_and(|(old, new)| std::ptr::eq(old, *new));
    let has_places =
        |page: &Arc<Pressed>| is_kept(&page.file) || old(&page.file).is_none_or(|old| page.seen.has_places_of(old));
    // No page leads to the pieces of the search, whose folder is named by what is in them.
    let is_gone = |name: &str| !files.contains(name) && !name.starts_with("search/");
    let is_all_there = !before.laid.names().any(is_gone) && pages.iter().all(has_places);
    check::check(seen, |file| !is_all_there || !is_kept(file), &files, address)
}

/// The path of the heaviest article, and what it weighs with the style sheet: of the longest and of all that may be over
/// the limit.
fn heaviest(pages: &[Arc<Pressed>], staging: &Staging, style_bytes: usize) -> Result<Option<(String, usize)>> {
    let pages = || pages.iter().map(Arc::as_ref);
    let longest = pages().max_by_key(|page| page.weight.size_bytes);
    let longest = longest.filter(|page| page.weight.size_bytes > 0 && !page.weight.is_doubtful);
    let doubtful = pages().filter(|page: &&Pressed| page.weight.is_doubtful);
    let weighed = threads::map(&doubtful.chain(longest).collect::<Vec<_>>(), |page| {
        let html = std::fs::read(staging.path().join(&page.file))?;
        Ok((page.head.path.clone(), style_bytes + gzip_size(&html)))
    });
    let weighed = weighed.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(weighed.into_iter().max_by_key(|(_, size_bytes)| *size_bytes))
}

fn write_assets(client: &Client, staging: &Staging) -> Result<()> {
    for (name, bytes) in &client.shell.files {
        staging.put(name, Some(client.key), || Ok(bytes.clone()))?;
    }
    // Tells GitHub Pages to serve the folder as it is.
    staging.write(".nojekyll", "")
}

fn write_machine_files(
    collection: &Collection,
    lists: &[List],
    pages: &[Arc<Pressed>],
    plan: Plan<'_>,
    staging: &Staging,
) -> Result<()> {
    let (site, address) = (&collection.site, plan.address);
    let entries = feeds::public(collection, plan.today);
    let (subject, shared) = (Subject::whole(site), feeds::Shared::new(site, address, plan.today));
    let key = feed_key(&subject, &entries, plan, site);
    if !staging.keep_all(["atom.xml", "rss.xml", "feed.json"], key)? {
        let feed = shared.feed(&subject, &entries)?;
        staging.write_as("atom.xml", key, feeds::atom(&feed)?)?;
        staging.write_as("rss.xml", key, feeds::rss(&feed)?)?;
        staging.write_as("feed.json", key, feeds::json(&feed)?)?;
    }
    let metas: Vec<_> = collection.entries.iter().map(|entry| entry.meta.clone()).collect();
    let by_tag = feeds::by_tag(&entries);
    let tags = lists.iter().filter_map(|list| match list {
        // Of a tag's pages the first stands for it.
        List::Tag { tag, sheet: Sheet { number: 1, .. }, .. } => Some(tag),
        _ => None,
    });
    let written = threads::map(&tags.collect::<Vec<_>>(), |tag| {
        let entries = by_tag.get(&tag.slug).map(Vec::as_slice).unwrap_or_default();
        let subject = Subject::of_tag(site, tag);
        staging.put(tag.feed().trim_start_matches('/'), feed_key(&subject, entries, plan, site), || {
            Ok(feeds::atom(&shared.feed(&subject, entries)?)?.into())
        })
    });
    written.into_iter().collect::<Result<()>>()?;
    for (file, xml) in machines::sitemaps(address, pages.iter().map(|page| &page.head), machines::MOST_URLS) {
        staging.write(&file, xml)?;
    }
    staging.write("robots.txt", machines::robots(address))?;
    staging.write("llms.txt", machines::llms(site, address, &metas))
}

/// Stands for all that decides a feed.
fn feed_key(subject: &Subject, entries: &[&Entry], plan: Plan<'_>, site: &Site) -> Option<Key> {
    let words = format!("{subject:?} {:?} {} {site:?}", plan.address, plan.today);
    let newest = entries.iter().take(feeds::LENGTH).map(|entry| entry.key()).collect::<Option<Vec<_>>>()?;
    Some(Key::of(std::iter::once(words.as_bytes()).chain(newest.iter().map(Key::bytes))))
}

fn weigh(client: &Client, article: Option<(String, usize)>, budget: Budget) -> Weights {
    let (shell, packed) = (&client.shell, client.packed());
    let bytes = |name: &str| shell.files.get(name).map(Vec::as_slice);
    let weight = |name: &str, files: &[&str], limit_kb: f64| Weight {
        name: name.to_owned(),
        size_bytes: files.iter().filter_map(|file| packed.get(*file)).sum(),
        limit_kb,
    };
    let client: Vec<&str> = shell.client_files().collect();
    // A lab that computes apart adds to what all share too: its kinds of charts.
    let n_labs = labs::registry::BUILT.len() + labs::registry::APART.len();
    let (lab_module_kb, lab_worker_kb) = budget.of_labs(n_labs);
    let mut weights = vec![weight("the client", &client, budget.client_kb)];
    let shown_by = shell.modules.iter().find(|module| module.name == "lab-ui");
    let shown_by = shown_by.map(|module| weight("", &[&module.script, &module.wasm], 0.0).size_bytes);
    let language_module_kb = shown_by.unwrap_or_default() as f64 / 1024.0 + budget.language_module_more_kb;
    for module in &shell.modules {
        let files = [module.script.as_str(), module.wasm.as_str()];
        weights.push(match module.name.as_str() {
            "renderer" => {
                let files = [&client[..], &files].concat();
                weight("the client with the renderer", &files, budget.client_and_renderer_kb)
            }
            "finder" => weight("the search’s module", &files, budget.finder_kb),
            "lab-ui" => weight("the labs' module", &files, lab_module_kb),
            "lab-ui-language" => weight("the language model's figure", &files, language_module_kb),
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
