//! The pictures that other sites show beside a link to a post.
#![allow(clippy::unwrap_used)]

mod given;

use content::sidecar::Sidecar;
use given::{between, build, collection, entry, read};
use std::{fs, path::Path};

/// Width and height of a PNG, from its header chunk. Source: PNG, third edition, §11.2.1.
fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn every_post_has_a_card_and_names_it() {
    let home = tempfile::tempdir().unwrap();
    build(home.path(), &collection(), "/repo", None).unwrap();
    for slug in ["third", "second-post", "first"] {
        let html = read(home.path(), &format!("posts/{slug}/index.html"));
        let image = between(&html, "<meta property=\"og:image\" content=\"", "\"");
        let file = image.strip_prefix("https://example.org/repo/").unwrap();
        assert!(file.starts_with(&format!("posts/{slug}/card-")) && file.ends_with(".png"), "{file}");
        let png = fs::read(home.path().join("dist").join(file)).unwrap();
        assert_eq!(size(&png), (1200, 630), "{slug}");
        assert!(png.len() <= 60 * 1024, "{slug}: {} bytes", png.len());
        for expected in [
            "<meta property=\"og:image:type\" content=\"image/png\">".to_owned(),
            "<meta property=\"og:image:width\" content=\"1200\">".to_owned(),
            "<meta property=\"og:image:height\" content=\"630\">".to_owned(),
            "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned(),
            format!("\"image\":\"{image}\""),
        ] {
            assert!(html.contains(&expected), "{slug} lacks {expected}");
        }
    }
    let html = read(home.path(), "posts/second-post/index.html");
    let alt = "Second &quot;Post&quot; – Learning &amp; Recommending";
    assert_eq!(between(&html, "<meta property=\"og:image:alt\" content=\"", "\""), alt);
    assert_eq!(between(&html, "<meta name=\"twitter:image:alt\" content=\"", "\""), alt);
    assert!(!read(home.path(), "index.html").contains("og:image"), "a list has none");
}

#[test]
fn an_image_of_the_posts_own_stays() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    let mut own = entry("own", "With an image", "2026-04-01", "Text.");
    own.meta.image = Some("own.png".into());
    own.sidecar = Sidecar { meta: own.meta.clone(), ..own.sidecar };
    own.folder = home.path().join("own");
    own.files = vec!["own.png".into()];
    fs::create_dir(&own.folder).unwrap();
    fs::write(own.folder.join("own.png"), "png").unwrap();
    collection.entries.insert(0, own);
    build(home.path(), &collection, "", None).unwrap();
    let html = read(home.path(), "posts/own/index.html");
    assert_eq!(between(&html, "<meta property=\"og:image\" content=\"", "\""), "https://example.org/posts/own/own.png");
    assert!(html.contains("summary_large_image") && html.contains("og:image:alt"));
    assert!(!html.contains("og:image:width"), "nobody has measured it");
    assert!(cards(home.path(), "own").is_empty());
}

fn cards(home: &Path, slug: &str) -> Vec<String> {
    let files = fs::read_dir(home.join("dist/posts").join(slug)).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("card-")).collect()
}

#[test]
fn a_card_changes_its_name_with_what_it_shows_and_with_nothing_else() {
    let home = tempfile::tempdir().unwrap();
    let mut collection = collection();
    let of = |collection: &_| {
        build(home.path(), collection, "", None).unwrap();
        ["third", "second-post"].map(|slug| cards(home.path(), slug).remove(0))
    };
    let before = of(&collection);
    assert_eq!(of(&collection), before);
    collection.entries[0].markdown.push_str("More text.\n");
    assert_eq!(of(&collection), before);
    collection.entries[0].meta.title = "Another".into();
    let after = of(&collection);
    assert_ne!(after[0], before[0]);
    assert_eq!(after[1], before[1]);
    // What is kept is the card, not the way there: drawn anew it is the same bytes.
    let file = format!("dist/posts/third/{}", after[0]);
    let kept = fs::read(home.path().join(&file)).unwrap();
    fs::remove_dir_all(home.path().join("cards")).unwrap();
    assert_eq!(of(&collection), after);
    assert_eq!(fs::read(home.path().join(&file)).unwrap(), kept);
}
