//! What the old keys mean here.

use super::Head;
use crate::codes;
use content::build::calendar::{Date, DateError};
use content::build::front_matter::FrontMatter;
use content::build::yaml::{Node, Value};
use content::build::{Diagnostic, Source};
use content::slug::slugify;
use std::ops::Range;

/// What a key says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Title,
    /// The lower number is the better description.
    Description(u8),
    Date,
    Updated,
    Tags,
    Series,
    Draft,
    /// The opposite of a draft.
    Published,
    /// Former addresses.
    Aliases,
    /// Its own address.
    Address,
    Slug,
    Image,
    Toc,
}

/// What a key means in any of the three systems; nothing if this blog has no word for it.
fn role(key: &str) -> Option<Role> {
    Some(match key {
        "title" => Role::Title,
        "description" | "extra.description" | "params.description" => Role::Description(0),
        "summary" | "extra.summary" => Role::Description(1),
        "excerpt" => Role::Description(2),
        "subtitle" | "extra.subtitle" | "lead" => Role::Description(3),
        "date" | "publishDate" => Role::Date,
        "updated" | "lastmod" | "last_modified_at" | "modified" => Role::Updated,
        "tags" | "tag" | "categories" | "category" | "taxonomies.tags" | "taxonomies.categories" => Role::Tags,
        "series" | "taxonomies.series" | "extra.series" => Role::Series,
        "draft" => Role::Draft,
        "published" => Role::Published,
        "aliases" | "alias" | "redirect_from" => Role::Aliases,
        "permalink" | "url" | "path" => Role::Address,
        "slug" => Role::Slug,
        "image" | "images" | "image.path" | "image.src" | "image.feature" | "cover.image" | "header.image"
        | "header.teaser" | "extra.image" | "extra.cover_image" | "featured_image" | "thumbnail" => Role::Image,
        "toc" | "extra.toc" | "params.toc" => Role::Toc,
        _ => return None,
    })
}

/// The front matter, as far as the file alone tells it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Meta {
    /// Without date and aliases, which the old site's settings have a part in; its spans are of the old file.
    pub front: FrontMatter,
    /// The date as it can be read.
    pub date: Option<Date>,
    /// Former addresses, as written.
    pub aliases: Vec<(String, Range<usize>)>,
    /// Its own address, if it was given.
    pub address: Option<(String, Range<usize>)>,
    /// The last part of its address, if it was given.
    pub slug: Option<String>,
    /// The social image, as written.
    pub image: Option<(String, Range<usize>)>,
    /// As written, for the addresses that hold them.
    pub categories: Vec<String>,
}

/// Reads what the keys say.
pub(crate) fn read(head: &Head, source: &Source<'_>, found: &mut Vec<Diagnostic>) -> Meta {
    let mut meta = Meta { front: FrontMatter { toc: true, ..FrontMatter::default() }, ..Meta::default() };
    let mut reader = Reader { source, found };
    let mut descriptions: Vec<(u8, String, &str, &Range<usize>)> = Vec::new();
    for (name, span, node) in &head.entries {
        let Some(role) = role(name) else {
            reader.note(codes::KEY, span, format!("the key `{name}` is not carried over"));
            continue;
        };
        match role {
            Role::Title => meta.front.title = reader.line(name, node).unwrap_or_default(),
            Role::Description(rank) => {
                descriptions.extend(reader.line(name, node).map(|text| (rank, text, name.as_str(), span)));
            }
            Role::Date => meta.date = reader.date(name, node).or(meta.date),
            Role::Updated => meta.front.updated = reader.date(name, node).map(|date| date.to_string()),
            Role::Tags => {
                let texts = reader.list(name, node);
                if name.contains("categor") {
                    meta.categories.extend(texts.iter().map(|(text, _)| text.clone()));
                }
                reader.tags(texts, &mut meta.front.tags);
            }
            Role::Series => {
                let mut texts = reader.list(name, node).into_iter();
                meta.front.series = texts.next();
                for (text, span) in texts {
                    reader.warn(
                        codes::VALUE,
                        &span,
                        format!("the series `{text}` is not carried over: a post is part of one"),
                    );
                }
            }
            Role::Draft => meta.front.draft |= reader.flag(name, node).unwrap_or_default(),
            Role::Published => meta.front.draft |= reader.flag(name, node) == Some(false),
            Role::Toc => meta.front.toc = reader.flag(name, node).unwrap_or(true),
            Role::Aliases => meta.aliases.extend(reader.list(name, node)),
            Role::Address => meta.address = reader.line(name, node).map(|text| (text, node.span.clone())),
            Role::Slug => meta.slug = reader.line(name, node),
            Role::Image => {
                for (image, span) in reader.list(name, node) {
                    match meta.image {
                        None => meta.image = Some((image, span)),
                        Some(_) => {
                            reader.note(
                                codes::VALUE,
                                &span,
                                format!("the image `{image}` of `{name}` is not carried over: a post has one"),
                            );
                        }
                    }
                }
            }
        }
    }
    descriptions.sort_by_key(|(rank, ..)| *rank);
    let mut descriptions = descriptions.into_iter();
    if let Some((_, text, ..)) = descriptions.next() {
        meta.front.description = text;
    }
    for (_, text, name, span) in descriptions {
        let is_summary = meta.front.summary.is_none() && (60..=160).contains(&text.chars().count());
        if is_summary {
            meta.front.summary = Some(text);
        } else if text != meta.front.description {
            reader.note(
                codes::KEY,
                span,
                format!("the key `{name}` is not carried over: there is a better description"),
            );
        }
    }
    meta
}

struct Reader<'r, 't> {
    source: &'r Source<'t>,
    found: &'r mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn note(&mut self, code: &'static str, span: &Range<usize>, message: String) {
        self.found.push(self.source.note(code, span.clone(), message));
    }

    fn warn(&mut self, code: &'static str, span: &Range<usize>, message: String) {
        self.found.push(self.source.warning(code, span.clone(), message));
    }

    /// Text on one line; nothing, and that is told, if it is none.
    fn line(&mut self, name: &str, node: &Node) -> Option<String> {
        match &node.value {
            Value::Text(text) | Value::Number(text) => {
                let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
                return Some(line).filter(|line| !line.is_empty());
            }
            Value::Null => {}
            other => {
                let message =
                    format!("the value of `{name}` is not carried over: it should be a string, not {}", other.kind());
                self.warn(codes::VALUE, &node.span, message);
            }
        }
        None
    }

    fn flag(&mut self, name: &str, node: &Node) -> Option<bool> {
        match &node.value {
            Value::Bool(value) => return Some(*value),
            Value::Text(text) if text == "true" || text == "false" => return Some(text == "true"),
            Value::Null => {}
            other => {
                let message = format!(
                    "the value of `{name}` is not carried over: it should be `true` or `false`, not {}",
                    other.kind()
                );
                self.warn(codes::VALUE, &node.span, message);
            }
        }
        None
    }

    /// A list, or the words of a string, which Jekyll takes for one.
    fn list(&mut self, name: &str, node: &Node) -> Vec<(String, Range<usize>)> {
        let splits = matches!(role(name), Some(Role::Tags)) && name != "category" && name != "tag";
        match &node.value {
            Value::List(items) => items
                .iter()
                .filter_map(|item| Some((self.line(&format!("{name}[]"), item)?, item.span.clone())))
                .collect(),
            Value::Text(text) if splits => {
                let is_comma = text.contains(',');
                text.split(|c: char| if is_comma { c == ',' } else { c.is_whitespace() })
                    .map(str::trim)
                    .filter(|word| !word.is_empty())
                    .map(|word| (word.to_owned(), node.span.clone()))
                    .collect()
            }
            _ => self.line(name, node).map(|text| (text, node.span.clone())).into_iter().collect(),
        }
    }

    fn tags(&mut self, texts: Vec<(String, Range<usize>)>, tags: &mut Vec<(String, Range<usize>)>) {
        for (tag, span) in texts {
            let slug = slugify(&tag);
            if slug.is_empty() {
                self.warn(
                    codes::VALUE,
                    &span,
                    format!("the tag `{tag}` is not carried over: it has no letter or digit"),
                );
            } else if tags.iter().all(|(known, _)| slugify(known) != slug) {
                tags.push((tag, span));
            }
        }
    }

    fn date(&mut self, name: &str, node: &Node) -> Option<Date> {
        let text = self.line(name, node)?;
        match text.parse() {
            Ok(date) | Err(DateError::Form { meant: Some(date), .. }) => Some(date),
            Err(_) => {
                self.warn(codes::DATE, &node.span, format!("the date `{text}` of `{name}` cannot be read"));
                None
            }
        }
    }
}
