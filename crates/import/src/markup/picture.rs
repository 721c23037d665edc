//! A block of HTML that is an image with or without a caption → figures.

use super::Converter;
use super::tags::{Tag, tags};
use crate::codes;
use crate::figure::image;
use std::ops::Range;

/// What may stand around an image that is a figure.
const AROUND: [&str; 10] = ["p", "div", "center", "figure", "figcaption", "a", "span", "br", "picture", "em"];

/// Rewrites the block if it holds images and nothing else than a caption. Says whether it did.
pub(super) fn convert(converter: &mut Converter<'_, '_>, block: &Range<usize>) -> bool {
    let found = tags(converter.text, block);
    let images: Vec<&Tag> = found.iter().filter(|tag| tag.name == "img" && tag.value("src").is_some()).collect();
    let is_plain = found.iter().all(|tag| tag.name == "img" || AROUND.contains(&tag.name.as_str()));
    if images.is_empty() || !is_plain {
        return false;
    }
    let mut words = String::new();
    let mut at = block.start;
    for tag in &found {
        words.push_str(&converter.text[at..tag.range.start]);
        words.push(' ');
        at = tag.range.end;
    }
    words.push_str(&converter.text[at..block.end]);
    let caption = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut paragraphs: Vec<String> = Vec::new();
    for tag in images {
        converter.image_attributes(tag);
        paragraphs.push(image(tag.value("alt").unwrap_or_default(), tag.value("src").unwrap_or_default()));
    }
    if let Some(last) = paragraphs.last_mut().filter(|_| !caption.is_empty()) {
        last.push('\n');
        last.push_str(&caption);
    }
    for link in found.iter().filter(|tag| tag.name == "a" && !tag.is_end) {
        let message = format!("the link around an image, `{}`, is left out", converter.shown(&link.range));
        converter.body.warn(codes::LINK, &link.range, message);
    }
    converter.replace(block, format!("{}\n", paragraphs.join("\n\n")));
    true
}
