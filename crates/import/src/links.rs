//! Links and images: to other posts, to files that come along, or to nothing.

use crate::address::page;
use crate::body::{Body, shown};
use crate::code::OPTIONS;
use crate::codes;
use crate::draft::Edit;
use crate::figure::{bracketed, destination};
use crate::site::{Origin, Site, System};
use content::build::decode_percent;
use content::render::{Target, target};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// All posts that are taken, by all that links may call them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Posts {
    /// The old file → the slug.
    by_path: BTreeMap<String, String>,
    /// The old address, as [`page`] spells it → the slug.
    by_page: BTreeMap<String, String>,
    /// The old file's name, without ending → the slug.
    by_name: BTreeMap<String, String>,
}

impl Posts {
    pub(crate) fn add(&mut self, origin: &Origin, slug: &str, addresses: &[String]) {
        self.by_path.insert(origin.path.clone(), slug.to_owned());
        self.by_name.entry(origin.full_name.clone()).or_insert_with(|| slug.to_owned());
        for address in addresses {
            self.by_page.entry(page(address)).or_insert_with(|| slug.to_owned());
        }
    }

    /// What `{% post_url 2020-01-02-name %}` means.
    pub(crate) fn by_name(&self, name: &str) -> Option<String> {
        let name = name.rsplit('/').next().unwrap_or(name);
        self.by_name.get(name).map(|slug| link(slug, ""))
    }

    /// What `{{< ref "notes/name.md#part" >}}` means: a path, or the end of one, with or without ending.
    pub(crate) fn by_reference(&self, reference: &str) -> Option<String> {
        let (path, fragment) = split(reference);
        let path = path.trim_matches('/');
        let wanted: Vec<String> =
            ["", ".md", "/index.md", ".markdown"].iter().map(|end| format!("/{path}{end}")).collect();
        let is_it = |old: &&String| wanted.iter().any(|wanted| format!("/{old}").ends_with(wanted.as_str()));
        let found = self.by_path.keys().find(is_it).and_then(|old| self.by_path.get(old));
        found.or_else(|| self.by_page.get(&page(&format!("/{path}")))).map(|slug| link(slug, fragment))
    }
}

fn link(slug: &str, fragment: &str) -> String {
    format!("../{slug}/index.md{fragment}")
}

/// A path, and what begins with `?` or `#`.
fn split(address: &str) -> (&str, &str) {
    address.split_at(address.find(['?', '#']).unwrap_or(address.len()))
}

/// Rewrites all addresses; files that come along are added to `files`.
pub(crate) fn convert(body: &mut Body<'_>, finder: &Finder<'_>, files: &mut Files) {
    let text = body.draft.text().to_owned();
    let mut edits = Vec::new();
    let mut open: Vec<(Range<usize>, usize, Dest)> = Vec::new();
    let mut alt = String::new();
    for (event, range) in Parser::new_ext(&text, OPTIONS).into_offset_iter() {
        if !matches!(event, Event::End(TagEnd::Link | TagEnd::Image)) {
            for (_, inner_end, _) in &mut open {
                *inner_end = range.end.max(*inner_end);
            }
        }
        match event {
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let dest = Dest { kind: link_type, address: dest_url.to_string() };
                open.push((range.clone(), range.start + 1, dest));
            }
            Event::Start(Tag::Image { link_type, dest_url, .. }) => {
                alt.clear();
                let dest = Dest { kind: link_type, address: dest_url.to_string() };
                open.push((range.clone(), range.start + 2, dest));
            }
            Event::Text(words) | Event::Code(words) => alt.push_str(&words),
            Event::SoftBreak => alt.push(' '),
            Event::End(end @ (TagEnd::Link | TagEnd::Image)) => {
                let Some((range, inner_end, dest)) = open.pop() else { continue };
                let place = Place { range, inner_end, alt: &alt };
                match end {
                    TagEnd::Image => finder.image(body, files, &mut edits, &place, &dest),
                    _ => finder.link(body, files, &mut edits, &place, &dest),
                }
            }
            _ => {}
        }
    }
    body.draft.apply(edits);
}

struct Dest {
    kind: LinkType,
    address: String,
}

struct Place<'p> {
    range: Range<usize>,
    inner_end: usize,
    alt: &'p str,
}

/// The files that come along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// The name in the post's folder, and the old path.
    pub taken: Vec<(String, String)>,
}

impl Files {
    /// The name that the file has in the post's folder.
    fn take(&mut self, old: &str) -> String {
        if let Some((name, _)) = self.taken.iter().find(|(_, known)| known == old) {
            return name.clone();
        }
        let plain = file_name(old);
        let (stem, ending) = plain.rsplit_once('.').map_or((plain.as_str(), ""), |(stem, ending)| (stem, ending));
        let names: BTreeSet<&str> = self.taken.iter().map(|(name, _)| name.as_str()).collect();
        let name = (1..)
            .map(|number| if number == 1 { plain.clone() } else { format!("{stem}-{number}.{ending}") })
            .find(|name| !names.contains(name.as_str()))
            .unwrap_or_default();
        self.taken.push((name.clone(), old.to_owned()));
        name
    }
}

/// A name that needs no encoding in an address.
pub(crate) fn file_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let plain: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    plain.trim_start_matches('.').to_owned()
}

/// What a post's addresses mean.
pub(crate) struct Finder<'f> {
    pub site: &'f Site<'f>,
    pub posts: &'f Posts,
    pub origin: &'f Origin,
    /// The post's own old address.
    pub own: &'f str,
}

enum Found {
    /// The address is right as it stands.
    Same,
    Post(String),
    File(String),
    Nothing,
}

impl Finder<'_> {
    fn find(&self, dest: &str) -> Found {
        let mut path = dest;
        let origin = &self.site.settings.origin;
        if !origin.is_empty()
            && let Some(rest) =
                path.strip_prefix(origin.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'))
        {
            path = if rest.is_empty() { "/" } else { rest };
        }
        match target(path, "x") {
            Target::External(_) | Target::Contact(_) | Target::Fragment(_) => return Found::Same,
            Target::Refused => return Found::Nothing,
            Target::Local { .. } => {}
        }
        if path.starts_with("../") && path.contains("/index.md") && self.is_ours(path) {
            return Found::Same;
        }
        let (path, fragment) = split(path);
        let base = &self.site.settings.base;
        let path =
            path.strip_prefix(base.as_str()).filter(|rest| !base.is_empty() && rest.starts_with('/')).unwrap_or(path);
        if path == "/" {
            return Found::Same;
        }
        let decoded = decode_percent(path);
        if let Some(inner) = decoded.strip_prefix("@/").filter(|_| self.site.system == System::Zola) {
            return match self.posts.by_path.get(&format!("content/{inner}")) {
                Some(slug) => Found::Post(link(slug, fragment)),
                None => Found::Nothing,
            };
        }
        // Files lie beside the text, at the root, or where the system keeps what it copies.
        let beside = join(&self.origin.folder, &decoded);
        let from_root = decoded.trim_start_matches('/');
        let of_address = join(self.own.trim_start_matches('/'), &decoded);
        let mut candidates: Vec<String> = Vec::new();
        if !decoded.starts_with('/') {
            candidates.push(beside);
            candidates.extend(["static", "assets", "content"].iter().map(|folder| format!("{folder}/{of_address}")));
        }
        candidates.push(from_root.to_owned());
        candidates.extend(["static", "assets", "content"].iter().map(|folder| format!("{folder}/{from_root}")));
        for candidate in &candidates {
            if let Some(slug) = self.posts.by_path.get(candidate) {
                return Found::Post(link(slug, fragment));
            }
        }
        let is_file = |name: &&String| {
            self.site.names.contains(*name) && crate::site::stem(name).is_none() && !name.ends_with(".html")
        };
        if let Some(file) = candidates.iter().find(is_file) {
            return Found::File(file.clone());
        }
        let absolute = if decoded.starts_with('/') { decoded.clone() } else { format!("/{of_address}") };
        let outside = if decoded.starts_with('/') {
            None
        } else {
            Some(format!("/{}", join(self.own.trim_matches('/').rsplit_once('/').map_or("", |(up, _)| up), &decoded)))
        };
        for address in std::iter::once(absolute).chain(outside) {
            if let Some(slug) = self.posts.by_page.get(&page(&address)) {
                return Found::Post(link(slug, fragment));
            }
        }
        Found::Nothing
    }

    /// Whether an address was made by a room before this.
    fn is_ours(&self, path: &str) -> bool {
        let slug = path.trim_start_matches("../").split('/').next().unwrap_or_default();
        path.starts_with(&format!("../{slug}/index.md")) && self.posts.by_path.values().any(|known| known == slug)
    }

    fn link(&self, body: &mut Body<'_>, files: &mut Files, edits: &mut Vec<Edit>, place: &Place<'_>, dest: &Dest) {
        if matches!(dest.kind, LinkType::Autolink | LinkType::Email) {
            return;
        }
        let written = match self.find(&dest.address) {
            Found::Same => return,
            Found::Post(address) => address,
            Found::File(old) => files.take(&old),
            Found::Nothing => {
                let address = shown(&dest.address);
                let message = format!(
                    "the link to `{address}` leads to nothing that is imported and is left out, its text is kept"
                );
                body.warn(codes::LINK, &place.range, message);
                let origin = &self.site.settings.origin;
                if dest.address.starts_with('/') && origin.contains("://") {
                    body.help(format!("the old page was {origin}{address}"));
                }
                edits.push(Edit::new(place.range.start..place.range.start + 1, ""));
                edits.push(Edit::new(place.inner_end..place.range.end, ""));
                return;
            }
        };
        rewrite(body.draft.text(), edits, place, &written);
    }

    fn image(&self, body: &mut Body<'_>, files: &mut Files, edits: &mut Vec<Edit>, place: &Place<'_>, dest: &Dest) {
        let address = shown(&dest.address);
        match self.find(&dest.address) {
            Found::File(old) => {
                let name = files.take(&old);
                rewrite(body.draft.text(), edits, place, &name);
            }
            Found::Same if dest.address.contains("//") => {
                let message = format!("the image `{address}` is of another site, so a link stands for it");
                body.warn(codes::IMAGE, &place.range, message);
                body.help("save it in the post's folder, if you may, and write `![…](file)`");
                let words = if place.alt.trim().is_empty() { address.as_str() } else { place.alt };
                edits.push(Edit::new(
                    place.range.clone(),
                    format!("[{}]({})", bracketed(words), destination(&dest.address)),
                ));
            }
            _ => {
                let message = format!("there is no file for the image `{address}`, so its description stands for it");
                body.warn(codes::IMAGE, &place.range, message);
                edits.push(Edit::new(place.range.clone(), bracketed(place.alt)));
            }
        }
    }

    /// The social image, which must be a bitmap of the old site.
    pub(crate) fn social(&self, address: &str, files: &mut Files) -> Option<String> {
        match self.find(address) {
            Found::File(old) => Some(files.take(&old)),
            _ => None,
        }
    }
}

/// Puts the address in where it stands, or where a reference to a definition stands.
fn rewrite(text: &str, edits: &mut Vec<Edit>, place: &Place<'_>, address: &str) {
    let tail = place.inner_end..place.range.end;
    let title = title(&text[tail.clone()]).map(|title| format!(" {title}")).unwrap_or_default();
    edits.push(Edit::new(tail, format!("]({}{title})", destination(address))));
}

/// The title of an inline link, with its quotes: `](a "title")`.
fn title(tail: &str) -> Option<&str> {
    let inner = tail.strip_prefix("](")?.strip_suffix(')')?.trim();
    let close = inner.chars().last().filter(|c| matches!(c, '"' | '\''))?;
    let open = inner[..inner.len() - 1].find(close)?;
    inner[..open].ends_with(char::is_whitespace).then(|| &inner[open..])
}

/// `a/b` and `../c.png` → `a/c.png`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_names_made_plain() {
        assert_eq!(join("a/b", "../c.png"), "a/c.png");
        assert_eq!(join("", "./c.png"), "c.png");
        assert_eq!(join("a", "../../c"), "c");
        assert_eq!(file_name("a/My file (1).png"), "My-file--1-.png");
        let mut files = Files::default();
        assert_eq!(
            [files.take("a/x.png"), files.take("b/x.png"), files.take("a/x.png")],
            ["x.png", "x-2.png", "x.png"]
        );
    }

    #[test]
    fn titles_are_kept() {
        assert_eq!(title("](a \"b c\")"), Some("\"b c\""));
        assert_eq!(title("](<a> 'b')"), Some("'b'"));
        for tail in ["](a)", "][ref]", "]", "](a\"b\")"] {
            assert_eq!(title(tail), None, "{tail}");
        }
    }
}
