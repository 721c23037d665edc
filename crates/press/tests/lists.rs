//! Lists: series, archive, pages of fifty, and the pieces by which the client shows them.
#![allow(clippy::unwrap_used)]

mod given;

use blog::{
    list::{List, Manifest},
    page::{Boot, PageData},
    prerender,
};
use content::sidecar::{PostLink, SeriesPlace};
use given::{between, build, collection, entry, read};
use press::posts::Collection;
use std::{fs, path::Path};

/// Sixty-one posts, newest first, all of one tag; the oldest is `post-1`.
fn sixty_one() -> Collection {
    let date = |n: u32| format!("{}-{:02}-{:02}", 2024 + n / 40, 1 + n % 12, 1 + n % 28);
    let mut entries: Vec<_> =
        (1..=61).map(|n| entry(&format!("post-{n}"), &format!("Post {n}"), &date(n), "Text.")).collect();
    entries.sort_by(|a, b| b.meta.date.cmp(&a.meta.date));
    Collection { entries, ..collection() }
}

fn links(html: &str) -> Vec<String> {
    let list = between(html, "<div class=\"page list\">", "</main>");
    list.split("<h3><a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn a_list_of_sixty_one_posts_has_two_pages() {
    let home = tempfile::tempdir().unwrap();
    let collection = sixty_one();
    build(home.path(), &collection, "/repo", None).unwrap();
    for root in ["", "tags/language-models/"] {
        let first = read(home.path(), &format!("{root}index.html"));
        let second = read(home.path(), &format!("{root}page/2/index.html"));
        let all: Vec<_> = links(&first).into_iter().chain(links(&second)).collect();
        let expected: Vec<_> =
            collection.entries.iter().map(|entry| format!("/repo/posts/{}/", entry.meta.slug)).collect();
        assert_eq!((links(&first).len(), links(&second).len()), (50, 11), "{root}");
        assert_eq!(all, expected, "{root}: every post once, in order");
        assert!(first.contains(&format!("<link rel=\"next\" href=\"/repo/{root}page/2/\">")), "{root}");
        assert!(first.contains(&format!("<a href=\"/repo/{root}page/2/\" rel=\"next\">")), "{root}");
        assert!(!first.contains("rel=\"prev\""), "{root}");
        assert!(second.contains(&format!("<link rel=\"prev\" href=\"/repo/{root}\">")), "{root}");
        assert!(second.contains(&format!("<a href=\"/repo/{root}\" rel=\"prev\">")), "{root}");
        assert!(!second.contains("rel=\"next\""), "{root}");
        assert!(second.contains(&format!("<link rel=\"canonical\" href=\"https://example.org/repo/{root}page/2/\">")));
        assert!(second.contains(", page 2 · Learning &amp; Recommending</title>"), "{root}");
        assert!(!home.path().join(format!("dist/{root}page/3")).exists());
    }
    let sitemap = read(home.path(), "sitemap.xml");
    assert!(sitemap.contains("<loc>https://example.org/repo/page/2/</loc>"), "{sitemap}");
}

#[test]
fn a_list_comes_in_one_piece_and_is_what_its_page_shows() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = sixty_one();
    let entry = &mut collection.entries[7];
    entry.meta.series = Some("Alone".into());
    entry.sidecar.meta.series = entry.meta.series.clone();
    entry.sidecar.series = Some(SeriesPlace { part: 1, n_parts: 1, ..SeriesPlace::default() });
    entry.meta.plate = Some("<svg viewBox=\"0 0 1 1\"></svg>".into());
    build(home.path(), &collection, "/repo", None).unwrap();
    let manifest: Manifest = serde_json::from_str(&read(home.path(), "posts/manifest.json")).unwrap();
    assert_eq!(manifest.site, collection.site);
    let routes = [
        "/page/2/",
        "/tags/",
        "/tags/language-models/",
        "/tags/language-models/page/2/",
        "/archive/",
        "/series/alone/",
    ];
    let piece = |route: &str| -> List {
        serde_json::from_str(&read(home.path(), &format!("posts/_lists{route}index.json"))).unwrap()
    };
    let pieces = routes.map(|route| (route, piece(route)));
    for (route, list) in [("/", manifest.list)].into_iter().chain(pieces) {
        let html = read(home.path(), &format!("{}index.html", route.trim_start_matches('/')));
        assert_eq!(list.path(), route);
        // From the piece alone, as the client has it.
        let page = PageData::List(Box::new(list));
        let boot = Boot { base: "/repo".into(), route: route.into(), site: manifest.site.clone(), page };
        let main = |html: &str| between(html, "<main id=\"main\">", "</main>").to_owned();
        assert_eq!(main(&prerender::root_html(&boot)), main(&html), "{route}");
        let note = between(&html, "<script type=\"application/json\" id=\"boot\">", "</script>");
        assert_eq!(prerender::boot_json(&boot).unwrap(), note, "{route}");
    }
    assert!(!exists(home.path(), "posts/_lists/index.json"), "home's is the manifest");
}

/// The first page of home and a post cost the same, however many posts there are.
#[test]
fn what_a_reader_loads_does_not_grow_with_the_blog() {
    let home = tempfile::tempdir().unwrap();
    let size = |name: &str| fs::metadata(home.path().join("dist").join(name)).unwrap().len();
    let of = |n: u32| {
        let entries =
            (0..n).map(|n| entry(&format!("post-{:05}", 99_999 - n), "Title", "2026-01-01", "Text.")).collect();
        build(home.path(), &Collection { entries, ..collection() }, "", None).unwrap();
        ["index.html", "posts/manifest.json", "posts/post-99990/post.json", "posts/post-99990/index.md"].map(size)
    };
    let (few, many) = (of(51), of(501));
    let grown: Vec<_> = few.iter().zip(many).map(|(few, many)| many - few).collect();
    // A count of two digits becomes one of three, twice, and the number of pages one of two digits.
    assert_eq!(grown, [2, 3, 0, 0], "{few:?} became {many:?}");
}

#[test]
fn a_series_has_a_page_in_its_order_and_its_parts_know_it() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    let links: Vec<_> = collection.entries.iter().map(|entry| Some(entry.meta.link())).collect();
    // The first in time is the last part.
    let places = [
        (0, SeriesPlace { part: 1, n_parts: 2, previous: None, next: links[2].clone() }),
        (2, SeriesPlace { part: 2, n_parts: 2, previous: links[0].clone(), next: None }),
    ];
    for (idx, place) in places {
        let entry = &mut collection.entries[idx];
        entry.meta.series = Some("From zero".into());
        entry.sidecar.meta.series = entry.meta.series.clone();
        entry.sidecar.series = Some(place);
    }
    build(home.path(), &collection, "/repo", None).unwrap();
    let page = read(home.path(), "series/from-zero/index.html");
    assert!(page.contains("<title>From zero · Learning &amp; Recommending</title>"));
    let parts = between(&page, "<ol class=\"page parts\">", "</ol>");
    let parts: Vec<_> = parts.split("<a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(parts, ["/repo/posts/third/", "/repo/posts/first/"]);
    let last = read(home.path(), "posts/first/index.html");
    assert!(last.contains("<a href=\"/repo/series/from-zero/\">From zero, part 2 of 2</a>"));
    assert!(last.contains("<a href=\"/repo/posts/third/\"><small>← Part before</small><span>Third</span></a></nav>"));
    assert!(!read(home.path(), "posts/second-post/index.html").contains("/series/"));
    assert!(exists(home.path(), "posts/_lists/series/from-zero/index.json"));
}

fn exists(home: &Path, name: &str) -> bool {
    home.join("dist").join(name).is_file()
}

#[test]
fn the_archive_has_each_post_in_a_line_under_its_year() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    let page = read(home.path(), "archive/index.html");
    let main = between(&page, "<main id=\"main\">", "</main>");
    let expected = "<h2 class=\"year full\" id=\"y2026\">2026</h2><ul class=\"full\">\
        <li><time class=\"ui\" datetime=\"2026-03-08\">8 March</time><a href=\"/repo/posts/third/\">Third</a></li>\
        <li><time class=\"ui\" datetime=\"2026-02-22\">22 February</time><a href=\"/repo/posts/second-post/\">Second &quot;Post&quot;</a></li></ul>\
        <h2 class=\"year full\" id=\"y2018\">2018</h2><ul class=\"full\">\
        <li><time class=\"ui\" datetime=\"2018-05-20\">20 May</time><a href=\"/repo/posts/first/\">First</a></li></ul>";
    assert!(main.contains(expected), "{main}");
    assert!(
        read(home.path(), "index.html").contains("<a href=\"/repo/archive/\">Archive</a>"),
        "the footer leads there"
    );
}

#[test]
fn what_is_not_found_can_be_suggested_by_names_alone() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "", None).unwrap();
    let names: Vec<PostLink> = serde_json::from_str(&read(home.path(), "posts/_lists/names.json")).unwrap();
    let posts: Vec<_> = names.iter().map(|post| (post.slug.as_str(), post.title.as_str())).collect();
    assert_eq!(posts, [("third", "Third"), ("second-post", "Second \"Post\""), ("first", "First")]);
}
