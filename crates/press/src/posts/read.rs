//! From the files to a [`Collection`], or to all that is wrong with them.

use super::{
    Collection, Entry, Reader,
    again::Outcome,
    folder::{Listing, TEXT},
    registry::Registry,
    spelling,
};
use crate::{cards, digest::Key};
use anyhow::{Context, Result};
use content::build::{
    Bibliography, Config, Diagnostic, Given, Glossary, Neighbours, Post, Remembering, Severity, Source, codes,
    is_published, link_posts, math::Engine, neighbours, parse_bibliography, parse_config, parse_glossary, parse_post,
    series_places, sidecar, unused_files,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::ErrorKind,
    path::Path,
};

/// The site's own file.
pub(super) const CONFIG: &str = "blog.toml";

/// The works that articles cite; a blog that cites none needs no such file.
const BIBLIOGRAPHY: &str = "references.bib";

/// The terms of the articles; a blog that explains none needs no such file.
pub(super) const GLOSSARY: &str = "glossary.toml";

/// Bytes that a post's text may have. The longest of ours has a twentieth of it; what is longer
/// cannot be read on a phone, and a reader's browser would be busy for seconds.
const LIMIT: u64 = 1_000_000;

/// Which posts are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Also drafts, and posts dated in the future.
    pub drafts: bool,
    /// `YYYY-MM-DD`.
    pub today: &'a str,
    /// The folder of a Hunspell dictionary, `index.aff` and `index.dic`; without one, spelling is not checked.
    pub dictionary: Option<&'a Path>,
}

/// What came of reading.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The posts; absent if any file has an error.
    pub collection: Option<Collection>,
    /// All that is to be said, by file and place.
    pub findings: Vec<Diagnostic>,
    /// How many posts there are, drafts and future ones included.
    pub n_posts: usize,
    /// How many of them are left out.
    pub n_held_back: usize,
}

/// Reads `blog.toml` and every folder of `posts/` under `root`.
///
/// # Errors
/// The files cannot be read at all. What is wrong with their contents is in [`Reading::findings`].
pub fn read(root: &Path, wanted: Wanted<'_>) -> Result<Reading> {
    Reader::default().read(root, wanted)
}

/// The same; `reader` remembers.
pub(super) fn read_with(root: &Path, wanted: Wanted<'_>, reader: &mut Reader) -> Result<Reading> {
    let mut findings = Vec::new();
    let config_file = root.join(CONFIG);
    let config_text = fs::read(&config_file).with_context(|| format!("cannot read `{}`", config_file.display()))?;
    let (config, found) = parse_config(CONFIG, &config_text);
    findings.extend(found);
    let folder = root.join("posts");
    let listing = Listing::open(&folder).with_context(|| format!("there is no folder `{}`", folder.display()))?;
    let slugs = listing.inner;
    let n_posts = slugs.len();
    let macros = config.as_ref().map(|config| config.macros.clone()).unwrap_or_default();
    let (engine, fault) = engine(&macros, &String::from_utf8_lossy(&config_text))?;
    findings.extend(fault);
    let (works, terms) = (optional(root, BIBLIOGRAPHY)?, optional(root, GLOSSARY)?);
    let (bibliography, found) = parse_bibliography(BIBLIOGRAPHY, &works);
    findings.extend(found);
    let (glossary, found) = parse_glossary(GLOSSARY, &terms, &bibliography, &engine);
    findings.extend(found);
    let key = Key::of([root.as_os_str().as_encoded_bytes(), format!("{macros:?}").as_bytes(), &works, &terms]);
    let beside = Beside {
        registry: Registry::of(root),
        formulas: Remembering::new(&engine),
        bibliography: &bibliography,
        glossary: &glossary,
    };
    let (mut posts, found) = reader.posts(root, &slugs, key, |slug, folder| read_post(root, slug, folder, &beside))?;
    findings.extend(found);
    // A work that nothing cites may be a citation that was forgotten.
    let mut cited: BTreeSet<&str> = posts.iter().flat_map(|post| &post.cited).map(String::as_str).collect();
    cited.extend(glossary.sources());
    if posts.len() == n_posts {
        let text = String::from_utf8_lossy(&works);
        let source = Source::new(BIBLIOGRAPHY, &text);
        let uncited = bibliography.works().filter(|(key, _)| !cited.contains(key));
        findings.extend(uncited.map(|(key, work)| {
            source.warning(codes::BIBLIOGRAPHY, work.span.clone(), format!("no article cites the work `{key}`"))
        }));
    }
    // Links between posts mean something once every post can be read.
    let has_all = posts.len() == n_posts;
    if has_all {
        findings.extend(link_posts(&mut posts));
    }
    if let Some(dictionary) = wanted.dictionary {
        findings.extend(spelling::check(root, dictionary, &slugs, bibliography.names(), reader)?);
    }
    let is_sound = |findings: &[Diagnostic]| findings.iter().all(|one| one.severity != Severity::Error);
    let (mut shown, held_back): (Vec<Post>, Vec<Post>) =
        posts.into_iter().partition(|post| wanted.drafts || is_published(&post.meta, wanted.today));
    if has_all && is_sound(&findings) && shown.len() < n_posts {
        findings.extend(links_to_held_back(&mut shown, &findings));
    }
    let n_held_back = n_posts - shown.len();
    let collection = match config {
        Some(config) if has_all && is_sound(&findings) => {
            let mut collection = collect(root, config, &mut shown, reader);
            collection.site.glossary = !glossary.entries().is_empty();
            collection.glossary = glossary.html();
            Some(collection)
        }
        _ => None,
    };
    reader.keep(shown, collection.is_some());
    reader.keep(held_back, false);
    Ok(Reading { collection, findings, n_posts, n_held_back })
}

/// What only the published posts together tell: links to those that are not yet.
fn links_to_held_back(shown: &mut [Post], told: &[Diagnostic]) -> Vec<Diagnostic> {
    let found = link_posts(shown).into_iter().filter(|one| !told.contains(one));
    found.map(|one| one.with_help("it belongs to a post that is a draft or dated in the future")).collect()
}

/// The converter of formulas; without macros if one of them is not right, so that everything else is
/// checked all the same.
fn engine(macros: &BTreeMap<String, String>, config: &str) -> Result<(Engine, Option<Diagnostic>)> {
    let error = match Engine::new(macros) {
        Ok(engine) => return Ok((engine, None)),
        Err(error) => error,
    };
    // TOML writes the backslash twice or in a literal string.
    let written = [error.name.replace('\\', "\\\\"), error.name.clone()];
    let place = written.iter().find_map(|name| config.find(name.as_str()).map(|at| at..at + name.len()));
    let told = Source::new(CONFIG, config).error("macro", place.unwrap_or(0..0), error.to_string());
    Ok((Engine::new(&BTreeMap::new())?, Some(told)))
}

/// A file that need not be there: nothing is in it then.
pub(super) fn optional(root: &Path, name: &str) -> Result<Vec<u8>> {
    match fs::read(root.join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read.with_context(|| format!("cannot read `{name}`")),
    }
}

/// What all posts are read with.
struct Beside<'a> {
    registry: Registry,
    formulas: Remembering<'a, Engine>,
    bibliography: &'a Bibliography,
    glossary: &'a Glossary,
}

fn read_post(root: &Path, slug: &str, folder: &Listing, beside: &Beside<'_>) -> Result<Outcome> {
    let path = format!("posts/{slug}/{TEXT}");
    let source = Source::new(&path, "");
    let Some(size) = folder.text_size else {
        let message = format!("the folder `posts/{slug}` has no `{TEXT}`");
        let help = "write one, or move the folder elsewhere: each folder in `posts/` is a post";
        return Ok((None, vec![source.error("no-text", 0..0, message).with_help(help)]));
    };
    if size > LIMIT {
        let message =
            format!("the post has {:.1} MB, more than the {} MB that a page can bear", mega(size), mega(LIMIT));
        let help = "split it, or put its data into a file beside it";
        return Ok((None, vec![source.error("too-large", 0..0, message).with_help(help)]));
    }
    let bytes = fs::read(root.join(&path)).with_context(|| format!("cannot read `{path}`"))?;
    let (post, mut found) = parse_post(
        slug,
        &path,
        &bytes,
        Given {
            folder,
            labs: &beside.registry,
            formulas: &beside.formulas,
            bibliography: beside.bibliography,
            glossary: beside.glossary,
        },
    );
    found.extend(post.iter().flat_map(unused_files));
    if let Some(post) = &post {
        found.extend(cards::unknown_signs(post)?);
    }
    for inner in &folder.inner {
        let message = format!("the folder `{inner}` in `posts/{slug}` is not published");
        found.push(source.warning("inner-folder", 0..0, message).with_help("put its files beside the text"));
    }
    Ok((post, found))
}

fn mega(size_bytes: u64) -> f64 {
    size_bytes as f64 / 1e6
}

/// The posts that the page of each leads on to.
fn around(posts: &[Post], reader: &mut Reader) -> Vec<Neighbours> {
    let near = reader
        .related(posts)
        .into_iter()
        .map(|near| near.into_iter().map(|idx| posts[idx].meta.link()).collect::<Vec<_>>());
    let places = series_places(posts).into_iter().zip(near).enumerate();
    places.map(|(idx, (series, related))| Neighbours { series, related, ..neighbours(posts, idx) }).collect()
}

/// Takes the texts out of the posts.
fn collect(root: &Path, config: Config, posts: &mut [Post], reader: &mut Reader) -> Collection {
    let around = around(posts, reader);
    let entry = |(post, around): (&mut Post, Neighbours)| Entry {
        stamp: reader.stamp(&post.meta.slug),
        meta: post.meta.clone(),
        text: std::mem::take(&mut post.text),
        headings: std::mem::take(&mut post.headings),
        needs_language_model: post.needs_language_model,
        aliases: post.aliases.iter().map(|(alias, _)| alias.clone()).collect(),
        folder: root.join("posts").join(&post.meta.slug),
        files: std::mem::take(&mut post.files),
        sidecar: sidecar(post, around),
        markdown: std::mem::take(&mut post.markdown),
    };
    Collection {
        site: config.site,
        origin: config.origin,
        entries: posts.iter_mut().zip(around).map(entry).collect(),
        glossary: String::new(),
        hub: config.hub,
        offline: config.offline,
        embeds: config.embeds,
    }
}
