//! An article as a feed reader can show it: no controls, no style of ours, links that work anywhere.

use crate::{address::Address, markup::escape};
use anyhow::{Result, anyhow};
use blog::page::Article;
use content::{
    render::{LabRef, Segment},
    sidecar::LabCard,
};
use lol_html::{RewriteStrSettings, element, rewrite_str};

/// The whole article as HTML.
///
/// # Errors
/// A part of it is no HTML that can be read.
pub(super) fn html(article: &Article, address: &Address) -> Result<String> {
    let page = article.meta.path();
    let whole: String = article
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Html(html) => html.clone(),
            Segment::Lab(lab) => lab_html(lab, article.labs.get(&lab.id)),
        })
        .collect();
    let handlers = [
        // What needs the client or our style sheet; a phone's drawing stands beside the wide one.
        element!("button, script, style, template, a.anchor, [hidden], svg.n", |el| {
            el.remove();
            Ok(())
        }),
        element!("a[href], area[href]", |el| absolute(el, "href", &page, address)),
        element!("[src]", |el| absolute(el, "src", &page, address)),
        element!("[poster]", |el| absolute(el, "poster", &page, address)),
        element!("[srcset]", |el| {
            let candidates = el.get_attribute("srcset").unwrap_or_default();
            let candidates: Vec<_> = candidates
                .split(',')
                .map(|candidate| {
                    let candidate = candidate.trim();
                    let (url, size) = candidate.split_once(' ').unwrap_or((candidate, ""));
                    format!("{} {size}", address.absolute(&page, url)).trim_end().to_owned()
                })
                .collect();
            el.set_attribute("srcset", &candidates.join(", "))?;
            Ok(())
        }),
        element!("[tabindex]", |el| {
            el.remove_attribute("tabindex");
            Ok(())
        }),
    ];
    let settings =
        handlers.into_iter().fold(RewriteStrSettings::new(), RewriteStrSettings::append_element_content_handler);
    let clean = rewrite_str(&whole, settings)
        .map_err(|error| anyhow!("cannot read the HTML of `{}`: {error}", article.meta.slug))?;
    Ok(text(&clean))
}

fn absolute(
    el: &mut lol_html::html_content::Element<'_, '_>,
    name: &str,
    page: &str,
    address: &Address,
) -> lol_html::HandlerResult {
    if let Some(link) = el.get_attribute(name) {
        // Attribute values come and go as they stand in the source, entities and all.
        el.set_attribute(name, &address.absolute(page, &link))?;
    }
    Ok(())
}

fn lab_html(lab: &LabRef, card: Option<&LabCard>) -> String {
    let (caption, question) = card.map(|card| (escape(&card.caption), escape(&card.question))).unwrap_or_default();
    format!(
        "<figure><figcaption><b>Lab {}</b> {caption}. To try: {question} <a href=\"#{}\">In the article</a></figcaption></figure>\n",
        lab.number,
        escape(&lab.id)
    )
}

/// Without the characters that XML 1.0 cannot hold in any way. Source: XML 1.0, §2.2, production 2.
pub(super) fn text(text: &str) -> String {
    // Almost no text has one. Of those above ASCII, U+FFFE and U+FFFF are the only ones, whose first byte is this.
    if text.bytes().all(|byte| (byte >= b' ' && byte != 0xEF) || matches!(byte, b'\t' | b'\n' | b'\r')) {
        return text.to_owned();
    }
    text.chars()
        .filter(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use content::manifest::PostMeta;

    fn check(html: &str, expected: &str) {
        let article = Article {
            meta: PostMeta { slug: "x".into(), ..PostMeta::default() },
            segments: vec![Segment::Html(html.into())],
            ..Article::default()
        };
        let address = Address::new("https://example.org", "/repo").unwrap();
        assert_eq!(super::html(&article, &address).unwrap(), expected);
    }

    #[test]
    fn links_become_absolute_wherever_they_stand() {
        check(
            r##"<p><a href="#fn-1">1</a> <a href="../y/?a=1&amp;b=2#z">y</a></p>"##,
            r##"<p><a href="https://example.org/repo/posts/x/#fn-1">1</a> <a href="https://example.org/repo/posts/y/?a=1&amp;b=2#z">y</a></p>"##,
        );
        check(
            r#"<img src="/repo/posts/x/a.png" alt="">"#,
            r#"<img src="https://example.org/repo/posts/x/a.png" alt="">"#,
        );
        check(
            r#"<img srcset="a.png 1x, b.png 2x">"#,
            r#"<img srcset="https://example.org/repo/posts/x/a.png 1x, https://example.org/repo/posts/x/b.png 2x">"#,
        );
    }

    #[test]
    fn controls_go_and_drawings_and_formulas_stay() {
        check(r##"<h2 id="a">A<a class="anchor" href="#a">#</a></h2>"##, r#"<h2 id="a">A</h2>"#);
        check(
            "<div class=\"code\"><button type=\"button\">Copy</button><pre tabindex=\"0\"><code>a</code></pre></div>",
            "<div class=\"code\"><pre><code>a</code></pre></div>",
        );
        let drawing = "<svg viewBox=\"0 0 1 1\"><defs><path id=\"p\"/></defs><use href=\"#p\"/></svg>";
        check(drawing, drawing);
        let formula = "<math display=\"block\"><mi>x</mi><mo>&lt;</mo></math>";
        check(formula, formula);
    }

    #[test]
    fn a_lab_is_its_caption_question_and_a_way_to_it() {
        let lab = LabRef { id: "lsh-2".into(), name: "lsh".into(), number: 2 };
        let card = LabCard { caption: "A < B".into(), question: "Why?".into(), live: None };
        assert_eq!(
            lab_html(&lab, Some(&card)),
            "<figure><figcaption><b>Lab 2</b> A &lt; B. To try: Why? <a href=\"#lsh-2\">In the article</a></figcaption></figure>\n"
        );
    }

    #[test]
    fn no_character_that_xml_cannot_hold() {
        assert_eq!(text("a\u{0}\u{8}\u{b}\u{c}\u{1f}\u{fffe}\tb\n𝔼"), "a\tb\n𝔼");
    }
}
