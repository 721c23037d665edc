//! What raw HTML in an article may hold.

use crate::build::sanitizer::Allowed;

/// What may stand inside an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Paragraphs, lists and all else.
    Flow,
    /// What may stand in a line of text.
    Phrasing,
    /// These elements, and no text.
    Only(&'static [&'static str]),
    /// Nothing: the element has no end tag.
    Void,
}

/// An element of HTML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub name: &'static str,
    /// Whether it may stand in a line of text.
    pub is_phrasing: bool,
    pub content: Content,
    /// The elements of which it must be a child; any if empty.
    pub parents: &'static [&'static str],
    /// Attributes that only it may have.
    pub attributes: &'static [&'static str],
}

const fn inline(name: &'static str, attributes: &'static [&'static str]) -> Element {
    Element { name, is_phrasing: true, content: Content::Phrasing, parents: &[], attributes }
}

const fn block(
    name: &'static str,
    content: Content,
    parents: &'static [&'static str],
    attributes: &'static [&'static str],
) -> Element {
    Element { name, is_phrasing: false, content, parents, attributes }
}

const CELL: &[&str] = &["abbr", "colspan", "headers", "rowspan", "scope"];
const ROWS: &[&str] = &["tr"];

/// What authors may write. Source of the content models: WHATWG HTML, §4.
pub(super) const ELEMENTS: &[Element] = &[
    inline("a", &["href", "hreflang"]),
    inline("abbr", &[]),
    block("article", Content::Flow, &[], &[]),
    block("aside", Content::Flow, &[], &[]),
    inline("b", &[]),
    inline("bdi", &[]),
    inline("bdo", &[]),
    block("blockquote", Content::Flow, &[], &[]),
    Element { name: "br", is_phrasing: true, content: Content::Void, parents: &[], attributes: &[] },
    block("caption", Content::Flow, &["table"], &[]),
    inline("cite", &[]),
    inline("code", &[]),
    block("dd", Content::Flow, &["dl", "div"], &[]),
    inline("del", &["datetime"]),
    block("details", Content::Flow, &[], &["name", "open"]),
    inline("dfn", &[]),
    block("div", Content::Flow, &[], &[]),
    block("dl", Content::Only(&["dt", "dd", "div"]), &[], &[]),
    block("dt", Content::Flow, &["dl", "div"], &[]),
    inline("em", &[]),
    block("figcaption", Content::Flow, &["figure"], &[]),
    block("figure", Content::Flow, &[], &[]),
    inline("i", &[]),
    inline("ins", &["datetime"]),
    inline("kbd", &[]),
    block("li", Content::Flow, &["ul", "ol"], &["value"]),
    inline("mark", &[]),
    block("ol", Content::Only(&["li"]), &[], &["reversed", "start", "type"]),
    block("p", Content::Phrasing, &[], &[]),
    inline("q", &[]),
    Element { name: "rp", is_phrasing: true, content: Content::Phrasing, parents: &["ruby"], attributes: &[] },
    Element { name: "rt", is_phrasing: true, content: Content::Phrasing, parents: &["ruby"], attributes: &[] },
    inline("ruby", &[]),
    inline("s", &[]),
    inline("samp", &[]),
    block("section", Content::Flow, &[], &[]),
    inline("small", &[]),
    inline("span", &[]),
    inline("strong", &[]),
    inline("sub", &[]),
    block("summary", Content::Phrasing, &["details"], &[]),
    inline("sup", &[]),
    block("table", Content::Only(&["caption", "thead", "tbody", "tfoot"]), &[], &[]),
    block("tbody", Content::Only(ROWS), &["table"], &[]),
    block("td", Content::Flow, &["tr"], CELL),
    block("tfoot", Content::Only(ROWS), &["table"], &[]),
    block("th", Content::Flow, &["tr"], CELL),
    block("thead", Content::Only(ROWS), &["table"], &[]),
    inline("time", &["datetime"]),
    block("tr", Content::Only(&["td", "th"]), &["thead", "tbody", "tfoot"], &[]),
    inline("u", &[]),
    block("ul", Content::Only(&["li"]), &[], &[]),
    inline("var", &[]),
];

/// What Markdown makes beside them.
const MARKDOWN: &[Element] = &[
    block("h1", Content::Phrasing, &[], &[]),
    block("h2", Content::Phrasing, &[], &[]),
    block("h3", Content::Phrasing, &[], &[]),
    block("h4", Content::Phrasing, &[], &[]),
    block("h5", Content::Phrasing, &[], &[]),
    block("h6", Content::Phrasing, &[], &[]),
    block("pre", Content::Phrasing, &[], &[]),
];

/// Attributes of all elements; `aria-*` is allowed too.
pub(super) const ATTRIBUTES: &[&str] = &["class", "dir", "id", "lang", "role", "tabindex", "title"];

/// Schemes of the addresses that links may name.
pub(super) const SCHEMES: &[&str] = &["https", "http", "mailto"];

/// Elements without an end tag, allowed or not. Source: WHATWG HTML, §13.1.2.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "frame", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];

/// An element that authors may write.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.iter().find(|element| element.name == name)
}

/// An element that may stand in an article, from the author's hand or from Markdown.
pub(super) fn any_element(name: &str) -> Option<&'static Element> {
    element(name).or_else(|| MARKDOWN.iter().find(|element| element.name == name))
}

/// Whether an element has no end tag, whether it is allowed or not.
pub(super) fn is_void(name: &str) -> bool {
    VOID.contains(&name)
}

/// What to do instead of an element that authors reach for.
pub(super) fn instead(name: &str) -> Option<&'static str> {
    Some(match name {
        "script" | "noscript" => "articles run no scripts; a lab is a `lab` block",
        "style" | "link" | "font" | "center" => "looks are the matter of the site's style sheet",
        "iframe" | "object" | "embed" | "frame" | "frameset" | "applet" => {
            "nothing is embedded from elsewhere; write a link"
        }
        "img" | "picture" | "source" | "image" => "write `![what it shows](file)`",
        "video" | "audio" | "track" => "write a link to it",
        "svg" => "save the drawing in the post's folder and write `![what it shows](drawing.svg)`",
        "math" => "write `$…$` or `$$…$$`",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "write `## Heading`",
        "pre" => "write a fenced code block",
        "hr" => "write `---` with blank lines around",
        "form" | "input" | "button" | "select" | "textarea" | "label" | "output" => "controls belong to labs",
        _ => return None,
    })
}

/// What to do instead of an attribute.
pub(super) fn instead_of_attribute(name: &str) -> Option<&'static str> {
    Some(match name {
        _ if name.starts_with("on") => "articles run no scripts",
        "style" | "align" | "bgcolor" | "color" | "width" | "height" | "valign" | "border" => {
            "use a class of the site's style sheet"
        }
        "src" | "srcset" | "poster" | "background" | "data" | "srcdoc" => {
            "nothing is loaded from raw HTML; write `![what it shows](file)`"
        }
        "target" | "rel" | "ping" | "download" => "links open where the reader wants",
        _ => return None,
    })
}

/// The allow-list for the second reading: what authors may write and what Markdown makes of the rest.
pub(super) fn for_sanitizer() -> Allowed {
    Allowed {
        elements: ELEMENTS.iter().chain(MARKDOWN).map(|element| (element.name, element.attributes)).collect(),
        attributes: ATTRIBUTES.to_vec(),
        prefixes: &["aria-"],
        schemes: SCHEMES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_hold_together() {
        assert!(ELEMENTS.is_sorted_by_key(|element| element.name));
        for element in ELEMENTS {
            assert_eq!(is_void(element.name), element.content == Content::Void, "{}", element.name);
            assert!(instead(element.name).is_none(), "{} is allowed", element.name);
            for name in element.attributes.iter().chain(ATTRIBUTES) {
                assert!(instead_of_attribute(name).is_none(), "{name} is allowed");
            }
            if let Content::Only(children) = element.content {
                for child in children {
                    let parents = any_element(child).map(|child| child.parents);
                    assert!(
                        parents.is_some_and(|parents| parents.is_empty() || parents.contains(&element.name)),
                        "{child} in {}",
                        element.name
                    );
                }
            }
        }
        for name in [
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "svg",
            "math",
            "template",
            "base",
            "meta",
            "link",
            "form",
            "img",
            "noscript",
            "plaintext",
            "xmp",
        ] {
            assert!(any_element(name).is_none(), "{name}");
        }
    }
}
