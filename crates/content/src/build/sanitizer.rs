//! The second pair of eyes: what we let pass must also pass ammonia, unchanged.

use crate::build::tree::{Step, as_browser};
use std::collections::{HashMap, HashSet};

/// An allow-list in the form that ammonia takes.
pub(crate) struct Allowed {
    /// Element → the attributes that only it may have.
    pub elements: Vec<(&'static str, &'static [&'static str])>,
    /// Attributes of all elements.
    pub attributes: Vec<&'static str>,
    /// Beginnings of attribute names that all elements may have.
    pub prefixes: &'static [&'static str],
    /// Schemes of absolute addresses.
    pub schemes: &'static [&'static str],
}

/// What ammonia would change, as `what we have` → `what it leaves`; nothing if it changes nothing.
///
/// Both sides are compared as html5ever reads them, so that spelling does not matter.
pub(crate) fn objection(html: &str, allowed: &Allowed) -> Option<String> {
    let cleaned = builder(allowed).clean(html).to_string();
    difference(&as_browser(html), &as_browser(&cleaned))
}

/// The first step at which two readings part.
pub(crate) fn difference(ours: &[Step], theirs: &[Step]) -> Option<String> {
    let at = ours.iter().zip(theirs).position(|(a, b)| a != b);
    let at = at.or_else(|| (ours.len() != theirs.len()).then(|| ours.len().min(theirs.len())))?;
    let show = |steps: &[Step]| steps.get(at).map_or_else(|| "the end".to_owned(), ToString::to_string);
    Some(format!("{} became {}", show(ours), show(theirs)))
}

fn builder(allowed: &Allowed) -> ammonia::Builder<'static> {
    let mut builder = ammonia::Builder::empty();
    let own: HashMap<_, HashSet<_>> =
        allowed.elements.iter().map(|(element, attributes)| (*element, attributes.iter().copied().collect())).collect();
    builder
        .tags(own.keys().copied().collect())
        .tag_attributes(own)
        .generic_attributes(allowed.attributes.iter().copied().collect())
        .generic_attribute_prefixes(allowed.prefixes.iter().copied().collect())
        .url_schemes(allowed.schemes.iter().copied().collect())
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(None)
        .strip_comments(true);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed() -> Allowed {
        Allowed {
            elements: vec![("p", &[]), ("a", &["href"])],
            attributes: vec!["class"],
            prefixes: &["aria-"],
            schemes: &["https"],
        }
    }

    #[test]
    fn what_is_allowed_passes_whatever_its_spelling() {
        for html in [
            "",
            "text &amp; text",
            "<P CLASS=x aria-label='y'>a</P>",
            r##"<a href="https://a.b/?c&amp;d">x</a><a href="#x">y</a>"##,
        ] {
            assert_eq!(objection(html, &allowed()), None, "{html}");
        }
    }

    #[test]
    fn what_is_not_is_told() {
        let cases = [
            ("<p id=x>a</p>", r#"<p id="x"> became <p>"#),
            ("<b>a</b>", r#"<b> became "a""#),
            ("<a href=javascript:x>a</a>", r#"<a href="javascript:x"> became <a>"#),
            ("<a href=http://a.b>a</a>", r#"<a href="http://a.b"> became <a>"#),
            ("a<!-- c -->", "a comment became the end"),
            ("<svg><p>a</p></svg>", "<svg> became <p>"),
        ];
        for (html, expected) in cases {
            assert_eq!(objection(html, &allowed()).as_deref(), Some(expected), "{html}");
        }
    }
}
