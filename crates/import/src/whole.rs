//! All posts of a site, from the files to what the build takes.

use crate::address::{absolute, alias as same, old_address};
use crate::body::Body;
use crate::draft::{Draft, Edit};
use crate::head::keys::Meta;
use crate::links::{Files, Finder, Posts};
use crate::settle::{markdown, settle, unused};
use crate::site::{Origin, Site, System};
use crate::template::Known;
use crate::{Import, ImportError, Imported, Tree, attributes, codes, fence, head, links, markup, maths, template};
use content::build::front_matter::{FrontMatter, alias_fault};
use content::build::{Diagnostic, Formulas, Lines, Source, ascii_slug, decode};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// A date for posts that have none: no clock is asked, so that importing twice gives the same.
const NO_DATE: &str = "1970-01-01";

/// A file's text and what is right of its front matter.
pub(crate) struct Read {
    pub origin: Origin,
    text: String,
    meta: Meta,
    body: usize,
    pub slug: String,
    address: Option<String>,
}

/// A post on its way.
pub(crate) struct Work<'w> {
    pub read: &'w Read,
    pub body: Body<'w>,
    pub front: FrontMatter,
    pub files: Files,
}

pub(crate) fn import(tree: &dyn Tree, formulas: &dyn Formulas) -> Result<Import, ImportError> {
    let mut found = Vec::new();
    let site = Site::read(tree, &mut found)?;
    let mut raw: Vec<(String, String)> = Vec::new();
    let mut all = Vec::new();
    for origin in &site.origins {
        all.extend(read(&site, origin, &mut raw, &mut found));
    }
    name(&mut all, &mut found);
    addresses(&mut all, &site, &mut found);
    let mut posts = Posts::default();
    for one in &all {
        let mut known: Vec<String> = one.address.iter().cloned().collect();
        known.extend(one.meta.aliases.iter().map(|(alias, _)| absolute(alias)));
        if site.system == System::Jekyll {
            // Whatever the pattern, authors write links by the usual one.
            known.push(format!("/{}/{}", one.meta.front.date.replace('-', "/"), one.origin.name));
        }
        posts.add(&one.origin, &one.slug, &known);
    }
    let sources: Vec<Source<'_>> = all.iter().map(|one| Source::new(&one.origin.path, &one.text)).collect();
    let mut taken_aliases = BTreeSet::new();
    let mut works: Vec<Work<'_>> =
        all.iter().zip(&sources).map(|(one, source)| convert(one, source, &site, &posts, &mut taken_aliases)).collect();
    let built = settle(&mut works, tree, formulas);
    let mut imported = Vec::new();
    for (mut work, is_taken) in works.into_iter().zip(built) {
        if is_taken {
            unused(&mut work, &site);
            imported.push(Imported {
                slug: work.read.slug.clone(),
                source: work.read.origin.path.clone(),
                markdown: markdown(&work.front, &work.body.draft).0,
                files: work.files.taken,
            });
        }
        found.append(&mut work.body.found);
    }
    imported.sort_by(|a, b| a.slug.cmp(&b.slug));
    place_in_files(&mut found, &raw);
    found.sort_by(|a, b| {
        (&a.path, a.span.start, a.severity, &a.message).cmp(&(&b.path, b.span.start, b.severity, &b.message))
    });
    found.dedup();
    Ok(Import { system: site.system, posts: imported, findings: found })
}

/// Reads a file; nothing, and that is told, if it cannot be a post.
fn read(
    site: &Site<'_>,
    origin: &Origin,
    raw: &mut Vec<(String, String)>,
    found: &mut Vec<Diagnostic>,
) -> Option<Read> {
    let bytes = site.tree.read(&origin.path).unwrap_or_default();
    let file = match decode(&origin.path, &bytes) {
        Ok(file) => file,
        Err(error) => {
            let message = format!("{}, so the post is not imported", error.message);
            found.push(Diagnostic { code: codes::NOT_UTF8, message, ..error });
            return None;
        }
    };
    let text = file.strip_prefix('\u{feff}').unwrap_or(file).replace("\r\n", "\n");
    if text != file {
        raw.push((origin.path.clone(), file.to_owned()));
    }
    let source = Source::new(&origin.path, &text);
    let head = match head::read(&source) {
        Ok(head) => head,
        Err((span, message)) => {
            found.push(source.error(codes::FRONT_MATTER, span, format!("{message}, so the post is not imported")));
            return None;
        }
    };
    // In Hugo and Zola, what has neither date nor section is a page: "about", "contact".
    let mut meta = head::keys::read(&head, &source, &mut Vec::new());
    if site.system != System::Jekyll && origin.sections.is_empty() && meta.date.or(origin.date).is_none() {
        let message = "this page has no date and stands in no section, so it is no post and is not imported";
        found.push(source.note(codes::PAGE, 0..0, message));
        return None;
    }
    meta = head::keys::read(&head, &source, found);
    complete(&mut meta, origin, &source, found);
    let body = head.body;
    Some(Read { origin: origin.clone(), meta, body, text, slug: String::new(), address: None })
}

/// Date and title, wherever they come from.
fn complete(meta: &mut Meta, origin: &Origin, source: &Source<'_>, found: &mut Vec<Diagnostic>) {
    let front = &mut meta.front;
    front.draft |= origin.is_draft;
    match meta.date.or(origin.date) {
        Some(date) => front.date = date.to_string(),
        None => {
            front.date = NO_DATE.to_owned();
            let message = format!("the post has no date that can be read; it is imported as a draft of {NO_DATE}");
            found.push(source.warning(codes::DATE, 0..0, message));
            front.draft = true;
        }
    }
    if front.updated.as_ref().is_some_and(|updated| *updated < front.date) {
        let message = "the date of the last change is before the post's own and is not carried over";
        found.push(source.note(codes::DATE, 0..0, message));
        front.updated = None;
    } else if front.updated.as_ref() == Some(&front.date) {
        front.updated = None;
    }
    if front.title.is_empty() {
        let words = origin.name.replace(['-', '_'], " ");
        let mut chars = words.chars();
        front.title =
            chars.next().map(|first| first.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default();
        let message = format!("the post has no title; `{}` is made of its name", front.title);
        found.push(source.note(codes::TITLE, 0..0, message));
    }
}

/// Gives each its folder's name; of two that would have the same, the later a number.
fn name(all: &mut [Read], found: &mut Vec<Diagnostic>) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for one in all {
        let given = one.meta.slug.as_deref().unwrap_or(&one.origin.name);
        let mut slug = [given, &one.meta.front.title, "post"]
            .into_iter()
            .map(ascii_slug)
            .find(|slug| !slug.is_empty())
            .unwrap_or_default();
        if taken.contains(&slug) {
            let free =
                (2..).map(|number| format!("{slug}-{number}")).find(|slug| !taken.contains(slug)).unwrap_or_default();
            let message = format!("another post has the name `{slug}`, so this one is `{free}`");
            found.push(Source::new(&one.origin.path, &one.text).warning(codes::SLUG, 0..0, message));
            slug = free;
        }
        taken.insert(slug.clone());
        one.slug = slug;
    }
}

fn addresses(all: &mut [Read], site: &Site<'_>, found: &mut Vec<Diagnostic>) {
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    for one in all {
        match old_address(site.system, &one.origin, &one.meta, &site.settings) {
            Ok(address) => one.address = Some(address),
            Err(placeholder) => {
                if unknown.insert(placeholder.clone()) {
                    let message = format!(
                        "the old addresses hold `{placeholder}`, which is not known here, so they become no aliases"
                    );
                    found.push(Source::new(&one.origin.path, &one.text).warning(codes::SETTINGS, 0..0, message));
                }
            }
        }
    }
}

/// The passes of the text, and the front matter that needs them.
fn convert<'w>(
    read: &'w Read,
    source: &'w Source<'w>,
    site: &Site<'_>,
    posts: &Posts,
    taken_aliases: &mut BTreeSet<String>,
) -> Work<'w> {
    let mut body = Body { draft: Draft::new(&read.text[read.body..], read.body), source, found: Vec::new() };
    let known = Known { posts, meta: &read.meta, date: &read.meta.front.date };
    let own = read.address.clone().unwrap_or_default();
    let finder = Finder { site, posts, origin: &read.origin, own: &own };
    let mut files = Files::default();
    template::expand(&mut body, site.system, &known);
    if site.system == System::Jekyll {
        attributes::convert(&mut body);
    }
    fence::convert(&mut body);
    markup::convert(&mut body);
    maths::convert(&mut body, site.system);
    links::convert(&mut body, &finder, &mut files);
    let blank = body.draft.text().len() - body.draft.text().trim_start_matches(['\n', '\r']).len();
    body.draft.apply(vec![Edit::new(0..blank, "")]);
    let mut front = read.meta.front.clone();
    if let Some((image, span)) = &read.meta.image {
        front.image = finder.social(image, &mut files).map(|name| (name, span.clone()));
        if front.image.is_none() {
            let message = format!("there is no file for the post's image `{image}`, so it has none");
            body.found.push(source.warning(codes::IMAGE, span.clone(), message));
        }
    }
    if front.description.is_empty() {
        front.description = first_sentence(body.draft.text()).unwrap_or_else(|| front.title.clone());
        let message = "the post has no description; the beginning of its text stands for it";
        body.found.push(source.note(codes::DESCRIPTION, 0..0, message));
    }
    aliases(read, &mut front, &mut body, taken_aliases);
    Work { read, body, front, files }
}

fn aliases(read: &Read, front: &mut FrontMatter, body: &mut Body<'_>, taken: &mut BTreeSet<String>) {
    // A draft of Jekyll's has no address yet.
    let own = read.address.iter().filter(|_| !read.origin.is_draft).map(|address| {
        let span = read.meta.address.as_ref().map_or(0..0, |(_, span)| span.clone());
        (address.clone(), span)
    });
    let folder = read
        .address
        .as_deref()
        .and_then(|address| address.trim_end_matches('/').rsplit_once('/'))
        .map_or("", |(up, _)| up);
    let given = read.meta.aliases.iter().map(|(alias, span)| match alias.starts_with('/') {
        true => (absolute(alias), span.clone()),
        false => (absolute(&format!("{folder}/{alias}")), span.clone()),
    });
    for (alias, span) in own.chain(given) {
        if same(&alias) == format!("/posts/{}", read.slug) {
            continue;
        }
        let fault = alias_fault(&alias)
            .map(str::to_owned)
            .or_else(|| (!taken.insert(same(&alias).to_owned())).then(|| "is taken already".to_owned()));
        match fault {
            None => front.aliases.push((alias, span)),
            Some(_) if front.aliases.iter().any(|(known, _)| same(known) == same(&alias)) => {}
            Some(fault) => {
                let message = format!("the old address `{alias}` becomes no alias: it {fault}");
                body.found.push(body.source.warning(codes::ALIAS, span, message));
            }
        }
    }
}

/// The beginning of the text in at most 160 characters: whole sentences if one fits, else whole words.
fn first_sentence(text: &str) -> Option<String> {
    let (mut words, mut depth) = (String::new(), 0);
    for event in Parser::new_ext(text, crate::code::OPTIONS) {
        match event {
            Event::Start(Tag::Paragraph) => depth = 1,
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) => depth -= 1,
            Event::End(TagEnd::Paragraph) if !words.trim().is_empty() => break,
            Event::Text(text) | Event::Code(text) if depth == 1 => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::InlineHtml(tag) if tag.starts_with("<br") => words.push(' '),
            _ => {}
        }
    }
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 160 {
        return Some(line).filter(|line| !line.is_empty());
    }
    let limit = line.char_indices().nth(159).map_or(line.len(), |(at, _)| at);
    let sentence = line[..limit].rfind(". ").map(|at| line[..=at].to_owned());
    sentence.or_else(|| line[..limit].rfind(' ').map(|at| format!("{}…", &line[..at])))
}

/// From places in the texts as they were read to places in the files, where line ends and the first bytes may differ.
fn place_in_files(found: &mut [Diagnostic], raw: &[(String, String)]) {
    for (path, text) in raw {
        let lines = Lines::new(text.strip_prefix('\u{feff}').unwrap_or(text));
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        for one in found.iter_mut().filter(|one| one.path == *path && one.code != codes::NOT_UTF8) {
            let length = one.span.len();
            let start = mark + lines.offset(one.line as usize, one.column as usize);
            one.span = start..(start + length).min(text.len());
        }
    }
}
