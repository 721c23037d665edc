//! What a drawing may hold.

/// Elements, each with the attributes that only it may have.
pub(super) const ELEMENTS: &[(&str, &[&str])] = &[
    ("circle", &["cx", "cy", "r", "pathLength"]),
    ("clipPath", &["clipPathUnits"]),
    ("defs", &[]),
    ("desc", &[]),
    ("ellipse", &["cx", "cy", "rx", "ry", "pathLength"]),
    ("g", &[]),
    ("line", &["x1", "y1", "x2", "y2", "pathLength"]),
    (
        "marker",
        &["markerHeight", "markerUnits", "markerWidth", "orient", "preserveAspectRatio", "refX", "refY", "viewBox"],
    ),
    ("mask", &["height", "maskContentUnits", "maskUnits", "width", "x", "y"]),
    ("path", &["d", "pathLength"]),
    (
        "pattern",
        &[
            "height",
            "patternContentUnits",
            "patternTransform",
            "patternUnits",
            "preserveAspectRatio",
            "viewBox",
            "width",
            "x",
            "y",
        ],
    ),
    ("polygon", &["points", "pathLength"]),
    ("polyline", &["points", "pathLength"]),
    ("rect", &["height", "rx", "ry", "width", "x", "y", "pathLength"]),
    ("svg", &["preserveAspectRatio", "viewBox"]),
    ("symbol", &["height", "preserveAspectRatio", "refX", "refY", "viewBox", "width", "x", "y"]),
    ("text", &["dx", "dy", "lengthAdjust", "rotate", "textLength", "x", "y"]),
    ("textPath", &["href", "lengthAdjust", "method", "side", "spacing", "startOffset", "textLength"]),
    ("title", &[]),
    ("tspan", &["dx", "dy", "lengthAdjust", "rotate", "textLength", "x", "y"]),
    ("use", &["height", "href", "width", "x", "y"]),
];

/// Attributes of all elements: names, presentation, and what assistive technology reads.
pub(super) const ATTRIBUTES: &[&str] = &[
    "alignment-baseline",
    "baseline-shift",
    "class",
    "clip-path",
    "clip-rule",
    "color",
    "direction",
    "display",
    "dominant-baseline",
    "fill",
    "fill-opacity",
    "fill-rule",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "id",
    "lang",
    "letter-spacing",
    "marker-end",
    "marker-mid",
    "marker-start",
    "mask",
    "mask-type",
    "opacity",
    "overflow",
    "paint-order",
    "role",
    "shape-rendering",
    "stroke",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "text-anchor",
    "text-decoration",
    "text-rendering",
    "transform",
    "transform-origin",
    "vector-effect",
    "visibility",
    "word-spacing",
];

/// Attributes whose value is words; all others keep to [`plain`].
pub(super) const PROSE: &[&str] = &["aria-description", "aria-label", "aria-roledescription"];

/// Attributes whose value names ids, separated by spaces.
pub(super) const ID_LISTS: &[&str] =
    &["aria-controls", "aria-describedby", "aria-details", "aria-flowto", "aria-labelledby", "aria-owns"];

/// Attributes whose value may be `url(#id)`.
pub(super) const REFERENCES: &[&str] =
    &["clip-path", "fill", "marker-end", "marker-mid", "marker-start", "mask", "stroke"];

/// Attributes that are a colour.
pub(super) const COLOURS: &[&str] = &["color", "fill", "stroke"];

/// Colours that follow the theme.
pub(super) const THEME_COLOURS: &[&str] =
    &["none", "currentColor", "currentcolor", "inherit", "context-fill", "context-stroke", "transparent"];

/// Elements whose text is shown or spoken.
pub(super) const TEXT: &[&str] = &["desc", "text", "textPath", "title", "tspan"];

/// The root's attributes that are dropped without a word: the page decides about size, the HTML parser about namespaces.
pub(super) const DROPPED_OF_ROOT: &[&str] =
    &["baseProfile", "enable-background", "height", "version", "width", "x", "y", "zoomAndPan"];

/// Namespaces in which drawing programs keep notes to themselves; what is in them is dropped.
pub(super) const EDITORS: &[&str] = &[
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/1.1/",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.bohemiancoding.com/sketch/ns",
    "http://www.figma.com/figma/ns",
    "http://www.inkscape.org/namespaces/inkscape",
    "http://www.serif.com/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
];

/// What to do instead of an element that authors reach for.
pub(super) fn instead(element: &str) -> Option<&'static str> {
    Some(match element {
        "script" => "articles run no scripts; a lab is a `lab` block in the Markdown",
        "style" => "use the classes of the site's style sheet",
        "foreignObject" => "write `text` and `tspan`",
        "image" => "show a bitmap from the Markdown",
        "a" => "write the link in the Markdown",
        "animate" | "animateMotion" | "animateTransform" | "set" | "mpath" | "discard" => "drawings hold still",
        "linearGradient" | "radialGradient" | "stop" | "filter" => {
            "colours come from the site's style sheet, without gradients and filters"
        }
        _ => return None,
    })
}

/// The attributes that an element may have, its own first; nothing if there is no such element.
pub(super) fn attributes_of(element: &str) -> Option<impl Iterator<Item = &'static str>> {
    let (_, own) = ELEMENTS.iter().find(|(name, _)| *name == element)?;
    Some(own.iter().chain(ATTRIBUTES).copied())
}

/// Whether a value holds only what numbers, keywords, paths, transforms and colours are made of.
pub(super) fn plain(value: &str) -> bool {
    value.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || c.is_ascii_whitespace()
            || matches!(c, '.' | ',' | '+' | '-' | '%' | '#' | '(' | ')' | '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::tree::{Step, as_browser};

    /// SVG spells names with capitals; the HTML parser mends the case of those that it knows only.
    #[test]
    fn the_html_parser_leaves_every_name_as_it_is() {
        for (element, own) in ELEMENTS {
            for attribute in own.iter().chain(ATTRIBUTES).chain(PROSE).chain(ID_LISTS) {
                let wrapped = format!("<svg><{element} {attribute}=\"1\"></{element}></svg>");
                let steps = as_browser(&wrapped);
                let expected = Step::Open {
                    space: "svg".into(),
                    name: (*element).into(),
                    attributes: [((*attribute).into(), "1".into())].into(),
                };
                assert_eq!(steps.get(1), Some(&expected), "{wrapped}");
            }
        }
    }

    #[test]
    fn the_lists_hold_together() {
        for name in REFERENCES.iter().chain(COLOURS) {
            assert!(ATTRIBUTES.contains(name), "{name}");
        }
        for name in TEXT {
            assert!(attributes_of(name).is_some(), "{name}");
        }
        for name in [
            "script",
            "style",
            "foreignObject",
            "image",
            "a",
            "animate",
            "set",
            "iframe",
            "filter",
            "feImage",
            "switch",
            "handler",
            "listener",
        ] {
            assert!(attributes_of(name).is_none(), "{name}");
        }
        assert!(ATTRIBUTES.is_sorted() && ELEMENTS.is_sorted());
    }

    #[test]
    fn plain_values() {
        for value in ["M46 404L656,404.5z", "translate(3 4) rotate(-45)", "#f0a", "50%", "1e-3", "clip_1"] {
            assert!(plain(value), "{value}");
        }
        for value in ["javascript:alert(1)", "url(http://a)", "a;b", "\"", "'", "<", "&", "/", "\\", "{", "@", "ü"] {
            assert!(!plain(value), "{value}");
        }
    }
}
