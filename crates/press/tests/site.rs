//! The built site, file by file.
#![allow(clippy::unwrap_used)]

mod given;

use base64::{Engine, prelude::BASE64_STANDARD};
use content::build::Hub;
use given::{between, build, collection, read};
use press::{budget::Budget, posts::Collection};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{collections::BTreeSet, fs};

/// The smallest module that there is: the client of these tests once its names are taken out.
const WASM: &[u8] = b"\0asm\x01\0\0\0";

/// Limits that the tests' site keeps.
const BUDGET: Budget = Budget {
    client_kb: 200.0,
    client_and_renderer_kb: 290.0,
    first_paint_kb: 60.0,
    lab_module_kb: 140.0,
    further_lab_module_kb: 0.0,
    lab_worker_kb: 70.0,
    further_lab_worker_kb: 0.0,
    offline_kb: 4.0,
    embeds_kb: 3.0,
    finder_kb: 30.0,
    lm_worker_kb: 120.0,
    language_module_more_kb: 45.0,
    pocket_kb: 3072.0,
};

const PAGES: [(&str, &str); 9] = [
    ("index.html", "/"),
    ("tags/index.html", "/tags/"),
    ("tags/language-models/index.html", "/tags/language-models/"),
    ("archive/index.html", "/archive/"),
    ("search/index.html", "/search/"),
    ("about/index.html", "/about/"),
    ("posts/third/index.html", "/posts/third/"),
    ("posts/second-post/index.html", "/posts/second-post/"),
    ("posts/first/index.html", "/posts/first/"),
];

#[test]
fn every_route_is_a_page_that_says_what_it_is() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    for (file, route) in PAGES {
        let html = read(home.path(), file);
        assert!(html.contains("<html lang=\"en\" data-base=\"/repo\">"), "{file}");
        assert!(html.contains(&format!("<link rel=\"canonical\" href=\"https://example.org/repo{route}\">")), "{file}");
        let boot: Value =
            serde_json::from_str(between(&html, "<script type=\"application/json\" id=\"boot\">", "</script>"))
                .unwrap();
        assert_eq!((boot["base"].as_str(), boot["route"].as_str()), (Some("/repo"), Some(route)));
        assert!(
            between(&html, "<div id=\"root\">", "<script type=\"application/json\"").contains("<h1"),
            "{file} is whole without scripts"
        );
        for expected in [
            "<meta name=\"description\" content=\"",
            "<meta property=\"og:title\" content=\"",
            "<meta name=\"twitter:card\" content=\"summary",
        ] {
            assert!(html.contains(expected), "{file} lacks {expected}");
        }
        assert!(!html.contains("<!--head-->") && !html.contains('\u{f8fe}'), "{file} has an unfilled place");
    }
    let home_page = read(home.path(), "index.html");
    assert!(home_page.contains("Second &quot;Post&quot;") || home_page.contains("Second \"Post\""));
    let post = read(home.path(), "posts/second-post/index.html");
    assert!(post.contains("<title>Second &quot;Post&quot; · Learning &amp; Recommending</title>"));
    assert!(post.contains("<meta property=\"og:title\" content=\"Second &quot;Post&quot;\">"));
    assert!(post.contains("<meta property=\"article:published_time\" content=\"2026-02-22T00:00:00Z\">"));
    assert!(post.contains("<meta property=\"article:modified_time\" content=\"2026-05-01T00:00:00Z\">"));
    assert!(post.contains("<link rel=\"alternate\" type=\"text/markdown\" href=\"/repo/posts/second-post/index.md\">"));
}

#[test]
fn one_client_serves_any_base_path() {
    for base in ["", "/repo"] {
        let home = tempfile::tempdir().unwrap();
        build(home.path(), &collection(), base, None).unwrap();
        let html = read(home.path(), "posts/third/index.html");
        let style = between(&html, "<link rel=\"stylesheet\" href=\"", "\"");
        assert!(style.starts_with(&format!("{base}/style-")) && style.ends_with(".css"), "{style}");
        assert_eq!(html.matches("rel=\"stylesheet\"").count(), 1);
        let css = read(home.path(), style.trim_start_matches(base).trim_start_matches('/'));
        assert_eq!(
            css,
            "@layer tokens,base;@layer tokens{:root{--paper:light-dark(#fbfaf6,#181715)}}@layer base{@font-face{font-family:\"STIX Two Text\";src:url(fonts/text.woff2)}}"
        );
        let client = between(&html, "id=\"client-js\" href=\"", "\"");
        let client = client.trim_start_matches(base).trim_start_matches('/');
        assert!(
            client.starts_with("blog-") && client != "blog-3eacbc682588bf86.js",
            "{client} has the name of what Trunk wrote"
        );
        let expected = [
            format!(
                "<link rel=\"modulepreload\" id=\"client-js\" href=\"{base}/{client}\" crossorigin=\"anonymous\" fetchpriority=\"low\">"
            ),
            format!("<link rel=\"modulepreload\" href=\"{base}/snippets/blog-680414cd2bd728e3/inline0.js\""),
            format!(
                "<link rel=\"preload\" id=\"client-wasm\" as=\"fetch\" type=\"application/wasm\" href=\"{base}/blog-93a44bbb96c75121_bg.wasm\" crossorigin=\"anonymous\" fetchpriority=\"low\">"
            ),
            format!("<link rel=\"module-later\" id=\"renderer-js\" href=\"{base}/renderer-"),
            format!("<link rel=\"module-later\" id=\"lab-ui-js\" href=\"{base}/lab-ui-"),
            format!("<link rel=\"module-later\" id=\"lab-worker-js\" href=\"{base}/lab-worker-"),
            format!("<link rel=\"icon\" href=\"{base}/icon-bcf130eb9d598d3b.svg\""),
            format!(
                "<link rel=\"preload\" href=\"{base}/fonts/text.woff2\" as=\"font\" type=\"font/woff2\" crossorigin>"
            ),
            "<meta name=\"theme-color\" media=\"(prefers-color-scheme: dark)\" content=\"#181715\">".to_owned(),
        ];
        for part in expected {
            assert!(html.contains(&part), "{base}: no {part}");
        }
        // Trunk's own start, and what it preloads in the head, would come before the first paint.
        assert!(!html.contains("TrunkApplicationStarted"));
        assert!(!html.split("</head>").next().unwrap().contains("modulepreload"));
        let dist = home.path().join("dist");
        for file in [
            client,
            "blog-93a44bbb96c75121_bg.wasm",
            "renderer-93a44bbb96c75121_bg.wasm",
            "fonts/text.woff2",
            "snippets/blog-680414cd2bd728e3/inline0.js",
            ".nojekyll",
        ] {
            assert!(dist.join(file).is_file(), "{file}");
        }
        assert_eq!(fs::read(dist.join("blog-93a44bbb96c75121_bg.wasm")).unwrap(), WASM);
        let renderer =
            between(&html, "id=\"renderer-js\" href=\"", "\"").trim_start_matches(base).trim_start_matches('/');
        assert!(read(home.path(), renderer).contains("new URL('renderer-93a44bbb96c75121_bg.wasm'"));
        assert!(!dist.join("renderer.js").exists(), "nothing that changes keeps its name");
        assert!(!dist.join("tokens-64f1b55363f1fd65.css").exists(), "the sheets are in the one");
    }
}

/// The links of a page that no browser follows by itself: relation, id, address, other attributes.
fn links_for_later(html: &str) -> Vec<String> {
    let links =
        html.match_indices("<link rel=\"").map(|(at, _)| between(&html[at..], "<link rel=\"", ">").replace('"', ""));
    links.filter(|link| link.starts_with("module-later") || link.starts_with("model-later")).collect()
}

#[test]
fn only_the_page_of_the_language_model_knows_where_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    collection.entries[1].needs_language_model = true;
    let revision = "0123456789abcdef0123456789abcdef01234567";
    collection.hub = Some(Hub {
        address: "https://hub.example".into(),
        hosts: vec!["https://hub.example".into(), "https://*.hub.example".into()],
        repository: "an-owner/a-model".into(),
        revision: revision.into(),
        sha256: [("tokenizer.json".to_owned(), "ab".repeat(32))].into(),
    });
    collection.keep_apart();
    build(home.path(), &collection, "/repo", Some(BUDGET)).unwrap();
    let html = read(home.path(), "posts/second-post/index.html");
    assert!(html.contains("; connect-src 'self' https://hub.example https://*.hub.example; "), "{html}");
    let links = links_for_later(&html);
    let expected_ids = [
        "lab-ui-js",
        "lab-worker-js",
        "lm-worker-js",
        "lm-worker-relaxed-js",
        "renderer-js",
        "offline-js",
        "pocket-config",
        "pocket-tokenizer",
        "pocket-weights",
        "hub-config",
        "hub-tokenizer",
        "hub-weights",
    ];
    let ids: BTreeSet<_> = links.iter().map(|link| between(link, " id=", " ")).collect();
    assert_eq!(ids, expected_ids.into());
    // `printf weights | sha256sum`
    let sum = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c";
    for expected in [
        format!("model-later id=pocket-weights href=/repo/pocket-weights-{}.safetensors data-sha256={sum}", &sum[..16]),
        format!(
            "model-later id=hub-tokenizer href=https://hub.example/an-owner/a-model/resolve/{revision}/tokenizer.json \
             data-repository=an-owner/a-model data-revision={revision} data-sha256={}",
            "ab".repeat(32)
        ),
        format!(
            "model-later id=hub-weights href=https://hub.example/an-owner/a-model/resolve/{revision}/model.safetensors \
             data-repository=an-owner/a-model data-revision={revision}"
        ),
    ] {
        assert!(links.contains(&expected), "no {expected} in {links:?}");
    }
    for (file, _) in PAGES.into_iter().chain([("404.html", "")]) {
        let html = read(home.path(), file);
        // Every page knows which of them must be loaded whole.
        let boot = between(&html, "id=\"boot\">", "</script>");
        let boot: Value = serde_json::from_str(boot).unwrap();
        assert_eq!(boot["site"]["apart"], serde_json::json!(["/posts/second-post/"]), "{file}");
        if !file.contains("second-post") {
            assert!(html.contains("; connect-src 'self'; ") && !html.contains("hub.example"), "{file}");
            assert_eq!(links_for_later(&html).len(), 4, "{file}");
        }
    }
    assert!(!home.path().join("dist/pocket").exists(), "nothing that changes keeps its name");
    assert_eq!(read(home.path(), &format!("pocket-weights-{}.safetensors", &sum[..16])), "weights");
}

#[test]
fn the_policy_names_every_inline_script_and_comes_first() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "", None).unwrap();
    let mut policies = BTreeSet::new();
    for (file, _) in PAGES.into_iter().chain([("404.html", "")]) {
        let html = read(home.path(), file);
        let policy = between(&html, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"");
        let allowed: BTreeSet<_> = policy
            .split_whitespace()
            .filter(|word| word.starts_with("'sha256-"))
            .map(|word| word.trim_matches(['\'', ';']).to_owned())
            .collect();
        let mut scripts = BTreeSet::new();
        for tag in html.match_indices("<script") {
            let rest = &html[tag.0..];
            let (attributes, text) = (between(rest, "<script", ">"), between(rest, ">", "</script>"));
            if !attributes.contains("application/") {
                scripts.insert(format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text))));
            }
        }
        assert_eq!(scripts.len(), 2, "{file}: the theme's and the start");
        assert_eq!(allowed, scripts, "{file}");
        let at = |part: &str| html.find(part).unwrap();
        assert!(
            at("Content-Security-Policy") < at("<script") && at("Content-Security-Policy") < at("<title>"),
            "{file}"
        );
        policies.insert(policy.to_owned());
    }
    assert_eq!(policies.len(), 1, "the scripts are the same on every page");
    let policy = policies.first().unwrap();
    assert!(policy.contains("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
}

#[test]
fn structured_data_parses_and_describes_the_page() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    let data = |file: &str| -> Value {
        serde_json::from_str(between(&read(home.path(), file), "<script type=\"application/ld+json\">", "</script>"))
            .unwrap()
    };
    let post = data("posts/second-post/index.html");
    let posting = &post["@graph"][0];
    assert_eq!(posting["@type"], "BlogPosting");
    assert_eq!(posting["headline"], "Second \"Post\"");
    assert_eq!(posting["url"], "https://example.org/repo/posts/second-post/");
    assert_eq!(posting["datePublished"], "2026-02-22T00:00:00Z");
    assert_eq!(posting["dateModified"], "2026-05-01T00:00:00Z");
    assert_eq!(posting["author"]["name"], "Learning & Recommending");
    let trail = &post["@graph"][1];
    assert_eq!(trail["@type"], "BreadcrumbList");
    assert_eq!(trail["itemListElement"][0]["item"], "https://example.org/repo/");
    assert_eq!(trail["itemListElement"][1]["name"], "Second \"Post\"");
    let blog = data("index.html");
    assert_eq!(blog["@graph"][0]["@type"], "Blog");
    assert_eq!(blog["@graph"][0]["blogPost"].as_array().unwrap().len(), 3);
    let tag = data("tags/language-models/index.html");
    assert_eq!(tag["@graph"][1]["itemListElement"].as_array().unwrap().len(), 3);
    assert_eq!(tag["@graph"][1]["itemListElement"][2]["name"], "Language models");
}

#[test]
fn an_address_that_does_not_exist_has_a_page_that_agrees_with_none() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    let html = read(home.path(), "404.html");
    let boot: Value = serde_json::from_str(between(&html, "id=\"boot\">", "</script>")).unwrap();
    assert_eq!(boot["route"], "");
    assert!(html.contains("Page not found") && html.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(!read(home.path(), "sitemap.xml").contains("404"));
}

#[test]
fn old_addresses_lead_on() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    for file in ["old/second/index.html", "2nd.html"] {
        let html = read(home.path(), file);
        assert!(html.contains("<meta http-equiv=\"refresh\" content=\"0; url=/repo/posts/second-post/\">"), "{html}");
        assert!(html.contains("<link rel=\"canonical\" href=\"https://example.org/repo/posts/second-post/\">"));
        assert!(html.contains("<a href=\"/repo/posts/second-post/\">Second &quot;Post&quot;</a>"));
    }
}

#[test]
fn two_pages_of_one_address_are_an_error() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    collection.entries[0].aliases = vec!["/about/".into()];
    let message = build(home.path(), &collection, "", None).unwrap_err().to_string();
    assert_eq!(message, "`about/index.html` would be written twice: two pages or files claim one address");
}

#[test]
fn what_the_client_fetches_stands_beside_the_page() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    let folder = home.path().join("posts/third");
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::write(folder.join("data/a.png"), "png").unwrap();
    collection.entries[0].folder = folder;
    collection.entries[0].files = vec!["data/a.png".into()];
    build(home.path(), &collection, "/repo", None).unwrap();
    let manifest: blog::list::Manifest = serde_json::from_str(&read(home.path(), "posts/manifest.json")).unwrap();
    assert_eq!(manifest.site, collection.site);
    let metas: Vec<_> = collection.entries.iter().map(|entry| entry.meta.clone()).collect();
    assert_eq!(manifest.list.posts(), metas);
    assert_eq!(read(home.path(), "posts/third/index.md"), collection.entries[0].markdown);
    let sidecar: content::sidecar::Sidecar = serde_json::from_str(&read(home.path(), "posts/third/post.json")).unwrap();
    let card = sidecar.card.clone().filter(|card| home.path().join("dist/posts/third").join(card).is_file());
    assert!(card.is_some(), "it names its card: {:?}", sidecar.card);
    assert_eq!(sidecar, content::sidecar::Sidecar { card, ..collection.entries[0].sidecar.clone() });
    assert_eq!(read(home.path(), "posts/third/data/a.png"), "png");
}

#[test]
fn the_sitemap_lists_every_page_that_should_be_found() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    collection.entries[2].meta.draft = true;
    collection.entries[2].sidecar.meta.draft = true;
    build(home.path(), &collection, "/repo", None).unwrap();
    let xml = read(home.path(), "sitemap.xml");
    let mut reader = quick_xml::Reader::from_str(&xml);
    let mut locations = Vec::new();
    let mut is_location = false;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) => is_location = tag.name().as_ref() == b"loc",
            quick_xml::events::Event::Text(text) if is_location => locations.push(text.decode().unwrap().into_owned()),
            quick_xml::events::Event::End(_) => is_location = false,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    let expected: BTreeSet<_> = PAGES
        .iter()
        .filter(|(_, route)| !["/posts/first/", "/search/"].contains(route))
        .map(|(_, route)| format!("https://example.org/repo{route}"))
        .collect();
    assert_eq!(locations.into_iter().collect::<BTreeSet<_>>(), expected);
    assert!(xml.contains("<loc>https://example.org/repo/posts/second-post/</loc><lastmod>2026-05-01</lastmod>"));
    assert_eq!(
        read(home.path(), "robots.txt"),
        "User-agent: *\nAllow: /\n\nSitemap: https://example.org/repo/sitemap.xml\n"
    );
    let llms = read(home.path(), "llms.txt");
    assert!(llms.starts_with("# Learning & Recommending\n\n> Articles <from> first principles.\n"));
    assert!(llms.contains("- [Third](https://example.org/repo/posts/third/index.md): About Third & more\n"));
    assert!(!llms.contains("First"), "a draft is for nobody");
}

#[test]
fn a_failed_build_leaves_the_old_site_and_no_trace() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "", None).unwrap();
    let before = read(home.path(), "index.html");
    let tight = Budget { client_kb: 0.05, ..BUDGET };
    let mut changed = collection();
    changed.site.tagline = "Changed".into();
    let message = build(home.path(), &changed, "", Some(tight)).unwrap_err().to_string();
    assert!(message.starts_with("over budget: the client has 0."), "{message}");
    assert!(message.ends_with("more than the 0.05 KB that budget.toml allows"), "{message}");
    assert_eq!(read(home.path(), "index.html"), before);
    let mut names: Vec<_> =
        fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert_eq!(names, ["cards", "dist", "shell"]);
}

#[test]
fn the_longest_article_is_weighed() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    // Random-looking words do not compress away.
    let words: String = (0..9000u64).map(|n| format!("{:x} ", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    collection.entries[1] = given::entry("long", "Long", "2026-02-22", &words);
    let report = build(home.path(), &collection, "", Some(Budget { first_paint_kb: 600.0, ..BUDGET })).unwrap();
    let table = report.weights.to_string();
    assert!(table.contains("HTML and style of /posts/long/"), "{table}");
    let message = build(home.path(), &collection, "", Some(BUDGET)).unwrap_err().to_string();
    assert!(message.starts_with("over budget: HTML and style of /posts/long/ has "), "{message}");
}

#[test]
fn labs_have_limits_of_their_own() {
    let home = tempfile::tempdir().unwrap();
    let table = build(home.path(), &collection(), "", Some(BUDGET)).unwrap().weights.to_string();
    for (name, tight) in [
        ("the labs' module", Budget { lab_module_kb: 0.01, ..BUDGET }),
        ("the labs' worker", Budget { lab_worker_kb: 0.01, ..BUDGET }),
    ] {
        assert!(table.contains(name), "{table}");
        let message = build(home.path(), &collection(), "", Some(tight)).unwrap_err().to_string();
        assert!(message.starts_with(&format!("over budget: {name} has 0.")), "{message}");
    }
}

#[test]
fn a_site_without_posts_is_a_site() {
    let home = tempfile::tempdir().unwrap();
    let empty = Collection { entries: Vec::new(), ..collection() };
    let report = build(home.path(), &empty, "/repo", Some(BUDGET)).unwrap();
    assert_eq!(report.n_pages, 7, "home, tags, archive, search, about, not found, not kept");
    assert!(read(home.path(), "index.html").contains("<h1"));
}

#[test]
fn a_missing_client_is_said_in_a_sentence() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(home.path().join("shell")).unwrap();
    let message = build(home.path(), &collection(), "", None).unwrap_err().to_string();
    assert!(
        message.starts_with("there is no built client at `") && message.ends_with("run `trunk build --release` first"),
        "{message}"
    );
}
