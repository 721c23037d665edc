use super::*;
use crate::manifest::PostMeta;

/// A post with one link, which stands at the first byte, and the anchor `a` on its page.
fn post(slug: &str, date: &str, link: &str) -> Post {
    Post {
        meta: PostMeta { slug: slug.into(), date: date.into(), ..PostMeta::default() },
        path: format!("posts/{slug}/index.md"),
        markdown: "text".into(),
        links: if link.is_empty() { vec![] } else { vec![(link.into(), 0..1)] },
        anchors: ["a".to_owned(), "fig-knobs".into()].into(),
        files: vec!["index.md".into(), "data 1.csv".into()],
        tags: vec![("language models".into(), 1..2)],
        ..Post::default()
    }
}

fn check(link: &str, expected: &[&str]) {
    let mut posts = [post("scaling-laws", "2026-01-01", ""), post("x", "2026-01-02", link)];
    assert_eq!(
        say(&mut posts),
        expected.iter().map(|message| format!("posts/x/index.md:1:1: error: {message}")).collect::<Vec<_>>(),
        "{link}"
    );
}

fn say(posts: &mut [Post]) -> Vec<String> {
    link_posts(posts).iter().map(ToString::to_string).collect()
}

#[test]
fn newest_first_then_by_slug() {
    let mut posts = [
        post("b", "2026-01-01", ""),
        post("z", "2025-01-01", ""),
        post("a", "2026-01-01", ""),
        post("c", "2026-02-01", ""),
    ];
    assert_eq!(say(&mut posts), [""; 0]);
    assert_eq!(posts.map(|post| post.meta.slug), ["c", "a", "b", "z"]);
}

#[test]
fn links_that_lead_somewhere() {
    for link in [
        "#a",
        "#",
        "#top",
        "#fig-knobs",
        "index.md#a",
        "../x/",
        "../scaling-laws/index.md#a",
        "../scaling-laws/",
        "/posts/scaling-laws",
        "/posts/scaling-laws/#a",
        "/posts/scaling-laws/?q#a",
        "/",
        "/#x",
        "/about/",
        "/tags/",
        "/tags/language-models/",
        "/tags/language-models/atom.xml",
        "/archive/",
        "/search/",
        "data%201.csv",
        "../scaling-laws/data%201.csv",
        "/atom.xml",
        "https://example.org/x#y",
        "mailto:a@b.c",
        "//example.org",
    ] {
        check(link, &[]);
    }
}

#[test]
fn links_that_lead_nowhere() {
    check(
        "../scaling-law/index.md",
        &["the link `../scaling-law/index.md` leads to no post; did you mean `../scaling-laws/index.md`?"],
    );
    check("/posts/zzz/", &["the link `/posts/zzz/` leads to no post"]);
    check("data.csv", &["the link `data.csv` leads to no file of the post's folder; did you mean `data 1.csv`?"]);
    check(
        "/tags/language-model/",
        &["the link `/tags/language-model/` leads to no page of this site; did you mean `/tags/language-models/`?"],
    );
    check("/abuot/", &["the link `/abuot/` leads to no page of this site; did you mean `/about/`?"]);
    check("javascript:alert(1)", &["the link `javascript:alert(1)` has a scheme that no page may use"]);
}

#[test]
fn places_that_are_not_there() {
    check("#fig-knob", &["the page has no place `#fig-knob`; did you mean `#fig-knobs`?"]);
    check("../scaling-laws/index.md#zz%20z", &["`scaling-laws` has no place `#zz z`"]);
}

#[test]
fn drafts() {
    let draft = |mut post: Post| {
        post.meta.draft = true;
        post
    };
    let link = "../b/index.md#no";
    let mut posts = [post("a", "2026-01-01", link), draft(post("b", "2026-01-01", "../a/index.md#a"))];
    assert_eq!(
        say(&mut posts),
        [
            "posts/a/index.md:1:1: error: the link `../b/index.md#no` leads to a draft; publish that post first, or make this one a draft"
        ]
    );
    let mut posts =
        [draft(post("a", "2026-01-01", "../b/index.md#a")), draft(post("b", "2026-01-01", "../a/index.md#a"))];
    assert_eq!(say(&mut posts), [""; 0], "drafts may name each other");
}

#[test]
fn slugs_collide() {
    let mut again = post("a", "2026-01-02", "");
    again.path = "posts/other/index.md".into();
    assert_eq!(
        say(&mut [post("a", "2026-01-01", ""), again]),
        ["posts/a/index.md:1:1: error: the slug `a` is taken by posts/other/index.md; rename one of the folders"]
    );
}

#[test]
fn aliases_collide() {
    let alias = |slug: &str, alias: &str| Post { aliases: vec![(alias.into(), 1..3)], ..post(slug, "2026-01-01", "") };
    let mut posts = [
        alias("a", "/old/"),
        alias("b", "/old/index.html"),
        alias("c", "/posts/a"),
        alias("d", "/tags/language-models/"),
        alias("e", "/free/"),
    ];
    assert_eq!(
        say(&mut posts),
        [
            "posts/b/index.md:1:2: error: the alias `/old/index.html` is taken by an alias in posts/a/index.md",
            "posts/c/index.md:1:2: error: the alias `/posts/a` is taken by the page `/posts/a/`",
            "posts/d/index.md:1:2: error: the alias `/tags/language-models/` is taken by the page `/tags/language-models/`",
        ]
    );
    let mut posts = [alias("a", "/old"), post("b", "2026-01-01", "/old/")];
    assert_eq!(say(&mut posts), [""; 0], "an alias is a page");
}

#[test]
fn tags_of_one_address_are_written_one_way() {
    let mut other = post("b", "2026-01-01", "");
    other.tags = vec![("Language Models".into(), 1..3)];
    assert_eq!(
        say(&mut [post("a", "2026-01-01", ""), other]),
        [
            "posts/b/index.md:1:2: warning: the tag `Language Models` is written `language models` elsewhere and has the same page; write `language models`"
        ]
    );
}
