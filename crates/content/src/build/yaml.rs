//! YAML with the place of every key and value, and with nothing that can grow: no anchors, no aliases.

use crate::build::diagnostic::Lines;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Error, NonFiniteFloatPolicy, Spanned};
use std::fmt;
use std::ops::Range;

/// A value and its place in the YAML text, in bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands; of a list or a mapping only where it begins.
    pub span: Range<usize>,
    /// What stands there.
    pub value: Value,
}

/// What YAML's core schema knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// As Rust writes it; only its kind matters here.
    Number(String),
    /// A string.
    Text(String),
    /// Items in their order.
    List(Vec<Node>),
    /// In the order of the file; a key may stand twice.
    Map(Vec<(Node, Node)>),
}

impl Value {
    /// With its article, for "found …".
    pub fn kind(&self) -> String {
        match self {
            Value::Null => "nothing".into(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number(number) => format!("the number {number}"),
            Value::Text(_) => "a string".into(),
            Value::List(_) => "a list".into(),
            Value::Map(_) => "a mapping".into(),
        }
    }
}

/// Why the text is no YAML that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Against YAML's grammar.
    Syntax(String),
    /// An anchor, an alias, a second document, or more nodes than any front matter has.
    Limit(&'static str),
}

/// Reads one document.
///
/// # Errors
/// The [`Fault`] and its place in the text.
pub fn parse(yaml: &str) -> Result<Node, (Range<usize>, Fault)> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_anchors: 0,
            max_aliases: 0,
            max_depth: 8,
            max_documents: 1,
            max_nodes: 2_000,
            max_events: 10_000,
        },
    };
    let lines = Lines::new(yaml);
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(yaml, options) {
        Ok(raw) => Ok(node(raw, &lines)),
        Err(error) => Err((place(&error, &lines), fault(&error))),
    }
}

fn fault(error: &Error) -> Fault {
    use serde_saphyr::budget::BudgetBreach as Breach;
    match error {
        Error::Budget { breach: Breach::Anchors { .. } | Breach::Aliases { .. }, .. } | Error::UnknownAnchor { .. } => {
            Fault::Limit("anchors and aliases are not allowed in front matter")
        }
        Error::Budget { breach: Breach::Documents { .. }, .. } | Error::MultipleDocuments { .. } => {
            Fault::Limit("front matter is one document")
        }
        Error::Budget { .. } => Fault::Limit("front matter is too large"),
        error => {
            // The place is told by the diagnostic, so the crate's own mention of it goes.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            Fault::Syntax(message.trim().to_owned())
        }
    }
}

fn place(error: &Error, lines: &Lines<'_>) -> Range<usize> {
    let Some(location) = error.location() else { return 0..0 };
    let start = match location.span().byte_offset() {
        Some(offset) => to_usize(offset),
        None => lines.offset(to_usize(location.line()), to_usize(location.column())),
    };
    start..start
}

fn to_usize(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn node(raw: Spanned<Raw>, lines: &Lines<'_>) -> Node {
    let location = raw.referenced;
    let start = location
        .span()
        .byte_offset()
        .map_or_else(|| lines.offset(to_usize(location.line()), to_usize(location.column())), to_usize);
    let span = start..start + location.span().byte_len().map_or(0, to_usize);
    let value = match raw.value {
        Raw::Scalar(value) => value,
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, lines)).collect()),
        Raw::Map(entries) => {
            Value::Map(entries.into_iter().map(|(key, value)| (node(key, lines), node(value, lines))).collect())
        }
    };
    Node { span, value }
}

/// What serde hands over, before places are byte ranges.
enum Raw {
    Scalar(Value),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Number(value.to_string())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Number(value.to_string())))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Number(value.to_string())))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Number(value.to_string())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Number(value.to_string())))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Scalar(Value::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `key@start..end: value`, lists in brackets.
    fn show(yaml: &str) -> String {
        fn one(node: &Node) -> String {
            let inner = match &node.value {
                Value::List(items) => format!("[{}]", items.iter().map(one).collect::<Vec<_>>().join(" ")),
                Value::Map(entries) => {
                    entries.iter().map(|(k, v)| format!("{}={}", one(k), one(v))).collect::<Vec<_>>().join(" ")
                }
                Value::Text(text) => format!("{text:?}"),
                other => other.kind(),
            };
            if node.span.is_empty() { inner } else { format!("{inner}@{:?}", node.span) }
        }
        match parse(yaml) {
            Ok(node) => one(&node),
            Err((span, fault)) => format!("{fault:?} at {}", span.start),
        }
    }

    #[test]
    fn places_are_bytes() {
        assert_eq!(
            show("ü: \"ß\"\nb: [x, ß, 3]\n"),
            r#""ü"@0..2="ß"@4..8 "b"@9..10=["x"@13..14 "ß"@16..18 the number 3@20..21]@12..13"#
        );
    }

    #[test]
    fn scalars_have_yamls_kinds_and_nothing_more() {
        assert_eq!(
            show("[true, yes, ~, 1.5, 2026-03-04, 1e999, .nan]"),
            "[`true`@1..5 \"yes\"@7..10 nothing@12..13 the number 1.5@15..18 \"2026-03-04\"@20..30 the number inf@32..37 the number NaN@39..43]@0..1"
        );
    }

    #[test]
    fn a_key_may_stand_twice() {
        assert_eq!(show("a: b\na: c\n"), r#""a"@0..1="b"@3..4 "a"@5..6="c"@8..9"#);
    }

    #[test]
    fn what_can_grow_is_refused() {
        let anchors = r#"Limit("anchors and aliases are not allowed in front matter")"#;
        assert_eq!(show("a: &x [1]\nb: *x"), format!("{anchors} at 6"));
        assert_eq!(show("b: *x"), format!("{anchors} at 3"));
        assert_eq!(show("a: 1\n---\nb: 2"), r#"Limit("front matter is one document") at 5"#);
        assert_eq!(
            show(&format!("a: [{}]", "1,".repeat(5000))).split(" at").next(),
            Some(r#"Limit("front matter is too large")"#)
        );
        assert!(show(&"[".repeat(100_000)).starts_with("Syntax") || show(&"[".repeat(100_000)).starts_with("Limit"));
    }

    #[test]
    fn syntax_errors_have_a_place() {
        assert_eq!(show("ü: \"ß\"\na: b: c"), r#"Syntax("mapping values are not allowed in this context") at 13"#);
        assert_eq!(show("a: 'x"), r#"Syntax("unclosed quote") at 3"#);
        assert_eq!(show("a: '\u{0}'"), r#"Syntax("unexpected character: `\\u{0}'") at 4"#);
    }
}
