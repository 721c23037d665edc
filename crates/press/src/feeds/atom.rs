//! `atom.xml`, of the blog and of each tag. Source: RFC 4287.

use super::{Feed, Item};
use anyhow::Result;
use atom_syndication as atom;

/// The feed as Atom.
///
/// # Errors
/// It cannot be written.
pub fn atom(feed: &Feed<'_>) -> Result<String> {
    let author = atom::Person { name: feed.site.title.clone(), uri: Some(feed.address.url("/")), ..Default::default() };
    let document = atom::Feed {
        title: feed.subject.title.as_str().into(),
        subtitle: Some(feed.subject.subtitle.as_str().into()),
        id: feed.address.url(&feed.subject.page),
        updated: feed.updated,
        authors: vec![author],
        links: vec![
            link("self", "application/atom+xml", feed.address.url(&feed.subject.atom)),
            link("alternate", "text/html", feed.address.url(&feed.subject.page)),
        ],
        lang: Some(feed.site.language.clone()),
        entries: feed.items.iter().map(|item| entry(item)).collect(),
        ..Default::default()
    };
    // Signs of HTML become entities.
    let n_bytes: usize = feed.items.iter().map(|item| item.html.len()).sum();
    let mut xml = Vec::with_capacity(n_bytes + n_bytes / 2);
    document.write_to(&mut xml)?;
    Ok(String::from_utf8(xml)?)
}

fn entry(item: &Item) -> atom::Entry {
    atom::Entry {
        title: item.title.as_str().into(),
        id: item.url.clone(),
        published: Some(item.published),
        updated: item.updated,
        links: vec![link("alternate", "text/html", item.url.clone())],
        categories: item.tags.iter().map(|tag| atom::Category { term: tag.clone(), ..Default::default() }).collect(),
        summary: Some(item.description.as_str().into()),
        content: Some(atom::Content {
            value: Some(item.html.clone()),
            content_type: Some("html".to_owned()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn link(rel: &str, mime_type: &str, href: String) -> atom::Link {
    atom::Link { href, rel: rel.to_owned(), mime_type: Some(mime_type.to_owned()), ..Default::default() }
}
