//! The old front matter → ours.

pub(crate) mod keys;
pub(crate) mod values;

use content::build::Source;
use content::build::yaml::Node;
use std::ops::Range;
use values::{Fault, Format};

/// The front matter of a file.
pub(crate) struct Head {
    /// Keys with their values, both with places in the file; inner keys are joined by dots: `taxonomies.tags`.
    pub entries: Vec<(String, Range<usize>, Node)>,
    /// Where the text begins.
    pub body: usize,
}

/// Mappings whose keys count as the post's own.
const OPENED: [&str; 7] = ["taxonomies", "extra", "params", "image", "cover", "header", "sitemap"];

/// Reads the front matter at the head of a file.
///
/// # Errors
/// What is wrong with it, and where in the file.
pub(crate) fn read(source: &Source<'_>) -> Result<Head, Fault> {
    let text = source.text();
    let Some((format, inner, body)) = fences(text)? else {
        return Ok(Head { entries: Vec::new(), body: 0 });
    };
    let place = |span: Range<usize>| inner.start + span.start..inner.start + span.end;
    let entries = values::parse(format, &text[inner.clone()]).map_err(|(span, message)| {
        (place(span), format!("the front matter is not valid {}: {message}", format.name()))
    })?;
    let mut flat = Vec::new();
    flatten("", entries, inner.start, &mut flat);
    Ok(Head { entries: flat, body })
}

fn flatten(prefix: &str, entries: Vec<(Node, Node)>, base: usize, out: &mut Vec<(String, Range<usize>, Node)>) {
    use content::build::yaml::Value;
    for (key, mut value) in entries {
        let name = match &key.value {
            Value::Text(name) | Value::Number(name) => format!("{prefix}{name}"),
            other => format!("{prefix}{}", other.kind()),
        };
        let span = base + key.span.start..base + key.span.end;
        match value.value {
            Value::Map(inner) if OPENED.contains(&name.as_str()) => {
                flatten(&format!("{name}."), inner, base, out);
            }
            _ => {
                shift(&mut value, base);
                out.push((name, span, value));
            }
        }
    }
}

fn shift(node: &mut Node, base: usize) {
    node.span = node.span.start + base..node.span.end + base;
    if let content::build::yaml::Value::List(items) = &mut node.value {
        items.iter_mut().for_each(|item| shift(item, base));
    }
}

/// The front matter's format, its own text, and where the body begins.
fn fences(text: &str) -> Result<Option<(Format, Range<usize>, usize)>, Fault> {
    if text.starts_with('{') {
        // Hugo's JSON ends where its brace is closed.
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
        if let Some(Ok(serde_json::Value::Object(_))) = values.next() {
            let end = values.byte_offset();
            let body = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
            return Ok(Some((Format::Json, 0..end, body)));
        }
        return match text.starts_with("{\n") || text.starts_with("{\"") {
            true => Err((0..1, "the front matter is not valid JSON".into())),
            false => Ok(None),
        };
    }
    let mut lines = text.split_inclusive('\n');
    let first = lines.next().unwrap_or_default();
    let (format, fence) = match first.trim_end() {
        "---" => (Format::Yaml, "---"),
        "+++" => (Format::Toml, "+++"),
        _ => return Ok(None),
    };
    let mut at = first.len();
    for line in lines {
        // Jekyll takes YAML's mark of the document's end too.
        if line.trim_end() == fence || (format == Format::Yaml && line.trim_end() == "...") {
            return Ok(Some((format, first.len()..at, at + line.len())));
        }
        at += line.len();
    }
    Err((0..3, "the front matter has no end".into()))
}

#[cfg(test)]
mod tests {
    use super::read;
    use content::build::Source;

    fn show(text: &str) -> String {
        match read(&Source::new("f", text)) {
            Ok(head) => {
                let keys: Vec<String> =
                    head.entries.iter().map(|(name, span, _)| format!("{name}={}", &text[span.clone()])).collect();
                format!("{} | {}", keys.join(" "), &text[head.body..])
            }
            Err((span, message)) => format!("{}: {message}", span.start),
        }
    }

    #[test]
    fn front_matter_is_found_between_its_fences() {
        assert_eq!(show("---\na: 1\n---\nx"), "a=a | x");
        assert_eq!(show("+++\na = 1\n[taxonomies]\ntags = []\n+++\nx"), "a=a taxonomies.tags=tags | x");
        assert_eq!(show("{\"a\": {\"b\": 1}}\nx"), "a=\"a\" | x");
        assert_eq!(show("x\n---\n"), " | x\n---\n");
        assert_eq!(show("{{< x >}}"), " | {{< x >}}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        assert_eq!(show("---\na: 1\n"), "0: the front matter has no end");
        assert_eq!(show("---\na: 'x\n---\n"), "7: the front matter is not valid YAML: unclosed quote");
        assert_eq!(show("{\n\"a\" 1}\n"), "0: the front matter is not valid JSON");
    }
}
