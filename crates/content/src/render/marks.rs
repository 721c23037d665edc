//! Marks of scholarly writing inside a run of text: citations `[@key, Table 2]`, references to
//! numbered things `@fig:decay`, and the labels `{#fig:decay}` that give those things their names.

use std::ops::Range;

/// A mark and its bytes in the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// A citation or a reference, as written: the build knows what stands for it.
    Token(Range<usize>),
    /// A label; the name is what stands between `{#` and `}`.
    Label(Range<usize>),
}

impl Mark {
    pub(super) fn range(&self) -> &Range<usize> {
        match self {
            Self::Token(range) | Self::Label(range) => range,
        }
    }
}

/// What can be labelled and referred to.
pub(super) const KINDS: [&str; 3] = ["fig", "tbl", "eq"];

/// The marks of a run of text, in order.
pub(super) fn marks(text: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['@', '[', '{']) {
        let start = at + found;
        let mark = match &text[start..start + 1] {
            "[" => citation(&text[start..]).map(|length| Mark::Token(start..start + length)),
            "{" => label(&text[start..]).map(|length| Mark::Label(start..start + length)),
            _ if text[..start].ends_with(|c: char| c.is_alphanumeric()) => None,
            _ => reference(&text[start..]).map(|length| Mark::Token(start..start + length)),
        };
        at = mark.as_ref().map_or(start + 1, |mark| mark.range().end);
        marks.extend(mark);
    }
    marks
}

/// Bytes of the citation that `text` begins with: `[@key; @key, locator]`.
fn citation(text: &str) -> Option<usize> {
    if !text.starts_with("[@") {
        return None;
    }
    text.find(']').map(|end| end + 1)
}

/// Bytes of the label that `text` begins with: `{#fig:name}`.
fn label(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{#")?;
    let length = named(inner)?;
    inner[length..].starts_with('}').then_some(length + 3)
}

/// Bytes of the reference that `text` begins with: `@fig:name`, or `@Fig:name` where it begins a sentence.
fn reference(text: &str) -> Option<usize> {
    named(&text[1..]).map(|length| length + 1)
}

/// Bytes of the `fig:name` that `text` begins with.
fn named(text: &str) -> Option<usize> {
    let (kind, rest) = text.split_once(':')?;
    if !KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
    let name = name.trim_end_matches('-');
    (!name.is_empty()).then_some(kind.len() + 1 + name.len())
}

/// The label that a paragraph's source ends with, of this kind: `fig:decay`.
pub(super) fn last_label<'t>(paragraph: &'t str, kind: &str) -> Option<&'t str> {
    let text = paragraph.trim_end();
    let start = text.rfind('{')?;
    let is_last = label(&text[start..]) == Some(text.len() - start);
    let name = text.get(start + 2..text.len() - 1).unwrap_or_default();
    (is_last && name.split(':').next() == Some(kind)).then_some(name)
}

/// The label that stands directly behind a formula: `eq:loss`.
pub(super) fn next_label(after: &str) -> Option<&str> {
    let text = after.trim_start_matches(' ');
    let length = label(text)?;
    let name = &text[2..length - 1];
    name.starts_with("eq:").then_some(name)
}

/// The id in the page: `fig:decay` → `fig-decay`.
pub(super) fn id_of(name: &str) -> String {
    name.to_ascii_lowercase().replace(':', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        marks(text).iter().map(|mark| &text[mark.range().clone()]).collect()
    }

    #[test]
    fn citations_references_and_labels_are_found() {
        assert_eq!(
            found("As [@fedus2021switch, Table 2; @a] says (@fig:decay), see @Eq:loss-2. {#tbl:x}"),
            ["[@fedus2021switch, Table 2; @a]", "@fig:decay", "@Eq:loss-2", "{#tbl:x}"]
        );
        assert_eq!(found("@fig:a-, [@b]"), ["@fig:a", "[@b]"]);
    }

    #[test]
    fn anything_else_is_text() {
        for text in
            ["me@fig:x", "@figure:x", "[@open", "[x]", "{#fig:}", "{#fig:X}", "{fig:x}", "@fig: x", "@", "[", "{#"]
        {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn labels_are_found_from_outside() {
        assert_eq!(last_label("![a](b.svg) Words.\nMore. {#fig:b}\n", "fig"), Some("fig:b"));
        assert_eq!(last_label("Words {#fig:b} more", "fig"), None);
        assert_eq!(last_label("Words {#tbl:b}", "fig"), None);
        assert_eq!(next_label(" {#eq:loss}\nwhere"), Some("eq:loss"));
        assert_eq!(next_label("\n{#eq:loss}"), None);
    }
}
