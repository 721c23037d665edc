//! Every kind of finding, from a bad input to the exact words.

use super::post::tests::{Files, Wrap, parse};
use super::spelling::tests::spelling;
use super::{
    Bibliography, Diagnostic, Drawing, Text, codes, link_posts, parse_bibliography, parse_config, parse_glossary,
    sanitize_svg, unused_files,
};
use std::collections::BTreeSet;

const HEAD: &str =
    "title: T\ndescription: A description of a length that search engines show to their readers.\ndate: 2026-03-08\n";
const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><title>T</title></svg>";

/// Where the bad input stands.
enum Bad {
    /// A whole file.
    File(&'static [u8]),
    /// A fifth line of front matter.
    Front(&'static str),
    /// A body, which begins on line 6, beside the drawing `d.svg` and `big.png`.
    Body(&'static str),
    /// A body that shall use all files of its folder.
    Beside(&'static str),
    /// A drawing's content, on line 2.
    Svg(&'static str),
    /// A whole drawing.
    SvgFile(&'static str, Drawing<'static>),
    /// `blog.toml`.
    Config(&'static str),
    /// `glossary.toml`.
    Terms(&'static str),
    /// A body whose words are checked.
    Spelt(&'static str),
    /// `spelling.txt`.
    OwnWords(&'static str),
    /// `references.bib`.
    Works(&'static str),
    /// Bodies of the posts `a`, `b`, …, of which the first holds the fault. `{` begins further front matter.
    Together(&'static [(&'static str, &'static str)]),
    /// The name of a folder.
    Slug(&'static str),
}

const WIDE: Drawing<'static> = Drawing::Wide { prefix: "p" };

fn table() -> Vec<(&'static str, Bad, &'static str)> {
    use Bad::{Beside, Body, Config, File, Front, OwnWords, Slug, Spelt, Svg, SvgFile, Terms, Together, Works};
    vec![
        (
            codes::NOT_UTF8,
            File(b"---\n\xff"),
            "posts/x/index.md:2:1: error: the file is not UTF-8: byte 0xFF; save it as UTF-8",
        ),
        (
            codes::BYTE_ORDER_MARK,
            File(b"\xef\xbb\xbf---\n---\n"),
            "posts/x/index.md:1:1: error: the file begins with a byte order mark; save it as UTF-8 without one",
        ),
        (
            codes::FRONT_MATTER_MISSING,
            File(b"Text."),
            "posts/x/index.md:1:1: error: the file does not begin with front matter; begin with a line `---`, then `title:`, `description:` and `date:`, then a line `---`",
        ),
        (
            codes::FRONT_MATTER_UNTERMINATED,
            File(b"---\ntitle: x\n"),
            "posts/x/index.md:1:1: error: the front matter has no end; close it with a line `---`",
        ),
        (
            codes::FRONT_MATTER_SYNTAX,
            Front("series: 'x"),
            "posts/x/index.md:5:9: error: the front matter is not valid YAML: unclosed quote; a value that holds `: `, ` #`, quotation marks or a leading symbol must stand in quotes",
        ),
        (
            codes::FRONT_MATTER_LIMIT,
            Front("series: &a x"),
            "posts/x/index.md:5:12: error: anchors and aliases are not allowed in front matter",
        ),
        (
            codes::UNKNOWN_KEY,
            Front("serie: x"),
            "posts/x/index.md:5:1: error: unknown key `serie`; did you mean `series`?",
        ),
        (
            codes::DUPLICATE_KEY,
            Front("title: x"),
            "posts/x/index.md:5:1: error: `title` stands twice; the first is on line 2",
        ),
        (codes::MISSING_KEY, Config(""), "blog.toml:1:1: error: the key `title` is missing"),
        (
            codes::WRONG_TYPE,
            Front("toc: no"),
            "posts/x/index.md:5:6: error: `toc` must be `true` or `false`, found `no`",
        ),
        (
            codes::BAD_VALUE,
            Front("aliases: [old]"),
            "posts/x/index.md:5:11: error: the alias `old` does not begin with `/`; write `/old`",
        ),
        (
            codes::BAD_DATE,
            Front("updated: 2026-02-29"),
            "posts/x/index.md:5:10: error: `updated` is not a date: February 2026 has 28 days, not 29",
        ),
        (
            codes::SUMMARY_LENGTH,
            Front("summary: short"),
            "posts/x/index.md:5:10: error: `summary` must have 60 to 160 characters, this has 5",
        ),
        (
            codes::DESCRIPTION_LENGTH,
            File(b"---\ntitle: x\ndescription: y\ndate: 2026-03-08\n---\nz"),
            "posts/x/index.md:3:14: note: the description has 1 characters, search engines show 60 to 160; add a `summary` of that length",
        ),
        (
            codes::CONFIG_SYNTAX,
            Config("title"),
            "blog.toml:1:6: error: not valid TOML: key with no value, expected `=`",
        ),
        (
            codes::HTML_SYNTAX,
            Body("<b/>"),
            "posts/x/index.md:6:1: error: `<b/>` does not close itself; write `<b></b>`",
        ),
        (
            codes::HTML_ELEMENT,
            Body("<blink>"),
            "posts/x/index.md:6:1: error: the element `<blink>` is not allowed in raw HTML",
        ),
        (
            codes::HTML_ATTRIBUTE,
            Body("<b onclick=x>y</b>"),
            "posts/x/index.md:6:4: error: the attribute `onclick` is not allowed on `<b>`; articles run no scripts",
        ),
        (
            codes::HTML_URL,
            Body("<a href='data:x'>y</a>"),
            "posts/x/index.md:6:4: error: `href=\"data:x\"` has a scheme other than https, http and mailto",
        ),
        (
            codes::HTML_BALANCE,
            Body("<details>"),
            "posts/x/index.md:6:1: error: `<details>` is never closed; add `</details>`",
        ),
        (
            codes::HTML_NESTING,
            Body("a <div>b</div>"),
            "posts/x/index.md:6:3: error: `<div>` may not stand in a paragraph; put it on a line of its own, with a blank line before it",
        ),
        (
            codes::HTML_DIFFERS,
            Body("<dl><dd><div><dd>x</dd></div></dd></dl>\n"),
            "posts/x/index.md:6:14: error: a browser or the sanitizer would change the markup here: <dd> became the end of an element",
        ),
        (codes::SVG_SYNTAX, Svg("<g>"), "d.svg:3:1: error: the drawing is not valid XML: expected 'g' tag, not 'svg'"),
        (
            codes::SVG_ELEMENT,
            Svg("<script/>"),
            "d.svg:2:1: error: the element `<script>` is not allowed in a drawing; articles run no scripts; a lab is a `lab` block in the Markdown",
        ),
        (
            codes::SVG_ATTRIBUTE,
            Svg("<g style='x'/>"),
            "d.svg:2:4: error: the attribute `style` is not allowed on `<g>`; use a class of the site's style sheet, or attributes such as `stroke-width`",
        ),
        (codes::SVG_REFERENCE, Svg("<use href='#z'/>"), "d.svg:2:6: error: the drawing has no id `z`"),
        (
            codes::SVG_TITLE,
            SvgFile("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'/>", WIDE),
            "d.svg:1:1: error: the drawing has no `<title>`; begin it with `<title>what it shows</title>`",
        ),
        (
            codes::SVG_PLATE,
            SvgFile(SVG, Drawing::Plate { prefix: "p" }),
            "d.svg:1:1: error: the plate has no `class=\"plate\"`",
        ),
        (
            codes::SVG_COLOUR,
            Svg("<g fill='red'/>"),
            "d.svg:2:4: warning: the colour `red` does not follow the theme; use a class of the site's style sheet",
        ),
        (
            codes::SVG_DIFFERS,
            Svg("<text>&#13;</text>"),
            "d.svg:1:1: error: a browser or the sanitizer would change the drawing: \"\\r\" became \"\\n\"",
        ),
        (
            codes::IMAGE_MISSING,
            Body("![a](e.svg)"),
            "posts/x/index.md:6:1: error: there is no image `e.svg` in the post's folder; did you mean `d.svg`?",
        ),
        (
            codes::IMAGE_FORMAT,
            Body("![a](broken.png)"),
            "posts/x/index.md:6:1: error: the size of the image `broken.png` cannot be read; is the file whole?",
        ),
        (
            codes::IMAGE_ALT,
            Body("![](d.svg)"),
            "posts/x/index.md:6:1: warning: the image `d.svg` has no description; say between the brackets what it shows, for those who cannot see it",
        ),
        (
            codes::IMAGE_WEIGHT,
            Body("![a](big.png)"),
            "posts/x/index.md:6:1: warning: the image `big.png` has 312 KB; above 300 KB a page loads slowly; make it smaller or save it as webp or avif",
        ),
        (
            codes::IMAGE_WEIGHT,
            Body("![a](wide.png)"),
            "posts/x/index.md:6:1: warning: the image `wide.png` is 3000 × 2 pixels; the column has 672: more than 2688 in width nobody sees, and every reader loads them",
        ),
        (
            codes::FILE_UNUSED,
            Beside("![a](d.svg) [b](./big.png) ![c](wide.png)"),
            "posts/x/index.md:1:1: warning: the post neither shows nor links to the file `broken.png`; use it, or delete it: it would be published",
        ),
        (
            codes::IMAGE_TWICE,
            Body("![a](d.svg)\n\n![a](d.svg)"),
            "posts/x/index.md:8:1: error: the drawing `d.svg` is shown twice, which would double its ids",
        ),
        (
            codes::FORMULA,
            Body("$a \\bad$"),
            "posts/x/index.md:6:4: error: unknown command `\\bad`; did you mean `\\bar`?",
        ),
        (
            codes::FORMULA_UNREAD,
            Body("$$\na\n\nb"),
            "posts/x/index.md:6:1: error: this `$$` is not read as the mark of a formula; in a formula stand no blank line and no line of `=`, `-` or `+` alone; for dollar signs write `\\$`",
        ),
        (
            codes::CODE_LANGUAGE,
            Body("```rus\n```"),
            "posts/x/index.md:6:1: warning: the language `rus` is not highlighted; did you mean `rust`?",
        ),
        (
            codes::LAB_UNKNOWN,
            Body("```lab scaling-law\n```"),
            "posts/x/index.md:6:1: error: there is no lab `scaling-law`; did you mean `scaling-laws`?",
        ),
        (
            codes::LAB_INFO,
            Body("```lab\n```"),
            "posts/x/index.md:6:1: error: a lab block is opened by `lab` and the lab's name alone; parameters stand in the block: `top_k = 2`",
        ),
        (
            codes::LAB_PARAMETERS,
            Body("```lab scaling-laws\na = 1\n```"),
            "posts/x/index.md:7:1: error: the lab `scaling-laws` is not built yet and takes no parameters; leave the block empty",
        ),
        (
            codes::LAB_SYNTAX,
            Body("```lab moe-routing\ntop_k = 1\ntop_k = 2\n```"),
            "posts/x/index.md:8:1: error: `top_k` is set twice; the first is on line 7",
        ),
        (
            codes::LAB_STILL,
            Body("```lab moe-routing\ntop_k = 8\n```"),
            "posts/x/index.md:7:1: error: the lab `moe-routing` has no still picture: it does not converge",
        ),
        (
            codes::LAB_PLANNED,
            Body("```lab scaling-laws\n```"),
            "posts/x/index.md:6:1: note: the lab `scaling-laws` is planned: its place is shown, and that it is not built yet",
        ),
        (
            codes::SPELLING,
            Spelt("The lenght of it."),
            "posts/x/index.md:1:5: warning: no dictionary has the word `lenght`; did you mean `length`? add it to `spelling.txt` if it is right",
        ),
        (
            codes::SPELLING_LIST,
            OwnWords("softmax\nlogit"),
            "spelling.txt:2:1: warning: `logit` stands after `softmax`; words stand in alphabetical order, without regard to case",
        ),
        (codes::EMPTY_BODY, Body(" "), "posts/x/index.md:6:1: warning: the article is empty"),
        (
            codes::HEADING_LEVEL,
            Body("### A"),
            "posts/x/index.md:6:1: warning: the heading `A` is of level 3, the one above it of level 1; write `##`",
        ),
        (
            codes::TITLE_HEADING,
            Body("# A"),
            "posts/x/index.md:6:1: warning: `A` is a heading of level 1, as the title is; sections begin with `##`",
        ),
        (
            codes::DUPLICATE_ID,
            Body("## A {#a}\n\n## B {#a}"),
            "posts/x/index.md:8:1: error: the id `a` stands twice; the first is on line 6",
        ),
        (
            codes::UNUSED_NOTE,
            Body("a\n\n[^n]: b"),
            "posts/x/index.md:8:1: warning: nothing refers to the note `n`, so it is not shown; write `[^n]` where it belongs",
        ),
        (
            codes::BAD_SLUG,
            Slug("A"),
            "posts/A/index.md:1:1: error: the folder's name `A` is not made of lower-case letters, digits and single hyphens; rename it to `a`",
        ),
        (
            codes::DUPLICATE_SLUG,
            Together(&[("a", "x"), ("a", "y")]),
            "posts/a/index.md:1:1: error: the slug `a` is taken by posts/a/index.md; rename one of the folders",
        ),
        (
            codes::DUPLICATE_ALIAS,
            Together(&[("a", "{aliases: [/about/]\n}x")]),
            "posts/a/index.md:5:11: error: the alias `/about/` is taken by the page `/about/`",
        ),
        (
            codes::TAG_SPELLING,
            Together(&[("b", "{tags: [rl]\n}x"), ("a", "{tags: [RL]\n}x")]),
            "posts/b/index.md:5:8: warning: the tag `rl` is written `RL` elsewhere and has the same page; write `RL`",
        ),
        (
            codes::SERIES,
            Together(&[("a", "{series: S\npart: 1\n}x"), ("b", "{series: S\npart: 1\n}x")]),
            "posts/b/index.md:6:7: error: part 1 of the series is posts/a/index.md",
        ),
        (
            codes::SERIES,
            Together(&[("a", "{series: s\n}x"), ("b", "{series: S\n}x")]),
            "posts/b/index.md:5:9: warning: the series `S` is written `s` elsewhere and has the same page; write `s`",
        ),
        (
            codes::BIBLIOGRAPHY,
            Works("@misc{a,\n  title = {T}, year = 2020\n  url = {x}}"),
            "references.bib:3:3: error: the bibliography cannot be read here: expected comma",
        ),
        (
            codes::CODE_OUTPUT,
            Body("```output\n1\n```"),
            "posts/x/index.md:6:1: error: the output belongs to no program; it follows a block ```python run",
        ),
        (
            codes::CITATION,
            Body("As [@fedus] says."),
            "posts/x/index.md:6:4: error: no work has the key `fedus`; add it to `references.bib`",
        ),
        (
            codes::GLOSSARY,
            Terms("[[term]]\nname = 'a'\ndefinition = 'D'\nsource = 'x'"),
            "glossary.toml:1:1: error: the term `a` has the source `x`, which is no work",
        ),
        (codes::LABEL, Body("See @eq:loss."), "posts/x/index.md:6:5: error: nothing has the label `eq:loss`"),
        (
            codes::DEAD_LINK,
            Together(&[("a", "[x](../bb/index.md)"), ("b", "y")]),
            "posts/a/index.md:6:1: error: the link `../bb/index.md` leads to no post; did you mean `../b/index.md`?",
        ),
        (
            codes::DEAD_ANCHOR,
            Together(&[("a", "[x](../b/index.md#part)"), ("b", "## Parts")]),
            "posts/a/index.md:6:1: error: `b` has no place `#part`; did you mean `#parts`?",
        ),
        (
            codes::DRAFT_LINK,
            Together(&[("a", "[x](../b/index.md)"), ("b", "{draft: true\n}y")]),
            "posts/a/index.md:6:1: error: the link `../b/index.md` leads to a draft; publish that post first, or make this one a draft",
        ),
    ]
}

fn files() -> Files {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x03\0\0\0\x02".to_vec();
    png.resize(320_000, 0);
    let mut wide = png.clone();
    wide[16..20].copy_from_slice(&3000_u32.to_be_bytes());
    wide.truncate(100);
    Files(vec![("d.svg", SVG.into()), ("big.png", png), ("broken.png", b"text".into()), ("wide.png", wide)])
}

fn found(bad: &Bad) -> Vec<Diagnostic> {
    let post =
        |slug: &str, more: &str, body: &str| parse(slug, format!("---\n{HEAD}{more}---\n{body}\n").as_bytes(), files());
    match bad {
        Bad::File(bytes) => parse("x", bytes, files()).1,
        Bad::Front(line) => post("x", &format!("{line}\n"), "Text.").1,
        Bad::Body(body) => post("x", "", body).1,
        Bad::Beside(body) => unused_files(&post("x", "", body).0.expect("it is without error")),
        Bad::Svg(inner) => {
            sanitize_svg("d.svg", SVG.replace("</svg>", &format!("\n{inner}\n</svg>")).as_bytes(), WIDE).1
        }
        Bad::SvgFile(svg, drawing) => sanitize_svg("d.svg", svg.as_bytes(), *drawing).1,
        Bad::Config(text) => parse_config("blog.toml", text.as_bytes()).1,
        Bad::Works(text) => parse_bibliography("references.bib", text.as_bytes()).1,
        Bad::Terms(text) => parse_glossary("glossary.toml", text.as_bytes(), &Bibliography::default(), &Wrap).1,
        Bad::Spelt(body) => spelling("").check("posts/x/index.md", Text::Post(body)).findings,
        Bad::OwnWords(text) => super::OwnWords::parse("spelling.txt", text.as_bytes()).1,
        Bad::Slug(slug) => post(slug, "", "Text.").1,
        Bad::Together(bodies) => {
            let mut posts: Vec<_> = bodies
                .iter()
                .map(|(slug, body)| {
                    let (more, body) =
                        body.strip_prefix('{').and_then(|rest| rest.split_once('}')).unwrap_or(("", body));
                    post(slug, more, body).0.expect("each alone is without error")
                })
                .collect();
            link_posts(&mut posts)
        }
    }
}

#[test]
fn every_kind_is_told_in_its_words() {
    for (code, bad, expected) in table() {
        let found = found(&bad);
        let Some(one) = found.iter().find(|one| one.code == code) else { panic!("{code}: {found:?}") };
        assert_eq!(one.to_string(), expected, "{code}");
    }
}

#[test]
fn the_table_knows_every_kind() {
    let told: BTreeSet<&str> = table().into_iter().map(|(code, _, _)| code).collect();
    let all: BTreeSet<&str> = codes::ALL.iter().copied().collect();
    assert_eq!(told, all);
    assert_eq!(all.len(), codes::ALL.len(), "no code is given twice");
}
