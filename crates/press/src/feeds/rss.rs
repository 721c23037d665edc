//! `rss.xml`. Source: RSS 2.0 specification; the content and atom modules by their namespaces.

use super::{Feed, Item};
use anyhow::Result;
use std::collections::BTreeMap;

/// The feed as RSS 2.0.
///
/// # Errors
/// It cannot be written.
pub fn rss(feed: &Feed<'_>) -> Result<String> {
    let namespaces = [("content", "http://purl.org/rss/1.0/modules/content/"), ("atom", "http://www.w3.org/2005/Atom")];
    let itself = rss::extension::atom::Link {
        href: feed.address.url("/rss.xml"),
        rel: "self".to_owned(),
        mime_type: Some("application/rss+xml".to_owned()),
        ..Default::default()
    };
    let channel = rss::Channel {
        title: feed.site.title.clone(),
        link: feed.address.url("/"),
        description: feed.site.description.clone(),
        language: Some(feed.site.language.clone()),
        last_build_date: Some(feed.updated.to_rfc2822()),
        atom_ext: Some(rss::extension::atom::AtomExtension { links: vec![itself] }),
        namespaces: namespaces
            .map(|(prefix, name)| (prefix.to_owned(), name.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        items: feed.items.iter().map(|of| item(of)).collect(),
        ..Default::default()
    };
    let mut xml = Vec::new();
    channel.write_to(&mut xml)?;
    Ok(String::from_utf8(xml)?)
}

fn item(item: &Item) -> rss::Item {
    rss::Item {
        title: Some(item.title.clone()),
        link: Some(item.url.clone()),
        guid: Some(rss::Guid { value: item.url.clone(), permalink: true }),
        description: Some(item.description.clone()),
        pub_date: Some(item.published.to_rfc2822()),
        categories: item.tags.iter().map(|tag| rss::Category { name: tag.clone(), domain: None }).collect(),
        content: Some(item.html.clone()),
        ..Default::default()
    }
}
