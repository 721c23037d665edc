//! Where code stands, which nothing rewrites.

use content::render::Dialect;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// What the parser must understand to find code, tags and links in the Markdown of any of the systems.
///
/// Without formulas: between two `$` of a foreign text, anything may stand.
pub(crate) const OPTIONS: Options =
    Dialect::BLOG.options.difference(Options::ENABLE_MATH).difference(Options::ENABLE_SMART_PUNCTUATION);

/// Blocks and spans of code, in order.
pub(crate) fn code(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut block = None;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = Some(range),
            Event::End(TagEnd::CodeBlock) => found.extend(block.take()),
            Event::Code(_) => found.push(range),
            _ => {}
        }
    }
    found
}

/// Code, raw HTML and the addresses of links: everything that is no prose.
pub(crate) fn not_prose(text: &str) -> Vec<Range<usize>> {
    let mut found = code(text);
    let mut inner_end = Vec::new();
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        if let Some(end) = inner_end.last_mut()
            && !matches!(event, Event::End(TagEnd::Link | TagEnd::Image))
        {
            *end = range.end.max(*end);
        }
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => inner_end.push(range.start + 1),
            Event::End(TagEnd::Link | TagEnd::Image) => found.extend(inner_end.pop().map(|start| start..range.end)),
            Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) => found.push(range),
            _ => {}
        }
    }
    let parser = Parser::new_ext(text, OPTIONS);
    found.extend(parser.reference_definitions().iter().map(|(_, definition)| definition.span.clone()));
    found.sort_by_key(|range| range.start);
    found
}

/// The range that holds the byte, of ranges in order of their beginnings.
pub(crate) fn holding(ranges: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    ranges.iter().take_while(|range| range.start <= at).find(|range| range.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::{code, not_prose};

    #[test]
    fn code_is_found_in_all_its_forms() {
        let text = "a `b` c\n\n    d\n\n```x\ne\n```\n\n- f\n\n  ~~~\n  g\n  ~~~\n";
        let found: Vec<&str> = code(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, ["`b`", "d", "```x\ne\n```", "~~~\n  g\n  ~~~"]);
    }

    #[test]
    fn addresses_and_tags_are_no_prose() {
        let text = "[a $x$](b \"c\") <i>d</i> ![e](f) [g]\n\n[g]: h\n\n<p>i</p>\n";
        let found: Vec<&str> = not_prose(text).into_iter().map(|range| text[range].trim()).collect();
        assert_eq!(found, ["](b \"c\")", "<i>", "</i>", "](f)", "]", "[g]: h", "<p>i</p>"]);
    }
}
