//! Citations and references to numbered things: from what authors write to what stands in the page.

use super::{
    bibliography::Bibliography,
    codes,
    diagnostic::{Diagnostic, Source, did_you_mean},
    escape::attribute,
};
use crate::render::{Found, Label, Survey};
use std::collections::BTreeMap;

/// What the renderer looks up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cited {
    /// As written → markup.
    pub tokens: BTreeMap<String, String>,
    /// The list at the end; empty if nothing is cited.
    pub references: String,
    /// The keys of the works, in the order of their numbers.
    pub keys: Vec<String>,
}

/// Resolves all tokens of an article. Works are numbered in the order in which they are first cited.
pub(super) fn resolve(
    survey: &Survey,
    bibliography: &Bibliography,
    source: &Source<'_>,
    found: &mut Vec<Diagnostic>,
) -> Cited {
    let mut cited = Cited::default();
    check_labels(&survey.labels, source, found);
    for Found { value: token, range } in &survey.tokens {
        let markup = match token.strip_prefix("[").and_then(|inner| inner.strip_suffix(']')) {
            Some(inner) => citation(inner, bibliography, &mut cited.keys),
            None => reference(token, &survey.labels),
        };
        match markup {
            Ok(markup) => {
                cited.tokens.insert(token.clone(), markup);
            }
            Err((code, message, help)) => {
                found.push(source.error(code, range.clone(), message).with_help_if(help));
            }
        }
    }
    cited.references = list(&cited.keys, bibliography);
    cited
}

type Fault = (&'static str, String, Option<String>);

/// A label that names nothing, or that no number belongs to.
fn check_labels(labels: &[Found<Label>], source: &Source<'_>, found: &mut Vec<Diagnostic>) {
    for Found { value: label, range } in labels {
        if label.number.is_some() {
            continue;
        }
        let help = match label.name.split(':').next() {
            Some("fig") => "it ends the caption of a figure: `![what it shows](name.svg) Caption. {#fig:name}`",
            Some("tbl") => "it ends the caption of a table: a paragraph `Table: Caption. {#tbl:name}` right above it",
            _ => "it stands behind the formula, on the same line: `$$ … $$ {#eq:name}`",
        };
        let message = format!("the label `{}` belongs to nothing that has a number", label.name);
        found.push(source.error(codes::LABEL, range.clone(), message).with_help(help));
    }
}

/// `@key, Table 2; @key` → numbers in brackets, each a link to its work.
fn citation(inner: &str, bibliography: &Bibliography, keys: &mut Vec<String>) -> Result<String, Fault> {
    let mut markup = "<span class=\"cite\">[".to_owned();
    for (item_idx, item) in inner.split(';').enumerate() {
        let (key, locator) = item.split_once(',').map_or((item, ""), |(key, locator)| (key, locator.trim()));
        let key = key.trim();
        let Some(key) = key.strip_prefix('@').filter(|key| !key.is_empty()) else {
            let message = format!("`{}` is no citation: a key begins with `@`", key);
            return Err((codes::CITATION, message, Some("write `[@key; @key, Table 2]`".to_owned())));
        };
        let Some(work) = bibliography.get(key) else {
            let help = did_you_mean(key, bibliography.keys());
            let help = help.or_else(|| Some("add it to `references.bib`".to_owned()));
            return Err((codes::CITATION, format!("no work has the key `{key}`"), help));
        };
        let number = match keys.iter().position(|known| known == key) {
            Some(at) => at + 1,
            None => {
                keys.push(key.to_owned());
                keys.len()
            }
        };
        markup.push_str(if item_idx == 0 { "" } else { "; " });
        markup.push_str("<a href=\"#ref-");
        markup.push_str(&attribute(key));
        markup.push_str("\" aria-label=\"");
        markup.push_str(&attribute(&work.short));
        markup.push_str(&format!("\">{number}</a>"));
        if !locator.is_empty() {
            markup.push_str(", ");
            markup.push_str(&attribute(locator));
        }
    }
    markup.push_str("]</span>");
    Ok(markup)
}

/// `@fig:decay` → a link that says "Figure 2".
fn reference(token: &str, labels: &[Found<Label>]) -> Result<String, Fault> {
    let written = token.trim_start_matches('@');
    let name = written.to_ascii_lowercase();
    let kind = name.split(':').next().unwrap_or_default();
    let Some(label) = labels.iter().find(|label| label.value.name == name) else {
        let known = labels.iter().map(|label| label.value.name.as_str());
        let help = did_you_mean(&name, known.filter(|known| known.starts_with(kind)));
        return Err((codes::LABEL, format!("nothing has the label `{name}`"), help));
    };
    let number = label.value.number.unwrap_or_default();
    let begins_sentence = written.starts_with(|c: char| c.is_ascii_uppercase());
    let words = match (kind, begins_sentence) {
        ("fig", _) => format!("Figure {number}"),
        ("tbl", _) => format!("Table {number}"),
        (_, true) => format!("Equation ({number})"),
        (_, false) => format!("equation ({number})"),
    };
    Ok(format!("<a class=\"xref\" href=\"#{}\">{words}</a>", name.replace(':', "-")))
}

fn list(keys: &[String], bibliography: &Bibliography) -> String {
    if keys.is_empty() {
        return String::new();
    }
    let mut out = "<section class=\"references\" aria-labelledby=\"references\">\n<h2 id=\"references\" tabindex=\"-1\">References</h2>\n<ol>\n".to_owned();
    for key in keys {
        out.push_str("<li id=\"ref-");
        out.push_str(&attribute(key));
        out.push_str("\">");
        out.push_str(bibliography.get(key).map_or("", |work| &work.html));
        out.push_str("</li>\n");
    }
    out.push_str("</ol>\n</section>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::bibliography::parse_bibliography;
    use crate::render::{Place, render, survey};
    use crate::sidecar::Resolved;

    const WORKS: &str = "@misc{a, author = {Ada, A.}, title = {First}, year = {2020}, url = {https://a.example/x}}
        @misc{b2, author = {Bo, B. and Cy, C.}, title = {Second}, year = {2021}, doi = {10.1/2}}";

    fn resolved(text: &str) -> (Cited, Vec<String>) {
        let (bibliography, _) = parse_bibliography("references.bib", WORKS.as_bytes());
        let source = Source::new("p.md", text);
        let mut found = Vec::new();
        let cited = resolve(&survey(text), &bibliography, &source, &mut found);
        (cited, found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn works_are_numbered_as_they_are_cited() {
        let (cited, found) = resolved("As [@b2, Table 2] and [@a; @b2] say.[^n]\n\n[^n]: See [@a].\n");
        assert_eq!(found, [""; 0]);
        assert_eq!(
            cited.tokens["[@b2, Table 2]"],
            "<span class=\"cite\">[<a href=\"#ref-b2\" aria-label=\"Bo and Cy, 2021\">1</a>, Table 2]</span>"
        );
        assert!(cited.tokens["[@a; @b2]"].contains(">2</a>; <a"));
        assert!(cited.references.contains("<li id=\"ref-b2\">B. Bo and C. Cy (2021). “Second”."));
        assert_eq!(cited.keys, ["b2", "a"]);
    }

    const NUMBERED: &str = "See @fig:two, @tbl:t and @eq:loss. @Eq:loss is\n\n$$ x $$ {#eq:loss}\nwhere.\n\n\
        ![a](one.png)\n\n![b](two.png) A *caption*. {#fig:two}\n\nTable: Plain.\n\n| a |\n|---|\n| b |\n\n\
        Table: Named. {#tbl:t}\n\n| a |\n|---|\n| b |\n";

    #[test]
    fn numbered_things_are_referred_to_by_number() {
        let (cited, found) = resolved(NUMBERED);
        assert_eq!(found, [""; 0]);
        assert_eq!(cited.tokens["@fig:two"], "<a class=\"xref\" href=\"#fig-two\">Figure 1</a>");
        assert_eq!(cited.tokens["@tbl:t"], "<a class=\"xref\" href=\"#tbl-t\">Table 2</a>");
        assert_eq!(cited.tokens["@eq:loss"], "<a class=\"xref\" href=\"#eq-loss\">equation (1)</a>");
        assert_eq!(cited.tokens["@Eq:loss"], "<a class=\"xref\" href=\"#eq-loss\">Equation (1)</a>");
    }

    #[test]
    fn the_page_has_the_places_and_the_same_numbers() {
        let (cited, _) = resolved(NUMBERED);
        let resolved =
            Resolved { tokens: cited.tokens, references: "<section></section>\n".into(), ..Resolved::default() };
        let rendered = render(NUMBERED, &resolved, Place { base: "", slug: "x" });
        let crate::render::Segment::Html(html) = &rendered.segments[0] else { panic!("a lab") };
        for part in [
            "See <a class=\"xref\" href=\"#fig-two\">Figure 1</a>, ",
            "<div class=\"eq\" id=\"eq-loss\" ",
            "<span class=\"tag\">(1)</span></div>\n<p>where.</p>",
            "<figure class=\"fig\" id=\"fig-two\">",
            "<b>Figure 1.</b> A <em>caption</em>.</figcaption>",
            "<caption><b>Table 1.</b> Plain.</caption>",
            "<div class=\"table\" id=\"tbl-t\" ",
            "<caption><b>Table 2.</b> Named.</caption>",
            "<section></section>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        assert!(!html.contains("{#"), "{html}");
        assert_eq!(rendered.outline.last().map(|heading| heading.id.as_str()), Some("references"));
    }

    #[test]
    fn what_leads_nowhere_is_told_with_its_place() {
        let cases = [
            ("See [@b].", "p.md:1:5: error: no work has the key `b`; add it to `references.bib`"),
            ("See [@bb2].", "p.md:1:5: error: no work has the key `bb2`; did you mean `b2`?"),
            (
                "A [@a; b2].",
                "p.md:1:3: error: `b2` is no citation: a key begins with `@`; write `[@key; @key, Table 2]`",
            ),
            ("x\n\nSee @fig:q.", "p.md:3:5: error: nothing has the label `fig:q`"),
            (
                "$$ x $$ {#eq:loss}\n\nSee @eq:los.",
                "p.md:3:5: error: nothing has the label `eq:los`; did you mean `eq:loss`?",
            ),
            (
                "Words {#fig:a}",
                "p.md:1:7: error: the label `fig:a` belongs to nothing that has a number; it ends the caption of a \
                 figure: `![what it shows](name.svg) Caption. {#fig:name}`",
            ),
            (
                "Table: Words. {#tbl:a}\n\nNo table.",
                "p.md:1:15: error: the label `tbl:a` belongs to nothing that has a number; it ends the caption of a \
                 table: a paragraph `Table: Caption. {#tbl:name}` right above it",
            ),
        ];
        for (text, message) in cases {
            assert_eq!(resolved(text).1, [message], "{text}");
        }
    }

    #[test]
    fn an_escaped_mark_is_text() {
        let (cited, found) = resolved("Write \\[@a] or \\@fig:x and `@fig:y`.");
        assert_eq!((cited, found.len()), (Cited::default(), 0));
    }
}
