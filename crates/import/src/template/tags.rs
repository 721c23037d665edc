//! Finding the tags of each system.

use crate::site::System;
use std::ops::Range;

/// A tag as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub range: Range<usize>,
    /// Whether it shows a value: `{{ … }}`.
    pub is_output: bool,
    /// The first word of it, without the `/` of a closing tag.
    pub name: String,
    /// What follows the name.
    pub args: String,
    /// Whether it is `{{< /name >}}`.
    pub is_closing: bool,
    /// Hugo's and Zola's way to show a tag: what stands for it.
    pub literal: Option<String>,
}

/// The first tag that begins at `from` or later.
pub(crate) fn next(system: System, text: &str, from: usize) -> Option<Tag> {
    let mut at = from;
    while let Some(start) = text[at..].find('{').map(|found| at + found) {
        let rest = &text[start..];
        let tag = match system {
            System::Jekyll => delimited(rest, "{%", "%}").or_else(|| delimited(rest, "{{", "}}")),
            System::Hugo => delimited(rest, "{{<", ">}}").or_else(|| delimited(rest, "{{%", "%}}")),
            System::Zola => delimited(rest, "{%", "%}").or_else(|| delimited(rest, "{{", "}}")),
        };
        match tag.and_then(|(open, inner, close)| read(system, start, open, inner, close)) {
            Some(tag) => return Some(tag),
            None => at = start + 1,
        }
    }
    None
}

/// What stands between the marks at the beginning of `text`.
fn delimited<'t>(
    text: &'t str,
    open: &'static str,
    close: &'static str,
) -> Option<(&'static str, &'t str, &'static str)> {
    let inner = text.strip_prefix(open)?;
    let end = inner.find(close)?;
    // Tags may reach over lines, but not over paragraphs.
    (!inner[..end].contains("\n\n")).then(|| (open, &inner[..end], close))
}

fn read(system: System, start: usize, open: &str, inner: &str, close: &str) -> Option<Tag> {
    let range = start..start + open.len() + inner.len() + close.len();
    let is_output = open == "{{";
    let mut words = inner.trim();
    if system == System::Jekyll {
        words = words.trim_start_matches('-').trim_end_matches('-').trim();
    }
    let mut tag = Tag { range, is_output, name: String::new(), args: String::new(), is_closing: false, literal: None };
    if let Some(hidden) = words.strip_prefix("/*").and_then(|words| words.strip_suffix("*/"))
        && system != System::Jekyll
    {
        tag.literal = Some(format!("{open}{hidden}{close}"));
        return Some(tag);
    }
    if let Some(name) = words.strip_prefix('/').filter(|_| system == System::Hugo) {
        tag.is_closing = true;
        words = name.trim();
    }
    let end = words.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(words.len());
    tag.name = words[..end].to_owned();
    tag.args = words[end..].to_owned();
    match system {
        System::Jekyll => {}
        System::Hugo => tag.args = tag.args.trim_end_matches('/').to_owned(),
        // Anything else in braces is text to Zola.
        System::Zola => match tag.args.trim().strip_prefix('(').and_then(|args| args.strip_suffix(')')) {
            Some(args) => tag.args = args.to_owned(),
            None if tag.name == "end" && !is_output => {}
            None => return None,
        },
    }
    Some(tag)
}

#[cfg(test)]
mod tests {
    use super::next;
    use crate::site::System;

    fn all(system: System, text: &str) -> Vec<String> {
        let mut at = 0;
        let mut found = Vec::new();
        while let Some(tag) = next(system, text, at) {
            let closing = if tag.is_closing { "/" } else { "" };
            found.push(match &tag.literal {
                Some(literal) => literal.clone(),
                None => format!("{closing}{}|{}", tag.name, tag.args.trim()),
            });
            at = tag.range.end;
        }
        found
    }

    #[test]
    fn each_system_has_its_own_tags() {
        let text = "{% a b %} {{ c | d }} {{< e f >}} {{% /g %}} {{</* h */>}} {{ i(j=1) }} {% end %} {k} {{ l";
        assert_eq!(all(System::Jekyll, "{%- a b -%} {{ c | d }} {x} {{ l"), ["a|b", "c|| d"]);
        assert_eq!(all(System::Hugo, text), ["e|f", "/g|", "{{< h >}}"]);
        assert_eq!(
            all(System::Zola, "{{ c }} {{ i(j=1) }} {% q(r='s') %} {% end %} {{/* t() */}}"),
            ["i|j=1", "q|r='s'", "end|", "{{ t() }}"]
        );
    }
}
