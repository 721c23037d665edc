//! The posts as their authors wrote them: an independent reading of the Markdown, against which the
//! pages are held.

use anyhow::{Context, Result};
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use std::{collections::BTreeSet, fs, path::PathBuf};

/// What a post's Markdown holds.
#[derive(Debug, Default)]
pub struct Source {
    /// The lines between `---` at its head.
    pub front_matter: String,
    /// Words of each heading.
    pub headings: Vec<Vec<String>>,
    /// Words of each paragraph, list item, table cell and caption, in reading order, formulas left out.
    pub blocks: Vec<Vec<String>>,
    /// The same of footnotes, which the page moves to its end.
    pub notes: Vec<Vec<String>>,
    /// Formulas in running text and on lines of their own.
    pub formulas: usize,
    /// The text of each block of code.
    pub code: Vec<String>,
    /// Tables.
    pub tables: usize,
    /// Drawings and pictures.
    pub images: usize,
    /// Names of the labs.
    pub labs: Vec<String>,
    /// Words of prose up to the exercises: everything but code, formulas, tables, headings and front matter.
    pub prose_words: usize,
    /// Programs that the tests run.
    pub programs: usize,
    /// Keys of the works that it cites.
    pub cited: BTreeSet<String>,
    /// Addresses of links that leave the site.
    pub external_links: Vec<String>,
}

/// The folder of the posts.
pub fn posts_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../posts")
}

/// Reads the post of a slug.
///
/// # Errors
/// If there is none.
pub fn read(slug: &str) -> Result<Source> {
    let path = posts_folder().join(slug).join("index.md");
    Ok(parse(&fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?))
}

/// Runs of letters and digits; punctuation and spaces part them.
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Text without citations, references to numbered things and labels: the page has numbers in their stead.
fn without_marks(text: &str, cited: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', '@', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = if rest.starts_with("[@") {
            let inner = &rest[..rest.find(']').unwrap_or(rest.len())];
            cited.extend(
                inner[1..]
                    .split(';')
                    .map(|item| item.trim().trim_start_matches('@').split(',').next().unwrap_or_default().to_owned()),
            );
            inner.len() + 1
        } else if rest.starts_with("{#") {
            rest.find('}').map_or(rest.len(), |end| end + 1)
        } else if ["@fig:", "@tbl:", "@eq:", "@Fig:", "@Tbl:", "@Eq:"].iter().any(|kind| rest.starts_with(kind)) {
            rest[1..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':')
                .map_or(rest.len(), |end| end + 1)
        } else {
            out.push_str(&rest[..1]);
            1
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    out + rest
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_SUPERSCRIPT
        | Options::ENABLE_SUBSCRIPT
}

fn parse(markdown: &str) -> Source {
    let mut source = Source::default();
    let mut place = Place::default();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Start(tag) => start(&mut source, &mut place, &tag),
            Event::End(tag) => end(&mut source, &mut place, tag),
            Event::Text(text) if place.is_front_matter => source.front_matter.push_str(&text),
            Event::Text(text) if place.fence.is_some() => place.code.push_str(&text),
            Event::Text(_) | Event::Code(_) if place.image_depth > 0 => {}
            Event::Text(text) | Event::Code(text) => place.text.push_str(&text),
            Event::SoftBreak | Event::HardBreak if place.image_depth == 0 => place.text.push(' '),
            Event::InlineMath(_) | Event::DisplayMath(_) => {
                source.formulas += 1;
                place.text.push(' ');
            }
            _ => {}
        }
    }
    source
}

#[derive(Default)]
struct Place {
    text: String,
    code: String,
    fence: Option<String>,
    image_depth: usize,
    table_depth: usize,
    note_depth: usize,
    is_front_matter: bool,
}

impl Place {
    /// Ends a block of words.
    fn flush(&mut self, source: &mut Source) {
        let text = std::mem::take(&mut self.text);
        // A paragraph that captions the table after it; the page numbers it instead.
        let text = without_marks(&text, &mut source.cited);
        let block = words(text.strip_prefix("Table: ").unwrap_or(&text));
        if block.is_empty() {
            return;
        }
        if self.table_depth == 0 && !source.headings.iter().any(|heading| heading == &["Exercises"]) {
            source.prose_words += block.len();
        }
        if self.note_depth > 0 { source.notes.push(block) } else { source.blocks.push(block) }
    }
}

fn start(source: &mut Source, place: &mut Place, tag: &Tag<'_>) {
    match tag {
        Tag::MetadataBlock(_) => place.is_front_matter = true,
        Tag::CodeBlock(kind) => {
            place.flush(source);
            place.fence = Some(match kind {
                CodeBlockKind::Fenced(info) => info.to_string(),
                CodeBlockKind::Indented => String::new(),
            });
        }
        Tag::Image { .. } => {
            place.image_depth += 1;
            source.images += 1;
        }
        Tag::Link { dest_url, .. } if dest_url.contains("://") => source.external_links.push(dest_url.to_string()),
        Tag::Table(_) => {
            place.table_depth += 1;
            source.tables += 1;
        }
        Tag::FootnoteDefinition(_) => place.note_depth += 1,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Link { .. } => {}
        _ => place.flush(source),
    }
}

fn end(source: &mut Source, place: &mut Place, tag: TagEnd) {
    match tag {
        TagEnd::MetadataBlock(_) => place.is_front_matter = false,
        TagEnd::CodeBlock => {
            let (info, code) = (place.fence.take().unwrap_or_default(), std::mem::take(&mut place.code));
            let mut info = info.split_whitespace();
            match info.next() {
                Some("lab") => source.labs.extend(info.next().map(str::to_owned)),
                Some("math") => source.formulas += 1,
                name => {
                    source.programs += usize::from(name == Some("python") && info.next() == Some("run"));
                    source.code.push(code.trim_end_matches('\n').to_owned());
                }
            }
        }
        TagEnd::Image => place.image_depth -= 1,
        TagEnd::Heading(_) => source.headings.push(words(&std::mem::take(&mut place.text))),
        TagEnd::Table => {
            place.flush(source);
            place.table_depth -= 1;
        }
        TagEnd::FootnoteDefinition => {
            place.flush(source);
            place.note_depth -= 1;
        }
        TagEnd::Emphasis
        | TagEnd::Strong
        | TagEnd::Strikethrough
        | TagEnd::Superscript
        | TagEnd::Subscript
        | TagEnd::Link => {}
        _ => place.flush(source),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_prose_apart_from_code_and_formulas() {
        let source = parse(
            "---\ntitle: x\n---\nOne [@a; @b, Table 2] *two* (@fig:x) $a_b$-three[^n].\n\n## Head `x`\n\n- four\n\n```python title=\"t\"\nfive()\n```\n\n\
             ```lab sft\n```\n\n![alt](a.svg)\nSix.\n\n| a | b |\n|--|--|\n| c | $d$ |\n\n[^n]: Seven.\n",
        );
        assert_eq!(source.front_matter.trim(), "title: x");
        assert_eq!(source.headings, [vec!["Head", "x"]]);
        assert_eq!(
            source.blocks,
            [vec!["One", "two", "three"], vec!["four"], vec!["Six"], vec!["a"], vec!["b"], vec!["c"]]
        );
        assert_eq!(source.notes, [vec!["Seven"]]);
        assert_eq!((source.formulas, source.tables, source.images, source.prose_words), (2, 1, 1, 6));
        assert_eq!(source.code, ["five()"]);
        assert_eq!(source.labs, ["sft"]);
        assert_eq!(source.cited.into_iter().collect::<Vec<_>>(), ["a", "b"]);
    }
}
