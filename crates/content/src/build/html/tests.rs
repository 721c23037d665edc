use super::*;

fn check(markdown: &str) -> (Html, Vec<String>) {
    let (html, found) = check_html(&Source::new("f", markdown), &crate::render::survey(markdown));
    (html, found.iter().map(|one| one.to_string().replacen("f:", "", 1)).collect())
}

/// The chunks of Markdown without fault, in the order of their keys.
fn good(markdown: &str) -> Vec<String> {
    let (html, found) = check(markdown);
    assert_eq!(found, [""; 0], "{markdown}");
    html.chunks.into_iter().map(|(key, markup)| format!("{key} => {markup}")).collect()
}

fn bad(markdown: &str, expected: &[&str]) {
    assert_eq!(check(markdown).1, expected, "{markdown}");
}

#[test]
fn answers_fold() {
    let markdown = "Q.\n\n<details><summary>Answer</summary>\n\nA *word* and $x$.\n\n- a list\n\n</details>\n\nEnd.\n";
    assert_eq!(
        good(markdown),
        [
            "</details>\n => </details>\n",
            "<details><summary>Answer</summary>\n => <details><summary>Answer</summary>\n"
        ]
    );
}

#[test]
fn tags_in_prose() {
    assert_eq!(
        good("Press <KBD>Ctrl</kbd>,<br>an <abbr title='Mixture &amp; \"Experts\"'>MoE</ABBR><!-- c -->."),
        [
            "<!-- c --> => ",
            "</ABBR> => </abbr>",
            "</kbd> => </kbd>",
            "<KBD> => <kbd>",
            "<abbr title='Mixture &amp; \"Experts\"'> => <abbr title=\"Mixture &amp; &quot;Experts&quot;\">",
            "<br> => <br>",
        ]
    );
    assert_eq!(good("a<br/>b<br >c"), ["<br > => <br>", "<br/> => <br>"]);
    assert_eq!(
        good("![alt <b> text](x.png) and *<i>x</i>*"),
        ["</i> => </i>", "<i> => <i>"],
        "an image's description is no markup"
    );
}

#[test]
fn blocks_are_written_anew() {
    let markdown = "<DIV CLASS=wide\n  id='a' aria-label=x>\n<!-- gone -->caf&eacute; &lt; &#x3c;\n<ul><li>x</li></ul><p>y</p></DIV>\n";
    let expected =
        "<div aria-label=\"x\" class=\"wide\" id=\"a\">\ncafé &lt; &lt;\n<ul><li>x</li></ul><p>y</p></div>\n";
    let (html, found) = check(markdown);
    assert_eq!(found, [""; 0]);
    assert_eq!(html.chunks.values().collect::<Vec<_>>(), [expected]);
    assert_eq!(html.ids, [("a".to_owned(), markdown.find("id=").unwrap()..markdown.find(" aria").unwrap())]);
}

#[test]
fn tables_of_cells_that_span() {
    let markdown = "<table>\n<caption>C</caption>\n<thead><tr><th scope=col>a</th><th colspan=\"2\">b</th></tr></thead>\n<tbody>\n<tr><td>1</td><td>2</td>\n<td>3</td></tr>\n</tbody>\n</table>\n";
    assert_eq!(good(markdown).len(), 1);
    bad(
        "<table><tr><td>1</td></tr></table>\n",
        &["1:8: error: `<tr>` may only stand in `<thead>` or `<tbody>` or `<tfoot>`"],
    );
    bad("<table><tbody>x<tr><td>1</td></tr></tbody></table>\n", &["1:15: error: text may not stand in `<tbody>`"]);
}

#[test]
fn links_are_collected() {
    let markdown = "<a href=\"https://a.b/?c&amp;d\">x</a> and <a href='#x'>y</a>";
    let (html, found) = check(markdown);
    assert_eq!(found, [""; 0]);
    assert_eq!(html.chunks["<a href=\"https://a.b/?c&amp;d\">"], "<a href=\"https://a.b/?c&amp;d\">");
    assert_eq!(html.links.iter().map(|(link, _)| link.as_str()).collect::<Vec<_>>(), ["https://a.b/?c&d", "#x"]);
}

#[test]
fn elements_that_are_not_allowed() {
    let not = "is not allowed in raw HTML";
    bad(
        "<script>if (a < b) alert(\"<p onclick>\")</script>\n",
        &[&format!("1:1: error: the element `<script>` {not}; articles run no scripts; a lab is a `lab` block")],
    );
    bad(
        "a <img src=x onerror=y> b",
        &[&format!("1:3: error: the element `<img>` {not}; write `![what it shows](file)`")],
    );
    bad(
        "<svg><path/><g onload=x></g></svg>\n",
        &[&format!(
            "1:1: error: the element `<svg>` {not}; save the drawing in the post's folder and write `![what it shows](drawing.svg)`"
        )],
    );
    bad(
        "<detials>\n\nx\n\n</detials>\n",
        &[&format!("1:1: error: the element `<detials>` {not}; did you mean `details`?")],
    );
    bad(
        "text </iframe>",
        &[&format!("1:6: error: the element `<iframe>` {not}; nothing is embedded from elsewhere; write a link")],
    );
    bad(
        "> a\n> <style>\n> b{}</style>\n",
        &[&format!("2:3: error: the element `<style>` {not}; looks are the matter of the site's style sheet")],
    );
}

#[test]
fn attributes_that_are_not_allowed() {
    bad(
        "a <b\nonclick=x style='y'>c</b>",
        &[
            "2:1: error: the attribute `onclick` is not allowed on `<b>`; articles run no scripts",
            "2:11: error: the attribute `style` is not allowed on `<b>`; use a class of the site's style sheet",
        ],
    );
    bad(
        "<abbr titel=x>a</abbr>",
        &["1:7: error: the attribute `titel` is not allowed on `<abbr>`; did you mean `title`?"],
    );
    bad("<span id=3>a</span>", &["1:7: error: `id=\"3\"` must be a letter, then letters, digits, `-`, `_` or `.`"]);
    bad(
        "<b src=x>a</b>",
        &[
            "1:4: error: the attribute `src` is not allowed on `<b>`; nothing is loaded from raw HTML; write `![what it shows](file)`",
        ],
    );
    bad(
        "<a href='javascript:x'>a</a>",
        &["1:4: error: `href=\"javascript:x\"` has a scheme other than https, http and mailto"],
    );
    bad("<a href='../x/'>a</a>", &["1:4: error: `href=\"../x/\"` is not absolute; write the link in Markdown"]);
}

#[test]
fn tags_balance_over_the_article() {
    bad("<details>\n\ntext\n", &["1:1: error: `<details>` is never closed; add `</details>`"]);
    bad("text\n\n</details>\n", &["3:1: error: `</details>` closes nothing"]);
    bad(
        "a <b><i>c</b></i>",
        &["1:6: error: `<i>` is not closed before `</b>`; add `</i>` before it", "1:14: error: `</i>` closes nothing"],
    );
    bad(
        "a <kbd>b\n\nc</kbd>",
        &[
            "1:3: error: `<kbd>` is not closed before its paragraph ends; add `</kbd>`",
            "3:2: error: `</kbd>` closes nothing",
        ],
    );
    bad(
        "*<b>x*</b>",
        &["1:2: error: `<b>` is not closed before its emphasis ends; add `</b>`", "1:7: error: `</b>` closes nothing"],
    );
    bad(
        "- <div>\n\ntext</div>\n",
        &[
            "1:3: error: `<div>` is not closed before its list item ends; add `</div>`",
            "3:5: error: `</div>` closes nothing",
        ],
    );
    bad(
        "<details>\n\na </details>\n",
        &[
            "1:1: error: `<details>` is never closed; add `</details>`",
            "3:3: error: `</details>` closes nothing in a paragraph; put it on a line of its own, with blank lines around",
        ],
    );
    bad(
        "a</br>b",
        &["1:2: error: `</br>` has no end tag; delete `</br>`".replace("`</br>` has", "`<br>` has").as_str()],
    );
    bad(
        "<div/>\n",
        &[
            "1:1: error: `<div/>` does not close itself; write `<div></div>`",
            "1:1: error: `<div>` is never closed; add `</div>`",
        ],
    );
    bad("x[^n]\n\n[^n]: <b>note\n", &["3:7: error: `<b>` is not closed before its paragraph ends; add `</b>`"]);
}

#[test]
fn notes_stand_elsewhere() {
    let markdown = "<div>\n\nx[^n]\n\n[^n]: a <b>note</b>\n\n</div>\n";
    assert_eq!(good(markdown).len(), 4);
    bad(
        "<div>\n\nx[^n]\n\n[^n]: a\n\n    </div>\n",
        &["1:1: error: `<div>` is never closed; add `</div>`", "7:5: error: `</div>` closes nothing"],
    );
}

#[test]
fn elements_nest_as_a_browser_has_them() {
    bad(
        "text <div>x</div>",
        &["1:6: error: `<div>` may not stand in a paragraph; put it on a line of its own, with a blank line before it"],
    );
    bad("<p><div>x</div></p>\n", &["1:4: error: `<div>` may not stand in `<p>`"]);
    bad("<summary>x</summary>\n", &["1:1: error: `<summary>` may only stand in `<details>`"]);
    bad("<ul><p>x</p></ul>\n", &["1:5: error: `<p>` may not stand in `<ul>`; it holds only `<li>`"]);
    bad(
        "<p>\n\ntext\n\n</p>\n",
        &["3:1: error: a paragraph may not stand in `<p>`; close `<p>` before the blank line"],
    );
    bad(
        "<ul>\n\ntext\n\n</ul>\n",
        &["3:1: error: a paragraph may not stand in `<ul>`; close `<ul>` before the blank line"],
    );
    bad("[a <a href='#x'>b</a>](https://c.d)", &["1:4: error: a link may not stand in a link"]);
    bad(
        "## A <div>b</div>",
        &["1:6: error: `<div>` may not stand in a heading; put it on a line of its own, with a blank line before it"],
    );
    assert_eq!(good("<ul><li>\n\ntext\n\n</li></ul>\n\n<div>\n\n| a |\n|---|\n| <kbd>b</kbd> |\n\n</div>\n").len(), 6);
}

#[test]
fn depth_is_limited() {
    let deep = |depth: usize| format!("{}x{}\n", "<div>".repeat(depth), "</div>".repeat(depth));
    assert_eq!(good(&deep(100)).len(), 1);
    bad(&deep(101), &["1:501: error: raw HTML is more than 100 elements deep"]);
    assert_eq!(check(&deep(100_000)).1.len(), 1, "and it does not take minutes");
}

#[test]
fn grammar() {
    bad(
        "<div>a < b</div>\n",
        &["1:10: error: malformed HTML: invalid first character of tag name; in text, write `&lt;` for `<`"],
    );
    bad("<b id=x id=y>z</b>", &["1:9: error: malformed HTML: duplicate attribute"]);
    bad(
        "<div>&nbsp</div>\n",
        &["1:12: error: malformed HTML: missing semicolon after character reference; in text, write `&amp;` for `&`"],
    );
    bad("<!DOCTYPE html>\n", &["1:1: error: a DOCTYPE may not stand in an article"]);
    bad(
        "<div\n\nclass=x></div>\n",
        &[
            "2:1: error: malformed HTML: eof in tag; the tag does not end before the blank line or the end of its paragraph",
            "3:9: error: `</div>` closes nothing",
        ],
    );
}

#[test]
fn places_are_the_files() {
    let front = "---\ntitle: ü\n---\n";
    bad(
        &format!("{front}\n> - ü <script>"),
        &[
            "5:7: error: the element `<script>` is not allowed in raw HTML; articles run no scripts; a lab is a `lab` block",
        ],
    );
    bad(
        &format!("{front}\n> <div\n>   onclick=x></div>"),
        &["6:5: error: the attribute `onclick` is not allowed on `<div>`; articles run no scripts"],
    );
}

#[test]
fn text_that_looks_like_tags_is_none() {
    assert_eq!(check("a < b, `<script>` and $a<b$\n\n```html\n<script>\n```\n"), (Html::default(), vec![]));
}
