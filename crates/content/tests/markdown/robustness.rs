//! Whatever is written: no panic, balanced markup, and survey and page agree.

use content::{
    render::{Place, Rendered, Segment, Survey, body, render, survey},
    sidecar::{Image, Resolved},
};
use std::{fs, path::Path};

const PLACE: Place<'static> = Place { base: "/base", slug: "post" };

/// A small generator, so that a failure comes back.
/// Source: Marsaglia 2003, "Xorshift RNGs", §3.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

/// Everything that the survey asks for, so that the page shows marks that can be counted.
fn resolve(survey: &Survey) -> Resolved {
    let math = survey.formulas.iter().map(|found| (found.value.key(), "<math></math>".to_owned()));
    let html = survey.html.iter().map(|found| (found.value.clone(), "<wbr />".to_owned()));
    let drawing = || Image::Drawing { wide: "<svg></svg>".to_owned(), narrow: Some("<svg></svg>".to_owned()) };
    let images = survey.images.iter().map(|found| (found.value.dest.clone(), drawing()));
    Resolved { math: math.collect(), images: images.collect(), html: html.collect(), ..Resolved::default() }
}

fn html(rendered: &Rendered) -> impl Iterator<Item = &str> {
    rendered.segments.iter().filter_map(|segment| match segment {
        Segment::Html(html) => Some(html.as_str()),
        Segment::Lab(_) => None,
    })
}

/// Names of tags, in order, with `/` before those of end tags.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|tag| tag.split([' ', '>', '\n']).next().unwrap())
}

/// Every element is closed where it was opened, and no block stands in a paragraph or a heading.
fn assert_well_formed(html: &str) {
    const BLOCKS: &str = " p div ul ol li dl dt dd table thead tbody tr th td caption blockquote pre figure figcaption section h1 h2 h3 h4 h5 h6 ";
    const PHRASING_ONLY: [&str; 7] = ["p", "h1", "h2", "h3", "h4", "h5", "h6"];
    let mut open: Vec<&str> = Vec::new();
    let mut n_closed_to_blocks = 0_u32;
    for tag in tags(html) {
        let name = tag.trim_start_matches('/');
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "in {html}");
            n_closed_to_blocks -= u32::from(PHRASING_ONLY.contains(&name));
        } else if !["br", "hr", "img", "input", "wbr"].contains(&name) {
            assert!(n_closed_to_blocks == 0 || !BLOCKS.contains(&format!(" {name} ")), "{name} in {open:?} of {html}");
            open.push(name);
            n_closed_to_blocks += u32::from(PHRASING_ONLY.contains(&name));
        }
    }
    assert!(open.is_empty(), "{open:?} left open in {html}");
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn check(file: &str) {
    let survey = survey(file);
    let rendered = render(file, &resolve(&survey), PLACE);
    html(&rendered).for_each(assert_well_formed);
    let whole: String = html(&rendered).collect();
    let count = |mark: &str| whole.matches(mark).count();
    assert_eq!(count("<math>"), survey.formulas.len(), "formulas of {file:?}");
    assert_eq!(count("math-source"), 0, "formulas of {file:?}");
    assert_eq!(count("<wbr />"), survey.html.len(), "raw HTML of {file:?}");
    let n_figures = survey.images.iter().filter(|found| found.value.figure.is_some()).count();
    assert_eq!(count("class=\"stage\""), n_figures, "figures of {file:?}");
    let labs = rendered.segments.iter().filter(|segment| matches!(segment, Segment::Lab(_))).count();
    assert_eq!(labs, survey.labs.iter().filter(|found| !found.value.nested).count(), "labs of {file:?}");
    // Ids come in another order only where labs are.
    let ids = whole.split(" id=\"").skip(1).map(|rest| unescape(rest.split('"').next().unwrap()));
    let labs = rendered.segments.iter().filter_map(|segment| match segment {
        Segment::Lab(lab) => Some(lab.id.clone()),
        Segment::Html(_) => None,
    });
    let mut ids: Vec<String> = ids.chain(labs).collect();
    let mut expected: Vec<String> = survey.ids.iter().map(|found| found.value.clone()).collect();
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected, "ids of {file:?}");
    for range in survey.formulas.iter().map(|found| &found.range).chain(survey.html.iter().map(|found| &found.range)) {
        assert!(file.get(range.clone()).is_some(), "{range:?} of {file:?}");
    }
    for heading in &rendered.outline {
        assert_well_formed(&heading.html);
        assert!(tags(&heading.html).all(|tag| !["a", "img"].contains(&tag)), "{heading:?}");
    }
    // Without a sidecar the source is shown; that must be sound too.
    html(&render(file, &Resolved::default(), PLACE)).for_each(assert_well_formed);
}

fn posts() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../posts");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join("index.md")).collect();
    files.retain(|file| file.exists());
    files.sort();
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn survey_and_page_agree_on_every_post() {
    let posts = posts();
    assert!(!posts.is_empty());
    for post in posts {
        check(&post);
        let survey = survey(&post);
        for found in &survey.formulas {
            assert_eq!(post[found.range.clone()], found.value.tex);
        }
        for found in &survey.html {
            assert_eq!(post[found.range.clone()], found.value);
        }
    }
}

const PIECES: [&str; 62] = [
    "> ",
    "- ",
    "1. ",
    "\n",
    "\n\n",
    "    ",
    "# ",
    "## a {#b}\n",
    "*",
    "**",
    "_",
    "~",
    "~~",
    "^",
    "`",
    "```\n",
    "```lab x\n",
    "```math\n",
    "```python numbers\n",
    "$",
    "$$",
    "{",
    "}",
    "\\",
    "[",
    "](",
    ")",
    "[^a]",
    "[^a]: ",
    "[^b]\n\n[^b]: c\n",
    "![",
    "![a](b.svg) ",
    "\n\n![a](b.svg)\nc\n\n",
    "[a](b)",
    "[a](javascript:b)",
    "<b>",
    "</b>",
    "<details>\n\n",
    "\n</details>\n\n",
    "<!--",
    "-->",
    "&amp;",
    "&",
    "\"",
    "'",
    "--",
    "...",
    "|a|b|\n|-|-:|\n|c|d|\n",
    "\n\nTable: a\n\n",
    "|",
    "- [ ] ",
    "- [x] ",
    "\n: ",
    "> [!NOTE]\n> ",
    "---\n",
    "é",
    "世",
    "\u{0}",
    "\r\n",
    "\t",
    "$5 and $10",
    "[a]: b\n",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let at = |random: &mut Random, text: &str| text.floor_char_boundary(random.below(text.len() + 1));
    let start = at(random, text);
    let mut text = text[start..text.floor_char_boundary(start + random.below(1200))].to_owned();
    for _ in 0..random.below(12) {
        let place = at(random, &text);
        match random.below(4) {
            0 => text.insert_str(place, random.pick(&PIECES)),
            1 => {
                let end = text.floor_char_boundary(place + random.below(30)).max(place);
                text.replace_range(place..end, "");
            }
            2 => {
                let end = text.floor_char_boundary(place + random.below(200)).max(place);
                let copy = text[place..end].to_owned();
                let place = at(random, &text);
                text.insert_str(place, &copy);
            }
            _ => text.insert_str(place, &random.pick(&PIECES).repeat(random.below(5))),
        }
    }
    text
}

/// The variable `CASES` says how many; a million passed when this was written.
#[test]
fn survey_and_page_agree_on_mutilated_posts() {
    let cases = std::env::var("CASES").map_or(1500, |cases| cases.parse().unwrap());
    let posts = posts();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    for case_idx in 0..cases {
        let text = match case_idx % 3 {
            0 => (0..random.below(40)).map(|_| random.pick(&PIECES)).collect(),
            _ => {
                let post = &posts[random.below(posts.len())];
                mutate(body(post).0, &mut random)
            }
        };
        check(&text);
    }
}

/// Text that goes on for 5 MB, of one kind each; what took quadratic time would not end, what
/// recursed would overflow the stack.
#[test]
fn five_megabytes_of_anything_are_rendered() {
    const SIZE: usize = 5_000_000;
    let post = posts().into_iter().max_by_key(String::len).unwrap();
    let pieces = [body(&post).0, ">", "[", "*a **b ", "[^a]\n\n[^a]: b\n\n"];
    for piece in pieces {
        let text = piece.repeat(SIZE / piece.len());
        let rendered = render(&text, &Resolved::default(), PLACE);
        assert!(html(&rendered).map(str::len).sum::<usize>() > SIZE / 5, "{}", piece.get(..9).unwrap_or(piece));
    }
}
