//! All posts of a site, from the files to what the build takes.

use crate::address::{absolute, old_address, page};
use crate::body::Body;
use crate::draft::{Draft, Edit};
use crate::head::keys::Meta;
use crate::links::{Files, Finder, Posts};
use crate::site::{Origin, Site, System};
use crate::template::Known;
use crate::{
    Import, ImportError, Imported, Tree, attributes, codes, fence, head, links, markup, maths, repair, template,
};
use content::build::front_matter::{FrontMatter, alias_fault};
use content::build::{
    Bibliography, Diagnostic, Folder, Formulas, Given, Glossary, Lab, Labs, Lines, Post, Severity, Source, ascii_slug,
    codes as faults, decode, link_posts, parse_post,
};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::BTreeSet;

/// A date for posts that have none: no clock is asked, so that importing twice gives the same.
const NO_DATE: &str = "1970-01-01";

/// How often a post is mended before it is given up. Each time at least one thing is, and no post has so many.
const ROUNDS: usize = 1000;

/// A file's text and what is right of its front matter.
struct Read {
    origin: Origin,
    text: String,
    meta: Meta,
    body: usize,
    slug: String,
    address: Option<String>,
}

/// A post on its way.
struct Work<'w> {
    read: &'w Read,
    body: Body<'w>,
    front: FrontMatter,
    files: Files,
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
        if page(&alias) == format!("/posts/{}", read.slug) {
            continue;
        }
        let fault = alias_fault(&alias)
            .map(str::to_owned)
            .or_else(|| (!taken.insert(page(&alias))).then(|| "is taken already".to_owned()));
        match fault {
            None => front.aliases.push((alias, span)),
            Some(_) if front.aliases.iter().any(|(known, _)| page(known) == page(&alias)) => {}
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

/// The file of a post, and the byte where its text begins.
fn markdown(front: &FrontMatter, draft: &Draft) -> (String, usize) {
    let head = format!("{}\n", front.to_yaml());
    let text = draft.text().trim_end();
    (format!("{head}{text}\n"), head.len())
}

/// Mends all until the build takes them. Says of each whether it does.
fn settle(works: &mut [Work<'_>], tree: &dyn Tree, formulas: &dyn Formulas) -> Vec<bool> {
    let mut built: Vec<Option<Post>> = works.iter_mut().map(|work| alone(work, tree, formulas)).collect();
    // Each round takes away at least one link or alias.
    for _ in 0..ROUNDS {
        let mut posts: Vec<Post> = built.iter().flatten().cloned().collect();
        let errors: Vec<Diagnostic> =
            link_posts(&mut posts).into_iter().filter(|one| one.severity == Severity::Error).collect();
        if errors.is_empty() {
            break;
        }
        for (work, post) in works.iter_mut().zip(&mut built) {
            let Some(before) = post.clone() else { continue };
            let own: Vec<&Diagnostic> = errors.iter().filter(|one| one.path == before.path).collect();
            if own.is_empty() {
                continue;
            }
            let has_alias = own.iter().filter(|one| one.code == faults::DUPLICATE_ALIAS).count() > 0;
            if has_alias {
                drop_aliases(work, &own, &before);
            }
            let base = markdown(&before_front(work, &before), &work.body.draft).1;
            let has_mended = repair::mend(&mut work.body, &own, base, &before.path);
            *post = if has_alias || has_mended { alone(work, tree, formulas) } else { refuse(work, own[0]) };
        }
    }
    built.into_iter().map(|post| post.is_some()).collect()
}

/// The front matter with which the post was built: an alias that has just gone was still there.
fn before_front(work: &Work<'_>, before: &Post) -> FrontMatter {
    FrontMatter { aliases: before.aliases.clone(), ..work.front.clone() }
}

fn drop_aliases(work: &mut Work<'_>, errors: &[&Diagnostic], before: &Post) {
    for error in errors.iter().filter(|one| one.code == faults::DUPLICATE_ALIAS) {
        let gone = before.aliases.iter().find(|(_, span)| *span == error.span).map(|(alias, _)| alias.clone());
        if let Some(idx) = work.front.aliases.iter().position(|(alias, _)| Some(alias) == gone.as_ref()) {
            let (alias, span) = work.front.aliases.remove(idx);
            let message = format!("the old address `{alias}` becomes no alias: it is a page of this blog");
            work.body.found.push(work.body.source.warning(codes::ALIAS, span, message));
        }
    }
}

/// Mends a post until the build takes it by itself.
fn alone(work: &mut Work<'_>, tree: &dyn Tree, formulas: &dyn Formulas) -> Option<Post> {
    let path = format!("posts/{}/index.md", work.read.slug);
    let (bibliography, glossary) = (Bibliography::default(), Glossary::default());
    for _ in 0..ROUNDS {
        let (text, base) = markdown(&work.front, &work.body.draft);
        let beside = Beside { files: &work.files.taken, tree };
        let given =
            Given { folder: &beside, labs: &NoLabs, formulas, bibliography: &bibliography, glossary: &glossary };
        let (post, found) = parse_post(&work.read.slug, &path, text.as_bytes(), given);
        if post.is_some() {
            // What nothing shows any more does not come along.
            return post;
        }
        let errors: Vec<&Diagnostic> = found.iter().filter(|one| one.severity == Severity::Error).collect();
        let is_social =
            |one: &&&Diagnostic| one.path == path && one.span.start < base && one.code.starts_with("image-");
        if let Some(error) = errors.iter().find(is_social)
            && let Some((_, span)) = work.front.image.take()
        {
            let message = format!("{}, so the post has none", error.message);
            work.body.found.push(work.body.source.warning(codes::IMAGE, span, message));
            continue;
        }
        if !repair::mend(&mut work.body, &errors, base, &path) {
            return refuse(work, errors.first()?);
        }
    }
    None
}

fn refuse(work: &mut Work<'_>, error: &Diagnostic) -> Option<Post> {
    let message = format!("the build would refuse the post, so it is not imported: {}", error.message);
    work.body.found.push(work.body.source.error(codes::REFUSED, 0..0, message));
    None
}

/// Files of the post's own folder that do not come along, and files that do although nothing names them any more.
fn unused(work: &mut Work<'_>, site: &Site<'_>) {
    let text = work.body.draft.text();
    let named: BTreeSet<String> = Parser::new_ext(text, crate::code::OPTIONS)
        .filter_map(|event| match event {
            Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => {
                Some(content::build::decode_percent(&dest_url))
            }
            _ => None,
        })
        .chain(work.front.image.iter().map(|(name, _)| name.clone()))
        .collect();
    work.files.taken.retain(|(name, _)| named.contains(name));
    if !work.read.origin.is_bundle {
        return;
    }
    let folder = format!("{}/", work.read.origin.folder);
    let taken: BTreeSet<&str> = work.files.taken.iter().map(|(_, old)| old.as_str()).collect();
    for name in site.names.iter().filter(|name| name.starts_with(&folder)) {
        if *name != work.read.origin.path && !taken.contains(name.as_str()) && crate::site::stem(name).is_none() {
            let message =
                format!("the post names the file `{}` nowhere, so it does not come along", &name[folder.len()..]);
            work.body.found.push(work.body.source.note(codes::UNUSED, 0..0, message));
        }
    }
}

/// The files that come along, as the build sees them.
struct Beside<'b> {
    files: &'b [(String, String)],
    tree: &'b dyn Tree,
}

impl Folder for Beside<'_> {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.files.iter().find(|(known, _)| known == name).and_then(|(_, old)| self.tree.read(old))
    }

    fn names(&self) -> Vec<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }
}

/// A foreign post has no lab.
struct NoLabs;

impl Labs for NoLabs {
    fn find(&self, _: &str) -> Option<Box<dyn Lab + '_>> {
        None
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
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
