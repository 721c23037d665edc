//! What other sites add to articles: nothing unless `blog.toml` says so, and then on the pages that can show it.
#![allow(clippy::unwrap_used)]

mod given;

use content::build::{Embeds, parse_config};
use given::{between, build, collection, read};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

const SITE: &str =
    "title = \"T\"\ntagline = \"L\"\ndescription = \"D\"\nlanguage = \"en\"\norigin = \"http://localhost:8080/\"\n";
const COMMENTS: &str = "[comments]\nprovider = \"giscus\"\nrepo = \"an-owner/a-blog\"\nrepo-id = \"R_1\"\n\
                        category = \"Q & A\"\ncategory-id = \"DIC_2\"\naddress = \"https://talk.example\"\n";
const COUNTS: &str = "[counts]\nprovider = \"goatcounter\"\naddress = \"https://count.example\"\n";

const ARTICLES: [&str; 3] = ["posts/third/index.html", "posts/second-post/index.html", "posts/first/index.html"];

fn embeds(tables: &str) -> Embeds {
    let (config, found) = parse_config("blog.toml", format!("{SITE}{tables}").as_bytes());
    assert_eq!(found, []);
    config.unwrap().embeds
}

/// All files of the three posts' site, with these tables in `blog.toml`.
fn site(tables: &str, base: &str) -> (tempfile::TempDir, BTreeMap<String, Vec<u8>>) {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    collection.embeds = embeds(tables);
    collection.add_embeds();
    build(home.path(), &collection, base, None).unwrap();
    let mut files = BTreeMap::new();
    list(&home.path().join("dist"), "", &mut files);
    (home, files)
}

fn list(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => list(&entry.path(), &format!("{name}/"), files),
            false => drop(files.insert(name, fs::read(entry.path()).unwrap())),
        }
    }
}

fn policy(html: &str) -> &str {
    between(html, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"")
}

#[test]
fn by_default_no_byte_of_the_site_speaks_of_them() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    let mut untouched = BTreeMap::new();
    list(&home.path().join("dist"), "", &mut untouched);
    let (_home, off) = site("", "/repo");
    assert_eq!(off.keys().collect::<Vec<_>>(), untouched.keys().collect::<Vec<_>>());
    for (name, bytes) in &off {
        assert!(untouched[name] == *bytes, "{name} differs");
        let text = String::from_utf8_lossy(bytes);
        for word in ["embed", "frame-src", "data-ask", "giscus", "goatcounter", "id=\"comments\""] {
            assert!(!name.contains(word) && !text.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn every_article_ends_with_them_and_no_other_page_has_them() {
    for base in ["", "/repo"] {
        let (home, files) = site(&format!("{COMMENTS}{COUNTS}"), base);
        let script = files.keys().find(|name| name.starts_with("embeds-")).unwrap();
        for (name, bytes) in
            files.iter().filter(|(name, _)| name.ends_with(".html") && !name.ends_with("glossary.html"))
        {
            let html = std::str::from_utf8(bytes).unwrap();
            if html.contains("http-equiv=\"refresh\"") {
                continue;
            }
            let is_article = ARTICLES.contains(&name.as_str());
            let root = between(html, "<div id=\"root\">", "<script type=\"application/json\"");
            let main = between(root, "<main", "</main>");
            for part in
                ["</nav><section class=\"embed ui\" id=\"counts\"", "<section class=\"embed ui\" id=\"comments\""]
            {
                assert_eq!(main.contains(part), is_article, "{name}: {part}");
            }
            assert!(
                !is_article || main.ends_with("<p class=\"embed-told\" role=\"status\"></p></section></article>"),
                "{main}"
            );
            // Whoever comes by a link gets the same from the note of the page where they were.
            let boot: Value = serde_json::from_str(between(html, "id=\"boot\">", "</script>")).unwrap();
            let markup = boot["site"]["embeds"].as_str().unwrap();
            assert!(!is_article || main.ends_with(&format!("{markup}</article>")), "{name}");
            let link = format!("<script type=\"module\" src=\"{base}/{script}\" async fetchpriority=\"low\"></script>");
            assert_eq!(html.matches(&link).count(), 1, "{name} loads the script once");
            let others: Vec<_> = html.match_indices(" src=\"").map(|(at, _)| &html[at..]).collect();
            assert!(
                others.iter().all(|src| !between(src, "src=\"", "\"").contains("//")),
                "{name} loads from elsewhere"
            );
        }
        let style = files.keys().find(|name| name.ends_with(".css")).unwrap();
        assert_eq!(files.keys().filter(|name| name.ends_with(".css")).count(), 1);
        assert!(read(home.path(), style).contains(".embed-ask{") && read(home.path(), "index.html").contains(style));
        assert!(read(home.path(), "sw.js").contains(script), "what is kept has its script");
        assert!(read(home.path(), "posts/manifest.json").contains("\"embeds\":\"<section"));
    }
}

#[test]
fn the_policy_of_an_article_names_their_sites_and_no_other_page_does() {
    let (off, _) = site("", "");
    let before = policy(&read(off.path(), "index.html")).to_owned();
    for (tables, frame, ask) in [
        (COMMENTS.to_owned(), true, false),
        (COUNTS.to_owned(), false, true),
        (format!("{COMMENTS}{COUNTS}"), true, true),
    ] {
        let (home, files) = site(&tables, "");
        let expected = match (frame, ask) {
            (true, false) => format!("{before}; frame-src https://talk.example"),
            (false, true) => before.replace("connect-src 'self'", "connect-src 'self' https://count.example"),
            _ => format!(
                "{}; frame-src https://talk.example",
                before.replace("connect-src 'self'", "connect-src 'self' https://count.example")
            ),
        };
        for name in files.keys().filter(|name| name.ends_with("index.html") || *name == "404.html") {
            let html = read(home.path(), name);
            if html.contains("id=\"boot\"") {
                let expected = if ARTICLES.contains(&name.as_str()) { &expected } else { &before };
                assert_eq!(policy(&html), expected, "{name}");
            }
        }
        let article = read(home.path(), ARTICLES[0]);
        let ids = [("id=\"comments\"", frame), ("id=\"counts\"", ask)];
        assert!(ids.into_iter().all(|(id, is_there)| article.contains(id) == is_there), "{tables}");
    }
}

#[test]
fn a_section_says_who_is_asked_and_leads_there_without_scripts() {
    let (home, _) = site(&format!("{COMMENTS}{COUNTS}"), "");
    let article = read(home.path(), ARTICLES[0]);
    let section = between(&article, "<section class=\"embed ui\" id=\"comments\"", "</section>");
    for part in [
        "aria-labelledby=\"comments-title\"",
        "<h2 id=\"comments-title\" tabindex=\"-1\">Comments</h2>",
        "<a href=\"https://github.com/an-owner/a-blog/discussions\" rel=\"external\">",
        "class=\"btn\" data-ask=\"comments\" aria-describedby=\"comments-note\">Load comments from talk.example</button>",
        "<span id=\"comments-note\">Your browser then talks to talk.example and GitHub.</span>",
        "data-site=\"https://talk.example\" data-frame=\"https://talk.example/en/widget?repo=an%2Downer%2Fa%2Dblog&amp;repoId=R%5F1&amp;category=Q%20%26%20A&amp;categoryId=DIC%5F2&amp;",
        "data-mapping=\"pathname\"",
    ] {
        assert!(section.contains(part), "no {part} in {section}");
    }
    let section = between(&article, "<section class=\"embed ui\" id=\"counts\"", "</section>");
    for part in ["data-site=\"https://count.example\"", "data-ask=\"count\"", "data-ask=\"visit\"", "role=\"status\""] {
        assert!(section.contains(part), "no {part} in {section}");
    }
}
