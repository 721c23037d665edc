//! The three feeds, read by a feed reader's parser.
#![allow(clippy::unwrap_used)]

mod given;

use feed_rs::{model::Feed, parser};
use given::{build, collection, read};
use press::posts::Collection;
use std::{collections::BTreeSet, path::Path};

const FEEDS: [&str; 3] = ["atom.xml", "rss.xml", "feed.json"];

fn parsed(home: &Path, name: &str) -> Feed {
    let text = read(home, name);
    if name.ends_with(".xml") {
        well_formed(&text);
    }
    parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A strict reader: every end tag has its start, every entity is known.
fn well_formed(xml: &str) {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) => tag.attributes().for_each(|attribute| {
                attribute.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
            }),
            _ => {}
        }
    }
}

#[test]
fn each_feed_holds_every_post_whole() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    for name in FEEDS {
        let feed = parsed(home.path(), name);
        assert_eq!(feed.title.as_ref().unwrap().content, "Learning & Recommending", "{name}");
        let links: Vec<_> = feed.entries.iter().map(|entry| entry.links[0].href.as_str()).collect();
        let expected = ["third", "second-post", "first"].map(|slug| format!("https://example.org/repo/posts/{slug}/"));
        assert_eq!(links, expected, "{name}");
        let ids: BTreeSet<_> = feed.entries.iter().map(|entry| entry.id.as_str()).collect();
        assert_eq!(ids, expected.iter().map(String::as_str).collect(), "{name}: ids are the addresses, each once");
        let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_ref().unwrap().content.as_str()).collect();
        assert_eq!(titles, ["Third", "Second \"Post\"", "First"], "{name}");
        let published: Vec<_> = feed.entries.iter().map(|entry| entry.published.unwrap().to_rfc3339()).collect();
        assert_eq!(
            published,
            ["2026-03-08T00:00:00+00:00", "2026-02-22T00:00:00+00:00", "2018-05-20T00:00:00+00:00"],
            "{name}"
        );
        let summary = feed.entries[0].summary.as_ref().unwrap().content.as_str();
        assert_eq!(summary, "About Third & more", "{name}");
    }
}

#[test]
fn the_newest_twenty_public_posts_are_in_a_feed() {
    let home = tempfile::tempdir().unwrap();
    let mut entries: Vec<_> = (1..=25)
        .rev()
        .map(|day| given::entry(&format!("post-{day}"), &format!("Post {day}"), &format!("2026-01-{day:02}"), "Text."))
        .collect();
    entries[0].sidecar.meta.draft = true;
    entries[1].sidecar.meta.date = "2026-07-01".into();
    build(home.path(), &Collection { entries, ..collection() }, "", None).unwrap();
    for name in FEEDS {
        let feed = parsed(home.path(), name);
        let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_ref().unwrap().content.clone()).collect();
        let expected: Vec<_> = (4..=23).rev().map(|day| format!("Post {day}")).collect();
        assert_eq!(titles, expected, "{name}: no draft, nothing from the future");
    }
}

#[test]
fn a_feed_is_as_new_as_its_newest_change() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    let atom = read(home.path(), "atom.xml");
    assert!(
        atom.contains("<updated>2026-05-01T00:00:00+00:00</updated>")
            || atom.contains("<updated>2026-05-01T00:00:00Z</updated>"),
        "{atom}"
    );
    assert!(read(home.path(), "rss.xml").contains("<lastBuildDate>Fri, 1 May 2026 00:00:00 +0000</lastBuildDate>"));
    let empty = Collection { entries: Vec::new(), ..collection() };
    build(home.path(), &empty, "/repo", None).unwrap();
    for name in FEEDS {
        assert!(parsed(home.path(), name).entries.is_empty(), "{name}");
    }
}

/// Every way in which an article can break the format that it is carried in.
const HARD: &str = "Code `]]>` and `</content>` and `&amp;`, \u{c}a form feed, “quotes”, 𝔼.\n\n\
    [here](#note) [there](../third/index.md) [far](https://arxiv.org/abs/1)\n\n```text\n<![CDATA[ & ]]>\n```\n";

#[test]
fn hard_articles_come_through_unharmed_with_links_that_work_anywhere() {
    let home = tempfile::tempdir().unwrap();
    let mut hard = collection();
    hard.entries[1] =
        given::entry("hard", "A < B & C ]]>", "2026-02-22", &format!("{HARD}\n## Note {{#note}}\n\nText.\n"));
    build(home.path(), &hard, "/repo", None).unwrap();
    let contents: Vec<_> = FEEDS
        .iter()
        .map(|name| {
            let entry = parsed(home.path(), name).entries.remove(1);
            assert_eq!(entry.title.unwrap().content, "A < B & C ]]>", "{name}");
            entry.content.unwrap().body.unwrap()
        })
        .collect();
    let html = &contents[2];
    assert!(contents.iter().all(|other| other.trim() == html.trim()), "all three say the same: {contents:#?}");
    for part in ["]]&gt;", "&lt;/content&gt;", "&amp;amp;", "a form feed", "𝔼", "&lt;![CDATA["] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(!html.contains('\u{c}') && !html.contains("<button") && !html.contains("class=\"anchor\""));
    let links: Vec<_> = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let page = "https://example.org/repo/posts";
    assert_eq!(links, [&format!("{page}/hard/#note"), &format!("{page}/third/"), "https://arxiv.org/abs/1"]);
}

#[test]
fn each_tag_has_a_feed_of_its_posts_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut tagged = collection();
    for (idx, tags) in [(0, vec!["A & B"]), (1, vec!["a b", "Rare"]), (2, vec!["A & B"])] {
        let tags: Vec<String> = tags.into_iter().map(String::from).collect();
        tagged.entries[idx].meta.tags = tags.clone();
        tagged.entries[idx].sidecar.meta.tags = tags;
    }
    build(home.path(), &tagged, "/repo", None).unwrap();
    for (slug, name, slugs) in
        [("a-b", "A & B", vec!["third", "second-post", "first"]), ("rare", "Rare", vec!["second-post"])]
    {
        let file = format!("tags/{slug}/atom.xml");
        let feed = parsed(home.path(), &file);
        assert_eq!(feed.title.unwrap().content, format!("{name} · Learning & Recommending"));
        assert_eq!(feed.id, format!("https://example.org/repo/tags/{slug}/"));
        let links: Vec<_> = feed.links.iter().map(|link| (link.rel.as_deref().unwrap(), link.href.as_str())).collect();
        let own = format!("https://example.org/repo/{file}");
        assert_eq!(links, [("self", own.as_str()), ("alternate", feed.id.as_str())]);
        let found: Vec<_> = feed.entries.iter().map(|entry| entry.id.clone()).collect();
        let expected: Vec<_> = slugs.iter().map(|slug| format!("https://example.org/repo/posts/{slug}/")).collect();
        assert_eq!(found, expected);
        assert!(feed.entries.iter().all(|entry| entry.content.as_ref().unwrap().body.is_some()), "whole articles");
        let page = read(home.path(), &format!("tags/{slug}/index.html"));
        let head = page.split("</head>").next().unwrap();
        let link = format!(" (Atom)\" href=\"/repo/{file}\">");
        assert!(head.contains(&link) && page.contains(&format!("<a href=\"/repo/{file}\"")), "{head}");
    }
    assert!(!read(home.path(), "index.html").contains("/tags/rare/atom.xml"));
}
