//! From each kind of source to its passages.

use super::passage::Passage;
use crate::build::{
    diagnostic::Source,
    front_matter::fences,
    yaml::{self, Node, Value},
};
use crate::render::{Prose, prose};
use std::ops::Range;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// What front matter says to readers; tags are checked against each other instead.
const FRONT_MATTER: [&str; 4] = ["title", "description", "summary", "series"];
/// What `blog.toml` says to readers.
const CONFIG: [&str; 3] = ["title", "tagline", "description"];
/// What a term of the glossary says to readers, or looks for in what they read.
const TERM: [&str; 3] = ["name", "definition", "aliases"];

/// Elements of raw HTML whose text is no prose.
const VERBATIM: [&str; 5] = ["code", "kbd", "pre", "samp", "var"];

/// A post's file: front matter and body.
pub(super) fn post(source: &Source<'_>) -> Vec<Passage> {
    let file = source.text();
    let mut passages = front_matter(source);
    let mut passage = Passage::default();
    let mut verbatim = 0_i32;
    for step in prose(file) {
        match step {
            Prose::Text(text) if verbatim <= 0 => passage.push(&text.value, file, text.range),
            Prose::Text(_) | Prose::Sign => passage.sign('0'),
            Prose::Border => passage.sign(' '),
            Prose::Image(image) => passages.extend(described(&image.value, file, image.range)),
            Prose::Html(html) => {
                passage.sign(' ');
                let mut markup = Passage::of(&html.value, file, html.range);
                without_tags(&mut markup, &mut verbatim);
                passages.push(markup);
            }
        }
    }
    passages.push(passage);
    passages
}

fn front_matter(source: &Source<'_>) -> Vec<Passage> {
    let file = source.text();
    let Ok((range, _)) = fences(source) else { return Vec::new() };
    let Ok(Node { value: Value::Map(entries), .. }) = yaml::parse(&file[range.clone()]) else { return Vec::new() };
    let is_said = |key: &Node| matches!(&key.value, Value::Text(name) if FRONT_MATTER.contains(&name.as_str()));
    let passage = |(key, value): &(Node, Node)| match &value.value {
        Value::Text(text) if is_said(key) => {
            let place = range.start + value.span.start..range.start + value.span.end;
            Some(Passage::of(text, file, place))
        }
        _ => None,
    };
    entries.iter().filter_map(passage).collect()
}

/// Description and title of an image `![description](file "title")`.
fn described([alt, title]: &[String; 2], file: &str, image: Range<usize>) -> Vec<Passage> {
    let source = file.get(image.clone()).unwrap_or_default();
    let inner = (image.start + "![".len()).min(image.end)..image.end;
    let mut description = Passage::of(alt, file, inner);
    // Of code and formulas the page shows the letters; that they are none of prose, only the file knows.
    let is_mark = |c: char| matches!(c, '`' | '$');
    description.keep(|_, at| file.get(image.start..at).is_none_or(|before| before.matches(is_mark).count() % 2 == 0));
    let title = match source.rfind(title.as_str()).filter(|_| !title.is_empty()) {
        Some(at) => Passage::of(title, file, image.start + at..image.start + at + title.len()),
        None => Passage::default(),
    };
    vec![description, title]
}

/// Blanks the tags, and what stands in elements that hold no prose; `verbatim` counts those that are open.
fn without_tags(passage: &mut Passage, verbatim: &mut i32) {
    let mut tag: Option<String> = None;
    passage.keep(|c, _| {
        match (&mut tag, c) {
            (None, '<') => tag = Some(String::new()),
            (None, _) => return *verbatim <= 0,
            (Some(inner), '>') => {
                *verbatim += opened(inner);
                tag = None;
            }
            (Some(inner), c) => inner.push(c),
        }
        false
    });
}

/// 1 for the start of an element without prose, -1 for its end; `tag` is what stands between `<` and `>`.
fn opened(tag: &str) -> i32 {
    let (change, name) = tag.strip_prefix('/').map_or((1, tag), |name| (-1, name));
    let name = name.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    if VERBATIM.iter().any(|verbatim| verbatim.eq_ignore_ascii_case(name)) { change } else { 0 }
}

/// A drawing: its name, its description and its labels.
pub(super) fn drawing(file: &str) -> Vec<Passage> {
    let Ok(document) = roxmltree::Document::parse(file) else { return Vec::new() };
    let texts = document.descendants().filter(roxmltree::Node::is_text);
    texts.map(|node| Passage::of(node.text().unwrap_or_default(), file, node.range())).collect()
}

/// `glossary.toml`: terms, other forms, definitions.
pub(super) fn glossary(file: &str) -> Vec<Passage> {
    let (table, _) = DeTable::parse_recoverable(file);
    let Some(DeValue::Array(terms)) = table.get_ref().get("term").map(Spanned::get_ref) else { return Vec::new() };
    let terms = terms.iter().filter_map(|term| term.get_ref().as_table());
    terms.flat_map(|term| strings(term, &TERM, file)).collect()
}

/// `blog.toml`: what the site calls itself.
pub(super) fn config(file: &str) -> Vec<Passage> {
    strings(DeTable::parse_recoverable(file).0.get_ref(), &CONFIG, file)
}

/// Strings, and lists of strings, under these keys.
fn strings(table: &DeTable<'_>, keys: &[&str], file: &str) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut read = |value: &Spanned<DeValue<'_>>| {
        passages.extend(value.get_ref().as_str().map(|text| Passage::of(text, file, value.span())));
    };
    for value in keys.iter().filter_map(|key| table.get(*key)) {
        match value.get_ref() {
            DeValue::Array(values) => values.iter().for_each(&mut read),
            _ => read(value),
        }
    }
    passages
}

/// Sentences that stand in a file of another kind, such as the program that shows them: each is looked for.
pub(super) fn quoted(sentences: &[&str], file: &str) -> Vec<Passage> {
    let place = |sentence: &&str| file.find(sentence).map(|at| Passage::of(sentence, file, at..at + sentence.len()));
    sentences.iter().filter_map(place).collect()
}
