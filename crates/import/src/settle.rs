//! The build's own reading, and mending until it takes a post.

use crate::draft::Draft;
use crate::site::Site;
use crate::whole::Work;
use crate::{Tree, codes, repair};
use content::build::front_matter::FrontMatter;
use content::build::{
    Bibliography, Diagnostic, Folder, Formulas, Given, Glossary, Lab, Labs, Post, Severity, codes as faults,
    decode_percent, link_posts, parse_post,
};
use pulldown_cmark::{Event, Parser, Tag};
use std::collections::BTreeSet;

/// How often a post is mended before it is given up. Each time at least one thing is, and no post has so many.
const ROUNDS: usize = 1000;

/// The file of a post, and the byte where its text begins.
pub(crate) fn markdown(front: &FrontMatter, draft: &Draft) -> (String, usize) {
    let head = format!("{}\n", front.to_yaml());
    let text = draft.text().trim_end();
    (format!("{head}{text}\n"), head.len())
}

/// Mends all until the build takes them. Says of each whether it does.
pub(crate) fn settle(works: &mut [Work<'_>], tree: &dyn Tree, formulas: &dyn Formulas) -> Vec<bool> {
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
pub(crate) fn unused(work: &mut Work<'_>, site: &Site<'_>) {
    let text = work.body.draft.text();
    let named: BTreeSet<String> = Parser::new_ext(text, crate::code::OPTIONS)
        .filter_map(|event| match event {
            Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => Some(decode_percent(&dest_url)),
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
