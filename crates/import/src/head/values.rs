//! YAML, TOML and JSON, all as the values with places that YAML gives.

use content::build::yaml::{self, Node, Value};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Keys and values, in the order of the text.
pub(crate) type Entries = Vec<(Node, Node)>;

/// Where a text is wrong, and what is.
pub(crate) type Fault = (Range<usize>, String);

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Yaml,
    Toml,
    Json,
}

impl Format {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Yaml => "YAML",
            Format::Toml => "TOML",
            Format::Json => "JSON",
        }
    }
}

/// Reads a mapping; an empty text is an empty one.
///
/// # Errors
/// What is wrong, and where.
pub(crate) fn parse(format: Format, text: &str) -> Result<Entries, Fault> {
    let node = match format {
        Format::Toml => return toml(text),
        Format::Json => {
            // YAML reads all that JSON is and more, and tells places, which the reader of JSON does not.
            if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
                let lines = content::build::Lines::new(text);
                let at = lines.offset(error.line(), error.column());
                let message = error.to_string();
                return Err((at..at, message.split(" at line ").next().unwrap_or_default().to_owned()));
            }
            yaml::parse(text)
        }
        Format::Yaml => yaml::parse(text),
    };
    match node {
        Ok(Node { value: Value::Map(entries), .. }) => Ok(entries),
        Ok(Node { value: Value::Null, .. }) => Ok(Vec::new()),
        Ok(node) => Err((node.span, format!("it is not `key: value` lines but {}", node.value.kind()))),
        Err((span, yaml::Fault::Syntax(message))) => Err((span, message)),
        Err((span, yaml::Fault::Limit(message))) => Err((span, message.to_owned())),
    }
}

fn toml(text: &str) -> Result<Entries, Fault> {
    let (table, faults) = DeTable::parse_recoverable(text);
    if let Some(fault) = faults.first() {
        let message = fault.message().lines().collect::<Vec<_>>().join(", ");
        return Err((fault.span().unwrap_or(0..0), message));
    }
    Ok(entries(table.get_ref()))
}

/// In the order of the file.
fn entries(table: &DeTable<'_>) -> Vec<(Node, Node)> {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, value)| {
            (Node { span: key.span(), value: Value::Text(key.get_ref().as_ref().to_owned()) }, node(value))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.span.start);
    entries
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let written = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.as_ref().to_owned()),
        DeValue::Integer(digits) => Value::Number(digits.as_str().to_owned()),
        DeValue::Float(digits) => Value::Number(digits.as_str().to_owned()),
        DeValue::Boolean(is_on) => Value::Bool(*is_on),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(node).collect()),
        DeValue::Table(table) => Value::Map(entries(table)),
    };
    Node { span: value.span(), value: written }
}

#[cfg(test)]
mod tests {
    use super::{Format, parse};

    fn show(format: Format, text: &str) -> String {
        match parse(format, text) {
            Ok(entries) => entries
                .iter()
                .map(|(key, value)| format!("{}@{:?}={:?}", &text[key.span.clone()], key.span, value.value))
                .collect::<Vec<_>>()
                .join(" "),
            Err((span, message)) => format!("{}: {message}", span.start),
        }
    }

    #[test]
    fn the_three_formats_say_the_same() {
        assert_eq!(
            show(Format::Yaml, "b: x\na: [true]"),
            r#"b@0..1=Text("x") a@5..6=List([Node { span: 9..13, value: Bool(true) }])"#
        );
        assert_eq!(
            show(Format::Toml, "b='x'\na=[true]"),
            r#"b@0..1=Text("x") a@6..7=List([Node { span: 9..13, value: Bool(true) }])"#
        );
        assert_eq!(
            show(Format::Json, r#"{"b":"x","a":[true]}"#),
            r#""b"@1..4=Text("x") "a"@9..12=List([Node { span: 14..18, value: Bool(true) }])"#
        );
        assert_eq!(show(Format::Toml, "d = 2020-01-02T03:04:05Z"), r#"d@0..1=Text("2020-01-02T03:04:05Z")"#);
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        assert_eq!(show(Format::Yaml, "a: 'x"), "3: unclosed quote");
        assert_eq!(show(Format::Yaml, "a"), "0: it is not `key: value` lines but a string");
        assert_eq!(show(Format::Toml, "a"), "1: key with no value, expected `=`");
        assert_eq!(show(Format::Json, r#"{"a" 1}"#), "5: expected `:`");
    }
}
