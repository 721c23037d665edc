//! Every kind of finding, from a bad input to the exact words.
#![allow(clippy::expect_used, clippy::unwrap_used)]

use content::build::math::Engine;
use import::{Import, ImportError, Tree, codes, import};
use std::collections::{BTreeMap, BTreeSet};

/// Files that are on no disk.
struct Files<'f>(BTreeMap<&'f str, &'f [u8]>);

impl Tree for Files<'_> {
    fn names(&self) -> Vec<String> {
        self.0.keys().map(|name| (*name).to_owned()).collect()
    }

    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.0.get(name).map(|bytes| bytes.to_vec())
    }
}

fn imported(files: &[(&str, &[u8])]) -> Result<Import, ImportError> {
    let tree = Files(files.iter().copied().collect());
    import(&tree, &Engine::new(&BTreeMap::new()).unwrap())
}

const JEKYLL: &str = "_posts/2020-01-02-x.md";
const HUGO: &str = "content/posts/x.md";

/// Where the bad input stands.
enum Bad {
    /// The fourth line of Jekyll's front matter.
    Front(&'static str),
    /// The text of a post of Jekyll's, which begins on line 5.
    Jekyll(&'static str),
    /// The text of a post of Hugo's, which begins on line 6.
    Hugo(&'static str),
    /// Whole files.
    Files(&'static [(&'static str, &'static [u8])]),
}

const SOUND: &[u8] = b"---\ntitle: T\ndescription: D\n---\nText.\n";

fn table() -> Vec<(&'static str, Bad, &'static str)> {
    use Bad::{Files, Front, Hugo, Jekyll};
    vec![
        (
            codes::OTHER_SYSTEM,
            Files(&[(JEKYLL, SOUND), (HUGO, SOUND)]),
            "content/posts/x.md:1:1: warning: posts of Jekyll are imported, and nothing from `content`, which looks like Hugo's or Zola's",
        ),
        (
            codes::SETTINGS,
            Files(&[(JEKYLL, SOUND), ("_config.yml", b"permalink: '")]),
            "_config.yml:1:12: warning: the site's settings cannot be read, so its old addresses are taken for the usual ones: unclosed quote",
        ),
        (
            codes::SETTINGS,
            Files(&[(JEKYLL, SOUND), ("_config.yml", b"permalink: /:week/:title")]),
            "_posts/2020-01-02-x.md:1:1: warning: the old addresses hold `:week`, which is not known here, so they become no aliases",
        ),
        (
            codes::NO_POST,
            Files(&[(JEKYLL, SOUND), ("_posts/2020-01-02-y.textile", b"")]),
            "_posts/2020-01-02-y.textile:1:1: warning: `2020-01-02-y.textile` is no Markdown and is not imported",
        ),
        (
            codes::PAGE,
            Files(&[(HUGO, SOUND), ("content/about.md", SOUND)]),
            "content/about.md:1:1: note: this page has no date and stands in no section, so it is no post and is not imported",
        ),
        (
            codes::NOT_UTF8,
            Files(&[(JEKYLL, b"---\ntitle: \xff\n---\n")]),
            "_posts/2020-01-02-x.md:2:8: error: the file is not UTF-8: byte 0xFF, so the post is not imported; save it as UTF-8",
        ),
        (
            codes::FRONT_MATTER,
            Front("tags: 'x"),
            "_posts/2020-01-02-x.md:4:7: error: the front matter is not valid YAML: unclosed quote, so the post is not imported",
        ),
        (
            codes::FRONT_MATTER,
            Files(&[(HUGO, b"+++\ntitle\n+++\n")]),
            "content/posts/x.md:2:6: error: the front matter is not valid TOML: key with no value, expected `=`, so the post is not imported",
        ),
        (codes::KEY, Front("layout: post"), "_posts/2020-01-02-x.md:4:1: note: the key `layout` is not carried over"),
        (
            codes::VALUE,
            Front("published: [1]"),
            "_posts/2020-01-02-x.md:4:12: warning: the value of `published` is not carried over: it should be `true` or `false`, not a list",
        ),
        (
            codes::DATE,
            Front("date: last week"),
            "_posts/2020-01-02-x.md:4:7: warning: the date `last week` of `date` cannot be read",
        ),
        (
            codes::DATE,
            Files(&[(HUGO, SOUND)]),
            "content/posts/x.md:1:1: warning: the post has no date that can be read; it is imported as a draft of 1970-01-01",
        ),
        (
            codes::TITLE,
            Files(&[("_posts/2020-01-02-a-name.md", b"---\n---\nText.")]),
            "_posts/2020-01-02-a-name.md:1:1: note: the post has no title; `A name` is made of its name",
        ),
        (
            codes::DESCRIPTION,
            Files(&[(JEKYLL, b"---\ntitle: T\n---\nText.")]),
            "_posts/2020-01-02-x.md:1:1: note: the post has no description; the beginning of its text stands for it",
        ),
        (
            codes::SLUG,
            Files(&[(JEKYLL, SOUND), ("_posts/2021-01-02-x.md", SOUND)]),
            "_posts/2021-01-02-x.md:1:1: warning: another post has the name `x`, so this one is `x-2`",
        ),
        (
            codes::ALIAS,
            Front("redirect_from: /a b/"),
            "_posts/2020-01-02-x.md:4:16: warning: the old address `/a b/` becomes no alias: it holds a character that a path here may not",
        ),
        (
            codes::ALIAS,
            Front("redirect_from: /about/"),
            "_posts/2020-01-02-x.md:4:16: warning: the old address `/about/` becomes no alias: it is a page of this blog",
        ),
        (
            codes::TEMPLATE,
            Jekyll("a {% include ad.html %} b"),
            "_posts/2020-01-02-x.md:5:3: warning: `{% include ad.html %}` has no counterpart here and is left out",
        ),
        (
            codes::TEMPLATE,
            Jekyll("{% highlight c %}\nx"),
            "_posts/2020-01-02-x.md:5:1: warning: `{% highlight c %}` is not closed and is left out",
        ),
        (
            codes::TEMPLATE_IN_CODE,
            Jekyll("```\n{% raw %}\n```"),
            "_posts/2020-01-02-x.md:6:1: warning: `{% raw %}` in code is kept: Jekyll would not show it, this blog does",
        ),
        (
            codes::FIGURE,
            Jekyll("{% include figure src=\"https://a.example/a.png\" width=3 class=b %}"),
            "_posts/2020-01-02-x.md:5:1: note: `width` and `class` of the figure are not carried over",
        ),
        (
            codes::ATTRIBUTE_LIST,
            Jekyll("A\n{: .lead}"),
            "_posts/2020-01-02-x.md:6:1: note: the attribute list `{: .lead}` is not carried over",
        ),
        (
            codes::FENCE,
            Hugo("```go {style=monokai}\n```"),
            "content/posts/x.md:6:4: note: `style` of the code block is not carried over",
        ),
        (
            codes::FENCE,
            Hugo("```output\n```"),
            "content/posts/x.md:6:4: note: `output` of the code block is not carried over",
        ),
        (
            codes::HTML_ELEMENT,
            Jekyll("<iframe src=\"https://a.example/v\"></iframe>"),
            "_posts/2020-01-02-x.md:5:1: warning: the element `<iframe src=\"https://a.example/v\">` is left out with all that it holds; write a link: https://a.example/v",
        ),
        (
            codes::HTML_ELEMENT,
            Jekyll("a <font size=2>b</font>"),
            "_posts/2020-01-02-x.md:5:3: warning: the element `<font size=2>` is left out, what it holds is kept",
        ),
        (
            codes::HTML_ATTRIBUTE,
            Jekyll("a <b style=\"x\" onclick=\"y\">b</b>"),
            "_posts/2020-01-02-x.md:5:3: note: the attributes `style` and `onclick` of `<b>` are not carried over",
        ),
        (
            codes::HTML_REFUSED,
            Jekyll("<details>\n\nText."),
            "_posts/2020-01-02-x.md:5:1: warning: `<details>` is left out, what it holds is kept: `<details>` is never closed",
        ),
        (
            codes::IMAGE,
            Jekyll("![a](b.png)"),
            "_posts/2020-01-02-x.md:5:1: warning: there is no file for the image `b.png`, so its description stands for it",
        ),
        (
            codes::IMAGE,
            Files(&[(JEKYLL, b"---\ntitle: T\n---\n![a](/b.svg)\n"), ("b.svg", b"<svg")]),
            "_posts/2020-01-02-x.md:4:1: warning: the drawing `b.svg` cannot be shown, so its description stands for it: the drawing is not valid XML: the document does not have a root node",
        ),
        (
            codes::IMAGE,
            Files(&[(JEKYLL, b"---\ntitle: T\n---\n![a](/b.png)\n"), ("b.png", b"text")]),
            "_posts/2020-01-02-x.md:4:1: warning: the size of the image `b.png` cannot be read, so its description stands for it",
        ),
        (
            codes::LINK,
            Jekyll("[a](/b/)"),
            "_posts/2020-01-02-x.md:5:1: warning: the link to `/b/` leads to nothing that is imported and is left out, its text is kept",
        ),
        (
            codes::LINK,
            Jekyll("[a](#parts)\n\n## Part"),
            "_posts/2020-01-02-x.md:5:1: warning: the page has no place `#parts`, so the link is left out and its text kept; did you mean `#part`?",
        ),
        (
            codes::FORMULA,
            Jekyll("$$\n\\bad\n$$"),
            "_posts/2020-01-02-x.md:6:1: warning: the formula cannot be converted and is kept as code: `\\bad` is no known command; did you mean `\\bar`?",
        ),
        (
            codes::ESCAPED,
            Jekyll("As [@key] says."),
            "_posts/2020-01-02-x.md:5:4: note: `[@key]` would be a reference of this blog's and is kept as text",
        ),
        (
            codes::ID,
            Jekyll("## A {#a}\n\n## B {#a}"),
            "_posts/2020-01-02-x.md:7:6: warning: the id `{#a}` stands twice and is left out here",
        ),
        (
            codes::REFUSED,
            Jekyll("A[^1]\n\n## B {#fn-1}\n\n[^1]: C"),
            "_posts/2020-01-02-x.md:1:1: error: the build would refuse the post, so it is not imported: the id `fn-1` stands twice",
        ),
        (
            codes::HTML_ELEMENT,
            Jekyll("a <hr> b"),
            "_posts/2020-01-02-x.md:5:3: warning: the element `<hr>` is left out, what it holds is kept",
        ),
        (
            codes::LINK,
            Jekyll("<p>See <a href=\"/b/\">b</a>.</p>"),
            "_posts/2020-01-02-x.md:5:8: warning: the link to `/b/` stands where only HTML can and is left out, its text is kept",
        ),
        (
            codes::LINK,
            Jekyll("See <a href=\"/b/\">b."),
            "_posts/2020-01-02-x.md:5:5: warning: the link to `/b/` stands where only HTML can and is left out, its text is kept",
        ),
        (
            codes::UNUSED,
            Files(&[("content/posts/x/index.md", SOUND), ("content/posts/x/a.csv", b"1")]),
            "content/posts/x/index.md:1:1: note: the post names the file `a.csv` nowhere, so it does not come along",
        ),
    ]
}

fn found(bad: &Bad) -> Import {
    let text = match bad {
        Bad::Files(files) => return imported(files).unwrap(),
        Bad::Front(line) => (JEKYLL, format!("---\ntitle: T\ndescription: D\n{line}\n---\nText.\n")),
        Bad::Jekyll(text) => (JEKYLL, format!("---\ntitle: T\ndescription: D\n---\n{text}\n")),
        Bad::Hugo(text) => (HUGO, format!("---\ntitle: T\ndescription: D\ndate: 2020-01-02\n---\n{text}\n")),
    };
    imported(&[(text.0, text.1.as_bytes())]).unwrap()
}

#[test]
fn every_kind_is_told_in_its_words() {
    for (code, bad, expected) in table() {
        let import = found(&bad);
        let told: Vec<String> =
            import.findings.iter().filter(|one| one.code == code).map(ToString::to_string).collect();
        assert!(told.contains(&expected.to_owned()), "{code}\n{expected}\n{told:#?}");
    }
}

#[test]
fn the_table_knows_every_kind() {
    let told: BTreeSet<&str> = table().into_iter().map(|(code, _, _)| code).collect();
    assert_eq!(told, codes::ALL.iter().copied().collect());
}

#[test]
fn a_folder_without_posts_is_refused_in_a_sentence() {
    let error = imported(&[("posts/x/index.md", SOUND)]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no posts of Jekyll, Hugo or Zola: there is no `_posts/*.md` and no `content/**/*.md`"
    );
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    let unix = imported(&[(JEKYLL, b"---\ntitle: T\nlayout: x\n---\na {% b %}\n\n$$c$$\n")]).unwrap();
    let text = b"\xef\xbb\xbf---\r\ntitle: T\r\nlayout: x\r\n---\r\na {% b %}\r\n\r\n$$c$$\r\n";
    let windows = imported(&[(JEKYLL, text)]).unwrap();
    assert_eq!(unix.posts, windows.posts);
    let places = |import: &Import| import.findings.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(places(&unix), places(&windows));
    let tag = windows.findings.iter().find(|one| one.code == codes::TEMPLATE).unwrap();
    assert_eq!(&text[tag.span.clone()], b"{% b %}");
}

/// Nothing rewrites code, in whatever form and system.
#[test]
fn code_is_left_alone() {
    const CODE: &str = "`{{ a }} \\\\(b\\\\) <font> {: .c} [d](/e/)`\n\n```sh\n{% f %} {{< g >}} $$h$$ <i> {: .j}\n<!--more-->\n[k](@/l.md) ![m](n.png)\n```\n\n    {{ o(p=1) }} \\[q_r\\] <script>\n\n~~~\n\\begin{align}x\\end{align}\n~~~\n";
    for (path, more) in [(JEKYLL, None), (HUGO, None), (HUGO, Some(("zola.toml", &b""[..])))] {
        let text = format!("---\ntitle: T\ndate: 2020-01-02\n---\n{CODE}");
        let mut files = vec![(path, text.as_bytes())];
        files.extend(more);
        let import = imported(&files).unwrap();
        assert!(import.posts[0].markdown.ends_with(&format!("---\n\n{CODE}")), "{}", import.posts[0].markdown);
        assert!(import.findings.iter().all(|one| one.code == codes::DESCRIPTION), "{:#?}", import.findings);
    }
}

/// Broken markup of all kinds: something is imported, nothing panics, and it is always the same.
#[test]
fn broken_input_is_imported_as_well_as_it_can_be() {
    const PIECES: [&str; 24] = [
        "{%",
        "%}",
        "{{",
        "}}",
        "{{<",
        ">}}",
        "{:",
        "}",
        "$$",
        "\\(",
        "\\)",
        "```",
        "<p>",
        "</div>",
        "<a href=",
        "<!--",
        "[x](",
        ")",
        "![",
        "\n\n",
        "\n",
        " é ",
        "{% highlight c %}",
        "\\begin{align}",
    ];
    let mut seed = 7_u64;
    for _ in 0..60 {
        let mut text = String::from("---\ntitle: T\ndate: 2020-01-02\n---\n");
        for _ in 0..14 {
            // A linear congruential generator: Knuth, MMIX.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(PIECES[(seed >> 33) as usize % PIECES.len()]);
        }
        for path in [JEKYLL, HUGO] {
            let import = imported(&[(path, text.as_bytes())]).unwrap();
            assert_eq!((import.posts.len(), import.n_refused()), (1, 0), "{text}\n{:#?}", import.findings);
        }
    }
}
