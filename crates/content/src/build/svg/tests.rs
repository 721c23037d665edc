use super::*;

const NS: &str = "http://www.w3.org/2000/svg";
const WIDE: Drawing<'_> = Drawing::Wide { prefix: "fig-x" };

fn sanitize(svg: &str, drawing: Drawing<'_>) -> (Option<String>, Vec<String>) {
    let (markup, found) = sanitize_svg("d.svg", svg.as_bytes(), drawing);
    (markup, found.iter().map(|one| one.to_string().replacen("d.svg", "", 1)).collect())
}

/// A drawing around `inner`, which stands on line 2.
fn wrap(inner: &str) -> String {
    format!(
        "<svg xmlns=\"{NS}\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\"><title>T</title>\n{inner}\n</svg>"
    )
}

/// What becomes of `inner`.
fn good(inner: &str) -> String {
    let (markup, found) = sanitize(&wrap(inner), WIDE);
    assert_eq!(found, [""; 0], "{inner}");
    let markup = markup.unwrap();
    let inside = markup
        .strip_prefix(r#"<svg class="w" viewBox="0 0 9 9" role="img"><title>T</title>"#)
        .and_then(|rest| rest.strip_suffix("</svg>"));
    inside.unwrap_or_else(|| panic!("{markup}")).to_owned()
}

fn bad(inner: &str, expected: &[&str]) {
    let (markup, found) = sanitize(&wrap(inner), WIDE);
    assert_eq!(found, expected, "{inner}");
    assert_eq!(markup, None, "{inner}");
}

#[test]
fn a_drawing_is_written_for_its_place() {
    let svg = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- c -->\n<svg:svg xmlns:svg=\"{NS}\" xmlns:inkscape=\"http://www.inkscape.org/namespaces/inkscape\" \
         inkscape:version=\"1\" class=\"chart\" width=\"672\" height=\"9\" version=\"1.1\" viewBox=\"0 0 672 9.50\">\
         <svg:title>Loss &lt; 2 &amp; falling</svg:title><svg:metadata><x/></svg:metadata><inkscape:grid/>\
         <svg:path inkscape:id=\"a b\" inkscape:class=\"z\" class=\"ln s1\" d=\"M46 404L656 404.50\"/><svg:g></svg:g><svg:text xml:space=\"preserve\" x=\"1\">a <svg:tspan>b</svg:tspan><![CDATA[<c>]]></svg:text></svg:svg>"
    );
    let expected = |class: &str| {
        format!(
            "<svg class=\"chart {class}\" viewBox=\"0 0 672 9.50\" role=\"img\"><title>Loss &lt; 2 &amp; falling</title>\
             <path class=\"ln s1\" d=\"M46 404L656 404.50\"/><g/><text x=\"1\">a <tspan>b</tspan>&lt;c&gt;</text></svg>"
        )
    };
    assert_eq!(sanitize(&svg, WIDE), (Some(expected("w")), vec![]));
    assert_eq!(sanitize(&svg, Drawing::Narrow { prefix: "p" }), (Some(expected("n")), vec![]));
}

#[test]
fn ids_and_references_are_prefixed() {
    let inner = "<defs><marker id='m' refX='1'/><clipPath id='c'/><symbol id='s'/></defs>\
                 <use href='#s'/><use xlink:href='#s'/><use href='#s' xlink:href='#m'/>\
                 <path marker-end='url(#m)' clip-path=' url(#c) ' aria-labelledby='m  c' aria-label='a &quot;#m&quot; &lt;'/>";
    let expected = "<defs><marker id=\"fig-x-m\" refX=\"1\"/><clipPath id=\"fig-x-c\"/><symbol id=\"fig-x-s\"/></defs>\
                    <use href=\"#fig-x-s\"/><use href=\"#fig-x-s\"/><use href=\"#fig-x-s\"/>\
                    <path marker-end=\"url(#fig-x-m)\" clip-path=\"url(#fig-x-c)\" aria-labelledby=\"fig-x-m fig-x-c\" aria-label=\"a &quot;#m&quot; &lt;\"/>";
    assert_eq!(good(inner), expected);
}

#[test]
fn roles_of_the_file_stay() {
    let svg = format!("<svg role='presentation' xmlns='{NS}' viewBox='0,0,9,9'><title>T</title></svg>");
    assert_eq!(
        sanitize(&svg, WIDE).0.as_deref(),
        Some("<svg class=\"w\" role=\"presentation\" viewBox=\"0,0,9,9\"><title>T</title></svg>")
    );
}

#[test]
fn plates() {
    let plate = format!(
        "<svg xmlns='{NS}' class='plate' viewBox='0 0 64 64' aria-hidden='true'><path class='a' d='M1 1'/></svg>"
    );
    let drawing = Drawing::Plate { prefix: "plate-x" };
    let expected =
        "<svg class=\"plate\" viewBox=\"0 0 64 64\" aria-hidden=\"true\"><path class=\"a\" d=\"M1 1\"/></svg>";
    assert_eq!(sanitize(&plate, drawing), (Some(expected.into()), vec![]));
    let bare = format!("<svg xmlns='{NS}' viewBox='0 0 64 64'/>");
    let expected = [
        ":1:1: error: the plate has no `class=\"plate\"`",
        ":1:1: error: the plate has no `aria-hidden=\"true\"`; the title beside it says it already",
    ];
    assert_eq!(sanitize(&bare, drawing), (None, expected.map(String::from).to_vec()));
}

#[test]
fn the_root() {
    let check = |svg: &str, expected: &[&str]| assert_eq!(sanitize(svg, WIDE).1, expected, "{svg}");
    let namespace = format!("the root element is not `<svg>` of SVG's namespace; begin with `<svg xmlns=\"{NS}\" …>`");
    check("<svg viewBox='0 0 1 1'/>", &[&format!(":1:1: error: {namespace}")]);
    check("<html/>", &[&format!(":1:1: error: {namespace}")]);
    let title = "the drawing has no `<title>`; begin it with `<title>what it shows</title>`";
    check(&format!("<svg xmlns='{NS}' viewBox='0 0 1 1'><title> </title></svg>"), &[&format!(":1:1: error: {title}")]);
    check(
        &format!("<svg xmlns='{NS}' viewBox='0 0 1 1'><g><title>x</title></g></svg>"),
        &[&format!(":1:1: error: {title}")],
    );
    check(
        &format!("<svg xmlns='{NS}'><title>T</title></svg>"),
        &[":1:1: error: the drawing has no `viewBox`; add `viewBox=\"0 0 672 360\"` with its width and height"],
    );
    for view_box in ["0 0 1", "0 0 1 x", "0 0 0 1", "0 0 1 -1", "0 0 1 inf", "0 0 1 1 1"] {
        let svg = format!("<svg xmlns='{NS}' viewBox='{view_box}'><title>T</title></svg>");
        check(
            &svg,
            &[&format!(":1:41: error: `viewBox` must be four numbers, the last two above 0, found `{view_box}`")],
        );
    }
}

#[test]
fn elements_that_are_not_allowed() {
    bad(
        "<script>alert(1)</script>",
        &[
            ":2:1: error: the element `<script>` is not allowed in a drawing; articles run no scripts; a lab is a `lab` block in the Markdown",
        ],
    );
    bad(
        "<g>\n  <style>a{}</style></g>",
        &[":3:3: error: the element `<style>` is not allowed in a drawing; use the classes of the site's style sheet"],
    );
    bad(
        "<foreignObject/>",
        &[":2:1: error: the element `<foreignObject>` is not allowed in a drawing; write `text` and `tspan`"],
    );
    bad("<animate/>", &[":2:1: error: the element `<animate>` is not allowed in a drawing; drawings hold still"]);
    bad("<Rect/>", &[":2:1: error: the element `<Rect>` is not allowed in a drawing; did you mean `rect`?"]);
    bad("<p xmlns='http://www.w3.org/1999/xhtml'/>", &[":2:1: error: the element `<p>` is not allowed in a drawing"]);
    bad("<svg/>", &[":2:1: error: `<svg>` may not stand in another; use `<g transform=…>` or `<symbol>`"]);
    bad("<title>a<tspan>b</tspan></title>", &[":2:9: error: `<title>` holds text only"]);
    bad("<g>loose</g>", &[":2:4: error: text may not stand in `<g>`; write it in `<text>`"]);
    bad(
        &format!("{}{}", "<g>".repeat(65), "</g>".repeat(65)),
        &[":2:193: error: the drawing is more than 64 elements deep"],
    );
    bad("<?php x?>", &[":2:1: error: a drawing may not have processing instructions"]);
}

#[test]
fn attributes_that_are_not_allowed() {
    bad(
        "<path onclick='x'/>",
        &[":2:7: error: the attribute `onclick` is not allowed on `<path>`; articles run no scripts"],
    );
    bad(
        "<g style='fill:red'/>",
        &[
            ":2:4: error: the attribute `style` is not allowed on `<g>`; use a class of the site's style sheet, or attributes such as `stroke-width`",
        ],
    );
    bad(
        "<g strokewidth='2'/>",
        &[":2:4: error: the attribute `strokewidth` is not allowed on `<g>`; did you mean `stroke-width`?"],
    );
    bad(
        "<text font-family='x'/>",
        &[
            ":2:7: error: the attribute `font-family` is not allowed on `<text>`; the site's style sheet sets the typeface",
        ],
    );
    bad("<g x='2'/>", &[":2:4: error: the attribute `x` is not allowed on `<g>`"]);
    bad("<g aria-='2'/>", &[":2:4: error: the attribute `aria-` is not allowed on `<g>`"]);
    bad("<g class='a;b'/>", &[":2:4: error: `class` may not be `a;b`"]);
    bad("<g id='a b'/>", &[":2:4: error: `a b` cannot be an id; use letters, digits, `-` and `_`"]);
}

#[test]
fn references_that_lead_nowhere_or_out() {
    bad(
        "<use href='other.svg#a'/>",
        &[":2:6: error: the reference `other.svg#a` leads out of the drawing; refer to an id of the same file: `#id`"],
    );
    bad(
        "<use xlink:href='https://a.b/c'/>",
        &[
            ":2:6: error: the reference `https://a.b/c` leads out of the drawing; refer to an id of the same file: `#id`",
        ],
    );
    bad("<g id='dot'/><use href='#dott'/>", &[":2:19: error: the drawing has no id `dott`; did you mean `dot`?"]);
    bad("<path fill='url(#zz)'/>", &[":2:7: error: the drawing has no id `zz`"]);
    bad(
        "<path fill='url(https://a.b#c)'/>",
        &[":2:7: error: `fill` may not be `url(https://a.b#c)`; a reference is `url(#id)` with an id of the same file"],
    );
    bad(
        "<g id='a'/><g transform='url(#a)'/>",
        &[":2:15: error: `transform` may not be `url(#a)`; a reference is `url(#id)` with an id of the same file"],
    );
    bad("<g id='a'/><g id='a'/>", &[":2:15: error: the id `a` stands twice in the drawing"]);
}

#[test]
fn use_that_never_ends_or_explodes() {
    bad("<g id='a'><use href='#a'/></g>", &[":2:11: error: the `<use>` draws itself without end"]);
    bad(
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        &[":2:11: error: the `<use>` draws itself without end"],
    );
    let mut laughs = String::from("<g id='l0'/>");
    for level in 1..40 {
        laughs.push_str(&format!("<g id='l{level}'>{}</g>", format!("<use href='#l{}'/>", level - 1).repeat(10)));
    }
    let (markup, found) = sanitize(&wrap(&laughs), WIDE);
    assert_eq!(markup, None);
    assert!(
        found[0].starts_with(":1:1: error: with `<use>` followed the drawing has ")
            && found[0].ends_with(", more than 20000"),
        "{found:?}"
    );
}

#[test]
fn colours_that_do_not_follow_the_theme() {
    let (markup, found) = sanitize(&wrap("<path fill='#f00' stroke='none'/>"), WIDE);
    assert!(markup.is_some_and(|markup| markup.contains("<path fill=\"#f00\" stroke=\"none\"/>")));
    assert_eq!(
        found,
        [":2:7: warning: the colour `#f00` does not follow the theme; use a class of the site's style sheet"]
    );
}

#[test]
fn faults_of_the_file() {
    let check = |svg: &str, expected: &str| assert_eq!(sanitize(svg, WIDE), (None, vec![expected.to_owned()]), "{svg}");
    check(
        "<!DOCTYPE svg [<!ENTITY a \"x\">]>\n<svg/>",
        ":1:1: error: a drawing may not have a DOCTYPE; delete it; inline SVG needs none",
    );
    check("\n<svg>&nbsp;</svg>", ":2:6: error: unknown entity `&nbsp;`; write the character itself");
    check("<svg>\n<g></svg>", ":2:4: error: the drawing is not valid XML: expected 'g' tag, not 'svg'");
    check("", ":1:1: error: the drawing is not valid XML: the document does not have a root node");
    let (_, found) = sanitize_svg("d.svg", b"<svg>\n\xff</svg>", WIDE);
    assert_eq!(found[0].to_string(), "d.svg:2:1: error: the file is not UTF-8: byte 0xFF; save it as UTF-8");
    let deep = format!("{}{}", "<g>".repeat(200_000), "</g>".repeat(200_000));
    assert_eq!(sanitize(&wrap(&deep), WIDE).0, None, "and the stack holds");
}

#[test]
fn a_second_reading_that_differs_is_told() {
    // A carriage return that XML keeps and an HTML parser does not.
    bad(
        "<text>a&#13;b</text>",
        &[":1:1: error: a browser or the sanitizer would change the drawing: \"a\\rb\" became \"a\\nb\""],
    );
}
