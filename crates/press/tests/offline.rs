//! What keeps the built site for the time without a network.
#![allow(clippy::unwrap_used)]

mod given;

use given::{between, build, build_kept, collection, read};
use press::offline::Offline;
use serde_json::Value;
use std::{collections::BTreeSet, fs};

/// What the worker knows of its build.
fn of_build(home: &std::path::Path) -> Value {
    serde_json::from_str(between(&read(home, "sw.js"), "const build = ", ";\n")).unwrap()
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_worker_knows_the_frame_of_its_build() {
    for base in ["", "/repo"] {
        let home = tempfile::tempdir().unwrap();
        build(home.path(), &collection(), base, None).unwrap();
        let build = of_build(home.path());
        let dist = home.path().join("dist");
        let files: BTreeSet<String> = strings(&build["files"]).into_iter().collect();
        for file in files.iter().chain(&strings(&build["labs"])).chain(&strings(&build["language"])) {
            let name = if file.is_empty() || file.ends_with('/') { format!("{file}index.html") } else { file.clone() };
            assert!(dist.join(&name).is_file(), "{base}: there is no {name}");
        }
        let html = read(home.path(), "index.html");
        let linked = |before: &str| between(&html, before, "\"").trim_start_matches(base).trim_start_matches('/');
        for expected in [
            "",
            "tags/",
            "search/",
            "about/",
            "offline.html",
            "posts/manifest.json",
            "posts/_lists/tags/index.json",
            "posts/_lists/tags/language-models/index.json",
            linked("id=\"client-js\" href=\""),
            "blog-93a44bbb96c75121_bg.wasm",
            "snippets/blog-680414cd2bd728e3/inline0.js",
            "renderer-93a44bbb96c75121_bg.wasm",
            "fonts/text.woff2",
            "icon-bcf130eb9d598d3b.svg",
            linked("<link rel=\"stylesheet\" href=\""),
            linked("id=\"offline-js\" href=\""),
        ] {
            assert!(files.contains(expected), "{base}: {expected} is not in {files:?}");
        }
        assert!(!files.iter().any(|file| file.starts_with("posts/third") || file.starts_with("lab-")), "{files:?}");
        assert!(
            strings(&build["labs"]).iter().all(|file| file.starts_with("lab-")) && strings(&build["labs"]).len() == 4
        );
        assert!(strings(&build["language"]).iter().filter(|file| file.starts_with("lm-worker")).count() == 4);
        // Whoever publishes the same again asks no reader to fetch it anew.
        let again = tempfile::tempdir().unwrap();
        given::build(again.path(), &collection(), base, None).unwrap();
        assert_eq!(read(again.path(), "sw.js"), read(home.path(), "sw.js"));
    }
}

#[test]
fn every_page_says_of_which_build_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    build(home.path(), &collection, "/repo", None).unwrap();
    let first = of_build(home.path())["id"].clone();
    for file in ["index.html", "404.html", "offline.html", "posts/third/index.html"] {
        let html = read(home.path(), file);
        assert_eq!(between(&html, " data-build=\"", "\""), first, "{file}");
        assert!(!html.contains("data-anywhere") && !html.contains('\u{f8fd}'), "{file}");
        assert!(html.contains("<link rel=\"manifest\" href=\"/repo/app.webmanifest\">"), "{file}");
    }
    let instead = read(home.path(), "offline.html");
    assert!(
        instead.contains("<h1 tabindex=\"-1\">You are offline</h1>") && instead.contains("\"route\":\"\""),
        "{instead}"
    );
    assert!(!read(home.path(), "sitemap.xml").contains("offline"));
    collection.entries[0].meta.title = "Another title".into();
    build(home.path(), &collection, "/repo", None).unwrap();
    assert_ne!(of_build(home.path())["id"], first, "the list of posts has changed");
}

#[test]
fn a_site_that_is_not_to_be_kept_writes_a_worker_that_goes() {
    let home = tempfile::tempdir().unwrap();
    build_kept(home.path(), &collection(), "/repo", None, Offline::Never).unwrap();
    let worker = read(home.path(), "sw.js");
    assert!(worker.contains("registration.unregister()") && !worker.contains("\"fetch\""), "{worker}");
    assert!(!read(home.path(), "index.html").contains("id=\"offline-js\""));
    assert!(!home.path().join("dist/offline.html").exists());
    build_kept(home.path(), &collection(), "/repo", None, Offline::Anywhere).unwrap();
    assert!(read(home.path(), "posts/third/index.html").contains("\" data-anywhere=\"yes\">"));
}

#[test]
fn the_manifest_has_the_sites_words_and_its_icons() {
    for base in ["", "/repo"] {
        let home = tempfile::tempdir().unwrap();
        build(home.path(), &collection(), base, None).unwrap();
        let manifest: Value = serde_json::from_str(&read(home.path(), "app.webmanifest")).unwrap();
        assert_eq!(manifest["name"], "Learning & Recommending");
        assert_eq!(manifest["scope"], format!("{base}/"));
        assert_eq!(manifest["start_url"], format!("{base}/"));
        assert_eq!(manifest["background_color"], "#fbfaf6");
        let icons = manifest["icons"].as_array().unwrap();
        assert_eq!(icons.iter().filter(|icon| icon["purpose"] == "maskable").count(), 1);
        for icon in icons {
            let file = icon["src"].as_str().unwrap().strip_prefix(&format!("{base}/")).unwrap();
            let png = fs::read(home.path().join("dist").join(file)).unwrap();
            // Width and height stand in the header. Source: "Portable Network Graphics", §11.2.1.
            let side = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
            assert_eq!(icon["sizes"], format!("{}x{}", side(16), side(20)));
        }
    }
}
