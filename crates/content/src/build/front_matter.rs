//! The front matter of a post: YAML between two lines `---` at the head of the file.

use crate::build::calendar::{Date, DateError};
use crate::build::diagnostic::{Diagnostic, Source};
use crate::build::yaml::{self, Fault, Node, Value};
use crate::build::{codes, diagnostic::did_you_mean};
use crate::slug::slugify;
use std::ops::Range;

/// The keys that front matter may have, the required ones first.
pub const KEYS: [&str; 12] = [
    "title",
    "description",
    "date",
    "summary",
    "updated",
    "tags",
    "series",
    "part",
    "draft",
    "aliases",
    "image",
    "toc",
];

/// Characters that a search engine or a social card shows of a summary.
const SUMMARY: std::ops::RangeInclusive<usize> = 60..=160;

/// What the front matter says, as written: no typographic quotes yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// The page's `h1`.
    pub title: String,
    /// The sentence under it.
    pub description: String,
    /// `YYYY-MM-DD`, a date that exists.
    pub date: String,
    /// 60 to 160 characters, for search engines and social cards.
    pub summary: Option<String>,
    /// As `date`, and not before it.
    pub updated: Option<String>,
    /// Each makes an address; with its place in the file.
    pub tags: Vec<(String, Range<usize>)>,
    /// The series that the post belongs to, with its place in the file.
    pub series: Option<(String, Range<usize>)>,
    /// Which part of the series it is, from 1, with its place in the file.
    pub part: Option<(u32, Range<usize>)>,
    /// Not for the public yet.
    pub draft: bool,
    /// Old addresses that lead here: paths that begin with `/`, each with its place in the file.
    pub aliases: Vec<(String, Range<usize>)>,
    /// The social image's file name, with its place in the file.
    pub image: Option<(String, Range<usize>)>,
    /// Whether the page shows its list of contents.
    pub toc: bool,
    /// Bytes of the file before the body.
    pub length: usize,
}

/// Reads the front matter of a file. What is wrong is told; what is right of it is returned all the
/// same, so that the rest of the file can be checked in one go.
pub fn parse_front_matter(source: &Source<'_>) -> (FrontMatter, Vec<Diagnostic>) {
    let mut front = FrontMatter { toc: true, ..FrontMatter::default() };
    let (yaml, length) = match fences(source) {
        Ok(found) => found,
        Err(diagnostic) => return (front, vec![diagnostic]),
    };
    front.length = length;
    let mut reader = Reader { source, base: yaml.start, found: Vec::new() };
    match yaml::parse(&source.text()[yaml.clone()]) {
        Ok(Node { value: Value::Map(entries), .. }) => reader.entries(&entries, &mut front),
        Ok(Node { value: Value::Null, .. }) => reader.entries(&[], &mut front),
        Ok(node) => {
            let message = format!("front matter must be `key: value` lines, found {}", node.value.kind());
            reader.error(codes::FRONT_MATTER_SYNTAX, &node.span, message);
        }
        Err((span, Fault::Limit(message))) => reader.error(codes::FRONT_MATTER_LIMIT, &span, message.to_owned()),
        Err((span, Fault::Syntax(message))) => {
            reader.error(codes::FRONT_MATTER_SYNTAX, &span, format!("the front matter is not valid YAML: {message}"));
            reader.help("a value that holds `: `, ` #`, quotation marks or a leading symbol must stand in quotes");
        }
    }
    (front, reader.found)
}

/// The YAML between the fences, and where the body begins.
pub(super) fn fences(source: &Source<'_>) -> Result<(Range<usize>, usize), Diagnostic> {
    let text = source.text();
    if text.starts_with('\u{feff}') {
        let message = "the file begins with a byte order mark";
        return Err(source.error(codes::BYTE_ORDER_MARK, 0..3, message).with_help("save it as UTF-8 without one"));
    }
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    if first.trim_end() != "---" {
        let help = match text.trim_start().starts_with("---") {
            true => "`---` must be the very first line".to_owned(),
            false => "begin with a line `---`, then `title:`, `description:` and `date:`, then a line `---`".to_owned(),
        };
        let message = "the file does not begin with front matter";
        return Err(source.error(codes::FRONT_MATTER_MISSING, 0..first.trim_end().len(), message).with_help(help));
    }
    let start = first.len();
    let mut at = start;
    for line in lines {
        if line.trim_end() == "---" {
            return Ok((start..at, at + line.len()));
        }
        at += line.len();
    }
    let message = "the front matter has no end";
    Err(source.error(codes::FRONT_MATTER_UNTERMINATED, 0..3, message).with_help("close it with a line `---`"))
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    base: usize,
    found: Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn entries(&mut self, entries: &[(Node, Node)], front: &mut FrontMatter) {
        let mut seen: Vec<(&str, &Range<usize>)> = Vec::new();
        for (key, value) in entries {
            let Value::Text(name) = &key.value else {
                self.error(codes::UNKNOWN_KEY, &key.span, format!("a key must be a word, found {}", key.value.kind()));
                continue;
            };
            if let Some((_, first)) = seen.iter().find(|(known, _)| known == name) {
                let (line, _) = self.source.lines().position(self.base + first.start);
                self.error(codes::DUPLICATE_KEY, &key.span, format!("`{name}` stands twice"));
                self.help(format!("the first is on line {line}"));
                continue;
            }
            seen.push((name, &key.span));
            self.entry(name, key, value, front);
        }
        for name in &KEYS[..3] {
            if !seen.iter().any(|(known, _)| known == name) {
                let diagnostic = self.source.error(codes::MISSING_KEY, 0..3, format!("the key `{name}` is missing"));
                // A misspelt key is told once, as unknown, and that telling names the right one.
                let misspelt = seen.iter().any(|(known, _)| {
                    did_you_mean(known, KEYS).is_some_and(|help| help.contains(&format!("`{name}`")))
                });
                if !misspelt {
                    self.found.push(diagnostic);
                }
            }
        }
        self.sums(entries, front);
    }

    fn entry(&mut self, name: &str, key: &Node, value: &Node, front: &mut FrontMatter) {
        match name {
            "title" => front.title = self.text(name, value).unwrap_or_default(),
            "description" => front.description = self.text(name, value).unwrap_or_default(),
            "date" => front.date = self.date(name, value).unwrap_or_default(),
            "summary" => front.summary = self.summary(value),
            "updated" => front.updated = self.date(name, value),
            "tags" => front.tags = self.tags(value),
            "series" => front.series = self.series(value),
            "part" => front.part = self.part(value),
            "draft" => front.draft = self.flag(name, value).unwrap_or_default(),
            "toc" => front.toc = self.flag(name, value).unwrap_or(true),
            "image" => front.image = self.image(value),
            "aliases" => front.aliases = self.aliases(value),
            _ => {
                self.error(codes::UNKNOWN_KEY, &key.span, format!("unknown key `{name}`"));
                let help = did_you_mean(name, KEYS).unwrap_or_else(|| format!("the keys are {}", KEYS.join(", ")));
                self.help(help);
            }
        }
    }

    /// What two keys say about each other.
    fn sums(&mut self, entries: &[(Node, Node)], front: &FrontMatter) {
        let place = |name: &str| {
            entries
                .iter()
                .find(|(key, _)| key.value == Value::Text(name.to_owned()))
                .map(|(_, value)| value.span.clone())
        };
        if let (Some(updated), Some(span)) = (&front.updated, place("updated"))
            && !front.date.is_empty()
            && *updated < front.date
        {
            self.error(codes::BAD_DATE, &span, format!("`updated` ({updated}) is before `date` ({})", front.date));
        }
        if front.part.is_some()
            && let Some(span) = place("part").filter(|_| place("series").is_none())
        {
            self.error(
                codes::BAD_VALUE,
                &span,
                "`part` says which part of a `series` this is, and there is none".into(),
            );
        }
        let length = front.description.chars().count();
        if front.summary.is_none()
            && let Some(span) = place("description").filter(|_| length > 0 && !SUMMARY.contains(&length))
        {
            let span = self.base + span.start..self.base + span.end;
            let message = format!(
                "the description has {length} characters, search engines show {} to {}",
                SUMMARY.start(),
                SUMMARY.end()
            );
            self.found.push(
                self.source.note(codes::DESCRIPTION_LENGTH, span, message).with_help("add a `summary` of that length"),
            );
        }
    }

    fn text(&mut self, name: &str, node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) if text.trim().is_empty() => {
                self.error(codes::BAD_VALUE, &node.span, format!("`{name}` is empty"))
            }
            Value::Null => self.error(codes::BAD_VALUE, &node.span, format!("`{name}` is empty")),
            Value::Text(text) if text.trim().contains('\n') => {
                self.error(codes::BAD_VALUE, &node.span, format!("`{name}` must be a single line"));
                self.help("fold long text with `>-` instead of `|`");
            }
            Value::Text(text) => return Some(text.trim().to_owned()),
            other => {
                self.error(codes::WRONG_TYPE, &node.span, format!("`{name}` must be a string, found {}", other.kind()));
                if matches!(other, Value::Number(_) | Value::Bool(_)) {
                    self.help("put it in quotes");
                }
            }
        }
        None
    }

    fn summary(&mut self, node: &Node) -> Option<String> {
        let summary = self.text("summary", node)?;
        let length = summary.chars().count();
        if !SUMMARY.contains(&length) {
            let message =
                format!("`summary` must have {} to {} characters, this has {length}", SUMMARY.start(), SUMMARY.end());
            self.error(codes::SUMMARY_LENGTH, &node.span, message);
        }
        Some(summary)
    }

    fn date(&mut self, name: &str, node: &Node) -> Option<String> {
        let Value::Text(text) = &node.value else {
            self.error(codes::WRONG_TYPE, &node.span, format!("`{name}` must be a date, found {}", node.value.kind()));
            self.help("write YYYY-MM-DD");
            return None;
        };
        match text.parse::<Date>() {
            Ok(date) => return Some(date.to_string()),
            Err(error) => {
                self.error(codes::BAD_DATE, &node.span, format!("`{name}` is not a date: {error}"));
                if let DateError::Form { meant: Some(date), .. } = error {
                    self.help(format!("write `{name}: {date}`"));
                }
            }
        }
        None
    }

    fn flag(&mut self, name: &str, node: &Node) -> Option<bool> {
        if let Value::Bool(value) = node.value {
            return Some(value);
        }
        let found = match &node.value {
            Value::Text(text) => format!("`{text}`"),
            other => other.kind(),
        };
        self.error(codes::WRONG_TYPE, &node.span, format!("`{name}` must be `true` or `false`, found {found}"));
        None
    }

    fn list(&mut self, name: &str, node: &Node) -> Vec<(String, Range<usize>)> {
        let Value::List(items) = &node.value else {
            self.error(
                codes::WRONG_TYPE,
                &node.span,
                format!("`{name}` must be a list of strings, found {}", node.value.kind()),
            );
            if let Value::Text(text) = &node.value {
                self.help(format!("write `{name}: [{text}]`"));
            }
            return Vec::new();
        };
        let item_name = format!("an item of `{name}`");
        let mut texts = Vec::new();
        for item in items {
            match &item.value {
                Value::Text(text) if !text.trim().is_empty() => texts.push((text.trim().to_owned(), item.span.clone())),
                Value::Text(_) | Value::Null => {
                    self.error(codes::BAD_VALUE, &item.span, format!("{item_name} is empty"))
                }
                other => self.error(
                    codes::WRONG_TYPE,
                    &item.span,
                    format!("{item_name} must be a string, found {}", other.kind()),
                ),
            }
        }
        texts
    }

    fn tags(&mut self, node: &Node) -> Vec<(String, Range<usize>)> {
        let mut tags: Vec<(String, Range<usize>)> = Vec::new();
        for (tag, span) in self.list("tags", node) {
            let slug = slugify(&tag);
            if slug.is_empty() {
                self.error(codes::BAD_VALUE, &span, format!("the tag `{tag}` has no letter or digit"));
            } else if let Some((first, _)) = tags.iter().find(|(known, _)| slugify(known) == slug) {
                let message = format!("the tag `{tag}` has the address of `{first}`");
                self.error(codes::BAD_VALUE, &span, message);
            } else {
                tags.push((tag, self.place(&span)));
            }
        }
        tags
    }

    fn series(&mut self, node: &Node) -> Option<(String, Range<usize>)> {
        let name = self.text("series", node)?;
        if slugify(&name).is_empty() {
            self.error(codes::BAD_VALUE, &node.span, format!("the series `{name}` has no letter or digit"));
            return None;
        }
        Some((name, self.place(&node.span)))
    }

    fn part(&mut self, node: &Node) -> Option<(u32, Range<usize>)> {
        let Value::Number(number) = &node.value else {
            self.error(codes::WRONG_TYPE, &node.span, format!("`part` must be a number, found {}", node.value.kind()));
            return None;
        };
        match number.parse().ok().filter(|part| *part > 0) {
            Some(part) => Some((part, self.place(&node.span))),
            None => {
                self.error(codes::BAD_VALUE, &node.span, format!("`part` counts from 1, found {number}"));
                None
            }
        }
    }

    fn image(&mut self, node: &Node) -> Option<(String, Range<usize>)> {
        let name = self.text("image", node)?;
        if name.contains(['/', '\\']) || name.starts_with('.') {
            self.error(
                codes::BAD_VALUE,
                &node.span,
                format!("`image` must be the name of a file in the post's folder, found `{name}`"),
            );
            return None;
        }
        Some((name, self.place(&node.span)))
    }

    fn aliases(&mut self, node: &Node) -> Vec<(String, Range<usize>)> {
        let mut aliases = Vec::new();
        for (alias, span) in self.list("aliases", node) {
            match alias_fault(&alias) {
                Some(fault) => {
                    self.error(codes::BAD_VALUE, &span, format!("the alias `{alias}` {fault}"));
                    if !alias.starts_with('/') && !alias.contains(':') {
                        self.help(format!("write `/{alias}`"));
                    }
                }
                None => aliases.push((alias, self.place(&span))),
            }
        }
        aliases
    }

    fn place(&self, span: &Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }

    fn error(&mut self, code: &'static str, span: &Range<usize>, message: String) {
        let span = self.place(span);
        self.found.push(self.source.error(code, span, message));
    }

    /// Adds to what was found last.
    fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.found.last_mut() {
            last.help = Some(help.into());
        }
    }
}

/// Why a path can be no alias, in words that follow it.
///
/// An alias becomes a folder with a redirect page in it: only plain segments can.
pub fn alias_fault(alias: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~' | '+');
    if !alias.starts_with('/') {
        Some("does not begin with `/`")
    } else if alias.trim_matches('/').is_empty() {
        Some("is the home page")
    } else if alias.split('/').any(|part| part == "." || part == "..") || alias.contains("//") {
        Some("is not a plain path")
    } else if !alias.chars().all(plain) {
        Some("holds a character that a path here may not")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
mod write;
