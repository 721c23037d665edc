use super::*;
use crate::build::formula::FormulaError;
use crate::build::lab::tests::{TwoLabs, moe_card};
use crate::sidecar::Image;

/// A folder that is not on a disk.
pub(crate) struct Files(pub Vec<(&'static str, Vec<u8>)>);

impl Folder for Files {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.clone())
    }

    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// Wraps a formula in `<math>`; refuses `\bad`, where it stands.
pub(crate) struct Wrap;

impl Formulas for Wrap {
    fn convert(&self, tex: &str, display: bool) -> Result<String, FormulaError> {
        match tex.find("\\bad") {
            Some(offset) => Err(FormulaError {
                offset,
                message: "unknown command `\\bad`".into(),
                help: Some("did you mean `\\bar`?".into()),
            }),
            None => Ok(format!("<math>{}{tex}</math>", if display { "D" } else { "" })),
        }
    }
}

const PATH: &str = "posts/x/index.md";
const FRONT: &str = "---\ntitle: What \"Good\" Means\ndescription: DeepSeek's models and a description of a length that search engines show.\ndate: 2026-03-08\n---\n";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><title>T</title></svg>";
const PLATE: &[u8] =
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64' class='plate' aria-hidden='true'><g id='a'/></svg>";

pub(crate) fn parse(slug: &str, text: &[u8], files: Files) -> (Option<Post>, Vec<Diagnostic>) {
    let bibliography = Bibliography::default();
    let given = Given {
        folder: &files,
        labs: &TwoLabs,
        formulas: &Wrap,
        bibliography: &bibliography,
        glossary: &Glossary::default(),
    };
    parse_post(slug, &format!("posts/{slug}/index.md"), text, given)
}

/// Diagnostics of a post whose body begins on line 6.
fn body(body: &str) -> (Option<Post>, Vec<String>) {
    let files = Files(vec![("knobs.svg", SVG.into())]);
    let (post, found) = parse("x", format!("{FRONT}{body}").as_bytes(), files);
    (post, found.iter().map(|one| one.to_string().replacen(PATH, "", 1)).collect())
}

fn error(text: &str, expected: &[&str]) {
    let (post, found) = body(text);
    assert_eq!(found, expected, "{text}");
    assert!(post.is_none(), "{text}");
}

fn warning(text: &str, expected: &[&str]) {
    let (post, found) = body(text);
    assert_eq!(found, expected, "{text}");
    assert!(post.is_some(), "{text}");
}

#[test]
fn a_good_post_is_resolved() {
    let text = format!(
        "{}series: The 'Zero' series\ntags: [RL]\nupdated: 2026-03-09\naliases: [/old/]\ntoc: false\n---\nAn $x$ and $x$, `a_b`.[^n]\n\n$$\ny\n$$\n\n\
         ## Dials {{#dials}}\n\n![Knobs](knobs.svg)\nCaption.\n\n<details><summary>A</summary>\n\n[b](../b/index.md#c) <kbd id=\"key\">k</kbd>\n\n</details>\n\n\
         ```rust\nfn f() {{}}\n```\n\n```lab moe-routing\ntop_k = 2\n```\n\n[^n]: Note.\n",
        FRONT.strip_suffix("---\n").unwrap()
    );
    let files =
        Files(vec![("index.md", vec![]), ("knobs.svg", SVG.into()), ("plate.svg", PLATE.into()), ("data.csv", vec![])]);
    let (post, found) = parse("x", text.as_bytes(), files);
    assert_eq!(found, []);
    let post = post.unwrap();
    let meta = PostMeta {
        slug: "x".into(),
        title: "What “Good” Means".into(),
        description: "DeepSeek’s models and a description of a length that search engines show.".into(),
        date: "2026-03-08".into(),
        updated: Some("2026-03-09".into()),
        tags: vec!["RL".into()],
        series: Some("The ‘Zero’ series".into()),
        minutes: 1,
        labs: 1,
        live_labs: 1,
        plate: Some(
            "<svg viewBox=\"0 0 64 64\" class=\"plate\" aria-hidden=\"true\"><g id=\"plate-x-a\"/></svg>".into(),
        ),
        ..PostMeta::default()
    };
    assert_eq!(post.meta, meta);
    assert_eq!((post.toc, post.markdown.as_str(), post.path.as_str()), (false, text.as_str(), PATH));
    assert_eq!(
        post.resolved.math,
        [("$x".into(), "<math>x</math>".into()), ("$$\ny\n".into(), "<math>D\ny\n</math>".into())].into()
    );
    let wide = "<svg class=\"w\" viewBox=\"0 0 9 9\" role=\"img\"><title>T</title></svg>".into();
    assert_eq!(post.resolved.images, [("knobs.svg".into(), Image::Drawing { wide, narrow: None })].into());
    assert_eq!(post.resolved.html["<kbd id=\"key\">"], "<kbd id=\"key\">");
    assert_eq!(post.resolved.html["</details>\n"], "</details>\n");
    assert_eq!(post.labs, [("moe-routing".into(), moe_card("moe-routing", "top_k=2"))].into());
    assert_eq!(
        post.anchors.iter().map(String::as_str).collect::<Vec<_>>(),
        ["dials", "fig-knobs", "fn-n", "fnref-n", "key", "moe-routing"]
    );
    assert_eq!(
        post.links.iter().map(|(link, range)| (link.as_str(), &text[range.clone()])).collect::<Vec<_>>(),
        [("../b/index.md#c", "[b](../b/index.md#c)")]
    );
    assert_eq!(post.files, ["index.md", "knobs.svg", "plate.svg", "data.csv"]);
    assert_eq!(post.aliases.len(), 1);
}

#[test]
fn formulas_are_told_where_they_break() {
    error(
        "A $a + \\bad$ and\n$$\nb\n\\bad\n$$\n",
        &[
            ":6:8: error: unknown command `\\bad`; did you mean `\\bar`?",
            ":9:1: error: unknown command `\\bad`; did you mean `\\bar`?",
        ],
    );
    error("> ```math\n> a\n>  \\bad\n> ```\n", &[":8:4: error: unknown command `\\bad`; did you mean `\\bar`?"]);
}

#[test]
fn languages() {
    warning(
        "```pyton\n```\n\n```python title=\"x\"\n```\n",
        &[":6:1: warning: the language `pyton` is not highlighted; did you mean `python`?"],
    );
    let all = format!(
        ":6:1: warning: the language `brainfuck` is not highlighted; the languages are {}",
        highlight::NAMES.join(", ")
    );
    warning("```brainfuck\n```\n", &[&all]);
    error("```math x\ny\n```\n", &[":6:1: error: a formula's block is opened by `math` alone"]);
}

#[test]
fn labs() {
    error("```lab moe-ruting\n```\n", &[":6:1: error: there is no lab `moe-ruting`; did you mean `moe-routing`?"]);
    error(
        "```lab\n```\n\n```lab moe-routing top_k=2\n```\n",
        &[
            ":6:1: error: a lab block is opened by `lab` and the lab's name alone; parameters stand in the block: `top_k = 2`",
            ":9:1: error: a lab block is opened by `lab` and the lab's name alone; parameters stand in the block: `top_k = 2`",
        ],
    );
}

#[test]
fn bodies_and_headings() {
    warning(" \n", &[":6:1: warning: the article is empty"]);
    warning(
        "# Title\n\n## A\n",
        &[":6:1: warning: `Title` is a heading of level 1, as the title is; sections begin with `##`"],
    );
    warning(
        "A\n===\n",
        &[":6:1: warning: `A` is a heading of level 1, as the title is; the line of `=` below has made it one"],
    );
    warning(
        "### A\n\n## B\n\n#### C\n",
        &[
            ":6:1: warning: the heading `A` is of level 3, the one above it of level 1; write `##`",
            ":10:1: warning: the heading `C` is of level 4, the one above it of level 2; write `###`",
        ],
    );
    warning(
        "a\n\n[^n]: b\n",
        &[":8:1: warning: nothing refers to the note `n`, so it is not shown; write `[^n]` where it belongs"],
    );
}

#[test]
fn ids_stand_once() {
    error("## A {#x}\n\n## B {#x}\n", &[":8:1: error: the id `x` stands twice; the first is on line 6"]);
    error("## A {#x}\n\n<span id=\"x\">b</span>\n", &[":8:7: error: the id `x` stands twice; the first is on line 6"]);
    warning("## A\n\n## A\n", &[]);
}

#[test]
fn images() {
    warning(
        "![](knobs.svg)\n",
        &[
            ":6:1: warning: the image `knobs.svg` has no description; say between the brackets what it shows, for those who cannot see it",
        ],
    );
    error(
        "![a](knob.svg)\n",
        &[":6:1: error: there is no image `knob.svg` in the post's folder; did you mean `knobs.svg`?"],
    );
    let social = |line: &str, expected: &str| {
        let text = format!("{}{line}\n---\nBody.\n", FRONT.strip_suffix("---\n").unwrap());
        let (_, found) = parse("x", text.as_bytes(), Files(vec![("knobs.svg", SVG.into())]));
        assert_eq!(
            found.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [format!("{PATH}:5:8: error: {expected}")]
        );
    };
    social("image: card.png", "there is no image `card.png` in the post's folder");
    social("image: knobs.svg", "the social image `knobs.svg` is no bitmap; use a png or jpg of 1200 × 630 pixels");
}

#[test]
fn slugs() {
    let slug = |slug: &str| {
        parse(slug, format!("{FRONT}Body.").as_bytes(), Files(vec![]))
            .1
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
    };
    assert_eq!(slug("scaling-laws-2"), [""; 0]);
    let message = "is not made of lower-case letters, digits and single hyphens";
    assert_eq!(
        slug("Scaling_Laws"),
        [format!(
            "posts/Scaling_Laws/index.md:1:1: error: the folder's name `Scaling_Laws` {message}; rename it to `scaling-laws`"
        )]
    );
    assert_eq!(slug("größe"), [format!("posts/größe/index.md:1:1: error: the folder's name `größe` {message}")]);
}

#[test]
fn all_faults_are_told_at_once_in_the_files_order() {
    let (post, found) = parse(
        "x",
        b"---\ntitel: x\n---\n<div>\n\n$\\bad$ ![a](no.png)\n",
        Files(vec![("plate.svg", b"<svg/>".into())]),
    );
    assert!(post.is_none());
    let places: Vec<(&str, u32, u32)> = found.iter().map(|one| (one.code, one.line, one.column)).collect();
    let expected = [
        ("missing-key", 1, 1),
        ("missing-key", 1, 1),
        ("unknown-key", 2, 1),
        ("html-balance", 4, 1),
        ("formula", 6, 2),
        ("image-missing", 6, 8),
        ("svg-element", 1, 1),
    ];
    assert_eq!(places, expected);
    assert_eq!(found.last().unwrap().path, "posts/x/plate.svg");
}

#[test]
fn bytes_that_are_no_text() {
    let (post, found) = parse("x", b"---\ntitle: caf\xe9\n---\n", Files(vec![]));
    assert!(post.is_none());
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [format!("{PATH}:2:11: error: the file is not UTF-8: byte 0xE9; save it as UTF-8")]
    );
}
