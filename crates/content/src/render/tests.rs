//! The markup that the style sheets are written against.

use super::*;
use crate::sidecar::{Image, math_key};

fn resolved() -> Resolved {
    let mut resolved = Resolved::default();
    for (tex, display) in
        [("x_1", false), ("a_{b} * c", false), ("x", false), ("x", true), ("\ny\n", true), ("y\n", true)]
    {
        resolved
            .math
            .insert(math_key(tex, display), if display { "<math display=\"block\"/>" } else { "<math/>" }.into());
    }
    resolved.math.insert(math_key("z", false), "<math><mi>z</mi></math>".into());
    for chunk in ["<kbd>", "</kbd>", "<details><summary>Answer</summary>\n", "</details>\n"] {
        resolved.html.insert(chunk.to_owned(), chunk.trim_end().to_owned());
    }
    resolved.images.insert("photo.jpg".to_owned(), Image::Bitmap(640, 480));
    let drawing =
        |narrow: Option<&str>| Image::Drawing { wide: "<svg class=\"w\"/>".into(), narrow: narrow.map(Into::into) };
    resolved.images.insert("dials.svg".to_owned(), drawing(Some("<svg class=\"n\"/>")));
    resolved.images.insert("plain.svg".to_owned(), drawing(None));
    resolved
}

fn rendered(markdown: &str) -> Rendered {
    render(markdown, &resolved(), Place { base: "/repo", slug: "me" })
}

fn html(markdown: &str) -> String {
    match &rendered(markdown).segments[..] {
        [] => String::new(),
        [Segment::Html(html)] => html.clone(),
        segments => panic!("{} segments", segments.len()),
    }
}

#[track_caller]
fn check(markdown: &str, expected: &str) {
    assert_eq!(html(markdown).trim_end(), expected, "\n{markdown}");
}

#[test]
fn front_matter_is_no_body() {
    assert_eq!(body("---\na: b\n---\n\nText"), ("\nText", 13));
    assert_eq!(body("---\r\na: b\r\n--- \r\nText"), ("Text", 17));
    for file in ["Text\n---\n", "---\nno end", "", "----\na\n---\n"] {
        assert_eq!(body(file), (file, 0));
    }
    check("---\ntitle: x\n---\nText", "<p>Text</p>");
}

#[test]
fn headings_have_anchors_and_an_outline() {
    let rendered = rendered(
        "## A *b* `c` $x$[^n] & [d](e)\n\n### A “b”? {#own}\n\n## A\n\n## A\n\n#### Deep\n\n## ?\n\n[^n]: n\n",
    );
    let Segment::Html(html) = &rendered.segments[0] else { panic!() };
    let expected = "<h2 id=\"a-b-c-x-d\" tabindex=\"-1\">A <em>b</em> <code>c</code> <math/>\
        <sup class=\"fn\"><a id=\"fnref-n\" href=\"#fn-n\" class=\"n1\" aria-label=\"Note 1\">1</a></sup> &amp; <a href=\"/repo/posts/me/e\">d</a>\
        <a class=\"anchor\" href=\"#a-b-c-x-d\" aria-label=\"Link to the section “A b c x &amp; d”\">¶</a></h2>\n\
        <h3 id=\"own\" tabindex=\"-1\">A “b”?<a class=\"anchor\" href=\"#own\" aria-label=\"Link to the section “A “b”?”\">¶</a></h3>\n";
    assert!(html.starts_with(expected), "{html}");
    let outline: Vec<_> = rendered.outline.iter().map(|h| (h.level, h.id.as_str(), h.html.as_str())).collect();
    assert_eq!(
        outline,
        [
            (2, "a-b-c-x-d", "A <em>b</em> <code>c</code> <math/> &amp; d"),
            (3, "own", "A “b”?"),
            (2, "a", "A"),
            (2, "a-2", "A"),
            (2, "section", "?"),
        ]
    );
    assert!(html.contains("<h4 id=\"deep\""), "{html}");
}

#[test]
fn formulas_are_looked_up_and_never_touched() {
    check("A $x_1$ and $a_{b} * c$.", "<p>A <math/> and <span class=\"nb\"><math/>.</span></p>");
    check("No $\\beta<1$.", "<p>No <span class=\"nb\"><code class=\"math-source\">\\beta&lt;1</code>.</span></p>");
    // Nothing of Markdown or of smart punctuation reaches into a formula.
    check(
        "$a--b'' \"c\" ~d~ \\\\ \\{e\\} *f*$",
        "<p><code class=\"math-source\">a--b'' \"c\" ~d~ \\\\ \\{e\\} *f*</code></p>",
    );
}

#[test]
fn no_line_begins_with_what_clings_to_a_formula() {
    let (z, span) = ("<math><mi>z</mi></math>", "<span class=\"nb\">");
    check("So $z$ is.", &format!("<p>So {z} is.</p>"));
    check("So $z$, is.", &format!("<p>So {span}{z},</span> is.</p>"));
    check("So ($z$ or $z$).", &format!("<p>So {span}({z}</span> or {span}{z}).</span></p>"));
    check("It is 5 % of $z$", &format!("<p>It is 5\u{a0}% of {z}</p>"));
    check("The $z$-th, *$z$*.", &format!("<p>The {span}{z}-</span>th, <em>{z}</em>.</p>"));
}

#[test]
fn money_is_no_formula() {
    check("$5 and $10, US$ and `a_b $c$`", "<p>$5 and $10, US$ and <code>a_b $c$</code></p>");
    check(
        "From $5-$10, or $5 in US$ a month; then $x$.",
        "<p>From $5-$10, or $5 in US$ a month; then <span class=\"nb\"><math/>.</span></p>",
    );
    check("\\$x\\$", "<p>$x$</p>");
}

#[test]
fn smart_punctuation_is_for_prose() {
    check("\"A\" -- it's... `\"b\" -- it's...`", "<p>“A” – it’s… <code>\"b\" -- it's...</code></p>");
    check("<kbd>'</kbd>", "<p><kbd>’</kbd></p>");
    check(
        "\"$x$\", $x$'s, `a`'s, (\"b\")",
        "<p>“<span class=\"nb\"><math/>”</span>, <span class=\"nb\"><math/>’</span>s, <code>a</code>’s, (“b”)</p>",
    );
}

#[test]
fn a_display_formula_is_a_block() {
    let eq = |label: &str| {
        format!(
            "<div class=\"eq\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><math display=\"block\"/></div>"
        )
    };
    let (first, second) = (eq("Formula"), eq("Formula 2"));
    check("$$\ny\n$$", &first);
    check("```math\ny\n```", &first);
    check("So\n$$x$$\nand $$x$$ then.", &format!("<p>So</p>\n{first}\n<p>and</p>\n{second}\n<p>then.</p>"));
    check("> $$\n> y\n> $$", &format!("<blockquote>\n{first}\n</blockquote>"));
    check("- a $$x$$\n- b", &format!("<ul>\n<li>a \n{first}\n</li>\n<li>b</li>\n</ul>"));
    // No block may stand in these.
    check("*a $$x$$ b*", "<p><em>a <math display=\"block\"/> b</em></p>");
    assert!(html("## a $$x$$").contains(">a <math display=\"block\"/><a class=\"anchor\""));
}

#[test]
fn code_has_a_head_and_its_source() {
    let block = |head: &str, label: &str, code: &str| {
        format!(
            "<div class=\"code\"><div class=\"code-head\">{head}<button type=\"button\" class=\"btn bare copy\" data-copy>Copy</button>\
             </div><pre tabindex=\"0\" role=\"region\" aria-label=\"{label}\">{code}</pre></div>"
        )
    };
    check(
        "```python title=\"a<b.py\"\nx = \"<\"\n```",
        &block(
            "<b>a&lt;b.py</b><span>Python</span>",
            "Code: a&lt;b.py",
            "<code class=\"language-python\">x = <span class=\"hs\">\"&lt;\"</span>\n</code>",
        ),
    );
    check(
        "```Foo\n'x' -- 1\n```",
        &block("<span>Foo</span>", "Code: Foo", "<code class=\"language-Foo\">'x' -- 1\n</code>"),
    );
    check("    x", &block("", "Code", "<code>x</code>"));
    check(
        "```text title=\"Output\"\n1\n```",
        &block("<b>Output</b>", "Code: Output", "<code class=\"language-text\">1\n</code>"),
    );
    check(
        "```py numbers mark=\"2\"\n'''a\n\nb'''\n```",
        &block(
            "<span>Python</span>",
            "Code: Python",
            "<code class=\"language-py numbers\"><span class=\"l\"><span class=\"hs\">'''a</span>\n</span>\
             <span class=\"l mark\">\n</span><span class=\"l\"><span class=\"hs\">b'''</span>\n</span></code>",
        ),
    );
}

/// What a reader copies is what the author wrote.
#[test]
fn the_text_of_a_block_is_its_source() {
    let source = "/* a\n\n\tb */ \"<&>\" 'x\n\n@d\n#[e(\"\n\")]\n+ 1\n";
    for info in [
        "rust",
        "rust numbers",
        "python mark=\"1-3\"",
        "js",
        "bash numbers",
        "yaml numbers",
        "diff mark=\"2\"",
        "c",
        "toml",
    ] {
        let html = html(&format!("```{info}\n{source}```\n"));
        let code = html.split_once("<code").unwrap().1.split_once('>').unwrap().1.split("</code>").next().unwrap();
        let mut depth = 0;
        let text: String = code
            .split('<')
            .enumerate()
            .map(|(piece_idx, piece)| {
                if piece_idx == 0 {
                    return piece;
                }
                depth += if piece.starts_with('/') { -1 } else { 1 };
                assert!((0..=2).contains(&depth) && !(depth == 2 && piece.starts_with("span class=\"l")), "{code}");
                piece.split_once('>').unwrap().1
            })
            .collect();
        assert_eq!(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), source, "{info}");
    }
}

#[test]
fn tables_are_captioned_numbered_and_scroll() {
    check(
        "Table: What $x$ *is*.\n\n| a | b | c | d |\n|---|--:|:-:|:--|\n| 1 | 2 | 3 | 4 |\n\n| e |\n|---|\n\nTable: No table.",
        "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table 1\"><table>\n\
         <caption><b>Table 1.</b> What <math/> <em>is</em>.</caption>\n<thead>\n<tr>\n\
         <th scope=\"col\">a</th>\n<th scope=\"col\" class=\"r\">b</th>\n<th scope=\"col\" class=\"c\">c</th>\n<th scope=\"col\" class=\"l\">d</th>\n\
         </tr>\n</thead>\n<tbody>\n<tr>\n\
         <td>1</td>\n<td class=\"r\">2</td>\n<td class=\"c\">3</td>\n<td class=\"l\">4</td>\n</tr>\n</tbody>\n</table></div>\n\
         <div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table without caption\"><table>\n\
         <thead>\n<tr>\n<th scope=\"col\">e</th>\n</tr>\n</thead>\n</table></div>\n<p>Table: No table.</p>",
    );
    let apart = html("Table: x\n\nBetween.\n\n| a |\n|---|\n");
    assert!(apart.starts_with("<p>Table: x</p>\n<p>Between.</p>") && !apart.contains("<caption>"), "{apart}");
    let second = html("Table: x\n\n|a|\n|-|\n\n> Table: y\n>\n> |a|\n> |-|\n");
    assert!(
        second.contains("<blockquote>\n<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table 2\">"),
        "{second}"
    );
}

#[test]
fn a_paragraph_that_begins_with_an_image_is_a_figure() {
    check(
        "![Two \\\"dials\\\"](dials.svg)\nWhat $x$ *does*.\nMore.",
        "<figure class=\"fig\" id=\"fig-dials\"><div class=\"stage\" role=\"img\" aria-label=\"Two &quot;dials&quot;\">\
         <svg class=\"w\"/><svg class=\"n\"/></div><figcaption><b>Figure 1.</b> What <math/> <em>does</em>.\nMore.</figcaption></figure>",
    );
    check(
        "![A](photo.jpg \"The <title>\")\n\n![](plain.svg)\n\n![B](far/photo.jpg) Words.",
        "<figure class=\"fig\" id=\"fig-photo\"><a class=\"enlarge\" href=\"/repo/posts/me/photo.jpg\"><img src=\"/repo/posts/me/photo.jpg\" alt=\"A\" width=\"640\" height=\"480\" \
         loading=\"lazy\" decoding=\"async\" /></a><figcaption><b>Figure 1.</b> The &lt;title&gt;</figcaption></figure>\n\
         <figure class=\"fig\" id=\"fig-plain\"><div class=\"stage\" role=\"img\" aria-label=\"\"><svg class=\"w\"/></div></figure>\n\
         <figure class=\"fig\" id=\"fig-photo-2\"><a class=\"enlarge\" href=\"/repo/posts/me/far/photo.jpg\"><img src=\"/repo/posts/me/far/photo.jpg\" alt=\"B\" loading=\"lazy\" decoding=\"async\" /></a>\
         <figcaption><b>Figure 2.</b> Words.</figcaption></figure>",
    );
    check(
        "![A](plain.svg)\\\nWords.",
        "<figure class=\"fig\" id=\"fig-plain\"><div class=\"stage\" role=\"img\" aria-label=\"A\"><svg class=\"w\"/></div>\
         <figcaption><b>Figure 1.</b> Words.</figcaption></figure>",
    );
    check(
        "See ![it *now*](photo.jpg \"t\").",
        "<p>See <img src=\"/repo/posts/me/photo.jpg\" alt=\"it now\" title=\"t\" width=\"640\" height=\"480\" loading=\"lazy\" decoding=\"async\" />.</p>",
    );
}

#[test]
fn links_lead_where_the_page_is() {
    check("[a](../rope/index.md#b)", "<p><a href=\"/repo/posts/rope/#b\">a</a></p>");
    check(
        "[a](/posts/rope/ \"T\") [b](#c) [d](e.csv)",
        "<p><a href=\"/repo/posts/rope/\" title=\"T\">a</a> <a href=\"#c\">b</a> <a href=\"/repo/posts/me/e.csv\">d</a></p>",
    );
    check(
        "<https://a.b/?c&d>",
        "<p><a href=\"https://a.b/?c&amp;d\" class=\"ext\" rel=\"external\">https://a.b/?c&amp;d</a></p>",
    );
    check("<a@b.c>", "<p><a href=\"mailto:a@b.c\">a@b.c</a></p>");
}

#[test]
fn dangerous_addresses_never_get_into_the_page() {
    check("[a *b*](javascript:alert(1)) c", "<p>a <em>b</em> c</p>");
    check("[a](java&#10;script:x) [b](DATA:text/html,x) [c][d]\n\n[d]: vbscript:x", "<p>a b c</p>");
    check(
        "![a&b](data:image/svg+xml,x) ![c](javascript:x)",
        "<figure class=\"fig\" id=\"fig-svg-xml-x\">a&amp;b<figcaption><b>Figure 1.</b> c</figcaption></figure>",
    );
    check("[a](\"onclick=x)", "<p><a href=\"/repo/posts/me/%22onclick=x\">a</a></p>");
}

#[test]
fn raw_html_is_what_the_build_made_of_it() {
    check("Press <kbd>a</kbd>.", "<p>Press <kbd>a</kbd>.</p>");
    check(
        "<details><summary>Answer</summary>\n\n*Yes.*\n\n</details>\n",
        "<details><summary>Answer</summary>\n<p><em>Yes.</em></p>\n</details>",
    );
    check("a <b onclick=x>c", "<p>a &lt;b onclick=x&gt;c</p>");
    check("<script>\nx && y\n</script>\n", "<p>&lt;script&gt;\nx &amp;&amp; y\n&lt;/script&gt;</p>");
    let found: Vec<_> =
        survey("- <div>\n  a\n\n<b>\n").html.into_iter().map(|found| (found.value, found.range)).collect();
    assert_eq!(found, [("<div>\na\n".to_owned(), 2..12), ("<b>\n".to_owned(), 13..17)]);
}

#[test]
fn notes_are_numbered_across_labs_and_stand_at_the_end() {
    let rendered = rendered(
        "A[^x y][^b].\n\n[^b]: Second[^c].\n\n```lab moe\n k = 2 \n```\n\nB[^x y][^B].\n\n[^x y]: First\n\n    - list\n\n[^c]: Third.\n\n[^unused]: Never.\n",
    );
    let [Segment::Html(before), Segment::Lab(lab), Segment::Html(after)] = &rendered.segments[..] else {
        panic!("{rendered:?}")
    };
    let mark = |id: &str, to: &str, n: u32| {
        let class = if id == to { format!(" class=\"n{n}\"") } else { String::new() };
        format!("<sup class=\"fn\"><a id=\"fnref-{id}\" href=\"#fn-{to}\"{class} aria-label=\"Note {n}\">{n}</a></sup>")
    };
    let back = |id: &str| format!("<a class=\"back\" href=\"#fnref-{id}\" aria-label=\"Back to the text\">↩︎</a>");
    assert_eq!(*before, format!("<p>A{}{}.</p>\n", mark("x-y", "x-y", 1), mark("b", "b", 2)));
    assert_eq!(*lab, LabRef { id: "moe".into(), name: "moe".into(), number: 1 });
    let expected = format!(
        "<p>B{}{}.</p>\n<section class=\"footnotes\" aria-label=\"Notes\">\n<ol>\n\
         <li id=\"fn-x-y\">\n<p>First</p>\n<ul>\n<li>list</li>\n</ul>\n{}</li>\n\
         <li id=\"fn-b\">\n<p>Second{}. {}</p>\n</li>\n<li id=\"fn-c\">\n<p>Third. {}</p>\n</li>\n</ol>\n</section>\n",
        mark("x-y-2", "x-y", 1),
        mark("b-2", "b", 2),
        back("x-y"),
        mark("c", "c", 3),
        back("b"),
        back("c"),
    );
    assert_eq!(*after, expected);
}

#[test]
fn a_lab_that_cannot_stand_there_is_shown_as_source() {
    for markdown in [
        "- ```lab moe\n  ```",
        "> ```lab moe\n> ```",
        "<details><summary>Answer</summary>\n\n```lab moe\n```\n\n</details>\n",
    ] {
        assert!(html(markdown).contains("<pre"), "{markdown}");
        assert!(survey(markdown).labs[0].value.nested);
    }
    assert!(!survey("```lab moe\n```").labs[0].value.nested);
}

#[test]
fn two_labs_of_one_name_have_an_id_each_and_their_own_bodies() {
    let markdown =
        "```lab moe\nk = 1\n```\n\n## Moe 2\n\n```lab sft\n```\n\n```lab moe\n\n k = 2\n```\n\n```lab moe\n```\n";
    let labs: Vec<_> = rendered(markdown)
        .segments
        .into_iter()
        .filter_map(|segment| match segment {
            Segment::Lab(lab) => Some((lab.id, lab.name, lab.number)),
            Segment::Html(_) => None,
        })
        .collect();
    let lab = |id: &str, name: &str, number| (id.to_owned(), name.to_owned(), number);
    assert_eq!(labs, [lab("moe", "moe", 1), lab("sft", "sft", 2), lab("moe-2", "moe", 3), lab("moe-3", "moe", 4)]);
    let survey = survey(markdown);
    let blocks: Vec<_> =
        survey.labs.iter().map(|found| (&*found.value.id, &markdown[found.value.inner.clone()])).collect();
    assert_eq!(blocks, [("moe", "k = 1\n"), ("sft", ""), ("moe-2", "\n k = 2\n"), ("moe-3", "")]);
    // A heading that is called as a further lab is keeps its id, and the build tells its author.
    assert_eq!(survey.ids.iter().filter(|found| found.value == "moe-2").count(), 2);
}

#[test]
fn the_rest_of_the_dialect() {
    check(
        "> [!WARNING]\n> Hot.",
        "<div class=\"note note-warning\" role=\"note\">\n<p class=\"note-title\">Warning</p>\n<p>Hot.</p>\n</div>",
    );
    check(
        "- [x] a\n- [ ] b",
        "<ul>\n<li><input type=\"checkbox\" checked disabled aria-label=\"done\" /> a</li>\n\
         <li><input type=\"checkbox\" disabled aria-label=\"to do\" /> b</li>\n</ul>",
    );
    check(
        "H~2~O, x^2^, ^a *b*^ ~~no~~, about ~100 and ~200, \\~a\\~, <http://a/~b/~c>",
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <sup>a <em>b</em></sup> <del>no</del>, about ~100 and ~200, ~a~, \
         <a href=\"http://a/~b/~c\" class=\"ext\" rel=\"external\">http://a/~b/~c</a></p>",
    );
    check("Term\n: What it is\n\n    More", "<dl>\n<dt>Term</dt>\n<dd>\n<p>What it is</p>\n<p>More</p>\n</dd>\n</dl>");
    check("a\\\nb\n\n---", "<p>a<br />\nb</p>\n<hr />");
}

#[test]
fn ids_and_unused_notes_are_told_to_the_build() {
    let survey = survey(
        "---\na: b\n---\n## A {#x}\n\n## B {#x}\n\n![c](d.svg)\n\n```lab x\n```\n\n```py\n```\n\nE[^e] <m@n>\n\n[^e]: f\n[^g]: h\n",
    );
    let ids: Vec<_> = survey.ids.iter().map(|found| found.value.as_str()).collect();
    assert_eq!(ids, ["x", "x", "fig-d", "x", "fnref-e", "fn-e"]);
    assert_eq!(survey.headings[1].range, 24..34);
    assert_eq!(survey.unused_notes.iter().map(|found| found.value.as_str()).collect::<Vec<_>>(), ["g"]);
    assert_eq!(survey.languages[0].value, "py");
    assert_eq!(survey.links[0].value, "mailto:m@n");
}

#[test]
fn the_first_definition_of_a_note_counts() {
    let markdown = "A[^a].\n\n[^b]: 1\n\n[^a]: 2\n\n[^a]: 3\n";
    let html = html(markdown);
    assert!(html.contains("<p>2 <a class") && !html.contains("<p>3") && !html.contains("<p>1"), "{html}");
    let unused = survey(markdown).unused_notes;
    assert_eq!(
        unused.iter().map(|found| &markdown[found.range.start..][..7]).collect::<Vec<_>>(),
        ["[^b]: 1", "[^a]: 3"]
    );
}

#[test]
fn a_note_takes_no_name_from_a_heading() {
    let html = html("A[^rope].\n\n## Rope\n\n## Fn rope\n\n[^rope]: b\n");
    for id in ["fnref-rope", "rope", "fn-rope-2", "fn-rope"] {
        assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id} in {html}");
    }
}
