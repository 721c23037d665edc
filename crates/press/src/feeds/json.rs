//! `feed.json`. Source: JSON Feed version 1.1.

use super::{Feed, Item};
use anyhow::Result;
use chrono::SecondsFormat;
use serde_json::{Value, json};

/// The feed as JSON Feed.
///
/// # Errors
/// It cannot be written.
pub fn json(feed: &Feed<'_>) -> Result<String> {
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.site.title,
        "home_page_url": feed.address.url("/"),
        "feed_url": feed.address.url("/feed.json"),
        "description": feed.site.description,
        "language": feed.site.language,
        "authors": [{ "name": feed.site.title, "url": feed.address.url("/") }],
        "items": feed.items.iter().map(|of| item(of)).collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)?)
}

fn item(item: &Item) -> Value {
    let moment = |moment: &chrono::DateTime<_>| moment.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut entry = json!({
        "id": item.url,
        "url": item.url,
        "title": item.title,
        "summary": item.description,
        "content_html": item.html,
        "date_published": moment(&item.published),
        "date_modified": moment(&item.updated),
    });
    if !item.tags.is_empty() {
        entry["tags"] = json!(item.tags);
    }
    if let Some(image) = &item.image {
        entry["image"] = json!(image);
    }
    entry
}
