//! Specifications in prose whose examples are tests.

use content::{
    render::{Dialect, Place, Segment, render_as},
    sidecar::Resolved,
};
use pulldown_cmark::Options;
use std::{fs, path::PathBuf};

/// A piece of Markdown and what becomes of it.
pub struct Example {
    /// From 1, in the order of the file.
    pub number: usize,
    /// The heading above it, with its `#`.
    pub section: String,
    pub markdown: String,
    pub html: String,
}

pub fn read(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The examples of a file in the format of the CommonMark specification: fences of 32 backticks,
/// a line `.` between the two halves, `→` for a tab.
pub fn examples(path: &str) -> Vec<Example> {
    const FENCE: &str = "````````````````````````````````";
    let text = read(path);
    let mut examples = Vec::new();
    let mut section = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            section = line.to_owned();
        } else if line.strip_prefix(FENCE).is_some_and(|info| info.trim_start().starts_with("example")) {
            let mut half = |end: &str| {
                let lines = lines.by_ref().take_while(|line| *line != end);
                lines.map(|line| line.replace('→', "\t") + "\n").collect::<String>()
            };
            let (markdown, html) = (half("."), half(FENCE));
            examples.push(Example { number: examples.len() + 1, section: section.clone(), markdown, html });
        }
    }
    examples
}

/// Our syntax in the specification's markup, quotation marks left as they are.
pub fn plain_quotes() -> Dialect {
    let options = Dialect::UNDRESSED.options.difference(Options::ENABLE_SMART_PUNCTUATION);
    Dialect { options, ..Dialect::UNDRESSED }
}

/// Markdown without front matter as one piece of HTML.
pub fn html(markdown: &str, dialect: Dialect) -> String {
    let rendered = render_as(markdown, dialect, &Resolved::default(), Place { base: "", slug: "post" });
    let pieces = rendered.segments.into_iter().map(|segment| match segment {
        Segment::Html(html) => html,
        Segment::Lab(lab) => format!("<lab {}>\n", lab.name),
    });
    pieces.collect()
}
