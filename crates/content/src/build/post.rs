//! A post's folder → all that its page needs.

use crate::build::bibliography::Bibliography;
use crate::build::citations::{self, Cited};
use crate::build::diagnostic::{Diagnostic, Severity, Source};
use crate::build::formula::Formulas;
use crate::build::front_matter::{FrontMatter, parse_front_matter};
use crate::build::glossary::Glossary;
use crate::build::html::check_html;
use crate::build::images::{Folder, Images};
use crate::build::lab::{Labs, check_labs};
use crate::build::quotes::typographic;
use crate::build::stray::check_dollars;
use crate::build::{codes, diagnostic::did_you_mean, place::Place};
use crate::highlight;
use crate::manifest::PostMeta;
use crate::render::{Found, HeadingMark, Overview, Survey, overview};
use crate::sidecar::{LabCard, Resolved, source_hash};
use crate::slug::slugify;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A post without errors of its own. Whether its links lead somewhere only all posts together tell:
/// see [`crate::build::link_posts`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Post {
    /// Its entry in the manifest, plate included.
    pub meta: PostMeta,
    /// The file, as diagnostics show it.
    pub path: String,
    /// Whether the page shows its list of contents.
    pub toc: bool,
    /// Old addresses, with their places in the file.
    pub aliases: Vec<(String, Range<usize>)>,
    /// The whole file, front matter included.
    pub markdown: String,
    /// Its fingerprint, [`source_hash`].
    pub source: String,
    /// Its words, as [`crate::render::plain_text`] gives them.
    pub text: String,
    /// The words of its headings, in order.
    pub headings: Vec<String>,
    /// What the renderer looks up.
    pub resolved: Resolved,
    /// What the labs' figures say, by id.
    pub labs: BTreeMap<String, LabCard>,
    /// Whether one of them [needs the language model](crate::build::Lab::needs_language_model).
    pub needs_language_model: bool,
    /// Destinations of all links, as written, with their places in the file.
    pub links: Vec<(String, Range<usize>)>,
    /// Tags, with their places in the file.
    pub tags: Vec<(String, Range<usize>)>,
    /// Its series, with its place in the file.
    pub series: Option<(String, Range<usize>)>,
    /// Which part of it the author says that it is, with its place in the file.
    pub part: Option<(u32, Range<usize>)>,
    /// The ids that the page will have.
    pub anchors: BTreeSet<String>,
    /// The works that it cites, in the order of their numbers.
    pub cited: Vec<String>,
    /// The other files of its folder.
    pub files: Vec<String>,
}

/// Whether a post is shown to the public on the day `today`, `YYYY-MM-DD`.
pub fn is_published(meta: &PostMeta, today: &str) -> bool {
    !meta.draft && meta.date.as_str() <= today
}

/// What a post is read with, beside its own file.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The files beside it.
    pub folder: &'a dyn Folder,
    /// The labs that it may name.
    pub labs: &'a dyn Labs,
    /// The converter of its formulas.
    pub formulas: &'a dyn Formulas,
    /// The works that it may cite.
    pub bibliography: &'a Bibliography,
    /// The terms that it may use.
    pub glossary: &'a Glossary,
}

/// Reads a post. There is a [`Post`] exactly if no diagnostic is an error.
///
/// `slug` is the folder's name, `path` the file's as diagnostics show it, `bytes` the file's.
pub fn parse_post(slug: &str, path: &str, bytes: &[u8], given: Given<'_>) -> (Option<Post>, Vec<Diagnostic>) {
    let Given { folder, labs, formulas, bibliography, glossary } = given;
    let markdown = match super::text::decode(path, bytes) {
        Ok(markdown) => markdown,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let source = Source::new(path, markdown);
    let (front, found) = parse_front_matter(&source);
    let mut checker = Checker { source: &source, found };
    checker.slug(slug);
    let Overview { survey, words, text } = overview(markdown);
    let (html, mut html_found) = check_html(&source, &survey);
    checker.found.append(&mut html_found);
    checker.found.extend(check_dollars(&source, &survey));
    checker.body();
    checker.headings(&survey.headings);
    checker.languages(&survey);
    checker.notes(&survey);
    let anchors = checker.anchors(&survey, &html.ids);
    let math = checker.formulas(&survey, formulas);
    let Cited { tokens, references, keys: cited } =
        citations::resolve(&survey, bibliography, &source, &mut checker.found);
    let needs_model = |name: &str| labs.find(name).is_some_and(|lab| lab.needs_language_model());
    let needs_language_model = survey.labs.iter().any(|lab| needs_model(&lab.value.name));
    let (labs, mut labs_found) = check_labs(&source, &survey.labs, labs);
    checker.found.append(&mut labs_found);

    let mut images = Images::new(&source, path, folder);
    let images_resolved = images.resolve(&survey.images);
    if let Some((image, range)) = &front.image {
        images.check_social(image, range);
    }
    let plate = images.plate(slug);
    checker.found.append(&mut images.found);

    let Checker { mut found, .. } = checker;
    tidy(&mut found, path);
    if found.iter().any(|one| one.severity == Severity::Error) {
        return (None, found);
    }
    let links = survey.links.into_iter().map(|Found { value, range }| (value, range)).chain(html.links).collect();
    let meta = PostMeta {
        labs: count(labs.len()),
        live_labs: count(labs.values().filter(|card| card.live.is_some()).count()),
        ..meta(slug, &front, plate, words.minutes())
    };
    let post = Post {
        meta,
        path: path.to_owned(),
        toc: front.toc,
        aliases: front.aliases,
        markdown: markdown.to_owned(),
        source: source_hash(markdown),
        text,
        headings: survey.headings.into_iter().map(|heading| heading.value.text).collect(),
        resolved: Resolved {
            math,
            images: images_resolved,
            html: html.chunks,
            tokens,
            references,
            terms: glossary.in_text(markdown),
        },
        labs,
        needs_language_model,
        links,
        tags: front.tags,
        series: front.series,
        part: front.part,
        anchors,
        cited,
        files: folder.names(),
    };
    (Some(post), found)
}

/// In the order of the file, its images' after it, each once.
fn tidy(found: &mut Vec<Diagnostic>, path: &str) {
    found.sort_by(|a, b| {
        let key = |one: &Diagnostic| (one.path != path, one.path.clone(), one.span.start, one.severity);
        key(a).cmp(&key(b))
    });
    found.dedup();
}

fn meta(slug: &str, front: &FrontMatter, plate: Option<String>, minutes: u32) -> PostMeta {
    PostMeta {
        slug: slug.to_owned(),
        title: typographic(&front.title),
        description: typographic(&front.description),
        summary: front.summary.as_deref().map(typographic),
        date: front.date.clone(),
        updated: front.updated.clone(),
        tags: front.tags.iter().map(|(tag, _)| tag.clone()).collect(),
        series: front.series.as_ref().map(|(series, _)| typographic(series)),
        image: front.image.as_ref().map(|(image, _)| image.clone()),
        minutes,
        plate,
        draft: front.draft,
        ..PostMeta::default()
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

struct Checker<'s, 't> {
    source: &'s Source<'t>,
    found: Vec<Diagnostic>,
}

impl Checker<'_, '_> {
    fn error(&mut self, code: &'static str, span: &Range<usize>, message: String, help: Option<String>) {
        self.found.push(self.source.error(code, span.clone(), message).with_help_if(help));
    }

    fn warning(&mut self, code: &'static str, span: &Range<usize>, message: String, help: Option<String>) {
        self.found.push(self.source.warning(code, span.clone(), message).with_help_if(help));
    }

    /// The folder's name is a part of the page's address, so it must be one that needs no encoding.
    fn slug(&mut self, slug: &str) {
        let plain = slugify(slug);
        if plain != slug || !slug.is_ascii() {
            let help = (!plain.is_empty() && plain.is_ascii()).then(|| format!("rename it to `{plain}`"));
            let message =
                format!("the folder's name `{slug}` is not made of lower-case letters, digits and single hyphens");
            self.error(codes::BAD_SLUG, &(0..0), message, help);
        }
    }

    fn body(&mut self) {
        let (body, start) = crate::render::body(self.source.text());
        if body.trim().is_empty() {
            self.warning(codes::EMPTY_BODY, &(start..start), "the article is empty".into(), None);
        }
    }

    fn headings(&mut self, headings: &[Found<HeadingMark>]) {
        // The title is the page's heading of level 1.
        let mut above = 1;
        for Found { value: heading, range } in headings {
            let level = heading.level;
            if level == 1 {
                let message = format!("`{}` is a heading of level 1, as the title is", heading.text);
                let underlined = !self.source.text()[range.start..].starts_with('#');
                let help =
                    if underlined { "the line of `=` below has made it one" } else { "sections begin with `##`" };
                self.warning(codes::TITLE_HEADING, range, message, Some(help.into()));
            } else if level > above + 1 {
                let message =
                    format!("the heading `{}` is of level {level}, the one above it of level {above}", heading.text);
                let help = format!("write `{}`", "#".repeat(usize::from(above) + 1));
                self.warning(codes::HEADING_LEVEL, range, message, Some(help));
            }
            above = level;
        }
    }

    fn languages(&mut self, survey: &Survey) {
        for range in &survey.stray_outputs {
            let message = "the output belongs to no program".to_owned();
            self.error(codes::CODE_OUTPUT, range, message, Some("it follows a block ```python run".into()));
        }
        for Found { value: language, range } in &survey.languages {
            match language.as_str() {
                "lab" => {
                    let message = "a lab block is opened by `lab` and the lab's name alone".to_owned();
                    self.error(
                        codes::LAB_INFO,
                        range,
                        message,
                        Some("parameters stand in the block: `top_k = 2`".into()),
                    );
                }
                "math" => {
                    self.error(codes::CODE_LANGUAGE, range, "a formula's block is opened by `math` alone".into(), None);
                }
                name if highlight::language(name).is_none() => {
                    let help = did_you_mean(name, highlight::NAMES.iter().copied());
                    let help = help.unwrap_or_else(|| format!("the languages are {}", highlight::NAMES.join(", ")));
                    self.warning(
                        codes::CODE_LANGUAGE,
                        range,
                        format!("the language `{name}` is not highlighted"),
                        Some(help),
                    );
                }
                _ => {}
            }
        }
    }

    fn notes(&mut self, survey: &Survey) {
        for Found { value: note, range } in &survey.unused_notes {
            let message = format!("nothing refers to the note `{note}`, so it is not shown");
            self.warning(codes::UNUSED_NOTE, range, message, Some(format!("write `[^{note}]` where it belongs")));
        }
    }

    /// All ids of the page; an id that stands twice is told at its second place.
    fn anchors(&mut self, survey: &Survey, raw: &[(String, Range<usize>)]) -> BTreeSet<String> {
        let mut ids: Vec<(&str, &Range<usize>)> = survey.ids.iter().map(|id| (id.value.as_str(), &id.range)).collect();
        ids.extend(raw.iter().map(|(id, range)| (id.as_str(), range)));
        ids.sort_by_key(|(_, range)| range.start);
        let mut first: BTreeMap<&str, &Range<usize>> = BTreeMap::new();
        for (id, range) in ids {
            if let Some(before) = first.get(id) {
                let (line, _) = self.source.lines().position(before.start);
                let is_lab = survey.labs.iter().any(|lab| lab.value.id == id);
                let help = match is_lab {
                    true => format!(
                        "the first is on line {line}; a lab is called that, so a heading needs another: `## … {{#other}}`"
                    ),
                    false => format!("the first is on line {line}"),
                };
                self.error(codes::DUPLICATE_ID, range, format!("the id `{id}` stands twice"), Some(help));
            } else {
                first.insert(id, range);
            }
        }
        first.keys().map(|id| (*id).to_owned()).collect()
    }

    fn formulas(&mut self, survey: &Survey, formulas: &dyn Formulas) -> BTreeMap<String, String> {
        let mut converted = BTreeMap::new();
        for Found { value: formula, range } in &survey.formulas {
            let key = formula.key();
            if converted.contains_key(&key) {
                continue;
            }
            match formulas.convert(&formula.tex, formula.display) {
                Ok(mathml) => {
                    converted.insert(key, mathml);
                }
                Err(error) => {
                    let at = Place::new(self.source.text(), range, &formula.tex).at(error.offset);
                    self.error(codes::FORMULA, &(at..at.max(range.end)), error.message, error.help);
                }
            }
        }
        converted
    }
}

#[cfg(test)]
pub(crate) mod tests;
